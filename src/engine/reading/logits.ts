/** Next-token logits at every position of a text, and how far the fast ones are from the exact ones. */
import { topIndices, topLogits, type NextLogits } from '../../core/sampling/sampler.ts';
import type { LogitGap, LogitsResult, TextParams, TopLogits } from '../../protocol/engineService.ts';
import { loadModel, type LoadedModel } from '../model/loadedModel.ts';
import { letMessagesIn } from '../turn.ts';
import { piecesOf, textIds } from './text.ts';
import type { WorkContext } from '../workContext.ts';

export async function readLogits(
  model: LoadedModel,
  params: TextParams & { readonly top: number },
  { signal, emit }: WorkContext,
): Promise<LogitsResult> {
  const ids = textIds(model, params);
  const top: TopLogits[] = [];
  await forEachPosition(model, ids, signal, (next) => {
    top.push(topLogits(next, params.top));
    emit({ kind: 'progress', phase: 'reading', done: top.length, total: ids.length, unit: 'tokens' });
  });
  const named = top.flatMap((position) => position.map(([id]) => id));
  return { ids, pieces: piecesOf(model, [...ids, ...named]), top };
}

/** Runs a text and visits the logits of each of its positions in order; they may be written to. */
async function forEachPosition(
  model: LoadedModel,
  ids: readonly number[],
  signal: AbortSignal,
  visit: (next: NextLogits) => void,
): Promise<void> {
  model.main.reserve(1, ids.length);
  await model.main.prefill(0, { ids, signal, logits: 'all', onPiece: ({ logits }) => logits.forEach(visit) });
}

/** The same, run token by token, as an answer is written. */
async function forEachToken(
  { main }: LoadedModel,
  ids: readonly number[],
  signal: AbortSignal,
  visit: (next: NextLogits) => void,
): Promise<void> {
  main.reserve(1, ids.length);
  visit(await main.prefill(0, { ids: ids.slice(0, 1), signal }));
  for (let position = 1; position < ids.length; position++) {
    await letMessagesIn(signal);
    const [next] = await main.step([{ id: ids[position], position }]);
    visit(next);
  }
}

/** The text that the gap is measured on: prose and code, of our own writing. */
const GAP_TEXT = `The trapezoidal rule sums the areas of thin strips under a curve.

def trapezoid(values, step):
    """Integrates equally spaced values."""
    total = 0.5 * (values[0] + values[-1])
    for value in values[1:-1]:
        total += value
    return total * step

double mean(const std::vector<double>& xs) {
  return std::accumulate(xs.begin(), xs.end(), 0.0) / xs.size();
}
`;

/**
 * Runs the text in the model's precision and in exact, or in fast where it is exact. `maxAbs` and `relRms` compare all logits
 * as the graphs give them; `top1` compares the first token as generation chooses it. `int8` is run token by token.
 */
export async function measureGap(model: LoadedModel, home: string, context: WorkContext): Promise<LogitGap> {
  const other = await loadModel(
    model,
    { precision: model.summary.precision === 'exact' ? 'fast' : 'exact', threads: model.settings.threads, home },
    context,
  );
  try {
    const [fast, exact] = model.summary.precision === 'exact' ? [other, model] : [model, other];
    const ids = textIds(model, { text: GAP_TEXT, special: false });
    const ours = await allLogits(fast, ids, context.signal);
    const reference = await allLogits(exact, ids, context.signal);
    return compare(ours, reference);
  } finally {
    await other.main.release();
  }
}

interface PositionLogits {
  readonly values: Float32Array;
  readonly first: number | undefined;
}

async function allLogits(model: LoadedModel, ids: readonly number[], signal: AbortSignal): Promise<PositionLogits[]> {
  const all: PositionLogits[] = [];
  const visitAll = model.summary.precision === 'int8' ? forEachToken : forEachPosition;
  await visitAll(model, ids, signal, (next) => {
    const values = next.values.slice();
    const [first] = topLogits(next, 1);
    all.push({ values, first: first?.[0] });
  });
  return all;
}

function compare(ours: readonly PositionLogits[], reference: readonly PositionLogits[]): LogitGap {
  let maxAbs = 0;
  let errors = 0;
  let squares = 0;
  let same = 0;
  ours.forEach(({ values, first }, position) => {
    const exact = reference[position].values;
    for (let id = 0; id < values.length; id++) {
      const difference = values[id] - exact[id];
      maxAbs = Math.max(maxAbs, Math.abs(difference));
      errors += difference * difference;
      squares += exact[id] * exact[id];
    }
    if (first === topIndices(exact, 1)[0]) same++;
  });
  return { maxAbs, relRms: Math.sqrt(errors / squares), top1: same / ours.length };
}
