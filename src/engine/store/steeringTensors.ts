/**
 * How an intervention lies in the tensors of an artefact: `direction.N` [dModel] for a vector of layer N; for a gate
 * `gate.N.A` [width, columns], `gate.N.c`, `gate.N.V` [rank, width]; where it chooses, `gate.N.P` and `gate.N.q`; where it
 * learns, `gate.N.mean`, `gate.N.scale`, `gate.N.wanted` and `gate.N.rate` [1]; of a feature of an autoencoder `gate.N.threshold`,
 * `gate.N.slope`, `gate.N.whenActive` and `gate.N.always` [rank], and of a top-k one its encoder, `gate.N.encoder.A` [width, dSae],
 * `gate.N.encoder.c` [dSae], and `gate.N.encoder.k` [1].
 */
import { FormatError, ModelError } from '../../core/errors.ts';
import type { Intervention } from '../../core/methods/method.ts';
import { gateFault, type FeatureRule, type GateWeights } from '../../core/steering/gate.ts';
import type { StoredTensor } from './store.ts';

/** Name of the tensor that holds the direction of a layer. */
export function directionTensor(layer: number): string {
  return `direction.${layer}`;
}

/** True for the tensors of a layer's direction or gate. */
export function isOfLayer(name: string, layer: number): boolean {
  return name === directionTensor(layer) || name.startsWith(`gate.${layer}.`);
}

/**
 * The tensors of what a method made; of gates only those in `layers`, the others being of no use without being chosen.
 * @throws ModelError `nonfinite-fit` where a number is none: loading would refuse it, and whoever fits had better know now
 */
export function tensorsOf(intervention: Intervention, layers: readonly number[]): NamedTensors {
  const tensors = namedTensors(intervention, layers);
  for (const [name, { data }] of tensors)
    if (!data.every(Number.isFinite))
      throw new ModelError(
        'nonfinite-fit',
        `the fit made numbers that are none (${name}), and nothing is saved`,
        'Give other texts, or take another method.',
      );
  return tensors;
}

interface NamedTensor {
  readonly shape: number[];
  readonly data: Float32Array;
}

type NamedTensors = Map<string, NamedTensor>;

function namedTensors(intervention: Intervention, layers: readonly number[]): NamedTensors {
  const tensors: NamedTensors = new Map();
  if (intervention.kind === 'vectors') {
    for (const [layer, data] of intervention.directions.entries())
      tensors.set(directionTensor(layer), { shape: [data.length], data });
    return tensors;
  }
  for (const layer of layers) {
    const gate = intervention.gates.get(layer);
    if (gate === undefined) continue;
    const { rank, A, c, choice, V, refinement, features } = gate;
    const width = V.length / rank;
    tensors.set(`gate.${layer}.A`, { shape: [width, A.length / width], data: A });
    tensors.set(`gate.${layer}.c`, { shape: [c.length], data: c });
    tensors.set(`gate.${layer}.V`, { shape: [rank, width], data: V });
    if (choice) {
      tensors.set(`gate.${layer}.P`, { shape: [width, rank], data: choice.P });
      tensors.set(`gate.${layer}.q`, { shape: [rank], data: choice.q });
    }
    for (const [part, data] of Object.entries(ruleTensors(features, width))) tensors.set(`gate.${layer}.${part}`, data);
    if (refinement) {
      for (const part of ['mean', 'scale', 'wanted'] as const)
        tensors.set(`gate.${layer}.${part}`, { shape: [width], data: refinement[part] });
      tensors.set(`gate.${layer}.rate`, { shape: [1], data: Float32Array.of(refinement.rate) });
    }
  }
  return tensors;
}

/** The tensors of a gate over features, without the layer. */
function ruleTensors(features: FeatureRule | undefined, width: number): Readonly<Record<string, NamedTensor>> {
  if (features === undefined) return {};
  const { topK } = features;
  const rule = RULE.map((part): [string, NamedTensor] => {
    const data = features[part];
    return [part, { shape: [data.length], data }];
  });
  return {
    ...Object.fromEntries(rule),
    ...(topK
      ? {
          'encoder.A': { shape: [width, topK.c.length], data: topK.A },
          'encoder.c': { shape: [topK.c.length], data: topK.c },
          'encoder.k': { shape: [1], data: Float32Array.of(topK.k) },
        }
      : {}),
  };
}

