/**
 * Positions that say nothing of their token: the first of a window, and those with a norm of more than ten times the median.
 * They hold the attention's sink (Sun et al. 2024, arXiv 2402.17762). They are in no training, evaluation or evidence, and nothing
 * is told of the features there. The multiple is that of `dictionary_learning`.
 */
export const MASSIVE_MULTIPLE = 10;

/** The lengths of rows x [n, dIn], [n]. */
export function rowNorms(x: Float32Array, dIn: number): Float64Array {
  return Float64Array.from({ length: x.length / dIn }, (_, row) => {
    let sum = 0;
    for (let i = row * dIn; i < (row + 1) * dIn; i++) sum += x[i] * x[i];
    return Math.sqrt(sum);
  });
}

/**
 * Of each position of a window: 1 where it counts, 0 where it is the first or massive. A norm that is no number does not count.
 * @param norms [pos]
 */
export function countedPositions(norms: Float64Array, threshold: number): Uint8Array {
  return Uint8Array.from(norms, (norm, position) => (position > 0 && norm <= threshold ? 1 : 0));
}
