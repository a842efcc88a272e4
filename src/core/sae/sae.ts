/**
 * A sparse autoencoder (SAE) over one hook of a model: its weights, and what it makes of activations.
 *
 *     pre  = (x - (applyBDecToInput ? bDec : 0)) wEnc + bEnc        [n, dSae]
 *     f    = by architecture, see {@link Architecture}               [n, dSae]
 *     xHat = f wDec + bDec                                           [n, dIn]
 *
 * Names and shapes are those of SAELens. What was made with scaled inputs has the scale folded into its weights: x is
 * always the value at the hook as the model has it.
 */
import { FormatError } from '../errors.ts';

/**
 * How features are made from `pre`:
 * - `standard`  f = relu(pre)
 * - `topk`      f = relu of the k largest of pre, else 0; ties by the lower index (Gao et al. 2024, arXiv 2406.04093)
 * - `jumprelu`  f = pre where pre > threshold and pre > 0, else 0 (Rajamanoharan et al. 2024, arXiv 2407.14435).
 *   What was trained as batch-top-k (Bussmann et al. 2024, arXiv 2412.06410) is run so, with the threshold it learnt.
 */
export const ARCHITECTURES = ['standard', 'topk', 'jumprelu'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

export interface Sae {
  readonly architecture: Architecture;
  readonly dIn: number;
  readonly dSae: number;
  /** How many features are kept; `topk` only. */
  readonly k?: number;
  readonly wEnc: Float32Array; // [dIn, dSae]
  readonly bEnc: Float32Array; // [dSae]
  readonly wDec: Float32Array; // [dSae, dIn]
  readonly bDec: Float32Array; // [dIn]
  /** `jumprelu` only. */
  readonly threshold?: Float32Array; // [dSae]
  /** Whether bDec is taken off the input: SAELens' `apply_b_dec_to_input`. */
  readonly applyBDecToInput: boolean;
}

/** Features of `n` activations, without the zeros: those of row r are at `starts[r]` to `starts[r + 1]`, by index ascending. */
export interface SparseFeatures {
  readonly starts: Uint32Array; // [n + 1]
  readonly indices: Uint32Array; // [active]
  readonly values: Float32Array; // [active]
}

/**
 * That the parts of an autoencoder belong together and are numbers.
 * @throws FormatError `invalid-sae`, naming the part that is wrong
 */
export function checkSae(sae: Sae): void {
  const { dIn, dSae, k, threshold, architecture } = sae;
  const lengths = { wEnc: dIn * dSae, bEnc: dSae, wDec: dSae * dIn, bDec: dIn } as const;
  for (const [name, length] of Object.entries(lengths) as [keyof typeof lengths, number][]) {
    if (sae[name].length !== length)
      throw fault(`${name} has ${sae[name].length} numbers where ${dIn} x ${dSae} needs ${length}`);
    if (!sae[name].every(Number.isFinite)) throw fault(`${name} has numbers that are none`);
  }
  if ((architecture === 'topk') !== (k !== undefined)) throw fault(`k belongs to topk, and this is ${architecture}`);
  if (k !== undefined && !(Number.isSafeInteger(k) && k >= 1 && k <= dSae))
    throw fault(`k is ${k}: not within 1 and ${dSae}`);
  if ((architecture === 'jumprelu') !== (threshold !== undefined))
    throw fault(`thresholds belong to jumprelu, and this is ${architecture}`);
  if (threshold && (threshold.length !== dSae || !threshold.every(Number.isFinite)))
    throw fault(`threshold is not ${dSae} numbers`);
}

function fault(reason: string): FormatError {
  return new FormatError('invalid-sae', `this is no sparse autoencoder: ${reason}`, 'Get or train it again.');
}
