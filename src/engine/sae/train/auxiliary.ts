/**
 * The auxiliary loss by which dead features come back (Gao et al. 2024, section A.2, "AuxK"): for each input the dead
 * features with the largest pre-activations reconstruct the error that the live ones left, and learn from how well. Negative
 * ones take part too, as in SAELens: a feature whose bias has become so low that it is never positive would not come back.
 *
 *     loss = WEIGHT * mean over the batch of |residual|^2,  residual = (aux f) wDec - (x - xHat)
 */
import { ActiveColumns } from '../../../core/sae/training/activeColumns.ts';
import { Largest } from '../../../core/sae/training/largest.ts';
import type { Training } from './parameters.ts';

/** As Gao et al. 2024 have it. */
const WEIGHT = 1 / 32;

export class Auxiliary {
  private readonly columns: ActiveColumns;
  private readonly largest = new Largest();
  private isOn = false;

  /** @param k how many dead features are used for an input */
  constructor(
    private readonly training: Training,
    private readonly k: number,
  ) {
    this.columns = new ActiveColumns(training.config.dSae);
  }

  /** Reconstructs the errors of the batch with the features that are dead. */
  reconstruct(dead: readonly number[]): void {
    this.isOn = dead.length > 0;
    if (!this.isOn) return;
    this.select(dead);
    const { kernels, width, scratch, weights } = this.training;
    const { starts, rows, values } = this.columns;
    const bytes = 4 * width;
    scratch.residual.data.set(scratch.error.data);
    for (const feature of dead) {
      const decoder = weights.wDec.p.address + feature * bytes;
      for (let at = starts[feature]; at < starts[feature + 1]; at++)
        kernels.axpy(scratch.residual.address + rows[at] * bytes, decoder, bytes, values[at]);
    }
  }

  /** Adds the loss' gradients of a feature's rows; returns that of its bias. */
  addGradients(feature: number): number {
    if (!this.isOn) return 0;
    const { config, kernels, width, scratch, weights } = this.training;
    const { starts, rows, values } = this.columns;
    const bytes = 4 * width;
    const decoder = weights.wDec.p.address + feature * bytes;
    const factor = (2 * WEIGHT) / config.batch;
    let gradBias = 0;
    for (let at = starts[feature]; at < starts[feature + 1]; at++) {
      const offset = rows[at] * bytes;
      const residual = scratch.residual.address + offset;
      const gradPre = factor * kernels.dot(residual, decoder, bytes);
      kernels.axpy(scratch.gradWDec.address, residual, bytes, factor * values[at]);
      kernels.axpy(scratch.gradWEnc.address, scratch.input.address + offset, bytes, gradPre);
      gradBias += gradPre;
    }
    return gradBias;
  }

  private select(dead: readonly number[]): void {
    const { columns, largest } = this;
    const { batch, dSae } = this.training.config;
    const pre = this.training.scratch.pre.data;
    const ofDead = new Float32Array(dead.length);
    columns.clear();
    for (let row = 0; row < batch; row++) {
      dead.forEach((feature, i) => (ofDead[i] = pre[row * dSae + feature]));
      largest.find(ofDead, this.k, -Infinity);
      for (let i = 0; i < largest.count; i++) columns.add(row, dead[largest.indices[i]], ofDead[largest.indices[i]]);
    }
    columns.sort();
  }
}
