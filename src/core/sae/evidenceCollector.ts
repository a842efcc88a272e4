/**
 * Gathers what features do while a corpus goes by, window by window, in memory that depends on the number of features and
 * of windows alone, and not on how much is active.
 */
import { aurocs } from '../stats/auroc.ts';
import { DoublingHistograms, type Histogram } from './doublingHistogram.ts';
import type { SparseFeatures } from './sae.ts';
import { TopContexts, type Ranked } from './topContexts.ts';

export interface CollectorOptions {
  readonly dSae: number;
  /** How many languages there are. */
  readonly languages: number;
  /** How many windows will come. */
  readonly windows: number;
  /** Of each feature at most, and of one file. */
  readonly contexts: number;
  readonly contextsPerFile: number;
  /** Tokens of a context on either side of its strongest. */
  readonly around: number;
}

/** A run of tokens of one file, with the features of each. Files come one after another. */
export interface EvidenceWindow {
  readonly file: number;
  readonly language: number;
  /** Where the first token stands in the file. */
  readonly start: number;
  readonly ids: readonly number[];
  readonly features: SparseFeatures; // a row for each of `ids`
  /** 1 where a row counts; the others are left out of everything, [ids]. */
  readonly counted: Uint8Array;
}

export interface GatheredContext extends Ranked {
  readonly position: number;
  readonly ids: readonly number[];
  readonly values: readonly number[];
  readonly at: number;
}

export interface GatheredFeature {
  readonly active: number;
  readonly mean: number;
  readonly max: number;
  readonly histogram: Histogram;
  readonly contexts: readonly GatheredContext[];
  /** By language; null where there is nothing to compare. */
  readonly aurocs: readonly (number | null)[];
}

export class EvidenceCollector {
  /** Tokens that were counted. */
  tokens = 0;
  private windows = 0;
  private readonly counts: Float64Array; // [dSae]
  private readonly sums: Float64Array; // [dSae]
  private readonly maxima: Float32Array; // [dSae]
  private readonly histograms: DoublingHistograms;
  private readonly contexts: TopContexts<GatheredContext>[]; // [dSae]
  /** The largest activation of each feature in each window. */
  private readonly windowMaxima: Float32Array; // [dSae, windows]
  private readonly windowLanguages: Int32Array; // [windows]

  constructor(private readonly options: CollectorOptions) {
    const { dSae, windows, contexts, contextsPerFile } = options;
    this.counts = new Float64Array(dSae);
    this.sums = new Float64Array(dSae);
    this.maxima = new Float32Array(dSae);
    this.histograms = new DoublingHistograms(dSae);
    this.contexts = Array.from({ length: dSae }, () => new TopContexts(contexts, contextsPerFile));
    this.windowMaxima = new Float32Array(dSae * windows);
    this.windowLanguages = new Int32Array(windows).fill(-1);
  }

  add(window: EvidenceWindow): void {
    const { features, ids, counted, language, file } = window;
    const peaks = new Map<number, { row: number; value: number }>();
    for (let row = 0; row < ids.length; row++) {
      if (counted[row] === 0) continue;
      this.tokens++;
      for (let at = features.starts[row]; at < features.starts[row + 1]; at++) {
        const [feature, value] = [features.indices[at], features.values[at]];
        this.counts[feature]++;
        this.sums[feature] += value;
        this.histograms.add(feature, value);
        if (value > (peaks.get(feature)?.value ?? 0)) peaks.set(feature, { row, value });
      }
    }
    for (const [feature, { row, value }] of peaks) {
      this.maxima[feature] = Math.max(this.maxima[feature], value);
      this.windowMaxima[feature * this.options.windows + this.windows] = value;
      if (this.contexts[feature].takes({ value, file }))
        this.contexts[feature].add(contextOf(window, feature, row, value, this.options.around));
    }
    this.windowLanguages[this.windows++] = language;
  }

  feature(index: number): GatheredFeature {
    const { windows, languages } = this.options;
    const active = this.counts[index];
    const maxima = this.windowMaxima.subarray(index * windows, (index + 1) * windows);
    return {
      active,
      mean: active > 0 ? this.sums[index] / active : 0,
      max: this.maxima[index],
      histogram: this.histograms.of(index),
      contexts: this.contexts[index].list(),
      aurocs: aurocs(maxima, this.windowLanguages, languages),
    };
  }
}

/** The tokens round row `peak`, with the feature's activation at each. */
function contextOf(
  { file, start, ids, features, counted }: EvidenceWindow,
  feature: number,
  peak: number,
  value: number,
  around: number,
): GatheredContext {
  const first = Math.max(0, peak - around);
  const last = Math.min(ids.length, peak + around + 1);
  const values = Array.from({ length: last - first }, (_, i) =>
    counted[first + i] === 0 ? 0 : activationAt(features, first + i, feature),
  );
  return { file, value, position: start + peak, ids: ids.slice(first, last), values, at: peak - first };
}

/** Of one feature in one row; 0 where it is not active. */
export function activationAt({ starts, indices, values }: SparseFeatures, row: number, feature: number): number {
  for (let at = starts[row]; at < starts[row + 1]; at++) if (indices[at] === feature) return values[at];
  return 0;
}
