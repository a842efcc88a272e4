/**
 * A step of training where any number of features may be active (`relu`, `jumprelu`), forward and backward, as one graph:
 * matrices as they are, since nothing bounds how many entries are not zero. The gradients were derived by hand.
 *
 *     f     = pre where active, else 0;  active: pre > threshold (`jumprelu`), pre > 0 (`relu`)
 *     error = f wDec - input                                                     input is less bDec already
 *     loss  = mean over the batch of |error|^2 + sparsity * (`relu`: sum of f; `jumprelu`: number of active features)
 *
 * The number of active features has no gradient. Rajamanoharan et al. 2024 (arXiv 2407.14435, section 3 and appendix F) give
 * the threshold one through a kernel estimate: a rectangle K of width {@link BANDWIDTH} round it,
 *
 *     d f / d threshold      = -(threshold / BANDWIDTH) K((pre - threshold) / BANDWIDTH)
 *     d active / d threshold = -(1 / BANDWIDTH) K((pre - threshold) / BANDWIDTH)
 */
import { Graph } from '../../graph/graph.ts';

/** Names of inputs and outputs. */
export const DENSE = {
  input: 'input',
  wEnc: 'wEnc',
  bEnc: 'bEnc',
  wDec: 'wDec',
  threshold: 'threshold',
  /** The price of sparsity, divided by the batch: a scalar. */
  price: 'price',
  error: 'error',
  gradWEnc: 'gradWEnc',
  gradWDec: 'gradWDec',
  gradBEnc: 'gradBEnc',
  gradThreshold: 'gradThreshold',
  /** For how many inputs each feature is active. */
  fired: 'fired',
  /** The sum of f over the batch, of each feature. */
  sums: 'sums',
} as const;

/** The width of the kernel, where inputs have variance 1. */
export const BANDWIDTH = 0.05;

export interface DenseShape {
  readonly architecture: 'relu' | 'jumprelu';
  readonly batch: number;
  /** Of a row of input and of the weights: dIn, filled up with zeros. */
  readonly width: number;
  readonly dSae: number;
}

export function denseGraph({ architecture, batch, width, dSae }: DenseShape): Graph {
  const graph = new Graph();
  const zero = graph.float32(0);
  const twoMeans = { alpha: { float: 2 / batch } };
  const input = graph.input(DENSE.input, 'float32', [batch, width]);
  const wEnc = graph.input(DENSE.wEnc, 'float32', [dSae, width]);
  const bEnc = graph.input(DENSE.bEnc, 'float32', [dSae]);
  const wDec = graph.input(DENSE.wDec, 'float32', [dSae, width]);
  const price = graph.input(DENSE.price, 'float32', []);
  const isJump = architecture === 'jumprelu';
  const threshold = isJump ? graph.input(DENSE.threshold, 'float32', [dSae]) : zero;

  const pre = graph.apply('Gemm', 'pre', { a: input, b: wEnc, c: bEnc }, { transB: 1 });
  const active = graph.apply('Greater', 'active', { a: pre, b: threshold });
  const f = graph.apply('Where', 'f', { condition: active, x: pre, y: zero });
  const xHat = graph.apply('MatMul', 'xHat', { a: f, b: wDec });
  const error = graph.apply('Sub', DENSE.error, { a: xHat, b: input });

  const ofError = graph.apply('FusedMatMul', 'gradF', { a: error, b: wDec }, { transB: 1, ...twoMeans });
  const gradF = isJump ? ofError : graph.apply('Add', 'gradF.priced', { a: ofError, b: price });
  const gradPre = graph.apply('Where', 'gradPre', { condition: active, x: gradF, y: zero });
  graph.apply('FusedMatMul', DENSE.gradWEnc, { a: gradPre, b: input }, { transA: 1 });
  graph.apply('FusedMatMul', DENSE.gradWDec, { a: f, b: error }, { transA: 1, ...twoMeans });
  sumOverBatch(graph, DENSE.gradBEnc, gradPre);
  const ones = graph.apply('Where', 'active.ones', { condition: active, x: graph.float32(1), y: zero });
  sumOverBatch(graph, DENSE.fired, ones);
  sumOverBatch(graph, DENSE.sums, f);
  if (isJump) gradThreshold(graph, { pre, threshold, gradF, price });

  graph.output(DENSE.error, 'float32', [batch, width]);
  for (const name of [DENSE.gradWEnc, DENSE.gradWDec]) graph.output(name, 'float32', [dSae, width]);
  for (const name of [DENSE.gradBEnc, DENSE.fired, DENSE.sums]) graph.output(name, 'float32', [dSae]);
  if (isJump) graph.output(DENSE.gradThreshold, 'float32', [dSae]);
  return graph;
}

interface ThresholdParts {
  readonly pre: string;
  readonly threshold: string;
  readonly gradF: string;
  readonly price: string;
}

/** Where pre is near the threshold: -(threshold gradF + price) / BANDWIDTH, summed over the batch. */
function gradThreshold(graph: Graph, { pre, threshold, gradF, price }: ThresholdParts): void {
  const beyond = graph.apply('Sub', 'beyond', { a: pre, b: threshold });
  const distance = graph.apply('Abs', 'distance', { x: beyond });
  const near = graph.apply('Less', 'near', { a: distance, b: graph.float32(BANDWIDTH / 2) });
  const ofF = graph.apply('Mul', 'gradF.threshold', { a: gradF, b: threshold });
  const priced = graph.apply('Add', 'gradThreshold.priced', { a: ofF, b: price });
  const scaled = graph.apply('Mul', 'gradThreshold.scaled', { a: priced, b: graph.float32(-1 / BANDWIDTH) });
  const each = graph.apply('Where', 'gradThreshold.each', { condition: near, x: scaled, y: graph.float32(0) });
  sumOverBatch(graph, DENSE.gradThreshold, each);
}

function sumOverBatch(graph: Graph, name: string, data: string): string {
  return graph.apply('ReduceSum', name, { data, axes: graph.int64s([0]) }, { keepdims: 0 });
}
