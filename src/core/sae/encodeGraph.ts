/** The matrix work on an autoencoder as graphs, for whole corpora: what `encode` does before features are chosen, and cosines. */
import { Graph } from '../graph/graph.ts';
import { norm } from '../tensor/norm.ts';
import type { Sae } from './sae.ts';

export const ENCODE_INPUT = 'x';
export const ENCODE_OUTPUT = 'pre';

/** Input `x` [rows, dIn]; output `pre` [rows, dSae]. */
export function buildEncode({ wEnc, bEnc, bDec, dIn, dSae, applyBDecToInput }: Sae): Graph {
  const graph = new Graph();
  const input = graph.input(ENCODE_INPUT, 'float32', ['rows', dIn]);
  const x = applyBDecToInput
    ? graph.apply('Sub', 'centred', { a: input, b: constant(graph, 'bDec', bDec, [dIn]) })
    : input;
  const product = graph.apply('MatMul', 'product', { a: x, b: constant(graph, 'wEnc', wEnc, [dIn, dSae]) });
  graph.apply('Add', ENCODE_OUTPUT, { a: product, b: constant(graph, 'bEnc', bEnc, [dSae]) });
  graph.output(ENCODE_OUTPUT, 'float32', ['rows', dSae]);
  return graph;
}

export const COSINES_INPUT = 'rows';
export const COSINES_OUTPUT = 'cosines';

/** Input `rows` [rows, dIn], of length 1; output `cosines` [rows, dSae] with each direction of `units`, of length 1. */
export function buildCosines(units: Float32Array, dIn: number): Graph {
  const graph = new Graph();
  const dSae = units.length / dIn;
  const input = graph.input(COSINES_INPUT, 'float32', ['rows', dIn]);
  const b = constant(graph, 'units', units, [dSae, dIn]);
  graph.apply('FusedMatMul', COSINES_OUTPUT, { a: input, b }, { transB: 1 });
  graph.output(COSINES_OUTPUT, 'float32', ['rows', dSae]);
  return graph;
}

/** What each feature writes, with length 1; zeros where it writes nothing: [dSae, dIn]. */
export function unitDecoder({ wDec, dIn, dSae }: Sae): Float32Array {
  const units = wDec.slice();
  for (let feature = 0; feature < dSae; feature++) {
    const row = units.subarray(feature * dIn, (feature + 1) * dIn);
    const length = norm(row);
    if (length > 0) for (let i = 0; i < dIn; i++) row[i] /= length;
  }
  return units;
}

function constant(graph: Graph, name: string, values: Float32Array, shape: readonly number[]): string {
  const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return graph.initializer({ name, dtype: 'float32', shape, data });
}
