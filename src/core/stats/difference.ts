/**
 * The difference of two shares with its 95% interval, made of the Wilson intervals of both (Newcombe 1998, Statistics in
 * Medicine 17: method 10, on page 873 for other cases on each side and on page 2635 for the same cases on both).
 */
import { UsageError } from '../errors.ts';
import { wilson } from './wilson.ts';
import type { Interval } from './wilson.ts';

export interface Count {
  readonly hits: number;
  readonly n: number;
}

/** The first share less the second, where the cases of both have nothing to do with each other. NaN, -1..1 without cases. */
export function shareDifference(first: Count, second: Count): Interval {
  if (first.n === 0 || second.n === 0) return [NaN, -1, 1];
  return difference(wilson(first.hits, first.n), wilson(second.hits, second.n), 0);
}

/**
 * The same where both were tried on the same cases.
 * @param first success of the first on each case
 * @param second success of the second, same cases in the same order
 * @throws UsageError `pairs` where the lists differ in length
 */
export function pairedDifference(first: readonly boolean[], second: readonly boolean[]): Interval {
  const n = first.length;
  if (second.length !== n) throw new UsageError('pairs', `${n} results cannot be paired with ${second.length}`);
  if (n === 0) return [NaN, -1, 1];
  const count = (a: boolean, b: boolean): number => first.filter((hit, i) => hit === a && second[i] === b).length;
  const [both, onlyFirst, onlySecond, neither] = [
    count(true, true),
    count(true, false),
    count(false, true),
    count(false, false),
  ];
  const margins = (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither);
  const product = both * neither - onlyFirst * onlySecond;
  // Taken half a case nearer to none where they go together, so that few cases do not pass for a close tie.
  const numerator = product > 0 ? Math.max(product - n / 2, 0) : product;
  const phi = margins === 0 ? 0 : numerator / Math.sqrt(margins);
  return difference(wilson(both + onlyFirst, n), wilson(both + onlySecond, n), phi);
}

/** @param phi how both sides go together, -1..1 */
function difference([p, lo, hi]: Interval, [q, low, high]: Interval, phi: number): Interval {
  const reach = (a: number, b: number): number => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  return [p - q, p - q - reach(p - lo, high - q), p - q + reach(hi - p, q - low)];
}
