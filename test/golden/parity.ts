/**
 * Parity of every hook with PyTorch: one row a hook point, over all texts and all layers that the reference has. The
 * golden test asserts on the rows, and `test/bench/parity.ts` publishes them.
 */
import { allHooks, hookShape, residPost, blockHook, EMBED, type HookName } from '../../src/core/graph/hooks.ts';
import type { LoadedModel } from '../../src/engine/model/loadedModel.ts';
import { ObservedSessions } from '../../src/engine/session/observedSession.ts';
import { relativeError, rowOf } from './measures.ts';
import { hasTensor, tensorOf, texts, type ReferenceText } from './reference.ts';

/** The most that a value in exact precision may differ from the reference: the norm of the difference over its norm. */
export const TOLERANCE = 1e-3;

export interface ParityRow {
  /** The hook, with N for the layer. */
  readonly hook: string;
  readonly layers: readonly number[];
  /** The largest relative error of any position of any text. */
  readonly worst: number;
  /** Where that is, in words; empty where nothing differs. */
  readonly at: string;
}

/** The name that the reference has for a value of ours; undefined where it has none. */
function referenceName(hook: HookName): string | undefined {
  const layer = Number(/^blocks\.(\d+)\./.exec(hook)?.[1]);
  // A block begins with what the one below ended with, and the reference stores it once.
  const stored = hook === blockHook(layer, 'hook_resid_pre') ? (layer === 0 ? EMBED : residPost(layer - 1)) : hook;
  // Ours is the norm with its gain, as the next matrix reads it.
  const name = stored.replace('hook_normalized', 'hook_out');
  return texts.every((text) => hasTensor(`${text.name}/${name}`)) ? name : undefined;
}

/** Measures every hook that the reference has, in graphs built as a capture builds them. */
export async function measureParity(model: LoadedModel): Promise<ParityRow[]> {
  const sessions = new ObservedSessions(model.config, model.packed, model.settings);
  const hooks = allHooks(model.config).filter((hook) => referenceName(hook) !== undefined);
  const rows = new Map<string, { layers: Set<number>; worst: number; at: string }>();
  for (const text of texts) {
    const { values } = await sessions.run({ ids: text.ids, hooks });
    for (const hook of hooks) {
      const point = hook.replace(/^blocks\.\d+\./, 'blocks.N.');
      const row = rows.get(point) ?? { layers: new Set(), worst: 0, at: '' };
      rows.set(point, row);
      const layer = /^blocks\.(\d+)\./.exec(hook)?.[1];
      if (layer !== undefined) row.layers.add(Number(layer));
      const shape = hookShape(model.config, hook, text.ids.length);
      const expected = tensorOf(`${text.name}/${referenceName(hook) ?? ''}`);
      for (const { position, error } of errorsByPosition(values.get(hook) ?? new Float32Array(), expected, shape, text))
        if (!(error <= row.worst))
          Object.assign(row, {
            worst: error,
            at: `${text.name}, ${layer === undefined ? '' : `layer ${layer}, `}position ${position}`,
          });
    }
  }
  return [...rows].map(([hook, { layers, worst, at }]) => ({ hook, layers: [...layers], worst, at }));
}

/** The relative error at each stored position. Attention [head, query, key] counts by its query. */
function errorsByPosition(
  actual: Float32Array,
  expected: Float32Array,
  shape: readonly number[],
  { ids, positions }: ReferenceText,
): { position: number; error: number }[] {
  const tokens = ids.length;
  const byQuery = shape.length === 3 && shape[1] === tokens && shape[2] === tokens;
  const [groups, width] = byQuery ? [shape[0], tokens] : [1, actual.length / tokens];
  const stored = expected.length / groups / width;
  const where = stored === tokens ? ids.map((_, position) => position) : positions;
  return where.map((position, i) => {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let group = 0; group < groups; group++) {
      ours.push(...rowOf(actual, group * tokens + position, width));
      theirs.push(...rowOf(expected, group * stored + i, width));
    }
    return { position, error: relativeError(ours, theirs) };
  });
}
