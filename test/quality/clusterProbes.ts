/**
 * The quantity of the G-ACT paper (arXiv 2506.18887): can a probe that reads the activation h- of a prompt tell into
 * which cluster the difference D = h+ - h- of that prompt falls? Clusters and probes are made of other prompts than those
 * they are asked about.
 */
import { kMeans, nearestCentroids } from '../../src/core/clusters/kMeans.ts';
import { createRandom } from '../../src/core/stats/random.ts';
import type { Activations, Position, Site } from './probeActivations.ts';
import {
  HitCounter,
  foldsOf,
  guess,
  meanHits,
  takeColumns,
  takeRows,
  type Hits,
  type Reading,
} from './probeReadings.ts';

/** In place of h+: what it is; noise with its mean and spread, coordinate by coordinate; that of another prompt. */
export type Control = 'none' | 'noise' | 'other prompt';

/** Which differences decide the clusters of a head: its own; those of the stream after its layer; those of all heads of all layers together (ACT's). */
export type HeadLabel = 'own' | 'stream' | 'all heads';

/** What D is clustered as: as it is; every coordinate divided by its spread; centred and of length one. */
export type Scaling = 'none' | 'whitened by coordinate' | 'directions';

export interface ClusterSetup {
  readonly k: number;
  readonly seed: number;
  /** Which of the prompts. */
  readonly prompts: Int32Array;
  readonly position: Position;
  readonly control: Control;
  readonly headLabel: HeadLabel;
  readonly scaling: Scaling;
  readonly readings: readonly Reading[];
}

/** Hits over prompts by layer; those of the heads are means over a layer's heads. */
export interface ClusterHits {
  readonly heads: readonly Hits[];
  /** The head of each layer that the refined probe reads best, chosen on these very prompts: too good to be true, in favour of heads. */
  readonly bestHead: readonly Hits[];
  readonly mid: readonly Hits[];
  readonly post: readonly Hits[];
  /** How much of |D|² at the stream after each layer is that of the mean of D. */
  readonly shareOfMean: readonly number[];
}

const FOLDS = 5;

/** h-, which the probe reads, and D, which is clustered: [n, width] each. */
interface Place {
  readonly negative: Float32Array;
  readonly difference: Float32Array;
}

/** @param headWidth columns of a head */
export function readAllClusters(
  positive: Activations,
  negative: Activations,
  headWidth: number,
  setup: ClusterSetup,
): ClusterHits {
  const { prompts, position } = setup;
  const n = prompts.length;
  const valuesOf = ({ texts, sites }: Activations, site: Site, layer: number) =>
    takeRows(sites[site][position][layer], texts, prompts);
  const places = (site: Site): Place[] =>
    negative.sites[site][position].map((_, layer) => {
      const h = valuesOf(negative, site, layer);
      const plus = replaced(valuesOf(positive, site, layer), n, setup);
      return { negative: h, difference: scaled(subtract(plus, h), n, setup.scaling) };
    });
  const z = places('attn.hook_z');
  const post = places('hook_resid_post');
  const together = setup.headLabel === 'all heads' ? clusterFolds(sideBySide(z, n), setup) : null;
  const heads = z.map((layer, index) => {
    const count = layer.negative.length / n / headWidth;
    const own = (X: Float32Array, head: number) => takeColumns(X, n, head * headWidth, headWidth);
    const shared = together ?? (setup.headLabel === 'stream' ? clusterFolds(post[index].difference, setup) : null);
    return Array.from({ length: count }, (_, head) =>
      readFolds(own(layer.negative, head), shared ?? clusterFolds(own(layer.difference, head), setup), setup),
    );
  });
  const read = (place: Place) => readFolds(place.negative, clusterFolds(place.difference, setup), setup);
  return {
    heads: heads.map(meanHits),
    bestHead: heads.map((layer) => layer.reduce((a, b) => (total(b) > total(a) ? b : a))),
    mid: places('hook_resid_mid').map(read),
    post: post.map(read),
    shareOfMean: post.map(({ difference }) => shareOfMean(difference, n)),
  };
}

