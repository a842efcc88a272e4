/** Intervals for shares and ratios whose cases come in groups, such as the lines of one answer: the groups are drawn again. */
import { quantile } from './quantiles.ts';
import type { Random } from './random.ts';
import type { Interval } from './wilson.ts';

export interface CountedGroup {
  readonly hits: number;
  readonly n: number;
}

const DRAWS = 2000;

/** The part of one group in a ratio of sums. */
export interface RatioGroup {
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * The share of all cases, with a 95% percentile interval of the bootstrap over groups (Efron 1979). It takes the groups
 * for independent and nothing else. NaN and 0..1 where there is no case.
 */
export function bootstrapShare(groups: readonly CountedGroup[], random: Random): Interval {
  const [p, lower, upper] = bootstrapRatio(
    groups.map(({ hits, n }) => ({ numerator: hits, denominator: n })),
    random,
  );
  return Number.isNaN(p) ? [NaN, 0, 1] : [p, lower, upper];
}

/** The ratio of two sums over all groups, with an interval as {@link bootstrapShare} has it. NaN where the lower sum is 0. */
export function bootstrapRatio(groups: readonly RatioGroup[], random: Random): Interval {
  const ratio = (drawn: readonly RatioGroup[]): number => {
    const sum = drawn.reduce((total, { denominator }) => total + denominator, 0);
    return drawn.reduce((total, { numerator }) => total + numerator, 0) / sum;
  };
  const found = ratio(groups);
  if (Number.isNaN(found)) return [NaN, NaN, NaN];
  const draws = Array.from({ length: DRAWS }, () =>
    ratio(groups.map(() => groups[random.below(groups.length)] ?? groups[0])),
  );
  const known = draws.filter((value) => !Number.isNaN(value));
  return [found, quantile(known, 0.025), quantile(known, 0.975)];
}
