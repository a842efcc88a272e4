/** How often, and how strongly, each feature of an autoencoder is active over many activations. */
import { median, quantile } from '../stats/quantiles.ts';
import type { SparseFeatures } from './sae.ts';

export class FeatureTally {
  /** Activations seen. */
  rows = 0;
  /** Of each feature, at how many of them it is active, [dSae]. */
  readonly active: Float64Array;
  /** Of each feature, the sum of its activations, [dSae]. */
  readonly mass: Float64Array;
  /** How many features were active, of each activation. */
  readonly l0: number[] = [];

  constructor(dSae: number) {
    this.active = new Float64Array(dSae);
    this.mass = new Float64Array(dSae);
  }

  add({ starts, indices, values }: SparseFeatures): void {
    const n = starts.length - 1;
    for (let row = 0; row < n; row++) this.l0.push(starts[row + 1] - starts[row]);
    for (let at = 0; at < indices.length; at++) {
      this.active[indices[at]]++;
      this.mass[indices[at]] += values[at];
    }
    this.rows += n;
  }

  /** The share of activations at which each feature is active, [dSae]. */
  densities(): Float64Array {
    return this.active.map((count) => count / this.rows);
  }
}

/** What a tally says of an autoencoder, beside how well it gives back. */
export interface ActivityFigures {
  /** Activations that were seen. */
  readonly rows: number;
  readonly l0Median: number;
  /** Of 5 and of 95 in a hundred. */
  readonly l0Quantiles: readonly [number, number];
  readonly density: DensitySummary;
  readonly effectiveFeatures: number;
  /** Effective features by the width of the activations. */
  readonly superposition: number;
}

/** @param tally of one activation at least @param dIn the width of the activations */
export function activityOf(tally: FeatureTally, dIn: number): ActivityFigures {
  const effective = effectiveFeatures(tally.mass);
  return {
    rows: tally.rows,
    l0Median: median(tally.l0),
    l0Quantiles: [quantile(tally.l0, 0.05), quantile(tally.l0, 0.95)],
    density: summariseDensities(tally.densities(), tally.rows),
    effectiveFeatures: effective,
    superposition: effective / dIn,
  };
}

/** From these densities on a feature is called dense: the two that SAEBench's core evaluation tells (frequency above 1% and 10%). */
export const DENSE_SHARES = [0.01, 0.1] as const;

/** A decade of densities has this many bins. */
const BINS_A_DECADE = 2;
const LEAST_EXPONENT = -7;

export interface DensitySummary {
  /** The share of features that were never active: an upper bound, the lower the more activations were seen. */
  readonly dead: number;
  /**
   * What a dead feature's density is below, with a confidence of 95%: 3 over the number of activations (the rule of three,
   * Hanley and Lippman-Hand 1983). On few activations a feature that is rare looks dead.
   */
  readonly deadBelow: number;
  /** The shares of features with a density above 0.01 and above 0.1. */
  readonly dense: readonly [number, number];
  /** How many features have a density of 10^from (inclusive) to 10^to; dead ones are in none, density 1 is in the last. */
  readonly histogram: readonly { readonly from: number; readonly to: number; readonly features: number }[];
}

/** @param densities [dSae], of which 0 is dead @param rows activations that they are over */
export function summariseDensities(densities: ArrayLike<number>, rows: number): DensitySummary {
  const all = Array.from(densities);
  const share = (isOne: (density: number) => boolean): number => all.filter(isOne).length / all.length;
  const bins = new Array<number>(-LEAST_EXPONENT * BINS_A_DECADE).fill(0);
  for (const density of all) {
    if (density === 0) continue;
    const bin = Math.floor((Math.log10(density) - LEAST_EXPONENT) * BINS_A_DECADE);
    bins[Math.min(Math.max(bin, 0), bins.length - 1)]++;
  }
  const [one, ten] = DENSE_SHARES;
  return {
    dead: share((density) => density === 0),
    deadBelow: Math.min(1, 3 / rows),
    dense: [share((density) => density > one), share((density) => density > ten)],
    histogram: bins.map((features, bin) => ({
      from: LEAST_EXPONENT + bin / BINS_A_DECADE,
      to: LEAST_EXPONENT + (bin + 1) / BINS_A_DECADE,
      features,
    })),
  };
}

/**
 * How many features do the work: F = exp(H(p)), with p_i the share that feature i has of the sum of all activations, and H
 * Shannon's entropy in nats. It is dSae where all weigh the same and 1 where one does everything; F over the width is the
 * superposition, above 1 where more features are told apart than there are neurons. Bereska et al. 2025, "Superposition
 * as Lossy Compression", arXiv 2512.13568. NaN where nothing is active.
 */
export function effectiveFeatures(mass: ArrayLike<number>): number {
  const all = Array.from(mass);
  const total = all.reduce((sum, value) => sum + value, 0);
  if (total === 0) return NaN;
  const entropy = all.reduce((sum, value) => (value > 0 ? sum - (value / total) * Math.log(value / total) : sum), 0);
  return Math.exp(entropy);
}
