/**
 * The logit lens (nostalgebraist 2020): a residual stream of any layer, read as if it were the last one, through the
 * final norm and the head. A graph of its own, since it reads streams and no text.
 */
import type { DecoderConfig } from '../architectures/spec.ts';
import { Graph } from '../graph/graph.ts';
import { linear, vectorValue, type PackedWeights } from '../graph/weights.ts';
import { weightName } from '../weights/plan.ts';

export const LENS_INPUT = 'streams';
export const LENS_NORMALIZED = 'normalized';

/** Input `streams` [1, rows, dModel]; outputs `logits` [1, rows, vocab] and `normalized` [1, rows, dModel]. */
export function buildLens(config: DecoderConfig, weights: PackedWeights): Graph {
  const graph = new Graph();
  const streams = graph.input(LENS_INPUT, 'float32', [1, 'rows', config.dModel]);
  const gain = vectorValue(graph, weightName.finalNorm, weights.vector(weightName.finalNorm));
  const attributes = { epsilon: { float: config.rmsEpsilon }, axis: -1 };
  graph.add('SimplifiedLayerNormalization', LENS_NORMALIZED, { x: streams, gain }, ['normalized'], attributes);
  linear(graph, 'logits', LENS_NORMALIZED, weights.matrix(weightName.head));
  graph.output('logits', 'float32', [1, 'rows', config.vocab]);
  graph.output(LENS_NORMALIZED, 'float32', [1, 'rows', config.dModel]);
  return graph;
}
