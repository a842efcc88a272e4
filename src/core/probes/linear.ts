/**
 * A linear probe, however it was fitted: a logit for each class from one activation. Using one belongs here, fitting one
 * to the methods beside it (`logistic.ts`, `centroids.ts`).
 */
import { UsageError } from '../errors.ts';

export interface LinearProbe {
  readonly classes: number;
  /** Over standardised features, [classes, d]. */
  readonly weights: Float32Array;
  /** [classes]. */
  readonly bias: Float32Array;
  /** What to subtract from an activation, [d]. */
  readonly mean: Float32Array;
  /** What to divide it by after that, [d]. */
  readonly scale: Float32Array;
}

/** Logits of each row of X: [n, classes]. @throws UsageError `shape` for a wrong width */
export function logits(probe: LinearProbe, X: Float32Array): Float64Array {
  const { classes, mean } = probe;
  const d = mean.length;
  const n = X.length / d;
  if (!Number.isInteger(n)) throw new UsageError('shape', `${X.length} values are no rows of ${d} features`);
  const { weights, bias } = foldStandardisation(probe);
  const out = new Float64Array(n * classes);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < classes; c++) {
      let logit = bias[c] ?? 0;
      for (let j = 0; j < d; j++) logit += (weights[c * d + j] ?? 0) * (X[i * d + j] ?? NaN);
      out[i * classes + c] = logit;
    }
  }
  return out;
}

/** Class probabilities of each row of X: [n, classes], rows sum to 1. @throws UsageError `shape` for a wrong width */
export function scores(probe: LinearProbe, X: Float32Array): Float64Array {
  const out = logits(probe, X);
  for (let at = 0; at < out.length; at += probe.classes) softmax(out.subarray(at, at + probe.classes));
  return out;
}

/** The likeliest class of each row of X, [n]; the lower class where two are alike. */
export function predict(probe: LinearProbe, X: Float32Array): Int32Array {
  const { classes } = probe;
  const all = logits(probe, X);
  return Int32Array.from({ length: all.length / classes }, (_, i) => {
    const row = all.subarray(i * classes, (i + 1) * classes);
    return row.indexOf(Math.max(...row));
  });
}

/** The same probe over raw activations: logits = weights x + bias, weights [classes, d], bias [classes]. */
export function foldStandardisation(probe: LinearProbe): { weights: Float64Array; bias: Float64Array } {
  const { classes, mean, scale } = probe;
  const d = mean.length;
  const weights = Float64Array.from(probe.weights, (weight, at) => weight / (scale[at % d] ?? 1));
  const bias = Float64Array.from(probe.bias);
  for (let c = 0; c < classes; c++) {
    for (let j = 0; j < d; j++) bias[c] = (bias[c] ?? 0) - (weights[c * d + j] ?? 0) * (mean[j] ?? 0);
  }
  return { weights, bias };
}

/** In place; the largest logit is taken off first, so that nothing overflows. */
export function softmax(values: Float64Array): void {
  let top = -Infinity;
  for (const value of values) top = Math.max(top, value);
  let sum = 0;
  for (let c = 0; c < values.length; c++) sum += values[c] = Math.exp((values[c] ?? 0) - top);
  for (let c = 0; c < values.length; c++) values[c] = (values[c] ?? 0) / sum;
}
