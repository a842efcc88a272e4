/**
 * Tokens of code that the model wrote, and what the model holds at them. The code stands alone: neither the prompt that
 * asked for it nor the fence that names its language is in sight.
 */
import { EMBED, type HookName } from '../../core/graph/hooks.ts';
import { NO_LINE, linesOfTokens } from '../../core/probes/tokenLines.ts';
import type { LoadedModel, ModelFile } from '../model/loadedModel.ts';
import { valuesAt } from '../reading/capture.ts';
import type { WorkContext } from '../workContext.ts';

/** A body of code, tokenised. */
export interface BodyText {
  readonly ids: readonly number[];
  /** The line of each token. */
  readonly lines: readonly number[];
  /** Positions of the tokens that say something: not the first one, where attention rests, nor white space. */
  readonly visible: readonly number[];
  /** Index of its language. */
  readonly label: number;
  readonly task: string;
}

/** Tokens that were chosen, and the values of a hook at them. */
export interface TokenSet {
  readonly X: Float32Array; // [n, dModel]
  readonly y: Int32Array; // [n]
  /** The task of each, [n]. */
  readonly tasks: readonly string[];
  /** The body of each by its index, and the token's line in it, [n]. */
  readonly bodies: readonly number[];
  readonly lines: readonly number[];
  readonly positions: readonly number[];
}

export function bodyText(model: ModelFile, code: string, label: number, task: string): BodyText {
  const ids = model.tokenizer.encode(code, { bos: true });
  const lines = linesOfTokens(ids.map((id) => model.tokenizer.tokenBytes(id)));
  const visible = visiblePositions(lines);
  return { ids, lines, visible, label, task };
}

/** Positions whose value says something about the line: those of a line, but for the first of the text. */
export function visiblePositions(lines: readonly number[]): number[] {
  return lines.flatMap((line, position) => (line === NO_LINE || position === 0 ? [] : [position]));
}

/** At most `count` of the visible positions, evenly spread. */
export function spread({ visible }: BodyText, count: number): number[] {
  const step = Math.max(1, visible.length / count);
  return Array.from({ length: Math.min(count, visible.length) }, (_, i) => visible[Math.floor(i * step)]);
}

/** What the model holds at positions of texts, one set for each hook. */
export async function tokensAt(
  model: LoadedModel,
  texts: readonly BodyText[],
  positionsOf: (text: BodyText) => readonly number[],
  hooks: readonly HookName[],
  { signal, emit }: WorkContext,
): Promise<TokenSet[]> {
  const chosen = texts.map(positionsOf);
  const rows = chosen.flatMap((positions, body) => positions.map((position) => ({ body, position })));
  const d = model.config.dModel;
  const values = hooks.map(() => new Float32Array(rows.length * d));
  let row = 0;
  for (const [body, positions] of chosen.entries()) {
    const { ids } = texts[body];
    if (positions.length > 0) {
      const found = await hookValues(model, ids, hooks, signal);
      hooks.forEach((hook, h) =>
        positions.forEach((position, i) => {
          const value = found.get(hook)?.subarray(position * d, (position + 1) * d) ?? new Float32Array(0);
          values[h].set(value, (row + i) * d);
        }),
      );
    }
    row += positions.length;
    emit({ kind: 'progress', phase: 'reading code', done: body + 1, total: texts.length, unit: 'texts' });
  }
  const common = {
    y: Int32Array.from(rows, ({ body }) => texts[body].label),
    tasks: rows.map(({ body }) => texts[body].task),
    bodies: rows.map(({ body }) => body),
    lines: rows.map(({ body, position }) => texts[body].lines[position]),
    positions: rows.map(({ position }) => position),
  };
  return values.map((X) => ({ ...common, X }));
}

/** Residual streams from the generating session; the embedding, which it does not give, from a graph of its own. */
async function hookValues(
  model: LoadedModel,
  ids: readonly number[],
  hooks: readonly HookName[],
  signal: AbortSignal,
): Promise<Map<HookName, Float32Array>> {
  const streams = hooks.filter((hook) => hook !== EMBED);
  const values = streams.length > 0 ? await valuesAt(model, ids, streams, signal) : new Map<HookName, Float32Array>();
  if (streams.length < hooks.length)
    for (const [hook, value] of await valuesAt(model, ids, [EMBED], signal)) values.set(hook, value);
  return values;
}
