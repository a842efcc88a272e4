/** The autoencoder that a run has learnt, for activations as the model has them. */
import type { Sae } from '../sae.ts';
import type { TrainingConfig } from './config.ts';

export interface Learnt {
  readonly config: TrainingConfig;
  /** What inputs were multiplied by. */
  readonly scale: number;
  /** Numbers of a row. */
  readonly width: number;
  readonly wEnc: Float32Array; // [dSae, width]
  readonly wDec: Float32Array; // [dSae, width]
  readonly bEnc: Float32Array; // [dSae or more]
  readonly bDec: Float32Array; // [dIn or more]
  /** Of the scaled pre-activations, [dSae or more]: `jumprelu` and `batchtopk`. */
  readonly threshold?: Float32Array;
}

/**
 * Takes the scale s out. From s x - bDec = s (x - bDec / s) follows pre / s = (x - bDec / s) wEnc + bEnc / s, so weights stay
 * as they are, biases and thresholds are divided by s, and features come out in the units of the activations, with
 * decoder rows of norm 1. Which features are the k largest does not depend on s.
 */
export function foldedSae({ config, scale, width, wEnc, wDec, bEnc, bDec, threshold }: Learnt): Sae {
  const { architecture, dIn, dSae, k = 0 } = config;
  const unscaled = (values: Float32Array, length: number): Float32Array =>
    values.slice(0, length).map((value) => value / scale);
  const encoder = new Float32Array(dIn * dSae);
  const decoder = new Float32Array(dSae * dIn);
  for (let feature = 0; feature < dSae; feature++) {
    const from = feature * width;
    decoder.set(wDec.subarray(from, from + dIn), feature * dIn);
    for (let i = 0; i < dIn; i++) encoder[i * dSae + feature] = wEnc[from + i];
  }
  const shared = { dIn, dSae, wEnc: encoder, wDec: decoder, bEnc: unscaled(bEnc, dSae), bDec: unscaled(bDec, dIn) };
  if (architecture === 'topk') return { ...shared, architecture, k, applyBDecToInput: true };
  if (architecture === 'relu') return { ...shared, architecture: 'standard', applyBDecToInput: true };
  const thresholds = unscaled(threshold ?? new Float32Array(dSae), dSae);
  return { ...shared, architecture: 'jumprelu', threshold: thresholds, applyBDecToInput: true };
}
