/**
 * Difference of means, also known as contrastive activation addition (Rimsky et al. 2024; for programming languages
 * arXiv 2603.23629): v_l = mean(h+_l) - mean(h-_l), added to the residual stream. The baseline of every other method.
 */
import { differenceOfMeans } from './means.ts';
import { norm } from '../tensor/norm.ts';
import { TAIL_POSITIONS } from './method.ts';
import type { ContrastData, FitBench, FittedSteering, SteeringMethod } from './method.ts';
import { mostSeparatingLayer } from './separation.ts';
import { chooseCandidate } from './tuning.ts';

export const dim: SteeringMethod = {
  id: 'dim',
  title: 'difference of means',
  positions: TAIL_POSITIONS,
  fit: (data, bench) => fitVectors(data, bench, (directions) => directions),
};

/** Fits vectors that are made of the differences of the means, [layer][dModel]. */
export async function fitVectors(
  data: ContrastData,
  bench: FitBench,
  make: (differences: readonly Float32Array[]) => readonly Float32Array[],
): Promise<FittedSteering> {
  const positive = await bench.activations(data.positive);
  const negative = await bench.activations(data.negative);
  const directions = make(differenceOfMeans(positive, negative));
  const intervention = { kind: 'vectors', directions } as const;
  const { medianNorms } = negative;
  const doses = directions.map((direction, layer) => norm(direction) / medianNorms[layer]);
  if (bench.tasks > 0) {
    const { best, figures } = await chooseCandidate(intervention, bench);
    return { ...best, intervention, medianNorms, figures: { ...figures, dosePerStrength: doses } };
  }
  const { layer, separations } = mostSeparatingLayer(positive, negative);
  const figures = { chosenBy: 'separation of held-out texts', separations, dosePerStrength: doses };
  return { layers: [layer], strength: 1, scope: bench.scope, intervention, medianNorms, figures };
}
