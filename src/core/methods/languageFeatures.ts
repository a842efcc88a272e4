/**
 * The features of a sparse autoencoder that speak for one side of a contrast of languages: they tell its texts from the
 * others, and promote its words above the other side's. The "language neurons" of Neural FOXP2 (arXiv 2602.00945), first stage; the selectivity
 * is the area under the ROC curve, and the lift is read off the decoder instead of being tried out feature by feature.
 */
import { decoderRow } from '../sae/features.ts';
import { norm } from '../tensor/norm.ts';
import type { FeatureBench, FeatureLift } from './method.ts';
import { meanRow } from './means.ts';
import { areaUnderCurve } from './separation.ts';

/** Selectivity from here on: an AUROC of at least 0.9, or at most 0.1. */
const LEAST_SELECTIVITY = 0.8;

/** Features that are kept at most: as many as an autoencoder of ours has active at a token. */
const MOST_FEATURES = 32;

export interface LanguageFeature extends FeatureLift {
  /** 2 AUROC - 1, by the mean activation over the tail of each text: 1 for the target's alone, -1 for the source's. */
  readonly selectivity: number;
  /** Its mean activation on the target's texts, less that on the source's: what the shift takes of its decoder row. */
  readonly shift: number;
}

/**
 * @param positive the features of the target's texts, [texts, dSae]
 * @param negative of the source's
 * @returns those that write most of the difference, the most first; none where no feature tells both apart and favours the words of its own
 */
export async function languageFeatures(
  { sae, lifts }: Pick<FeatureBench, 'sae' | 'lifts'>,
  positive: Float32Array,
  negative: Float32Array,
): Promise<LanguageFeature[]> {
  const { dSae } = sae;
  const [target, source] = [meanRow(positive, dSae), meanRow(negative, dSae)];
  const selective = Array.from(target, (mean, index) => ({ index, shift: mean - source[index] }))
    .filter(({ shift }) => shift !== 0)
    .map((feature) => ({ ...feature, selectivity: selectivityOf(positive, negative, dSae, feature.index) }))
    .filter(({ selectivity }) => Math.abs(selectivity) >= LEAST_SELECTIVITY);
  const found = await lifts(selective.map(({ index }) => index));
  return selective
    .map((feature, i) => ({ ...feature, ...found[i] }))
    .filter(({ selectivity, lift, sourceLift }) => selectivity * (lift - sourceLift) > 0)
    .map((feature) => ({ feature, written: Math.abs(feature.shift) * norm(decoderRow(sae, feature.index)) }))
    .sort((a, b) => b.written - a.written)
    .slice(0, MOST_FEATURES)
    .map(({ feature }) => feature);
}

function selectivityOf(positive: Float32Array, negative: Float32Array, dSae: number, feature: number): number {
  const column = (rows: Float32Array): number[] =>
    Array.from({ length: rows.length / dSae }, (_, row) => rows[row * dSae + feature]);
  return 2 * areaUnderCurve(column(positive), column(negative)) - 1;
}
