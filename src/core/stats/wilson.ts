/**
 * Shares with their uncertainty. Every share and every accuracy that is published goes through `wilson`.
 */
import { UsageError } from '../errors.ts';

/** A share and the ends of its interval. */
export type Interval = readonly [p: number, lo: number, hi: number];

/** The two-sided 95% quantile of the normal distribution. */
export const Z_95 = 1.959963984540054;

/**
 * A share with its Wilson score interval (Wilson 1927), which stays inside 0..1 and is sensible at 0 and at n.
 * With n = 0 nothing is known: share NaN, interval 0..1.
 * @throws UsageError `count` where the counts are no counts
 */
export function wilson(successes: number, n: number, z: number = Z_95): Interval {
  if (!Number.isInteger(n) || !Number.isInteger(successes) || successes < 0 || successes > n) {
    throw new UsageError('count', `${successes} of ${n} is no share`);
  }
  if (n === 0) return [NaN, 0, 1];
  const p = successes / n;
  const z2 = (z * z) / n;
  const centre = (p + z2 / 2) / (1 + z2);
  const half = (z / (1 + z2)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n));
  // At the ends the formula gives exactly 0 and 1 but for rounding.
  return [p, successes === 0 ? 0 : centre - half, successes === n ? 1 : centre + half];
}
