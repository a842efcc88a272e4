/**
 * Static neuron attribution (arXiv 2506.18887, section 2.2), the baseline that fails: the one neuron whose weights speak
 * for the language's name most is held active. That adds its column of the MLP's output matrix to the stream, whatever the
 * text is, so it is a vector like any other.
 */
import { UsageError } from '../errors.ts';
import { norm } from '../tensor/norm.ts';
import type { Candidate, ContrastData, FitBench, FittedSteering, SteeringMethod } from './method.ts';
import { chooseCandidate } from './tuning.ts';

/** Neurons that are tried, one at a time, and how far each is driven: in median norms of the stream. */
const NEURONS = 4;
const DOSES = [0.25, 0.5, 1, 2];

/** Texts that the median norms are measured on. */
const NORM_TEXTS = 8;

export const staticNeurons: SteeringMethod = {
  id: 'static',
  title: 'static neuron attribution: the neuron of the language’s name, held active',
  positions: 'none: the neuron is found by the weights alone',
  fit,
};

async function fit(data: ContrastData, bench: FitBench): Promise<FittedSteering> {
  if (bench.tasks === 0)
    throw new UsageError(
      'no-language',
      'static neurons are found by the name of a language, and two lists of prompts have none',
      'Give --target, or take another method.',
    );
  const { medianNorms } = await bench.activations(data.negative.slice(0, NORM_TEXTS));
  const neurons = onePerLayer(await bench.topNeurons(NEURONS * 4)).slice(0, NEURONS);
  const directions = medianNorms.map(() => new Float32Array(bench.dModel));
  for (const { layer, writes } of neurons) {
    const scale = medianNorms[layer] / norm(writes);
    directions[layer] = writes.map((value) => value * scale);
  }
  const intervention = { kind: 'vectors', directions } as const;
  const candidates: Candidate[] = neurons.flatMap(({ layer }) =>
    DOSES.map((strength) => ({ layers: [layer], strength, scope: bench.scope })),
  );
  const { best, figures } = await chooseCandidate(intervention, bench, candidates);
  const named = neurons.map(({ layer, neuron, score }) => ({ layer, neuron, score }));
  return { ...best, intervention, medianNorms, figures: { ...figures, neurons: named } };
}

/** The best of each layer, in their order: a layer has one direction. */
function onePerLayer<T extends { readonly layer: number }>(neurons: readonly T[]): T[] {
  return neurons.filter(({ layer }, i) => neurons.findIndex((other) => other.layer === layer) === i);
}
