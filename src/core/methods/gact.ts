/**
 * G-ACT (arXiv 2506.18887): the differences between what is wanted and what the model does are clustered, prompt by prompt
 * and layer by layer; at each token a probe of the residual stream chooses among the centroids, and another one sets how
 * much of it is added. One cluster makes it a single gated direction, which is what clusters have to beat.
 */
import { kMeans } from '../clusters/kMeans.ts';
import { fitCentroids } from '../probes/centroids.ts';
import { prepareFeatures } from '../probes/features.ts';
import { refine, softened } from '../probes/refine.ts';
import { createRandom } from '../stats/random.ts';
import type { GateHook, GateWeights, Refinement } from '../steering/gate.ts';
import { choiceOf, strengthProbe } from './gates.ts';
import { differencesOf, meanRow } from './means.ts';
import { TAIL_POSITIONS } from './method.ts';
import type { ContrastData, FitBench, FitOptions, FittedSteering, SteeringMethod, TailActivations } from './method.ts';
import { fitGates } from './fitGates.ts';

interface Variant {
  readonly id: string;
  readonly title: string;
  readonly hook: GateHook;
  readonly clusters: number;
  /** True refines both probes by gradient while they steer. */
  readonly isOnline?: boolean;
}

function gactVariant({ id, title, hook, clusters, isOnline = false }: Variant): SteeringMethod {
  return {
    id,
    title,
    positions: TAIL_POSITIONS,
    fit: (data: ContrastData, bench: FitBench, { seed }: FitOptions): Promise<FittedSteering> =>
      fitGates(data, bench, hook, (positive, negative, layer) => {
        const gate = gateOf(positive, negative, layer, clusters, seed);
        return isOnline ? { ...gate, refinement: refinementOf(positive, negative, layer) } : gate;
      }),
  };
}

export const gact = gactVariant({
  id: 'gact',
  title: 'G-ACT: clustered differences, chosen and dosed by probes of the residual stream',
  hook: 'resid_post',
  clusters: 4,
});

export const gactMid = gactVariant({
  id: 'gact-mid',
  title: 'G-ACT on the stream between attention and MLP',
  hook: 'resid_mid',
  clusters: 4,
});

export const gactOnline = gactVariant({
  id: 'gact-online',
  title: 'G-ACT whose probes are refined by gradient while it steers',
  hook: 'resid_post',
  clusters: 4,
  isOnline: true,
});

export const gate = gactVariant({
  id: 'gate',
  title: 'one direction for each layer, dosed by a probe of the residual stream',
  hook: 'resid_post',
  clusters: 1,
});

function gateOf(
  positive: TailActivations,
  negative: TailActivations,
  layer: number,
  clusters: number,
  seed: number,
): GateWeights {
  const [wanted, own] = [positive.means[layer], negative.means[layer]];
  const width = own.length / negative.texts;
  const differences = differencesOf(wanted, own, width);
  const strength = strengthProbe(wanted, own, width);
  const k = Math.min(clusters, negative.texts);
  const { centroids, assignment } = kMeans(differences, negative.texts, k, createRandom(seed));
  if (k === 1) return { rank: 1, ...strength, V: centroids };
  // The probe sees the model's own state, which is what is there when it has to choose (paper, section 3.2).
  const start = softened(fitCentroids(own, assignment, k));
  return { rank: k, ...strength, choice: choiceOf(refine(start, own, assignment, { seed })), V: centroids };
}

function refinementOf(positive: TailActivations, negative: TailActivations, layer: number): Refinement {
  const own = negative.means[layer];
  const { mean, scale } = prepareFeatures(own, negative.texts);
  const width = mean.length;
  return { mean, scale, wanted: meanRow(positive.means[layer], width), rate: 1 / width };
}
