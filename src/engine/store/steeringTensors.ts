/**
 * How an intervention lies in the tensors of an artefact: `direction.N` [dModel] for a vector of layer N; for a gate
 * `gate.N.A` [width, columns], `gate.N.c`, `gate.N.V` [rank, width]; where it chooses, `gate.N.P` and `gate.N.q`; where it
 * learns, `gate.N.mean`, `gate.N.scale`, `gate.N.wanted` and `gate.N.rate` [1].
 */
import { FormatError } from '../../core/errors.ts';
import type { Intervention } from '../../core/methods/method.ts';
import { gateFault, type GateWeights } from '../../core/steering/gate.ts';
import type { StoredTensor } from './store.ts';

/** Name of the tensor that holds the direction of a layer. */
export function directionTensor(layer: number): string {
  return `direction.${layer}`;
}

/** True for the tensors of a layer's direction or gate. */
export function isOfLayer(name: string, layer: number): boolean {
  return name === directionTensor(layer) || name.startsWith(`gate.${layer}.`);
}

/** The tensors of what a method made; of gates only those in `layers`, the others being of no use without being chosen. */
export function tensorsOf(
  intervention: Intervention,
  layers: readonly number[],
): Map<string, { shape: number[]; data: Float32Array }> {
  const tensors = new Map<string, { shape: number[]; data: Float32Array }>();
  if (intervention.kind === 'vectors') {
    for (const [layer, data] of intervention.directions.entries())
      tensors.set(directionTensor(layer), { shape: [data.length], data });
    return tensors;
  }
  for (const layer of layers) {
    const gate = intervention.gates.get(layer);
    if (gate === undefined) continue;
    const { rank, A, c, choice, V, refinement } = gate;
    const width = V.length / rank;
    tensors.set(`gate.${layer}.A`, { shape: [width, A.length / width], data: A });
    tensors.set(`gate.${layer}.c`, { shape: [c.length], data: c });
    tensors.set(`gate.${layer}.V`, { shape: [rank, width], data: V });
    if (choice) {
      tensors.set(`gate.${layer}.P`, { shape: [width, rank], data: choice.P });
      tensors.set(`gate.${layer}.q`, { shape: [rank], data: choice.q });
    }
    if (refinement) {
      for (const part of ['mean', 'scale', 'wanted'] as const)
        tensors.set(`gate.${layer}.${part}`, { shape: [width], data: refinement[part] });
      tensors.set(`gate.${layer}.rate`, { shape: [1], data: Float32Array.of(refinement.rate) });
    }
  }
  return tensors;
}

/** The intervention that the tensors of an artefact hold. @throws FormatError `gate` where one is torn or misshapen */
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
    if (direction) directions.set(layer, direction);
    const gate = gateOf(layer, (part) => floats(`gate.${layer}.${part}`), tensors.get(`gate.${layer}.V`)?.shape);
    if (gate) gates.set(layer, gate);
  }
  return { directions, gates };
}

function gateOf(
  layer: number,
  part: (name: string) => Float32Array | undefined,
  shape: readonly number[] = [],
): GateWeights | undefined {
  const parts = ['A', 'c', 'V', 'P', 'q'].map(part);
  if (parts.every((found) => found === undefined)) return undefined;
  const [A, c, V, P, q] = parts;
  const [rank = 0, width = 0] = shape;
  if (!A || !c || !V || (P === undefined) !== (q === undefined)) throw damaged(layer, 'it lacks a tensor');
  const [mean, scale, wanted, rate] = ['mean', 'scale', 'wanted', 'rate'].map(part);
  const refinement = mean && scale && wanted && rate ? { mean, scale, wanted, rate: rate[0] } : undefined;
  const gate = { rank, A, c, V, ...(P && q ? { choice: { P, q } } : {}), ...(refinement ? { refinement } : {}) };
  const fault = gateFault(gate, width);
  if (fault !== undefined) throw damaged(layer, fault);
  return gate;
}

function damaged(layer: number, fault: string): FormatError {
  return new FormatError('gate', `the gate of layer ${layer} is damaged: ${fault}`, 'Make the artefact again.');
}
