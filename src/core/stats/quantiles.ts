/** Order statistics of measured values. */
import { UsageError } from '../errors.ts';

/** The middle of the values (the mean of the two middle ones). @throws UsageError `empty` where there are none */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/**
 * The q-quantile, linear between the two nearest values (type 7 of Hyndman and Fan 1996, the default of numpy and R).
 * @param q 0..1
 * @throws UsageError `empty` where there are no values, `quantile` where q is outside 0..1
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  if (values.length === 0) throw new UsageError('empty', 'no values to take a quantile of');
  if (!(q >= 0 && q <= 1)) throw new UsageError('quantile', `a quantile of ${q} does not exist`);
  const sorted = Float64Array.from(values).sort();
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}
