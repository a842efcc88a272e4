/**
 * A histogram of positive numbers whose largest is not known before: when one does not fit, bins become twice as wide and
 * neighbours are put together. Widths are powers of two, so that nothing is counted in another bin than it would have been,
 * and the order in which numbers come makes no difference.
 */

/** At least half of them are below the largest number that was counted. */
export const HISTOGRAM_BINS = 32;

export interface Histogram {
  /** Of one bin; the first begins at 0. 0 where nothing was counted. */
  readonly width: number;
  /** Without the empty bins at the end. */
  readonly counts: readonly number[];
}

/** Histograms of many features, in one piece of memory. */
export class DoublingHistograms {
  private readonly widths: Float64Array; // [features]
  private readonly counts: Uint32Array; // [features, HISTOGRAM_BINS]

  constructor(features: number) {
    this.widths = new Float64Array(features);
    this.counts = new Uint32Array(features * HISTOGRAM_BINS);
  }

  /** @param value above 0 */
  add(feature: number, value: number): void {
    const needed = widthFor(value);
    if (this.widths[feature] === 0) this.widths[feature] = needed;
    while (this.widths[feature] < needed) this.double(feature);
    this.counts[feature * HISTOGRAM_BINS + Math.floor(value / this.widths[feature])]++;
  }

  of(feature: number): Histogram {
    const counts = Array.from(this.counts.subarray(feature * HISTOGRAM_BINS, (feature + 1) * HISTOGRAM_BINS));
    return { width: this.widths[feature], counts: counts.slice(0, counts.findLastIndex((count) => count > 0) + 1) };
  }

  private double(feature: number): void {
    const bins = this.counts.subarray(feature * HISTOGRAM_BINS, (feature + 1) * HISTOGRAM_BINS);
    for (let bin = 0; bin < HISTOGRAM_BINS; bin++) {
      const first = 2 * bin;
      bins[bin] = first < HISTOGRAM_BINS ? bins[first] + bins[first + 1] : 0;
    }
    this.widths[feature] *= 2;
  }
}

/** The smallest power of two such that the value is within the bins. */
function widthFor(value: number): number {
  let width = 2 ** Math.floor(Math.log2(value / HISTOGRAM_BINS));
  // The logarithm is rounded.
  while (value >= width * HISTOGRAM_BINS) width *= 2;
  return width;
}
