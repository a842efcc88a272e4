/** Which language the model holds a text to be in: line by line, the probe's score over each line's own tokens, and by token. */
import { UsageError } from '../../core/errors.ts';
import { residPost } from '../../core/graph/hooks.ts';
import { logits, softmax } from '../../core/probes/linear.ts';
import { best, scoreLines } from '../../core/probes/lineScores.ts';
import { linesOfTokens, spansOfTokens } from '../../core/probes/tokenLines.ts';
import type { LinesParams, LinesResult, TokenReading } from '../../protocol/engineService.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import type { ArtefactStore } from '../store/store.ts';
import type { WorkContext } from '../workContext.ts';
import { visiblePositions } from './bodyTokens.ts';
import { findLineProbe } from './lineProbe.ts';

/** The last tokens of a longer text are read: a second's work on two cores, and further back than the model looks. */
const MAX_TOKENS = 1024;

/** Row 0 of the cache holds what completions use again from key to key. */
const ROW = 1;

/** What the token that begins a sequence has of the text. */
const NOTHING = new Uint8Array(0);

export interface LinePlaces {
  readonly store: ArtefactStore;
  readonly shipped: string;
}

/** @throws UsageError `empty-text`; what `findLineProbe` throws; CancelledError between two short pieces of the text */
export async function readLines(
  model: LoadedModel,
  { store, shipped }: LinePlaces,
  { text, maxTokens = MAX_TOKENS, perToken = false }: LinesParams,
  { signal }: WorkContext,
): Promise<LinesResult> {
  const { name, languages, layer, probe, notes } = await findLineProbe(model, store, shipped);
  const all = model.tokenizer.encode(text, { bos: true });
  if (all.length === 0) throw new UsageError('empty-text', 'the text is empty', 'Give a text of at least one token.');
  const bytes = all.map((id) => model.tokenizer.tokenBytes(id));
  const linesOfAll = linesOfTokens(bytes);
  const from = startOf(linesOfAll, Math.min(maxTokens, model.config.context));
  const lines = linesOfAll.slice(from);

  const { dModel } = model.config;
  const ids = all.slice(from);
  const visible = visiblePositions(lines);
  const X = new Float32Array(visible.length * dModel);
  let row = 0;
  const hook = residPost(layer);
  model.main.reserve(ROW + 1, ids.length);
  await model.main.prefill(ROW, {
    ids,
    hooks: [hook],
    signal,
    // Short pieces: somebody may go on typing, and then this is called off.
    reuse: true,
    onPiece: ({ start, length, hooks }) => {
      const values = hooks.get(hook) ?? new Float32Array(0);
      for (; row < visible.length && visible[row] < start + length; row++) {
        const at = (visible[row] - start) * dModel;
        X.set(values.subarray(at, at + dModel), row * dModel);
      }
    },
  });
  const owners = visible.map((position) => lines[position]);
  const scored = logits(probe, X); // [visible, languages]
  const placesOf = (): TokenPlace[] => {
    const spans = spansOfTokens(all.map((id, i) => (model.tokenizer.isSpecial(id) ? NOTHING : bytes[i])));
    return visible.map((position) => ({ ...spans[from + position], line: lines[position] }));
  };
  return {
    languages,
    lines: scoreLines(scored, owners, languages.length).map(({ line, tokens, scores }) => ({
      line,
      language: languages[best(scores)],
      scores: [...scores],
      tokens,
    })),
    ...(perToken ? { perToken: tokenReadings(placesOf(), scored) } : {}),
    tokens: ids.length,
    leftOut: { tokens: from, lines: from === 0 ? 0 : Math.max(0, firstLine(lines)) },
    probe: { name, layer, notes },
  };
}

type TokenPlace = Omit<TokenReading, 'scores'>;

/** @param scored the logits of each token, [tokens, classes] */
function tokenReadings(places: readonly TokenPlace[], scored: Float64Array): TokenReading[] {
  const classes = scored.length / places.length;
  return places.map((place, row) => {
    const scores = scored.slice(row * classes, (row + 1) * classes);
    softmax(scores);
    return { ...place, scores: [...scores] };
  });
}

/** Where reading begins: with a whole line, where the last `most` tokens hold the beginning of one. */
function startOf(lines: readonly number[], most: number): number {
  const least = Math.max(0, lines.length - most);
  if (least === 0) return 0;
  const cut = lines.slice(0, least).findLast((line) => line >= 0) ?? -1;
  const whole = lines.findIndex((line, position) => position >= least && line > cut);
  return whole < 0 ? least : whole;
}

function firstLine(lines: readonly number[]): number {
  return lines.find((line) => line >= 0) ?? 0;
}
