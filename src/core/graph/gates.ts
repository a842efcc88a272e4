/**
 * Gates in the graph (what they are: `core/steering/gate.ts`). A graph is built for a list of places; the numbers of each
 * gate come with the run, under `gate.I.A`, `.c`, `.P`, `.q`, `.V`, I being its index in the list, and how much each
 * row takes of each gate under `doses` [B, 1, gates]. A dose of 0 leaves the value as it is.
 *
 * Inputs may have one row for all rows of a batch, or one for each: [1 or B, width, rank] for A, P and V (V: [.., rank,
 * width]), [1 or B, 1, rank] for c and q.
 */
import type { DecoderConfig } from '../architectures/spec.ts';
import type { GateHook } from '../steering/gate.ts';
import type { DecoderContext, GatePlace } from './context.ts';
import { blockHook, type HookName } from './hooks.ts';

const HOOKS: Readonly<Record<GateHook, string>> = {
  resid_post: 'hook_resid_post',
  resid_mid: 'hook_resid_mid',
  z: 'attn.hook_z',
};

/** The full name of a gate's hook in a layer. */
export function gateHookName(layer: number, hook: GateHook): HookName {
  return blockHook(layer, HOOKS[hook]);
}

/** The width of the value at a gate's hook. */
export function gateWidth({ dModel, heads, headWidth }: DecoderConfig, hook: GateHook): number {
  return hook === 'z' ? heads * headWidth : dModel;
}

export type GatePart = 'A' | 'c' | 'P' | 'q' | 'V';

/** The name of an input of gate `index`. */
export function gateInput(index: number, part: GatePart): string {
  return `gate.${index}.${part}`;
}

/** The output with the value that gate `index` reads, [B, S, width]: what it learns from. */
export function gateRead(index: number): string {
  return `gate.${index}.read`;
}

export const DOSES = 'doses';

/**
 * A value with what the gates at a hook add to it, one after the other; the value itself where there is none.
 * @param read gives what a gate reads of the value so far, where that is not the value
 */
export function throughGates(
  context: DecoderContext,
  hook: HookName,
  value: string,
  width: number,
  read: (value: string, gate: string) => string = (same) => same,
): string {
  let changed = value;
  for (const [index, place] of context.options.gates.entries()) {
    if (place.hook !== hook) continue;
    const added = addition(context, place, index, read(changed, `gate.${index}`), width);
    changed = context.graph.apply('Add', `gate.${index}.changed`, { a: changed, b: added });
  }
  return changed;
}

function addition(context: DecoderContext, place: GatePlace, index: number, value: string, width: number): string {
  const { graph } = context;
  const at = `gate.${index}`;
  graph.apply('Identity', gateRead(index), { x: value });
  graph.output(gateRead(index), 'float32', ['batch', 'pos', width]);
  const rank = `${at}.rank`;
  const columns = place.choice ? 1 : rank;
  const matrix = (part: GatePart, shape: (number | string)[]) =>
    graph.input(gateInput(index, part), 'float32', ['gateBatch', ...shape]);
  const affine = (name: string, weights: string, bias: string) =>
    graph.apply('Add', name, {
      a: graph.apply('MatMul', `${name}.product`, { a: value, b: weights }),
      b: bias,
    });
  const strength = graph.apply('Sigmoid', `${at}.strength`, {
    x: affine(`${at}.evidence`, matrix('A', [width, columns]), matrix('c', [1, columns])),
  });
  let share = graph.apply('Mul', `${at}.dosed`, { a: strength, b: doseOf(context, index) });
  if (place.choice) {
    const scores = affine(`${at}.scores`, matrix('P', [width, rank]), matrix('q', [1, rank]));
    const chosen = graph.apply('Softmax', `${at}.chosen`, { x: scores }, { axis: -1 });
    share = graph.apply('Mul', `${at}.share`, { a: share, b: chosen });
  }
  return graph.apply('MatMul', `${at}.addition`, { a: share, b: matrix('V', [rank, width]) });
}

/** One column of the stacked input `doses`, which is split on first use. */
function doseOf({ graph, options }: DecoderContext, index: number): string {
  const count = options.gates.length;
  if (!graph.inputs.some(({ name }) => name === DOSES))
    graph.split(DOSES, graph.input(DOSES, 'float32', ['batch', 1, count]), Array<number>(count).fill(1));
  return `${DOSES}.${index}`;
}