const RULE = ['threshold', 'slope', 'whenActive', 'always'] as const;

/**
 * The intervention that the tensors of an artefact hold.
 * @throws FormatError `gate` where one is torn or misshapen; `gate` or `direction` where a number is not finite
 */
export function steeringOf(
  tensors: ReadonlyMap<string, StoredTensor>,
  layers: number,
): { directions: Map<number, Float32Array>; gates: Map<number, GateWeights> } {
  const floats = (name: string): Float32Array | undefined => {
    const data = tensors.get(name)?.data;
    return data instanceof Float32Array ? data : undefined;
  };
  const directions = new Map<number, Float32Array>();
  const gates = new Map<number, GateWeights>();
  for (let layer = 0; layer < layers; layer++) {
    const direction = floats(directionTensor(layer));
    if (direction) directions.set(layer, finite(direction, layer));
    const gate = gateOf(layer, (part) => floats(`gate.${layer}.${part}`), tensors.get(`gate.${layer}.V`)?.shape);
    if (gate) gates.set(layer, gate);
  }
  return { directions, gates };
}

function finite(direction: Float32Array, layer: number): Float32Array {
  if (direction.every(Number.isFinite)) return direction;
  throw damaged('direction', layer, 'a number of it is not finite');
}

function gateOf(
  layer: number,
  part: (name: string) => Float32Array | undefined,
  shape: readonly number[] = [],
): GateWeights | undefined {
  const own = ['A', 'c', 'V'].map(part);
  const choosing = ['P', 'q'].map(part);
  const refining = ['mean', 'scale', 'wanted', 'rate'].map(part);
  const ruling = RULE.map(part);
  const encoding = ['encoder.A', 'encoder.c', 'encoder.k'].map(part);
  const all = [...own, ...choosing, ...refining, ...ruling, ...encoding];
  if (all.every((found) => found === undefined)) return undefined;
  const isLacking = !isWhole(own) || [choosing, refining, ruling, encoding].some(isTorn);
  if (isLacking || (isWhole(encoding) && !isWhole(ruling))) throw damaged('gate', layer, 'it lacks a tensor');
  const [A, c, V] = own;
  const [rank = 0, width = 0] = shape;
  const gate: GateWeights = {
    rank,
    A,
    c,
    V,
    ...choiceOf(choosing),
    ...refinementOf(refining),
    ...ruleOf(ruling, encoding),
  };
  const fault = gateFault(gate, width);
  if (fault !== undefined) throw damaged('gate', layer, fault);
  return gate;
}

type Parts = readonly (Float32Array | undefined)[];

function isWhole(parts: Parts): parts is readonly Float32Array[] {
  return parts.every((part) => part !== undefined);
}

/** True where some parts are there and others are not. */
function isTorn(parts: Parts): boolean {
  return !isWhole(parts) && parts.some((part) => part !== undefined);
}

function choiceOf(parts: Parts): Pick<GateWeights, 'choice'> {
  if (!isWhole(parts)) return {};
  const [P, q] = parts;
  return { choice: { P, q } };
}

function refinementOf(parts: Parts): Pick<GateWeights, 'refinement'> {
  if (!isWhole(parts)) return {};
  const [mean, scale, wanted, rate] = parts;
  return { refinement: { mean, scale, wanted, rate: rate[0] } };
}

function ruleOf(rule: Parts, encoder: Parts): Pick<GateWeights, 'features'> {
  if (!isWhole(rule)) return {};
  const [threshold, slope, whenActive, always] = rule;
  const features = { threshold, slope, whenActive, always };
  if (!isWhole(encoder)) return { features };
  const [A, c, k] = encoder;
  return { features: { ...features, topK: { k: k[0], A, c } } };
}

function damaged(what: 'gate' | 'direction', layer: number, fault: string): FormatError {
  return new FormatError(what, `the ${what} of layer ${layer} is damaged: ${fault}`, 'Make the artefact again.');
}
