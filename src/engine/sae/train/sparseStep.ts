/**
 * A step of top-k and batch-top-k training. ONNX Runtime computes the pre-activations; of these k for each input are kept,
 * and everything after touches only those: with k 32 of 4,608 features a hundredth of the multiplications that dense
 * matrices take. Work goes feature by feature, so that a feature's rows are in the cache for all inputs it is active for.
 *
 * Loss: the mean over the batch of |error|^2, and the auxiliary loss of Gao et al. 2024 (section A.2), in which dead
 * features reconstruct what is left of the error.
 */
import { ActiveColumns } from '../../../core/sae/training/activeColumns.ts';
import { ENCODE, encodeGraph } from '../../../core/sae/training/encodeGraph.ts';
import { Largest } from '../../../core/sae/training/largest.ts';
import type { SparseConfig } from '../../../core/sae/training/config.ts';
import { GraphSession, tensor, type Feeds } from '../../session/graphSession.ts';
import { Auxiliary } from './auxiliary.ts';
import { squaresOf } from './batch.ts';
import type { Training } from './parameters.ts';
import type { Forward, TrainingStep } from './step.ts';
import { Update } from './update.ts';

export class SparseStep implements TrainingStep {
  private readonly columns: ActiveColumns;
  private readonly largest = new Largest();
  private readonly update: Update;
  private readonly auxiliary: Auxiliary;
  private readonly feeds: Feeds;
  private readonly into: Feeds;

  private constructor(
    private readonly training: Training,
    private readonly config: SparseConfig,
    private readonly session: GraphSession,
  ) {
    const { width, weights, scratch } = training;
    const { batch, dSae } = config;
    this.columns = new ActiveColumns(dSae);
    this.update = new Update(training);
    this.auxiliary = new Auxiliary(training, config.k);
    this.feeds = {
      [ENCODE.input]: tensor.float32(scratch.input.data, [batch, width]),
      [ENCODE.wEnc]: tensor.float32(weights.wEnc.p.data, [dSae, width]),
      [ENCODE.bEnc]: tensor.float32(weights.bEnc.p.data.subarray(0, dSae), [dSae]),
    };
    this.into = { [ENCODE.pre]: tensor.float32(scratch.pre.data, [batch, dSae]) };
  }

  static async open(training: Training, config: SparseConfig, threads: number): Promise<SparseStep> {
    const graph = encodeGraph(config.batch, training.width, config.dSae);
    return new SparseStep(training, config, await GraphSession.open(graph, { directory: '.' }, { threads }));
  }

  async forward(): Promise<Forward> {
    await this.session.runInto(this.feeds, this.into);
    const least = this.select();
    this.reconstruct();
    const squares = squaresOf(this.training);
    return { ...squares, active: this.columns.count, loss: squares.residual / this.config.batch, least };
  }

  isActive(feature: number): boolean {
    return this.columns.starts[feature + 1] > this.columns.starts[feature];
  }

  learn(step: number, learningRate: number, dead: readonly number[]): void {
    const { kernels, width, scratch, weights } = this.training;
    const { starts, rows, values } = this.columns;
    const { dSae, batch } = this.config;
    const bytes = 4 * width;
    const [input, error] = [scratch.input.address, scratch.error.address];
    const [gradEnc, gradDec] = [scratch.gradWEnc.address, scratch.gradWDec.address];
    const factor = 2 / batch;
    this.auxiliary.reconstruct(dead);
    this.update.begin(step, learningRate);
    for (let feature = 0; feature < dSae; feature++) {
      scratch.gradWEnc.data.fill(0);
      scratch.gradWDec.data.fill(0);
      const decoder = weights.wDec.p.address + feature * bytes;
      let gradBias = this.auxiliary.addGradients(feature);
      for (let at = starts[feature]; at < starts[feature + 1]; at++) {
        const offset = rows[at] * bytes;
        const gradPre = factor * kernels.dot(error + offset, decoder, bytes);
        kernels.axpy(gradDec, error + offset, bytes, factor * values[at]);
        kernels.axpy(gradEnc, input + offset, bytes, gradPre);
        gradBias += gradPre;
      }
      this.update.feature(feature, gradEnc, gradDec, gradBias);
    }
    this.update.end(factor);
  }

  release(): Promise<void> {
    return this.session.release();
  }

  /** Puts the active features into their columns; returns the least of their values. */
  private select(): number {
    const { columns, largest } = this;
    const { architecture, batch, dSae, k } = this.config;
    const pre = this.training.scratch.pre.data;
    columns.clear();
    let least = Infinity;
    // One list of the whole batch, or one for each input.
    const lists = architecture === 'batchtopk' ? 1 : batch;
    const length = pre.length / lists;
    for (let list = 0; list < lists; list++) {
      const from = list * length;
      largest.find(pre.subarray(from, from + length), (k * batch) / lists);
      if (largest.count > 0) least = Math.min(least, largest.least);
      for (let i = 0; i < largest.count; i++) {
        const at = from + largest.indices[i];
        columns.add(Math.floor(at / dSae), at % dSae, pre[at]);
      }
    }
    columns.sort();
    return least === Infinity ? 0 : least;
  }

  /** error = f wDec - input, input being less bDec. */
  private reconstruct(): void {
    const { kernels, width, scratch, weights } = this.training;
    const { starts, rows, values } = this.columns;
    const bytes = 4 * width;
    scratch.error.data.set(scratch.input.data);
    kernels.scale(scratch.error.address, 4 * scratch.error.data.length, -1);
    for (let feature = 0; feature < this.config.dSae; feature++) {
      const decoder = weights.wDec.p.address + feature * bytes;
      for (let at = starts[feature]; at < starts[feature + 1]; at++)
        kernels.axpy(scratch.error.address + rows[at] * bytes, decoder, bytes, values[at]);
    }
  }
}
