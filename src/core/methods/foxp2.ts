/**
 * Neural FOXP2 (Saha et al. 2026, arXiv 2602.00945), which makes a language other than English a model's default, for
 * programming languages. What could be read of the paper is its abstract; the formulas of rank and window are what public
 * re-implementations say its section 2.2 has, and the rest is our reading of the abstract:
 *
 * 1. Localise: of a sparse autoencoder's features those that tell the languages' texts apart and promote the words of
 *    their own above the other's (`languageFeatures.ts`). The paper has an autoencoder for each layer; this has one, of one layer.
 * 2. Directions: at each layer the singular value decomposition of the differences, pair by pair. The eigengap says how many
 *    directions are kept, and which neighbouring layers, the autoencoder's among them, are the window (`subspace.ts`).
 * 3. Steer: a signed, sparse shift in the window. At the autoencoder's layer it is sparse in features: decoder rows, added for
 *    the target's and taken off for the source's. At the others it is the mean difference inside of the subspace, sparse
 *    in the stream's own coordinates.
 *
 * Every shift is made as long as the difference of means at its layer, so that strengths mean what they mean for `dim`.
 */
import { UsageError } from '../errors.ts';
import { decoderRow } from '../sae/features.ts';
import { norm } from '../tensor/norm.ts';
import { languageFeatures, type LanguageFeature } from './languageFeatures.ts';
import { differenceOfMeans, differencesOf } from './means.ts';
import { TAIL_POSITIONS } from './method.ts';
import type { ContrastData, FeatureBench, FitBench, FittedSteering, SteeringMethod } from './method.ts';
import { layerWindow, projectOnto, shiftSubspace } from './subspace.ts';
import { candidatesAt, chooseCandidate } from './tuning.ts';

/** Layers of the window, as many as `fit` has in its own. */
const WINDOW_LAYERS = 5;

/** A sparse shift is the fewest coordinates that hold this share of its square. */
const KEPT_SHARE = 0.9;

export const foxp2: SteeringMethod = {
  id: 'foxp2',
  title: 'Neural FOXP2: language features of an autoencoder, and the subspace of the differences around them',
  positions: TAIL_POSITIONS,
  needsSae: true,
  fit,
};

async function fit(data: ContrastData, bench: FitBench): Promise<FittedSteering> {
  const { features } = bench;
  if (features === undefined)
    throw new UsageError(
      'no-language',
      'foxp2 looks for features of a language, and two lists of prompts have none',
      'Give --target, or take another method.',
    );
  const chosen = await chooseFeatures(data, features);
  const positive = await bench.activations(data.positive);
  const negative = await bench.activations(data.negative);
  const differences = differenceOfMeans(positive, negative);
  const subspaces = positive.means.map((rows, layer) =>
    shiftSubspace(differencesOf(rows, negative.means[layer], bench.dModel), bench.dModel),
  );
  const window = layerWindow(subspaces, features.layer, WINDOW_LAYERS);
  const shifts = differences.map((difference, layer) =>
    layer === features.layer
      ? featureShift(features, chosen)
      : window.layers.includes(layer)
        ? sparse(projectOnto(subspaces[layer], difference))
        : new Float32Array(bench.dModel),
  );
  const directions = shifts.map((shift, layer) => scaledTo(shift, norm(differences[layer])));
  const intervention = { kind: 'vectors', directions } as const;
  const places = window.layers.length > 1 ? [[features.layer], window.layers] : [window.layers];
  const { best, figures } = await chooseCandidate(intervention, bench, candidatesAt(places, bench.scope));
  return {
    ...best,
    intervention,
    medianNorms: negative.medianNorms,
    figures: {
      ...figures,
      dosePerStrength: directions.map((direction, layer) => norm(direction) / negative.medianNorms[layer]),
      features: chosen,
      window,
      spectra: subspaces.map(({ rank, effectiveRank, gap, mass, stability }) => ({
        ...{ rank, effectiveRank, gap, mass, stability },
      })),
      coordinates: directions.map((direction) => direction.filter((value) => value !== 0).length),
      // How much of what `dim` would add each sparse shift has.
      cosines: directions.map((direction, layer) => cosine(direction, differences[layer])),
    },
  };
}

/** @throws UsageError `no-language-features` where the autoencoder knows nothing of the contrast */
async function chooseFeatures(data: ContrastData, features: FeatureBench): Promise<LanguageFeature[]> {
  const positive = await features.activations(data.positive);
  const negative = await features.activations(data.negative);
  const chosen = await languageFeatures(features, positive, negative);
  if (chosen.length > 0) return chosen;
  throw new UsageError(
    'no-language-features',
    'no feature of this autoencoder tells the languages apart and promotes the words of its own above the other’s',
    'Give another one with --sae, one that was trained longer or on these languages, or take another method.',
  );
}

/** Σ shift · decoder row: on for the target's features, off for the source's. */
function featureShift({ sae }: FeatureBench, features: readonly LanguageFeature[]): Float32Array {
  const sum = new Float64Array(sae.dIn);
  for (const { index, shift } of features) decoderRow(sae, index).forEach((value, i) => (sum[i] += shift * value));
  return Float32Array.from(sum);
}

/** The fewest coordinates that hold most of the square, the others 0. */
function sparse(vector: Float32Array): Float32Array {
  const order = Array.from(vector, (value, i) => ({ i, square: value ** 2 })).sort((a, b) => b.square - a.square);
  const enough = KEPT_SHARE * norm(vector) ** 2;
  const kept = new Float32Array(vector.length);
  let held = 0;
  for (const { i, square } of order) {
    if (held >= enough) break;
    held += square;
    kept[i] = vector[i];
  }
  return kept;
}

function scaledTo(vector: Float32Array, length: number): Float32Array {
  const own = norm(vector);
  return own > 0 ? vector.map((value) => (value / own) * length) : vector;
}

/** 0 where either of them is. */
function cosine(a: Float32Array, b: Float32Array): number {
  const lengths = norm(a) * norm(b);
  return lengths > 0 ? a.reduce((sum, value, i) => sum + value * b[i], 0) / lengths : 0;
}
