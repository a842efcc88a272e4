/** What every reading of a text starts with: its tokens, and the residual streams of a run over it. */
import { UsageError } from '../../core/errors.ts';
import type { HookName } from '../../core/graph/hooks.ts';
import type { RowSteering } from '../../core/steering/rowSteering.ts';
import type { ReadParams, TextParams } from '../../protocol/engineService.ts';
import { assertLength, promptIds } from '../generate/promptIds.ts';
import type { LoadedModel, ModelFile } from '../model/loadedModel.ts';

/** The tokens of a text as they run, with a BOS where the file says so. @throws UsageError `empty-text`; ModelError `too-long` */
export function textIds(model: ModelFile, { text, special }: TextParams): number[] {
  const ids = model.tokenizer.encode(text, { special, bos: true });
  if (ids.length === 0) throw new UsageError('empty-text', 'the text is empty', 'Give a text of at least one token.');
  assertLength(model, ids.length);
  return ids;
}

/** The tokens of a text or a prompt, and of what was written after it. @throws as {@link textIds} and prompts do */
export function readIds(model: ModelFile, { text, special, asked, written }: ReadParams): number[] {
  const before = asked ? promptIds(model, text, asked, 0) : textIds(model, { text, special });
  const ids = [...before, ...(written === undefined ? [] : model.tokenizer.encode(written))];
  assertLength(model, ids.length);
  return ids;
}

/** A position as it counts from 0. @throws UsageError `bad-position` */
export function positionIn(ids: readonly number[], position: number, which: string): number {
  const index = position < 0 ? ids.length + position : position;
  if (!Number.isInteger(index) || index < 0 || index >= ids.length)
    throw new UsageError(
      'bad-position',
      `the ${which} has ${ids.length} tokens, so no position ${position}`,
      'Count from 0, or from the end with -1.',
    );
  return index;
}

/** The vocabulary's spelling of every id that occurs. */
export function piecesOf(model: ModelFile, ids: Iterable<number>): Record<string, string> {
  return Object.fromEntries([...new Set(ids)].map((id) => [String(id), model.tokenizer.piece(id)]));
}

/** The values of residual streams at every position of a text: [pos, dModel] for each hook. */
export async function streamsOf(
  model: LoadedModel,
  ids: readonly number[],
  hooks: readonly HookName[],
  signal: AbortSignal,
  steering?: RowSteering,
): Promise<Map<HookName, Float32Array>> {
  const { dModel } = model.config;
  const values = new Map(hooks.map((hook) => [hook, new Float32Array(ids.length * dModel)]));
  model.main.reserve(1, ids.length);
  await model.main.prefill(0, {
    ids,
    hooks,
    signal,
    ...(steering ? { steering } : {}),
    onPiece: (piece) => {
      for (const [hook, value] of piece.hooks) values.get(hook)?.set(value, piece.start * dModel);
    },
  });
  return values;
}