/** Prompts that clusters and probes are made of, with their clusters, and the others with theirs. */
interface ClusterFold {
  readonly train: Int32Array;
  readonly y: Int32Array;
  readonly test: Int32Array;
  readonly truth: Int32Array;
}

/** Every prompt is asked about once, and its cluster is one of those that were found without it. */
function clusterFolds(difference: Float32Array, { k, seed, prompts }: ClusterSetup): ClusterFold[] {
  const n = prompts.length;
  const random = createRandom(seed);
  const folds = foldsOf(n, FOLDS, seed);
  const all = Int32Array.from(folds.keys());
  return Array.from({ length: FOLDS }, (_, fold) => {
    const test = all.filter((row) => folds[row] === fold);
    const train = all.filter((row) => folds[row] !== fold);
    const { centroids, assignment } = kMeans(takeRows(difference, n, train), train.length, k, random, { starts: 4 });
    return {
      train,
      y: assignment,
      test,
      truth: nearestCentroids(takeRows(difference, n, test), test.length, centroids),
    };
  });
}

function readFolds(
  negative: Float32Array,
  folds: readonly ClusterFold[],
  { k, seed, prompts, readings }: ClusterSetup,
): Hits {
  const n = prompts.length;
  const counter = new HitCounter(n);
  for (const { train, y, test, truth } of folds) {
    const fitted = { X: takeRows(negative, n, train), y };
    counter.add(guess(fitted, takeRows(negative, n, test), { classes: k, seed, readings }), test, truth);
  }
  return counter.result();
}

function total({ refined }: Hits): number {
  return refined?.reduce((sum, hit) => sum + hit, 0) ?? 0;
}

function replaced(plus: Float32Array, n: number, { control, seed }: ClusterSetup): Float32Array {
  if (control === 'none') return plus;
  const d = plus.length / n;
  const random = createRandom(seed + 100);
  if (control === 'other prompt') {
    // A step to the side and no permutation at large: no prompt may keep its own.
    const step = 1 + random.below(n - 1);
    return plus.map((_, at) => plus[((Math.floor(at / d) + step) % n) * d + (at % d)]);
  }
  const { mean, spread } = moments(plus, n);
  return plus.map((_, at) => mean[at % d] + spread[at % d] * random.normal());
}

function scaled(difference: Float32Array, n: number, scaling: Scaling): Float32Array {
  if (scaling === 'none') return difference;
  const d = difference.length / n;
  const { mean, spread } = moments(difference, n);
  if (scaling === 'whitened by coordinate') return difference.map((value, at) => value / (spread[at % d] || 1));
  const centred = difference.map((value, at) => value - mean[at % d]);
  const squares = new Float64Array(n);
  centred.forEach((value, at) => (squares[Math.floor(at / d)] += value * value));
  return centred.map((value, at) => value / (Math.sqrt(squares[Math.floor(at / d)]) || 1));
}

/** Mean and standard deviation of each column. */
function moments(X: Float32Array, n: number): { mean: Float64Array; spread: Float64Array } {
  const d = X.length / n;
  const mean = new Float64Array(d);
  X.forEach((value, at) => (mean[at % d] += value / n));
  const variance = new Float64Array(d);
  X.forEach((value, at) => (variance[at % d] += (value - mean[at % d]) ** 2 / n));
  return { mean, spread: variance.map(Math.sqrt) };
}

function subtract(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value - b[i]);
}

/** The differences of several places as one wide table. */
function sideBySide(places: readonly Place[], n: number): Float32Array {
  const d = places[0].difference.length / n;
  const out = new Float32Array(places.length * n * d);
  for (let row = 0; row < n; row++)
    places.forEach(({ difference }, i) =>
      out.set(difference.subarray(row * d, (row + 1) * d), (row * places.length + i) * d),
    );
  return out;
}

function shareOfMean(difference: Float32Array, n: number): number {
  const { mean } = moments(difference, n);
  const whole = difference.reduce((sum, value) => sum + value * value, 0) / n;
  return mean.reduce((sum, value) => sum + value * value, 0) / whole;
}
