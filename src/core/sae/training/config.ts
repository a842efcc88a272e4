/** What a training run is asked for: the part of it that decides the result. Plain data, kept in checkpoints and manifests. */
import { UsageError } from '../../errors.ts';

/**
 * - `topk`       f = the k largest of pre for each input, if positive (Gao et al. 2024, arXiv 2406.04093)
 * - `batchtopk`  the k * batch largest of the whole batch (Bussmann et al. 2024, arXiv 2412.06410); saved as `jumprelu`
 * - `jumprelu`   a threshold for each feature, learnt through straight-through estimators (Rajamanoharan et al. 2024,
 *                arXiv 2407.14435), under a price on the number of active features
 * - `relu`       f = relu(pre), under a price on the sum of f (Bricken et al. 2023)
 */
export const TRAINING_ARCHITECTURES = ['topk', 'batchtopk', 'jumprelu', 'relu'] as const;
export type TrainingArchitecture = (typeof TRAINING_ARCHITECTURES)[number];

export interface TrainingConfig {
  readonly architecture: TrainingArchitecture;
  readonly dIn: number;
  readonly dSae: number;
  /** Active features an input; `topk` and `batchtopk`. */
  readonly k?: number;
  /** Price of a sparse code: of each active feature (`jumprelu`), of each unit of f (`relu`). Inputs have variance 1. */
  readonly sparsity?: number;
  readonly steps: number;
  /** Inputs of one step. */
  readonly batch: number;
  /** At its highest: see `schedule.ts`. */
  readonly learningRate: number;
  readonly seed: number;
}

/** Of Adam: those of Kingma and Ba 2015. */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Where a choice was not made. */
export const DEFAULT_TRAINING = {
  architecture: 'topk',
  k: 32,
  batch: 1024,
  /** Features for each number of the input. */
  expansion: 8,
  sparsity: { jumprelu: 1, relu: 5 },
} as const;

/** The learning rate that Gao et al. 2024 (section A.3) found best for so many features: 2e-4 at 2^14, as 1 / sqrt. */
export function defaultLearningRate(dSae: number): number {
  return 2e-4 / Math.sqrt(dSae / 2 ** 14);
}

export type SparseConfig = TrainingConfig & { readonly k: number };

/** Whether only a fixed number of features is active, so that the rest of them need not be computed with. */
export function isSparse(config: TrainingConfig): config is SparseConfig {
  return config.k !== undefined;
}

/** @throws UsageError `bad-training`, naming what is out of range */
export function checkConfig(config: TrainingConfig): void {
  const { architecture, k, sparsity, learningRate } = config;
  for (const name of ['dIn', 'dSae', 'steps', 'batch'] as const) {
    if (!Number.isSafeInteger(config[name]) || config[name] < 1) throw fault(`${name} must be a whole number from 1`);
  }
  if (!(learningRate > 0 && learningRate < 1)) throw fault('the learning rate must lie between 0 and 1');
  const wantsK = architecture === 'topk' || architecture === 'batchtopk';
  if (wantsK !== (k !== undefined)) throw fault(`k is for topk and batchtopk, and this is ${architecture}`);
  if (wantsK !== (sparsity === undefined)) throw fault(`a price of sparsity is for jumprelu and relu`);
  if (k !== undefined && !(Number.isSafeInteger(k) && k >= 1 && k <= config.dSae))
    throw fault(`k must be a whole number from 1 to ${config.dSae}, the number of features`);
  if (sparsity !== undefined && !(sparsity >= 0 && Number.isFinite(sparsity)))
    throw fault('the price of sparsity must be a number from 0');
}

function fault(problem: string): UsageError {
  return new UsageError('bad-training', `this cannot be trained: ${problem}`);
}
