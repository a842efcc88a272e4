/**
 * What a fit needs of its inputs: the features standardised, and the product with their Gram matrix. Both depend on
 * the rows alone, so one preparation serves a fit and its shuffled controls.
 */
import { UsageError } from '../errors.ts';

/** Rows of activations made ready for fitting. */
export interface PreparedFeatures {
  readonly n: number;
  readonly d: number;
  /** Standardised rows, [n, d]. */
  readonly rows: Float64Array;
  /** Column means of the rows that were prepared, [d]. */
  readonly mean: Float32Array;
  /** Column standard deviations (population); 1 where a column is constant, [d]. */
  readonly scale: Float32Array;
  /** out[c, n] = a[c, n] K with K = rows rowsᵀ, [n, n]. */
  timesGram(a: Float64Array, out: Float64Array): void;
}

/**
 * Standardises the rows of X and prepares their Gram product.
 * @param X activations, [n, d], row by row
 * @throws UsageError `shape` where X is no [n, d], `nonfinite` where it holds NaN or infinity
 */
export function prepareFeatures(X: Float32Array, n: number): PreparedFeatures {
  const d = X.length / n;
  if (n < 1 || !Number.isInteger(d) || d < 1) {
    throw new UsageError('shape', `${X.length} values do not make ${n} rows of features`);
  }
  const { mean, scale } = columnMoments(X, n, d);
  const rows = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) rows[i * d + j] = ((X[i * d + j] ?? NaN) - (mean[j] ?? 0)) / (scale[j] ?? 1);
  }
  // K costs n²d once and n² a product; without it a product costs 2nd. Many rows are better off without.
  const timesGram = n <= 2 * d ? throughGram(gramMatrix(rows, n, d), n) : throughRows(rows, n, d);
  return { n, d, rows, mean, scale, timesGram };
}

function columnMoments(X: Float32Array, n: number, d: number): { mean: Float32Array; scale: Float32Array } {
  const sum = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) sum[j] = (sum[j] ?? 0) + (X[i * d + j] ?? NaN);
  if (!sum.every(Number.isFinite)) {
    throw new UsageError('nonfinite', 'the activations contain values that are not finite', 'Lower the strength.');
  }
  // Rounded to the precision in which the probe keeps them, so that predicting repeats exactly what fitting saw.
  const mean = Float32Array.from(sum, (total) => total / n);
  const squares = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) {
      const centred = (X[i * d + j] ?? NaN) - (mean[j] ?? 0);
      squares[j] = (squares[j] ?? 0) + centred * centred;
    }
  }
  const scale = Float32Array.from(squares, (total, j) => {
    const deviation = Math.sqrt(total / n);
    // Rounding of the mean alone leaves about 1e-7 of it in a column that never changes.
    return deviation > 1e-6 * Math.abs(mean[j] ?? 0) && deviation > 1e-30 ? deviation : 1;
  });
  return { mean, scale };
}

/** K = rows rowsᵀ, [n, n]. */
function gramMatrix(rows: Float64Array, n: number, d: number): Float64Array {
  const gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const a = rows.subarray(i * d, (i + 1) * d);
    for (let j = 0; j <= i; j++) {
      const value = dot(a, rows.subarray(j * d, (j + 1) * d));
      gram[i * n + j] = value;
      gram[j * n + i] = value;
    }
  }
  return gram;
}

function throughGram(gram: Float64Array, n: number): PreparedFeatures['timesGram'] {
  return (a, out) => {
    for (let from = 0; from < out.length; from += n) {
      const row = a.subarray(from, from + n);
      for (let i = 0; i < n; i++) out[from + i] = dot(row, gram.subarray(i * n, (i + 1) * n));
    }
  };
}

function throughRows(rows: Float64Array, n: number, d: number): PreparedFeatures['timesGram'] {
  const weights = new Float64Array(d);
  return (a, out) => {
    for (let from = 0; from < out.length; from += n) {
      combineRows(a.subarray(from, from + n), rows, weights);
      for (let i = 0; i < n; i++) out[from + i] = dot(weights, rows.subarray(i * d, (i + 1) * d));
    }
  };
}

/** out[d] = Σ a[i] rows[i], for a [n] and rows [n, d]. */
export function combineRows(a: Float64Array, rows: Float64Array, out: Float64Array): void {
  const d = out.length;
  out.fill(0);
  for (let i = 0; i < a.length; i++) {
    const factor = a[i] ?? 0;
    for (let j = 0, at = i * d; j < d; j++, at++) out[j] = (out[j] ?? 0) + factor * (rows[at] ?? 0);
  }
}

/** Σ a[i] b[i]. Four sums at once: one alone would wait for each addition. */
export function dot(a: Float64Array, b: Float64Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < a.length; i += 4) {
    s0 += (a[i] ?? 0) * (b[i] ?? 0);
    s1 += (a[i + 1] ?? 0) * (b[i + 1] ?? 0);
    s2 += (a[i + 2] ?? 0) * (b[i + 2] ?? 0);
    s3 += (a[i + 3] ?? 0) * (b[i + 3] ?? 0);
  }
  for (; i < a.length; i++) s0 += (a[i] ?? 0) * (b[i] ?? 0);
  return s0 + s1 + (s2 + s3);
}
