/** What an autoencoder is worth on held-out text, from sums over documents; with intervals, documents being drawn again. */
import { bootstrapRatio } from '../stats/bootstrap.ts';
import type { Random } from '../stats/random.ts';
import type { Interval } from '../stats/wilson.ts';

/** Sums over the positions of one document at which the reconstruction takes the activation's place. */
export interface DocumentSums {
  readonly rows: number;
  /** Active features, in all. */
  readonly active: number;
  /** The sum of |x - xHat|^2. */
  readonly residual: number;
  /** The sum of |x - mean|^2, the mean being that of all rows of all documents. */
  readonly variance: number;
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

export interface SaeQuality {
  /** Active features of an activation, on average. */
  readonly l0: Interval;
  /** 1 - sum |x - xHat|^2 / sum |x - mean|^2, over all rows and dimensions at once. */
  readonly explainedVariance: Interval;
  /** (meanAblated - spliced) / (meanAblated - clean): 1 where nothing is lost, 0 where it is no better than the mean. */
  readonly ceRecovered: Interval;
  /** The same against zeros, as it is often told: kinder, since zeros are far from anything that the model knows. */
  readonly ceRecoveredFromZero: Interval;
  /** Means in nats a token. */
  readonly crossEntropy: Losses;
}

/** @param documents one at least, with rows and tokens */
export function qualityOf(documents: readonly DocumentSums[], random: Random): SaeQuality {
  const ratio = (numerator: (of: DocumentSums) => number, denominator: (of: DocumentSums) => number): Interval =>
    bootstrapRatio(
      documents.map((of) => ({ numerator: numerator(of), denominator: denominator(of) })),
      random,
    );
  const mean = (key: keyof Losses): number =>
    documents.reduce((sum, { loss }) => sum + loss[key], 0) / documents.reduce((sum, { tokens }) => sum + tokens, 0);
  return {
    l0: ratio(
      ({ active }) => active,
      ({ rows }) => rows,
    ),
    explainedVariance: ratio(
      ({ variance, residual }) => variance - residual,
      ({ variance }) => variance,
    ),
    ceRecovered: ratio(
      ({ loss }) => loss.meanAblated - loss.spliced,
      ({ loss }) => loss.meanAblated - loss.clean,
    ),
    ceRecoveredFromZero: ratio(
      ({ loss }) => loss.zeroAblated - loss.spliced,
      ({ loss }) => loss.zeroAblated - loss.clean,
    ),
    crossEntropy: {
      clean: mean('clean'),
      spliced: mean('spliced'),
      meanAblated: mean('meanAblated'),
      zeroAblated: mean('zeroAblated'),
    },
  };
}
