/** Where two runs of a model part: in what they write, and in which layer. Pure. */

/** The first index at which two lists of tokens differ, the end of the shorter one included; null where they are equal. */
export function firstDivergence(a: readonly number[], b: readonly number[]): number | null {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) if (a[i] !== b[i]) return i;
  return a.length === b.length ? null : shorter;
}

/** |a - b| / |a|, Euclidean. Equal vectors are 0 apart, zeros among them; NaN where a number is none. */
export function relativeDifference(a: Float32Array, b: Float32Array): number {
  let [apart, size] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    apart += (a[i] - b[i]) ** 2;
    size += a[i] ** 2;
  }
  return apart === 0 ? 0 : Math.sqrt(apart / size);
}

/**
 * The lowest layer in which any token exceeds `threshold`, and the first token that does there.
 * @param difference [layer][token]; null where there is no number
 */
export function partingLayer(
  difference: readonly (readonly (number | null)[])[],
  threshold: number,
): { readonly layer: number; readonly token: number } | null {
  for (const [layer, tokens] of difference.entries()) {
    const token = tokens.findIndex((value) => value !== null && value > threshold);
    if (token >= 0) return { layer, token };
  }
  return null;
}
