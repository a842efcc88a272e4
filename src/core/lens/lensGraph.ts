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

/** The final layer's log-probabilities at the same positions, as the graph of measures reads them. */
export const LENS_FINAL = 'finalLogProbs';
export const LENS_LOG_PROBS = 'logProbs';
export const LENS_ENTROPY = 'entropy';
export const LENS_DIVERGENCE = 'divergence';

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

/**
 * What directions add to the logits by themselves, without the norm's division: through its gain and the head. Input
 * `streams` [1, rows, dModel]; output `logits` [1, rows, vocab].
 */
export function buildDirectLogits(config: DecoderConfig, weights: PackedWeights): Graph {
  const graph = new Graph();
  const streams = graph.input(LENS_INPUT, 'float32', [1, 'rows', config.dModel]);
  const gain = vectorValue(graph, weightName.finalNorm, weights.vector(weightName.finalNorm));
  const scaled = graph.apply('Mul', 'scaled', { a: streams, b: gain });
  linear(graph, 'logits', scaled, weights.matrix(weightName.head));
  graph.output('logits', 'float32', [1, 'rows', config.vocab]);
  return graph;
}

/**
 * The lens with what is measured of its distributions, in nats: outputs also `logProbs` [1, rows, vocab], `entropy`
 * -Σ p log p [1, rows], and `divergence` KL(final || lens) [1, rows], the direction in which the tuned lens is trained
 * (Belrose et al. 2023, arXiv 2303.08112). Input `finalLogProbs` [1, rows, vocab].
 */
export function buildLensMeasures(config: DecoderConfig, weights: PackedWeights): Graph {
  const graph = buildLens(config, weights);
  const final = graph.input(LENS_FINAL, 'float32', [1, 'rows', config.vocab]);
  const logProbs = graph.apply('LogSoftmax', LENS_LOG_PROBS, { x: 'logits' }, { axis: -1 });
  const mean = (name: string, of: string, logs: string): string => {
    const probabilities = graph.apply('Exp', `${name}.probabilities`, { x: of });
    const terms = graph.apply('Mul', `${name}.terms`, { a: probabilities, b: logs });
    return graph.apply('ReduceSum', name, { data: terms, axes: graph.int64s([-1]) }, { keepdims: 0 });
  };
  const negated = graph.apply('Sub', 'negated', { a: graph.float32(0), b: logProbs });
  mean(LENS_ENTROPY, logProbs, negated);
  mean(LENS_DIVERGENCE, final, graph.apply('Sub', 'gained', { a: final, b: logProbs }));
  graph.output(LENS_LOG_PROBS, 'float32', [1, 'rows', config.vocab]);
  graph.output(LENS_ENTROPY, 'float32', [1, 'rows']);
  graph.output(LENS_DIVERGENCE, 'float32', [1, 'rows']);
  return graph;
}
