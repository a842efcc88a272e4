/** What changes over the steps of a training run by plan: learning rate and price of sparsity. Pure functions of the step. */
import type { TrainingConfig } from './config.ts';

/** The learning rate rises over this share of the steps, at most so many of them, since Adam's moments know little at first. */
const WARM_UP = { share: 0.05, maxSteps: 500 } as const;
/** And falls to nothing over this share at the end, as in Gao et al. 2024 and SAELens. */
const DECAY_SHARE = 0.2;
/** The price of sparsity rises over this share: at once it kills features before they have found anything. */
const SPARSITY_SHARE = 0.1;
/** A feature that was active for no input of so many steps is dead: this share of the run, within bounds. */
const DEAD_AFTER = { share: 0.05, minSteps: 50, maxSteps: 1000 } as const;

/** @param step counted from 0 */
export function learningRateAt({ learningRate, steps }: TrainingConfig, step: number): number {
  const warmUp = Math.min(WARM_UP.maxSteps, Math.ceil(WARM_UP.share * steps));
  const decay = Math.ceil(DECAY_SHARE * steps);
  return learningRate * Math.min(1, (step + 1) / warmUp, (steps - step) / decay);
}

/** The price of sparsity at a step, 0 where there is none. */
export function sparsityAt({ sparsity = 0, steps }: TrainingConfig, step: number): number {
  return sparsity * Math.min(1, (step + 1) / Math.ceil(SPARSITY_SHARE * steps));
}

/** After how many steps without an input that it is active for a feature counts as dead. */
export function deadAfterSteps({ steps }: TrainingConfig): number {
  return Math.min(DEAD_AFTER.maxSteps, Math.max(DEAD_AFTER.minSteps, Math.ceil(DEAD_AFTER.share * steps)));
}
