/** What an autoencoder is worth on held-out text, from sums over documents; with intervals, documents being drawn again. */
import { bootstrapRatio } from '../stats/bootstrap.ts';
import type { Random } from '../stats/random.ts';
import type { Interval } from '../stats/wilson.ts';

/** Sums over the activations of one document. */
export interface RowSums {
  readonly rows: number;
  /** Active features, in all. */
  readonly active: number;
  /** The sum of |x - xHat|^2. */
  readonly residual: number;
  /** The sum of |x - mean|^2, the mean being that of all rows of all documents. */
  readonly variance: number;
}

/** What the model predicts of one document, as it is and with other values in place of the activations. */
export interface LossSums {
  /** The sums of -log p(next token) over the document, in nats, and over how many tokens they are. */
  readonly loss: Losses;
  readonly tokens: number;
}

/** Cross-entropies of the model as it is, and with other values in place of the activations. */
export interface Losses {
  readonly clean: number;
  /** With the reconstruction. */
  readonly spliced: number;
  /** With the mean of all rows. */
  readonly meanAblated: number;
  readonly zeroAblated: number;
}

/** How sparse an autoencoder is, and how much it gives back. */
export interface Reconstruction {
  /** Active features of an activation, on average. */
  readonly l0: Interval;
  /** 1 - sum |x - xHat|^2 / sum |x - mean|^2, over all rows and dimensions at once. */
  readonly explainedVariance: Interval;
}

/** How much of the model's predictions survives where the reconstruction takes the activation's place. */
export interface SpliceQuality {
  /** (meanAblated - spliced) / (meanAblated - clean): 1 where nothing is lost, 0 where it is no better than the mean. */
  readonly ceRecovered: Interval;
  /** The same against zeros, as it is often told: kinder, since zeros are far from anything that the model knows. */
  readonly ceRecoveredFromZero: Interval;
  /** Means in nats a token. */
  readonly crossEntropy: Losses;
}

/** @param documents one at least, with rows */
export function reconstructionOf(documents: readonly RowSums[], random: Random): Reconstruction {
  return {
    l0: ratioOver(documents, ({ active, rows }) => [active, rows], random),
    explainedVariance: ratioOver(documents, ({ variance, residual }) => [variance - residual, variance], random),
  };
}

/** @param documents one at least, with tokens */
export function spliceQualityOf(documents: readonly LossSums[], random: Random): SpliceQuality {
  const mean = (key: keyof Losses): number =>
    documents.reduce((sum, { loss }) => sum + loss[key], 0) / documents.reduce((sum, { tokens }) => sum + tokens, 0);
  const recovered = (from: keyof Losses): Interval =>
    ratioOver(documents, ({ loss }) => [loss[from] - loss.spliced, loss[from] - loss.clean], random);
  return {
    ceRecovered: recovered('meanAblated'),
    ceRecoveredFromZero: recovered('zeroAblated'),
    crossEntropy: {
      clean: mean('clean'),
      spliced: mean('spliced'),
      meanAblated: mean('meanAblated'),
      zeroAblated: mean('zeroAblated'),
    },
  };
}

function ratioOver<T>(
  documents: readonly T[],
  parts: (of: T) => readonly [numerator: number, denominator: number],
  random: Random,
): Interval {
  const ratios = documents.map(parts).map(([numerator, denominator]) => ({ numerator, denominator }));
  return bootstrapRatio(ratios, random);
}

/** The sum of (a - b)^2; a shorter b is taken again and again. */
export function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = a[i] - b[i % b.length];
    sum += difference * difference;
  }
  return sum;
}
