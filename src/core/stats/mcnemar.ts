/** The comparison of two conditions that were tried on the same prompts. */
import { UsageError } from '../errors.ts';

export interface McNemar {
  /** Pairs where only the first condition succeeded, and only the second. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Two-sided exact p-value. */
  readonly p: number;
}

/**
 * McNemar's exact test: did two conditions differ on the same prompts? Pairs on which they agree say nothing; of the
 * others, a fair coin would have decided each (binomial with 1/2).
 * @param first success of the first condition, by prompt
 * @param second success of the second, same prompts in the same order
 * @throws UsageError `pairs` where the lists differ in length
 */
export function mcnemar(first: readonly boolean[], second: readonly boolean[]): McNemar {
  if (first.length !== second.length) {
    throw new UsageError('pairs', `${first.length} results cannot be paired with ${second.length}`);
  }
  const onlyFirst = first.filter((success, i) => success && second[i] === false).length;
  const onlySecond = first.filter((success, i) => !success && second[i] === true).length;
  const n = onlyFirst + onlySecond;
  return { onlyFirst, onlySecond, p: Math.min(1, 2 * binomialTail(Math.min(onlyFirst, onlySecond), n)) };
}

/** The probability of at most k heads in n throws of a fair coin; 1 for n = 0. */
function binomialTail(k: number, n: number): number {
  // In logarithms: 2^-n underflows from n = 1075 on.
  let logTerm = -n * Math.LN2;
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((n - i) / (i + 1));
  }
  return sum;
}
