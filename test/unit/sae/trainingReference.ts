/** A step of training in plain TypeScript and float64, as the equations say it: what the quick one is held against. */
import { BANDWIDTH } from '../../../src/core/sae/training/denseGraph.ts';
import type { TrainingConfig } from '../../../src/core/sae/training/config.ts';

export interface ReferenceWeights {
  readonly wEnc: number[][]; // [dSae][dIn]
  readonly wDec: number[][]; // [dSae][dIn]
  readonly bEnc: number[]; // [dSae]
  readonly bDec: number[]; // [dIn]
  readonly logThreshold: number[]; // [dSae]
}

export type Gradients = ReferenceWeights;

/** Which features are active for each input: [batch][dSae]. */
export type Mask = boolean[][];

export function preActivations({ wEnc, bEnc, bDec }: ReferenceWeights, x: readonly number[][]): number[][] {
  return x.map((row) =>
    wEnc.map((enc, j) => bEnc[j] + row.reduce((sum, value, i) => sum + (value - bDec[i]) * enc[i], 0)),
  );
}

export function activeMask(config: TrainingConfig, weights: ReferenceWeights, x: readonly number[][]): Mask {
  const pre = preActivations(weights, x);
  const { architecture, k = 0, batch } = config;
  if (architecture === 'relu') return pre.map((row) => row.map((value) => value > 0));
  if (architecture === 'jumprelu')
    return pre.map((row) => row.map((value, j) => value > Math.exp(weights.logThreshold[j])));
  if (architecture === 'topk') return pre.map((row) => largest(row, k));
  const all = largest(pre.flat(), k * batch);
  return pre.map((row, b) => all.slice(b * row.length, (b + 1) * row.length));
}

/** The mask of the k largest of the numbers above `floor`. */
export function largest(values: readonly number[], k: number, floor = 0): boolean[] {
  const order = values.map((_, i) => i).sort((a, b) => values[b] - values[a] || a - b);
  const kept = new Set(order.slice(0, k).filter((i) => values[i] > floor));
  return values.map((_, i) => kept.has(i));
}

/** xHat - x, [batch][dIn]. */
export function errorsOf(weights: ReferenceWeights, x: readonly number[][], mask: Mask): number[][] {
  const pre = preActivations(weights, x);
  return x.map((row, b) =>
    row.map(
      (value, i) =>
        weights.wDec.reduce((sum, dec, j) => sum + (mask[b][j] ? pre[b][j] * dec[i] : 0), weights.bDec[i]) - value,
    ),
  );
}

/** The loss with the active features held: what has a gradient in all weights but the thresholds. */
export function lossOf(
  config: TrainingConfig,
  weights: ReferenceWeights,
  x: readonly number[][],
  mask: Mask,
  sparsity: number,
): number {
  const pre = preActivations(weights, x);
  const squares = errorsOf(weights, x, mask)
    .flat()
    .reduce((sum, value) => sum + value * value, 0);
  let priced = 0;
  mask.forEach((row, b) =>
    row.forEach((isActive, j) => {
      if (isActive) priced += config.architecture === 'relu' ? pre[b][j] : 1;
    }),
  );
  return (squares + sparsity * priced) / x.length;
}

/** The gradient of {@link lossOf} by the chain rule, and that of the thresholds by the kernel estimate of the paper. */
export function gradientsOf(
  config: TrainingConfig,
  weights: ReferenceWeights,
  x: readonly number[][],
  sparsity: number,
): Gradients {
  const mask = activeMask(config, weights, x);
  const pre = preActivations(weights, x);
  const errors = errorsOf(weights, x, mask);
  const gradients = zerosLike(weights);
  const n = x.length;
  x.forEach((row, b) => {
    errors[b].forEach((error, i) => (gradients.bDec[i] += (2 / n) * error));
    weights.wDec.forEach((dec, j) => {
      const ofError = (2 / n) * dec.reduce((sum, value, i) => sum + value * errors[b][i], 0);
      const threshold = Math.exp(weights.logThreshold[j]);
      if (config.architecture === 'jumprelu' && Math.abs(pre[b][j] - threshold) < BANDWIDTH / 2)
        gradients.logThreshold[j] -= (threshold / BANDWIDTH) * (threshold * ofError + sparsity / n);
      if (!mask[b][j]) return;
      const ofPre = ofError + (config.architecture === 'relu' ? sparsity / n : 0);
      gradients.bEnc[j] += ofPre;
      row.forEach((value, i) => {
        gradients.wDec[j][i] += (2 / n) * errors[b][i] * pre[b][j];
        gradients.wEnc[j][i] += ofPre * (value - weights.bDec[i]);
        gradients.bDec[i] -= ofPre * weights.wEnc[j][i];
      });
    });
  });
  return gradients;
}

export function zerosLike({ wEnc, wDec, bEnc, bDec, logThreshold }: ReferenceWeights): ReferenceWeights {
  const zeros = (values: readonly number[]): number[] => values.map(() => 0);
  return {
    wEnc: wEnc.map(zeros),
    wDec: wDec.map(zeros),
    bEnc: zeros(bEnc),
    bDec: zeros(bDec),
    logThreshold: zeros(logThreshold),
  };
}

/** A gradient less its part along a row. */
export function across(gradient: readonly number[], row: readonly number[]): number[] {
  const along = gradient.reduce((sum, value, i) => sum + value * row[i], 0);
  return gradient.map((value, i) => value - along * row[i]);
}
