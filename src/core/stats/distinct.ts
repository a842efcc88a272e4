/** Repetition, measured as the share of distinct n-grams. */

/**
 * What white space separates, in order. Coarser than tokens on purpose: brackets and semicolons repeat in the best of
 * code (0.66 of its triples are distinct at worst, of its words 0.82), whole lines repeat only in a loop.
 */
export function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/**
 * Distinct n-grams over all n-grams of a sequence: 1 where nothing repeats, near 0 in a loop.
 * A sequence shorter than n has no n-gram and repeats nothing: 1.
 */
export function distinctN(tokens: readonly (string | number)[], n: number): number {
  const all = tokens.length - n + 1;
  if (all < 1) return 1;
  const seen = new Set<string>();
  // JSON keeps apart what a plain join would run together ("a b", "c" and "a", "b c").
  for (let i = 0; i < all; i++) seen.add(JSON.stringify(tokens.slice(i, i + n)));
  return seen.size / all;
}

/** Code that repeats itself more than this (share of distinct triples of words) is a loop, not an answer. */
export const MIN_DISTINCT_3 = 0.7;

/** Whether code goes round in circles, by {@link MIN_DISTINCT_3}. */
export function isLoop(code: string): boolean {
  return distinctN(words(code), 3) < MIN_DISTINCT_3;
}
