/** Packed weights as values of a graph: how each encoding multiplies, and how an embedding is looked up. */
import { BLOCK, type MatrixPlan, type PackedPart, type PackedParts, type PartRole } from '../weights/plan.ts';
import { SteerscopeError } from '../errors.ts';
import type { Graph } from './graph.ts';

/** Where the packed arrays of a model lie: the plan of each matrix with its parts, and the file that has them. */
export interface PackedMatrix {
  readonly plan: MatrixPlan;
  readonly parts: PackedParts;
  readonly file: string;
  /** What is multiplied by its 4-bit values; float32 where absent. */
  readonly activations?: 'int8';
}

export interface PackedVector {
  readonly part: PackedPart;
  readonly file: string;
}

export interface PackedWeights {
  matrix(name: string): PackedMatrix;
  vector(name: string): PackedVector;
}

/** ONNX Runtime's accuracy levels: 0 computes in float32, 4 rounds the activations to int8. */
const FLOAT32_ACTIVATIONS = 0;
const INT8_ACTIVATIONS = 4;

/**
 * The same weights, by which activations are multiplied after rounding them to 8 bits, with one scale for each 32 of them:
 * quicker for single tokens, and off by what docs/decisions/0032-int8-for-single-tokens.md says.
 */
export function withInt8Activations(weights: PackedWeights): PackedWeights {
  return {
    matrix: (name) => ({ ...weights.matrix(name), activations: 'int8' }),
    vector: (name) => weights.vector(name),
  };
}

/** A norm's gain as an initialiser. */
export function vectorValue(graph: Graph, name: string, vector: PackedVector): string {
  return partValue(graph, name, vector.part, vector.file);
}

/** y = x W^T for a packed W [rows, columns]. `x` is [..., columns], the result [..., rows]. */
export function linear(graph: Graph, name: string, x: string, matrix: PackedMatrix): string {
  const { plan } = matrix;
  if (plan.encoding === 'f32') {
    const weight = matrixPart(graph, matrix, 'weight');
    return graph.apply('FusedMatMul', name, { a: x, b: weight }, { transB: 1 });
  }
  const affine = plan.encoding === 'q4affine';
  const product = graph.apply(
    'MatMulNBits',
    affine ? `${name}.centred` : name,
    { x, quantized: matrixPart(graph, matrix, 'quantized'), scales: matrixPart(graph, matrix, 'scales') },
    {
      K: plan.columns,
      N: plan.rows,
      bits: plan.encoding === 'q8' ? 8 : 4,
      block_size: BLOCK,
      accuracy_level: plan.encoding === 'q8' || matrix.activations === 'int8' ? INT8_ACTIVATIONS : FLOAT32_ACTIVATIONS,
    },
  );
  if (!affine) return product;
  const sums = graph.apply('MatMul', `${name}.minimums`, {
    a: blockSums(graph, x, plan.columns),
    b: matrixPart(graph, matrix, 'correction'),
  });
  return graph.apply('Add', name, { a: product, b: sums });
}

/** The sums of x over each block of columns: [batch, pos, columns / 32]. One node pair for all who read the same x. */
function blockSums(graph: Graph, x: string, columns: number): string {
  const name = `${x}.blockSums`;
  if (graph.nodes.some((node) => node.name === name)) return name;
  const blocks = graph.apply('Reshape', `${x}.blocks`, {
    data: x,
    shape: graph.int64s([0, 0, columns / BLOCK, BLOCK]),
  });
  return graph.apply('ReduceSum', name, { data: blocks, axes: graph.int64s([-1]) }, { keepdims: 0 });
}

/** The rows of the embedding for `ids` [batch, pos]: [batch, pos, dModel]. */
export function lookUp(graph: Graph, name: string, ids: string, matrix: PackedMatrix): string {
  if (matrix.plan.encoding === 'f32')
    return graph.apply('Gather', name, { data: matrixPart(graph, matrix, 'weight'), indices: ids }, { axis: 0 });
  const flat = [matrix.plan.rows, matrix.plan.columns];
  return graph.apply(
    'GatherBlockQuantized',
    name,
    {
      quantized: matrixPart(graph, matrix, 'quantized', flat),
      indices: ids,
      scales: matrixPart(graph, matrix, 'scales'),
    },
    { bits: 8, block_size: BLOCK, gather_axis: 0, quantize_axis: 1 },
  );
}

function matrixPart(graph: Graph, matrix: PackedMatrix, role: PartRole, shape?: readonly number[]): string {
  const part = matrix.parts[role];
  if (part === undefined) throw new SteerscopeError('graph', `${matrix.plan.name} has no ${role}`);
  const suffix = shape === undefined ? '' : '.flat';
  return partValue(
    graph,
    `${matrix.plan.name}.${role}${suffix}`,
    shape === undefined ? part : { ...part, shape },
    matrix.file,
  );
}

function partValue(graph: Graph, name: string, part: PackedPart, file: string): string {
  const { dtype, shape, offset, length } = part;
  return graph.initializer({ name, dtype, shape, data: { file, offset, length } });
}
