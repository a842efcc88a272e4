/**
 * What an autoencoder makes of activations, plainly: the reference that graphs are checked against, and quick enough for
 * a few positions at a time. Whole corpora go through ONNX Runtime.
 */
import { UsageError } from '../errors.ts';
import { topIndices } from '../sampling/sampler.ts';
import type { Sae, SparseFeatures } from './sae.ts';

/**
 * The features of `n` activations x [n, dIn], zeros left out.
 * @throws UsageError `wrong-width` where x is no whole number of rows
 */
export function encode(sae: Sae, x: Float32Array): SparseFeatures {
  const n = x.length / sae.dIn;
  if (!Number.isSafeInteger(n))
    throw new UsageError('wrong-width', `${x.length} numbers are no rows of ${sae.dIn}, the width of this autoencoder`);
  return selectFeatures(sae, n, (row) => preActivations(sae, x.subarray(row * sae.dIn, (row + 1) * sae.dIn)));
}

/** The features of `n` activations from their pre-activations. @param preOf gives those of a row, [dSae] */
export function selectFeatures(sae: Sae, n: number, preOf: (row: number) => Float32Array): SparseFeatures {
  const starts = new Uint32Array(n + 1);
  const indices: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < n; row++) {
    const ofRow = preOf(row);
    for (const index of activeIndices(sae, ofRow)) {
      indices.push(index);
      values.push(ofRow[index]);
    }
    starts[row + 1] = indices.length;
  }
  return { starts, indices: Uint32Array.from(indices), values: Float32Array.from(values) };
}

/** The features of some activations and then of others, as one. */
export function joinFeatures(parts: readonly SparseFeatures[]): SparseFeatures {
  const starts = [0];
  for (const part of parts) {
    const before = starts.at(-1) ?? 0;
    for (const start of part.starts.subarray(1)) starts.push(before + start);
  }
  return {
    starts: Uint32Array.from(starts),
    indices: Uint32Array.from(parts.flatMap(({ indices }) => Array.from(indices))),
    values: Float32Array.from(parts.flatMap(({ values }) => Array.from(values))),
  };
}

/** The activations that features stand for: f wDec + bDec, [n, dIn]. */
export function decode(sae: Sae, { starts, indices, values }: SparseFeatures): Float32Array {
  const { dIn, wDec, bDec } = sae;
  const n = starts.length - 1;
  const xHat = new Float32Array(n * dIn);
  for (let row = 0; row < n; row++) {
    const out = xHat.subarray(row * dIn, (row + 1) * dIn);
    out.set(bDec);
    for (let at = starts[row]; at < starts[row + 1]; at++) {
      const from = indices[at] * dIn;
      for (let i = 0; i < dIn; i++) out[i] += values[at] * wDec[from + i];
    }
  }
  return xHat;
}

/** The direction that a feature writes: its row of wDec, [dIn]. A view, not a copy. */
export function decoderRow({ wDec, dIn }: Pick<Sae, 'wDec' | 'dIn'>, feature: number): Float32Array {
  return wDec.subarray(feature * dIn, (feature + 1) * dIn);
}

/** `pre` of one activation x [dIn], [dSae]. */
function preActivations({ wEnc, bEnc, bDec, dIn, dSae, applyBDecToInput }: Sae, x: Float32Array): Float32Array {
  const pre = bEnc.slice();
  for (let i = 0; i < dIn; i++) {
    const value = applyBDecToInput ? x[i] - bDec[i] : x[i];
    const from = i * dSae;
    for (let j = 0; j < dSae; j++) pre[j] += value * wEnc[from + j];
  }
  return pre;
}

/** Which features are active, by index ascending. */
function activeIndices({ architecture, k = 0, threshold }: Sae, pre: Float32Array): number[] {
  if (architecture === 'topk')
    return topIndices(pre, k)
      .filter((j) => pre[j] > 0)
      .sort((a, b) => a - b);
  const active: number[] = [];
  for (let j = 0; j < pre.length; j++) if (pre[j] > Math.max(0, threshold?.[j] ?? 0)) active.push(j);
  return active;
}
