/**
 * The operators that our graphs may use, each with its inputs and outputs by role, in ONNX order. A node refers to
 * roles and never to positions, so that a later pass (the backward graph) can tell a weight from an activation.
 * Operators of the `com.microsoft` domain are ONNX Runtime's contrib operators.
 */

interface OpSchema {
  readonly domain: '' | 'com.microsoft';
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export const OPS = {
  Add: { domain: '', inputs: ['a', 'b'], outputs: ['y'] },
  Mul: { domain: '', inputs: ['a', 'b'], outputs: ['y'] },
  And: { domain: '', inputs: ['a', 'b'], outputs: ['y'] },
  Greater: { domain: '', inputs: ['a', 'b'], outputs: ['y'] },
  TopK: { domain: '', inputs: ['x', 'k'], outputs: ['values', 'indices'] },
  Where: { domain: '', inputs: ['condition', 'x', 'y'], outputs: ['y'] },
  MatMul: { domain: '', inputs: ['a', 'b'], outputs: ['y'] },
  Gemm: { domain: '', inputs: ['a', 'b', 'c'], outputs: ['y'] },
  FusedMatMul: { domain: 'com.microsoft', inputs: ['a', 'b'], outputs: ['y'] },
  Sigmoid: { domain: '', inputs: ['x'], outputs: ['y'] },
  Softmax: { domain: '', inputs: ['x'], outputs: ['y'] },
  LogSoftmax: { domain: '', inputs: ['x'], outputs: ['y'] },
  Relu: { domain: '', inputs: ['x'], outputs: ['y'] },
  Less: { domain: '', inputs: ['a', 'b'], outputs: ['y'] },
  Abs: { domain: '', inputs: ['x'], outputs: ['y'] },
  Exp: { domain: '', inputs: ['x'], outputs: ['y'] },
  Sub: { domain: '', inputs: ['a', 'b'], outputs: ['y'] },
  Identity: { domain: '', inputs: ['x'], outputs: ['y'] },
  Shape: { domain: '', inputs: ['x'], outputs: ['y'] },
  Reshape: { domain: '', inputs: ['data', 'shape'], outputs: ['y'] },
  Transpose: { domain: '', inputs: ['x'], outputs: ['y'] },
  Gather: { domain: '', inputs: ['data', 'indices'], outputs: ['y'] },
  Concat: { domain: '', inputs: ['a', 'b'], outputs: ['y'] },
  Split: { domain: '', inputs: ['x', 'split'], outputs: [] },
  SequenceEmpty: { domain: '', inputs: [], outputs: ['y'] },
  ReduceSum: { domain: '', inputs: ['data', 'axes'], outputs: ['y'] },
  SimplifiedLayerNormalization: { domain: '', inputs: ['x', 'gain'], outputs: ['normalized'] },
  SkipSimplifiedLayerNormalization: {
    domain: 'com.microsoft',
    inputs: ['branch', 'skip', 'gain', 'bias'],
    outputs: ['normalized', 'mean', 'inverseDeviation', 'sum'],
  },
  MatMulNBits: {
    domain: 'com.microsoft',
    inputs: ['x', 'quantized', 'scales', 'zeroPoints'],
    outputs: ['y'],
  },
  GatherBlockQuantized: {
    domain: 'com.microsoft',
    inputs: ['quantized', 'indices', 'scales', 'zeroPoints'],
    outputs: ['y'],
  },
  GroupQueryAttention: {
    domain: 'com.microsoft',
    inputs: ['query', 'key', 'value', 'pastKey', 'pastValue', 'seqlens', 'totalLength', 'cosCache', 'sinCache'],
    outputs: ['y', 'presentKey', 'presentValue'],
  },
  RotaryEmbedding: {
    domain: 'com.microsoft',
    inputs: ['x', 'positions', 'cosCache', 'sinCache'],
    outputs: ['y'],
  },
  QuickGelu: { domain: 'com.microsoft', inputs: ['x'], outputs: ['y'] },
} as const satisfies Record<string, OpSchema>;

export type OpName = keyof typeof OPS;
export type InputRole<O extends OpName> = (typeof OPS)[O]['inputs'][number];
export type OutputRole<O extends OpName> = (typeof OPS)[O]['outputs'][number];
