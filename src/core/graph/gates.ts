/**
 * Gates in the graph (what they are: `core/steering/gate.ts`). A graph is built for a list of places; the numbers of each
 * gate come with the run, under `gate.I.A`, `.c`, `.P`, `.q`, `.V`, I being its index in the list, and how much each
 * row takes of each gate under `doses` [B, 1, gates]. A dose of 0 leaves the value as it is.
 *
 * Inputs may have one row for all rows of a batch, or one for each: [1 or B, width, rank] for A, P and V (V: [.., rank,
 * width]), [1 or B, 1, rank] for c and q.
 */
import type { DecoderConfig } from '../architectures/spec.ts';
import type { DecoderContext, GatePlace } from './context.ts';
import { blockHook, hookWidth, type HookName } from './hooks.ts';
import { SITE_KINDS, type SiteName } from './interventionSites.ts';

/** The full name of a gate's hook in a layer. */
export function gateHookName(layer: number, hook: SiteName): HookName {
  return blockHook(layer, SITE_KINDS[hook].hook);
}

/** The width of the value at a gate's hook. */
export function gateWidth(config: DecoderConfig, hook: SiteName): number {
  return hookWidth(config, gateHookName(0, hook));
}

/** From `threshold` on those of a gate over features, `E` and `e` the encoder of a top-k autoencoder. */
export type GatePart = 'A' | 'c' | 'P' | 'q' | 'V' | 'threshold' | 'slope' | 'whenActive' | 'always' | 'E' | 'e';

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
  const evidence = affine(`${at}.evidence`, matrix('A', [width, columns]), matrix('c', [1, columns]));
  const strength = place.features
    ? featureAmounts(context, place.features, index, value, width, evidence)
    : graph.apply('Sigmoid', `${at}.strength`, { x: evidence });
  let share = graph.apply('Mul', `${at}.dosed`, { a: strength, b: doseOf(context, index) });
  if (place.choice) {
    const scores = affine(`${at}.scores`, matrix('P', [width, rank]), matrix('q', [1, rank]));
    const chosen = graph.apply('Softmax', `${at}.chosen`, { x: scores }, { axis: -1 });
    share = graph.apply('Mul', `${at}.share`, { a: share, b: chosen });
  }
  return graph.apply('MatMul', `${at}.addition`, { a: share, b: matrix('V', [rank, width]) });
}

/** How much of each direction a gate over features adds, [B, S, rank]. @param pre the features' pre-activations */
function featureAmounts(
  { graph }: DecoderContext,
  { topK }: NonNullable<GatePlace['features']>,
  index: number,
  value: string,
  width: number,
  pre: string,
): string {
  const at = `gate.${index}`;
  const vector = (part: GatePart) => graph.input(gateInput(index, part), 'float32', ['gateBatch', 1, `${at}.rank`]);
  let active = graph.apply('Greater', `${at}.active`, { a: pre, b: vector('threshold') });
  if (topK && topK.k < topK.dSae) {
    const { k, dSae } = topK;
    const encoder = graph.input(gateInput(index, 'E'), 'float32', ['gateBatch', width, dSae]);
    const bias = graph.input(gateInput(index, 'e'), 'float32', ['gateBatch', 1, dSae]);
    const product = graph.apply('MatMul', `${at}.all.product`, { a: value, b: encoder });
    const all = graph.apply('Add', `${at}.all`, { a: product, b: bias });
    // Among the k strongest is what is above the one after them.
    const { values } = graph.add('TopK', `${at}.strongest`, { x: all, k: graph.int64s([k + 1]) }, [
      'values',
      'indices',
    ]);
    const [, next = ''] = graph.split(`${at}.next`, values, [k, 1]);
    const isChosen = graph.apply('Greater', `${at}.chosen`, { a: pre, b: next });
    active = graph.apply('And', `${at}.activeAndChosen`, { a: active, b: isChosen });
  }
  const sloped = graph.apply('Mul', `${at}.sloped`, { a: pre, b: vector('slope') });
  const whenActive = graph.apply('Add', `${at}.ofActive`, { a: sloped, b: vector('whenActive') });
  const ofActive = graph.apply('Where', `${at}.ofFeatures`, { condition: active, x: whenActive, y: graph.float32(0) });
  return graph.apply('Add', `${at}.amounts`, { a: ofActive, b: vector('always') });
}

/** One column of the stacked input `doses`, which is split on first use. */
function doseOf({ graph, options }: DecoderContext, index: number): string {
  const count = options.gates.length;
  if (!graph.inputs.some(({ name }) => name === DOSES))
    graph.split(DOSES, graph.input(DOSES, 'float32', ['batch', 1, count]), Array<number>(count).fill(1));
  return `${DOSES}.${index}`;
}
