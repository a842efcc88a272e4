/**
 * Lloyd's k-means (Lloyd 1982) from k-means++ seeds (Arthur and Vassilvitskii 2007), the best of several starts. It is
 * what gathers the directions of many prompts into a few.
 */
import { UsageError } from '../errors.ts';
import type { Random } from '../stats/random.ts';

export interface Clusters {
  /** [k, d]. */
  readonly centroids: Float32Array;
  /** The nearest centroid of each row, [n]; the lower one where two are alike. */
  readonly assignment: Int32Array;
  /** Squared distance of the rows to their centroids, summed. */
  readonly inertia: number;
}

export interface KMeansOptions {
  /** How many times it is begun anew; the least inertia wins. Default 8. */
  readonly starts?: number;
  /** Rounds of a start at most; nearly always it is settled before. Default 100. */
  readonly maxRounds?: number;
}

/**
 * @param rows [n, d], row by row
 * @param random decides all that is left to chance: the same seed gives the same clusters
 * @throws UsageError `shape` where rows is no [n, d], `clusters` where k is no number of 1 to n, `nonfinite`
 */
export function kMeans(
  rows: Float32Array,
  n: number,
  k: number,
  random: Random,
  { starts = 8, maxRounds = 100 }: KMeansOptions = {},
): Clusters {
  checkRows(rows, n);
  if (!Number.isInteger(k) || k < 1 || k > n)
    throw new UsageError('clusters', `${n} rows do not make ${k} clusters`, `Ask for 1 to ${n}.`);
  let best: Clusters | null = null;
  for (let start = 0; start < starts; start++) {
    const found = lloyd(rows, n, seeds(rows, n, k, random), maxRounds);
    if (best === null || found.inertia < best.inertia) best = found;
    // One cluster is the mean, however it is begun.
    if (k === 1) break;
  }
  if (best === null) throw new UsageError('clusters', `${starts} starts find no clusters`, 'Ask for at least one.');
  return best;
}

/** The nearest of the centroids for each row: [n]. @throws UsageError `shape` for a wrong width */
export function nearestCentroids(rows: Float32Array, n: number, centroids: Float32Array): Int32Array {
  const d = rows.length / n;
  if (!Number.isInteger(centroids.length / d))
    throw new UsageError('shape', `${centroids.length} values are no centroids of ${d} features`);
  return assign(rows, n, centroids).assignment;
}

function checkRows(rows: Float32Array, n: number): void {
  if (n < 1 || rows.length === 0 || !Number.isInteger(rows.length / n))
    throw new UsageError('shape', `${rows.length} values do not make ${n} rows`);
  if (!rows.every(Number.isFinite))
    throw new UsageError('nonfinite', 'rows to be clustered hold values that are not finite');
}

/** k-means++: each further seed is a row, drawn by its squared distance to the nearest seed so far. [k, d] */
function seeds(rows: Float32Array, n: number, k: number, random: Random): Float64Array {
  const d = rows.length / n;
  const centroids = new Float64Array(k * d);
  const distances = new Float64Array(n).fill(Infinity);
  let row = random.below(n);
  for (let c = 0; c < k; c++) {
    centroids.set(rows.subarray(row * d, (row + 1) * d), c * d);
    for (let i = 0; i < n; i++) distances[i] = Math.min(distances[i], squaredDistance(rows, i, centroids, c, d));
    row = draw(distances, random);
  }
  return centroids;
}

/** An index, drawn with its weight; any where all weights are 0. */
function draw(weights: Float64Array, random: Random): number {
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  if (left === 0) return random.below(weights.length);
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return weights.length - 1;
}

/** Assigns and averages in turn, until nobody moves. The centroids are written over. */
function lloyd(rows: Float32Array, n: number, centroids: Float64Array, maxRounds: number): Clusters {
  let now = assign(rows, n, centroids);
  for (let round = 0; round < maxRounds; round++) {
    average(rows, now, centroids);
    const next = assign(rows, n, centroids);
    const isSettled = next.assignment.every((cluster, i) => cluster === now.assignment[i]);
    now = next;
    if (isSettled) break;
  }
  const inertia = now.distances.reduce((sum, distance) => sum + distance, 0);
  return { centroids: Float32Array.from(centroids), assignment: now.assignment, inertia };
}

interface Assignment {
  readonly assignment: Int32Array; // [n]
  /** Squared, to the own centroid: [n]. */
  readonly distances: Float64Array;
}

function assign(rows: Float32Array, n: number, centroids: Float64Array | Float32Array): Assignment {
  const d = rows.length / n;
  const k = centroids.length / d;
  const assignment = new Int32Array(n);
  const distances = new Float64Array(n).fill(Infinity);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < k; c++) {
      const distance = squaredDistance(rows, i, centroids, c, d);
      if (distance < distances[i]) {
        distances[i] = distance;
        assignment[i] = c;
      }
    }
  }
  return { assignment, distances };
}

/** Moves each centroid to the mean of its rows; one that has none, to the row that is worst off where it is. */
function average(rows: Float32Array, { assignment, distances }: Assignment, centroids: Float64Array): void {
  const n = assignment.length;
  const d = rows.length / n;
  const counts = new Int32Array(centroids.length / d);
  centroids.fill(0);
  for (let i = 0; i < n; i++) {
    counts[assignment[i]]++;
    for (let j = 0, at = assignment[i] * d; j < d; j++, at++) centroids[at] += rows[i * d + j];
  }
  const worstFirst = Array.from(distances.keys()).sort((a, b) => distances[b] - distances[a]);
  counts.forEach((count, c) => {
    const centroid = centroids.subarray(c * d, (c + 1) * d);
    if (count > 0) {
      for (let j = 0; j < d; j++) centroid[j] /= count;
    } else {
      const row = worstFirst.shift() ?? 0;
      centroid.set(rows.subarray(row * d, (row + 1) * d));
    }
  });
}

function squaredDistance(
  rows: Float32Array,
  row: number,
  centroids: Float64Array | Float32Array,
  centroid: number,
  d: number,
): number {
  let sum = 0;
  for (let j = 0, a = row * d, b = centroid * d; j < d; j++, a++, b++) {
    const difference = rows[a] - centroids[b];
    sum += difference * difference;
  }
  return sum;
}
