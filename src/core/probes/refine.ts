/**
 * Refinement of a linear probe by gradient: the steps of stochastic gradient descent on the cross-entropy (Robbins and
 * Monro 1951), one row at a time. {@link refineOnline} is one such step and all that refining while generating needs;
 * {@link refine} goes over a whole set so often that nothing more is to be had.
 */
import { UsageError } from '../errors.ts';
import { createRandom } from '../stats/random.ts';
import { softmax, type LinearProbe } from './linear.ts';
import { checkLabels } from './logistic.ts';

export interface RefineOptions {
  /** Decides the order of the rows in each epoch. */
  readonly seed: number;
  /** Times that every row is seen. Default 30. */
  readonly epochs?: number;
  /**
   * How far the first epoch's steps go; later ones go less far, down to none in the end. Standardised rows have a squared
   * norm of about d, so that a step of 1/d moves the row's own logits by about its error. Default 1/d.
   */
  readonly rate?: number;
}

/** A copy of the probe, for a refinement that leaves the first one as it was. */
export function copyProbe(probe: LinearProbe): LinearProbe {
  return { ...probe, weights: probe.weights.slice(), bias: probe.bias.slice() };
}

/**
 * The same probe, less sure of itself: its logits over d, so that it names the same classes. The logits of nearest means
 * grow with the number of features; softmax takes them for certainties, and the gradient of a certainty says little but
 * at mistakes, where it says too much. Refine class means from here (on the default model it is worth up to 0.1 of accuracy).
 */
export function softened(probe: LinearProbe): LinearProbe {
  const d = probe.mean.length;
  return { ...probe, weights: probe.weights.map((w) => w / d), bias: probe.bias.map((b) => b / d) };
}

/**
 * One step down the gradient of the cross-entropy of one row, in place: w_c -= rate (p_c - y_c) z for the standardised
 * row z, and the bias alike.
 * @param row an activation, [d]
 * @returns the row's cross-entropy before the step, in nats
 * @throws UsageError `shape`, `label`, `nonfinite`
 */
export function refineOnline(probe: LinearProbe, row: Float32Array, label: number, rate: number): number {
  if (row.length !== probe.mean.length)
    throw new UsageError('shape', `${row.length} values are no row of ${probe.mean.length} features`);
  checkLabels(Int32Array.of(label), 1, probe.classes);
  const z = new Float64Array(row.length);
  standardise(probe, row, z);
  return step(probe, z, label, rate);
}

/**
 * The probe after epochs of such steps; the given one is left as it is.
 * @param X activations, [n, d]
 * @param y class of each row, [n]
 * @throws UsageError `shape`, `label`, `nonfinite`
 */
export function refine(
  probe: LinearProbe,
  X: Float32Array,
  y: Int32Array,
  { seed, epochs = 30, rate = 1 / probe.mean.length }: RefineOptions,
): LinearProbe {
  const d = probe.mean.length;
  const n = y.length;
  if (X.length !== n * d) throw new UsageError('shape', `${X.length} values are no ${n} rows of ${d} features`);
  checkLabels(y, n, probe.classes);
  const rows = new Float64Array(n * d);
  for (let i = 0; i < n; i++) standardise(probe, X.subarray(i * d, (i + 1) * d), rows.subarray(i * d, (i + 1) * d));
  const refined = copyProbe(probe);
  const random = createRandom(seed);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let epoch = 0; epoch < epochs; epoch++) {
    random.shuffle(order);
    const now = rate * (1 - epoch / epochs);
    for (const i of order) step(refined, rows.subarray(i * d, (i + 1) * d), y[i], now);
  }
  return refined;
}

function standardise({ mean, scale }: LinearProbe, row: Float32Array, z: Float64Array): void {
  for (let j = 0; j < z.length; j++) z[j] = (row[j] - mean[j]) / scale[j];
}

/** The step itself, on a standardised row. */
function step({ classes, weights, bias }: LinearProbe, z: Float64Array, label: number, rate: number): number {
  const d = z.length;
  const p = new Float64Array(classes);
  for (let c = 0; c < classes; c++) {
    let logit = bias[c];
    for (let j = 0, at = c * d; j < d; j++, at++) logit += weights[at] * z[j];
    p[c] = logit;
  }
  if (!p.every(Number.isFinite)) throw new UsageError('nonfinite', 'the probe or the activation is not finite');
  const top = p.reduce((a, b) => Math.max(a, b));
  const loss = top + Math.log(p.reduce((sum, logit) => sum + Math.exp(logit - top), 0)) - p[label];
  softmax(p);
  for (let c = 0; c < classes; c++) {
    const pull = rate * (p[c] - (c === label ? 1 : 0));
    bias[c] -= pull;
    for (let j = 0, at = c * d; j < d; j++, at++) weights[at] -= pull * z[j];
  }
  return loss;
}
