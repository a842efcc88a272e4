/**
 * The dense part of a step of top-k training, as a graph: the pre-activations of a batch. What comes after it touches only
 * the few features that are active, and is done by the kernels (`engine/sae/train/sparseStep.ts`).
 *
 *     pre = input wEnc^T + bEnc        [batch, dSae]
 */
import { Graph } from '../../graph/graph.ts';

/** Names of inputs and outputs. */
export const ENCODE = { input: 'input', wEnc: 'wEnc', bEnc: 'bEnc', pre: 'pre' } as const;

/** @param width of a row of input and wEnc: dIn, filled up with zeros as the kernels want it */
export function encodeGraph(batch: number, width: number, dSae: number): Graph {
  const graph = new Graph();
  graph.apply(
    'Gemm',
    ENCODE.pre,
    {
      a: graph.input(ENCODE.input, 'float32', [batch, width]),
      b: graph.input(ENCODE.wEnc, 'float32', [dSae, width]),
      c: graph.input(ENCODE.bEnc, 'float32', [dSae]),
    },
    { transB: 1 },
  );
  graph.output(ENCODE.pre, 'float32', [batch, dSae]);
  return graph;
}
