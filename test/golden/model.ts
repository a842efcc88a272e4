/** The default model, loaded for the golden tests, and decoding driven straight on its main session. */
import { chooseToken, type NextLogits } from '../../src/core/sampling/sampler.ts';
import type { RowSteering } from '../../src/core/steering/rowSteering.ts';
import type { Precision } from '../../src/core/weights/plan.ts';
import { openModel, type LoadedModel } from '../../src/engine/model/loadedModel.ts';
import { realModelPath, testHome } from '../realModel.ts';

const THREADS = 2;

/** Opens the default model in a precision. The caller owns it; a process that ends may leave it. */
export async function openReal(precision: Precision): Promise<LoadedModel> {
  const params = { model: await realModelPath(), precision, threads: THREADS, home: testHome(), get: false };
  return openModel(params, { signal: new AbortController().signal, emit: () => undefined });
}

export interface DecodeRow {
  readonly ids: readonly number[];
  readonly steering?: RowSteering;
}

export interface DecodeOptions {
  readonly repeatPenalty?: number;
  /** Called with the logits that each token of each row is chosen from, before that. */
  readonly onLogits?: (row: number, step: number, logits: NextLogits) => void;
}

/**
 * Prefills the rows one by one and decodes them together: the greedy choice of `count` tokens a row, where an end token
 * does not end it. Returns the ids [row][step].
 */
export async function decode(
  { main }: LoadedModel,
  rows: readonly DecodeRow[],
  count: number,
  { repeatPenalty = 1, onLogits }: DecodeOptions = {},
): Promise<number[][]> {
  const greedy = { temperature: 0, topP: 1, topK: 0, repeatPenalty };
  const states = rows.map((row) => ({ ...row, seen: new Set(row.ids), answer: [] as number[] }));
  main.reserve(rows.length, Math.max(...rows.map((row) => row.ids.length)) + count);
  const choose = (row: number, logits: NextLogits) => {
    const { seen, answer } = states[row];
    onLogits?.(row, answer.length, logits);
    const id = chooseToken(logits, seen, greedy, Math.random);
    seen.add(id);
    answer.push(id);
  };
  for (const [row, request] of rows.entries()) choose(row, await main.prefill(row, request));
  for (let step = 1; step < count; step++) {
    const logits = await main.step(
      states.map(({ answer, ids, ...rest }) => ({ ...rest, id: answer[step - 1], position: ids.length + step - 1 })),
    );
    logits.forEach((next, row) => choose(row, next));
  }
  return states.map((state) => state.answer);
}
