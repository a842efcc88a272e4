/** The study of probes as data: what is kept in docs/results/probes.json and what its page is made of. */
import type { LanguageId } from '../../src/core/language/languages.ts';
import type { Interval } from '../../src/core/stats/wilson.ts';
import type { ClusterHits, ClusterSetup, Control, HeadLabel, Scaling } from './clusterProbes.ts';
import type { Position } from './probeActivations.ts';
import { accuracy, gain, gainOverMajority, lead, type Measured } from './probeFigures.ts';
import { READINGS, type Hits, type Reading } from './probeReadings.ts';
import type { BodyCount, WrittenHits } from './writtenProbes.ts';

/** What is contrasted: answers opened in the language against answers opened in Python, or the request against none. */
export interface Contrast {
  readonly target: LanguageId;
  readonly texts: 'opened' | 'asked';
}

/** A figure over all layers and over the first ones. */
export interface ByRange {
  readonly all: Interval;
  readonly first: Interval;
}

export type Place = 'heads' | 'bestHead' | 'mid' | 'post';

/** What is set against what; `post` and `mid` are the streams. */
export type Comparison =
  'gact' | 'overNearest' | 'likeForLike' | 'gactMid' | 'likeForLikeMid' | 'overBestHead' | 'gactOverMajority';

export interface ClusterRow extends Contrast {
  readonly k: number;
  readonly prompts: number;
  readonly position: Position;
  readonly control: Control;
  readonly headLabel: HeadLabel;
  readonly scaling: Scaling;
  readonly seeds: readonly number[];
  readonly accuracy: Readonly<Record<Place, Readonly<Partial<Record<Reading, ByRange>>>>>;
  readonly gains: Readonly<Record<Comparison, ByRange>>;
  /** The gains of `gact`, seed by seed. */
  readonly bySeed: readonly { readonly all: number; readonly first: number }[];
  /** Least and most over the layers. */
  readonly shareOfMean: readonly [number, number];
}

export interface WrittenPart {
  readonly counts: readonly BodyCount[];
  readonly n: number;
  readonly embedding: Readonly<Partial<Record<Reading, Interval>>>;
  readonly layers: readonly {
    readonly layer: number;
    readonly post: Readonly<Partial<Record<Reading, Interval>>>;
    /** Over the embedding, both logistic. */
    readonly lead: Interval;
    readonly mid: Readonly<Partial<Record<Reading, number>>>;
    readonly heads: Readonly<Partial<Record<Reading, number>>>;
  }[];
  readonly accuracy: Readonly<Record<'heads' | 'mid' | 'post', Readonly<Partial<Record<Reading, ByRange>>>>>;
  readonly gains: Readonly<Record<'gact' | 'likeForLike', ByRange>>;
}

export interface ProbeResults {
  readonly machine: string;
  readonly command: string;
  readonly clusters: ClusterRow[];
  readonly written: WrittenPart | null;
}

export function clusterRow(
  { target, texts }: Contrast,
  { k, prompts, position, control, headLabel, scaling }: Omit<ClusterSetup, 'seed'>,
  seeds: readonly number[],
  runs: readonly ClusterHits[],
  mean: ClusterHits,
): ClusterRow {
  const of = (place: Place, reading: Reading, hits = mean): Measured => ({
    layers: hits[place],
    reading,
    groups: null,
  });
  const gainOf = (hits: ClusterHits) => byRange(of('post', 'refined', hits), of('heads', 'unrefined', hits));
  return {
    target,
    texts,
    k,
    prompts: prompts.length,
    position,
    control,
    headLabel,
    scaling,
    seeds,
    accuracy: {
      heads: accuracies(mean.heads, null),
      bestHead: accuracies(mean.bestHead, null),
      mid: accuracies(mean.mid, null),
      post: accuracies(mean.post, null),
    },
    gains: {
      gact: gainOf(mean),
      overNearest: byRange(of('post', 'refined'), of('heads', 'nearest')),
      likeForLike: byRange(of('post', 'refined'), of('heads', 'refined')),
      gactMid: byRange(of('mid', 'refined'), of('heads', 'unrefined')),
      likeForLikeMid: byRange(of('mid', 'refined'), of('heads', 'refined')),
      overBestHead: byRange(of('post', 'refined'), of('bestHead', 'refined')),
      gactOverMajority: byRange(of('post', 'refined'), of('heads', 'unrefined'), gainOverMajority),
    },
    bySeed: runs.map(gainOf).map(({ all, first }) => ({ all: all[0], first: first[0] })),
    shareOfMean: [Math.min(...mean.shareOfMean), Math.max(...mean.shareOfMean)],
  };
}

export function writtenPart(counts: readonly BodyCount[], groups: Int32Array, hits: WrittenHits): WrittenPart {
  const of = (layers: readonly Hits[], reading: Reading): Measured => ({ layers, reading, groups });
  const single = (one: Hits) => mapReadings(one, (reading) => accuracy(of([one], reading), 'all'));
  const bare = (one: Hits) => mapReadings(one, (reading) => accuracy(of([one], reading), 'all')[0]);
  const gact = of(hits.post, 'refined');
  return {
    counts,
    n: groups.length,
    embedding: single(hits.embedding),
    layers: hits.post.map((post, layer) => ({
      layer,
      post: single(post),
      lead: lead(of([post], 'converged'), of([hits.embedding], 'converged')),
      mid: bare(hits.mid[layer]),
      heads: bare(hits.heads[layer]),
    })),
    accuracy: {
      heads: accuracies(hits.heads, groups),
      mid: accuracies(hits.mid, groups),
      post: accuracies(hits.post, groups),
    },
    gains: {
      gact: byRange(gact, of(hits.heads, 'unrefined')),
      likeForLike: byRange(gact, of(hits.heads, 'refined')),
    },
  };
}

function byRange(better: Measured, base: Measured, measure = gain): ByRange {
  return { all: measure(better, base, 'all'), first: measure(better, base, 'first') };
}

function accuracies(layers: readonly Hits[], groups: Int32Array | null): Partial<Record<Reading, ByRange>> {
  return mapReadings(layers[0], (reading) => {
    const measured = { layers, reading, groups };
    return { all: accuracy(measured, 'all'), first: accuracy(measured, 'first') };
  });
}

function mapReadings<T>(hits: Hits, figure: (reading: Reading) => T): Partial<Record<Reading, T>> {
  const made = READINGS.filter((reading) => hits[reading] !== undefined);
  return Object.fromEntries(made.map((reading) => [reading, figure(reading)]));
}
