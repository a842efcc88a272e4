/** Accuracies and gains over ranges of layers, with intervals that come of drawing the prompts again. */
import { quantile } from '../../src/core/stats/quantiles.ts';
import { createRandom } from '../../src/core/stats/random.ts';
import type { Interval } from '../../src/core/stats/wilson.ts';
import type { Hits, Reading } from './probeReadings.ts';

/** All layers, and those that the paper calls the first: 0 to 6, of 30 here a little less than a quarter. */
export const RANGES = { all: Infinity, first: 7 } as const;
export type Range = keyof typeof RANGES;

const DRAWS = 2000;

/** For each prompt, its hits over the layers of a range, as a mean: [groups]; rows of one group (prompt) are averaged. */
function byGroup(layers: readonly Hits[], reading: Reading, range: Range, groups: Int32Array | null): Float64Array {
  const tables = layers.slice(0, RANGES[range]).flatMap((hits) => hits[reading] ?? []);
  if (tables.length === 0) throw new Error(`${reading} was not made`);
  const rows = tables[0].map((_, row) => tables.reduce((sum, hits) => sum + hits[row], 0) / tables.length);
  if (groups === null) return rows;
  const sums = new Float64Array(Math.max(...groups) + 1);
  rows.forEach((hit, row) => (sums[groups[row]] += hit));
  return sums;
}

export interface Measured {
  /** By layer. */
  readonly layers: readonly Hits[];
  readonly reading: Reading;
  /** The prompt of each row; null where each row is one. */
  readonly groups: Int32Array | null;
}

/** Accuracy over a range of layers, with its 95% interval. The clusters and probes stay; only prompts are drawn again. */
export function accuracy({ layers, reading, groups }: Measured, range: Range): Interval {
  const values = byGroup(layers, reading, range, groups);
  const counts = groups === null ? values.map(() => 1) : sizesOf(groups);
  return drawn(values.length, (draw) => sumOf(values, draw) / sumOf(counts, draw));
}

/** How much more accurate the first is than the second, relative to the second, on the same prompts: 0.15 is 15% more. */
export function gain(better: Measured, base: Measured, range: Range): Interval {
  const a = byGroup(better.layers, better.reading, range, better.groups);
  const b = byGroup(base.layers, base.reading, range, base.groups);
  return drawn(a.length, (draw) => sumOf(a, draw) / sumOf(b, draw) - 1);
}

/** How much more of the rows the first gets right than the second, as a difference of shares. */
export function lead(better: Measured, base: Measured): Interval {
  const a = byGroup(better.layers, better.reading, 'all', better.groups);
  const b = byGroup(base.layers, base.reading, 'all', base.groups);
  const counts = better.groups === null ? a.map(() => 1) : sizesOf(better.groups);
  return drawn(a.length, (draw) => (sumOf(a, draw) - sumOf(b, draw)) / sumOf(counts, draw));
}

/**
 * The gain of what each gets right beyond naming the commonest class, (accuracy - majority) / (1 - majority): clusters that
 * are even are harder to guess than clusters of which one is large, and places differ in that.
 */
export function gainOverMajority(better: Measured, base: Measured, range: Range): Interval {
  const beyond = (measured: Measured) => {
    const hits = byGroup(measured.layers, measured.reading, range, measured.groups);
    const majority = byGroup(measured.layers, 'majority', range, measured.groups);
    return (draw: Int32Array) => {
      const guessed = sumOf(majority, draw) / draw.length;
      return (sumOf(hits, draw) / draw.length - guessed) / (1 - guessed);
    };
  };
  const [a, b] = [beyond(better), beyond(base)];
  return drawn(better.layers[0][better.reading]?.length ?? 0, (draw) => a(draw) / b(draw) - 1);
}

function sizesOf(groups: Int32Array): Float64Array {
  const sizes = new Float64Array(Math.max(...groups) + 1);
  for (const group of groups) sizes[group]++;
  return sizes;
}

function drawn(n: number, statistic: (draw: Int32Array) => number): Interval {
  const random = createRandom(1);
  const every = Int32Array.from({ length: n }, (_, i) => i);
  const values = Array.from({ length: DRAWS }, () => statistic(every.map(() => random.below(n))));
  return [statistic(every), quantile(values, 0.025), quantile(values, 0.975)];
}

function sumOf(values: ArrayLike<number>, draw: Int32Array): number {
  let sum = 0;
  for (const index of draw) sum += values[index];
  return sum;
}
