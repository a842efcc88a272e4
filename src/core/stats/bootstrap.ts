/** Intervals for shares whose cases come in groups, such as the lines of one answer: the groups are drawn again. */
import { quantile } from './quantiles.ts';
import type { Random } from './random.ts';
import type { Interval } from './wilson.ts';

export interface CountedGroup {
  readonly hits: number;
  readonly n: number;
}

const DRAWS = 2000;

/**
 * The share of all cases, with a 95% percentile interval of the bootstrap over groups (Efron 1979). It takes the groups
 * for independent and nothing else. NaN and 0..1 where there is no case.
 */
export function bootstrapShare(groups: readonly CountedGroup[], random: Random): Interval {
  const share = (drawn: readonly CountedGroup[]): number => {
    const n = drawn.reduce((sum, group) => sum + group.n, 0);
    return drawn.reduce((sum, { hits }) => sum + hits, 0) / n;
  };
  const p = share(groups);
  if (Number.isNaN(p)) return [NaN, 0, 1];
  const draws = Array.from({ length: DRAWS }, () =>
    share(groups.map(() => groups[random.below(groups.length)] ?? groups[0])),
  );
  const known = draws.filter((value) => !Number.isNaN(value));
  return [p, quantile(known, 0.025), quantile(known, 0.975)];
}
