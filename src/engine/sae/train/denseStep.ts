/** A step of `relu` and `jumprelu` training: forward and backward in one run of the graph, Adam by the kernels. */
import { DENSE, denseGraph, type DenseShape } from '../../../core/sae/training/denseGraph.ts';
import { GraphSession, tensor, type Feeds } from '../../session/graphSession.ts';
import { squaresOf } from './batch.ts';
import type { Training } from './parameters.ts';
import type { Forward, TrainingStep } from './step.ts';
import { Update } from './update.ts';

export class DenseStep implements TrainingStep {
  private readonly update: Update;
  private readonly price = new Float32Array(1);
  private readonly threshold: Float32Array;
  private readonly fired: Float32Array;
  private readonly sums: Float32Array;
  private readonly feeds: Feeds;
  private readonly into: Feeds;

  private constructor(
    private readonly training: Training,
    private readonly shape: DenseShape,
    private readonly session: GraphSession,
  ) {
    const { weights, scratch } = training;
    const { batch, width, dSae } = shape;
    const perFeature = (): Float32Array => new Float32Array(dSae);
    [this.threshold, this.fired, this.sums] = [perFeature(), perFeature(), perFeature()];
    this.update = new Update(training);
    const isJump = shape.architecture === 'jumprelu';
    this.feeds = {
      [DENSE.input]: tensor.float32(scratch.input.data, [batch, width]),
      [DENSE.wEnc]: tensor.float32(weights.wEnc.p.data, [dSae, width]),
      [DENSE.bEnc]: tensor.float32(weights.bEnc.p.data.subarray(0, dSae), [dSae]),
      [DENSE.wDec]: tensor.float32(weights.wDec.p.data, [dSae, width]),
      [DENSE.price]: tensor.float32(this.price, []),
      ...(isJump ? { [DENSE.threshold]: tensor.float32(this.threshold, [dSae]) } : {}),
    };
    const gradThreshold = scratch.gradLogThreshold.data.subarray(0, dSae);
    this.into = {
      [DENSE.error]: tensor.float32(scratch.error.data, [batch, width]),
      [DENSE.gradWEnc]: tensor.float32(scratch.gradWEnc.data, [dSae, width]),
      [DENSE.gradWDec]: tensor.float32(scratch.gradWDec.data, [dSae, width]),
      [DENSE.gradBEnc]: tensor.float32(scratch.gradBEnc.data.subarray(0, dSae), [dSae]),
      [DENSE.fired]: tensor.float32(this.fired, [dSae]),
      [DENSE.sums]: tensor.float32(this.sums, [dSae]),
      ...(isJump ? { [DENSE.gradThreshold]: tensor.float32(gradThreshold, [dSae]) } : {}),
    };
  }

  static async open(training: Training, architecture: 'relu' | 'jumprelu', threads: number): Promise<DenseStep> {
    const { batch, dSae } = training.config;
    const shape = { architecture, batch, width: training.width, dSae };
    return new DenseStep(training, shape, await GraphSession.open(denseGraph(shape), { directory: '.' }, { threads }));
  }

  async forward(sparsity: number): Promise<Forward> {
    const { batch } = this.shape;
    const logs = this.training.weights.logThreshold.p.data;
    for (let feature = 0; feature < this.shape.dSae; feature++) this.threshold[feature] = Math.exp(logs[feature]);
    this.price[0] = sparsity / batch;
    await this.session.runInto(this.feeds, this.into);
    const squares = squaresOf(this.training);
    const active = sumOf(this.fired);
    const priced = this.shape.architecture === 'jumprelu' ? active : sumOf(this.sums);
    return { ...squares, active, loss: (squares.residual + sparsity * priced) / batch, least: 0 };
  }

  isActive(feature: number): boolean {
    return this.fired[feature] > 0;
  }

  learn(step: number, learningRate: number): void {
    const { scratch, width } = this.training;
    const bytes = 4 * width;
    this.update.begin(step, learningRate);
    // The thresholds are learnt as logarithms: d / d log t = t d / d t.
    this.threshold.forEach((value, feature) => (scratch.gradLogThreshold.data[feature] *= value));
    for (let feature = 0; feature < this.shape.dSae; feature++) {
      const offset = feature * bytes;
      const gradBias = scratch.gradBEnc.data[feature];
      this.update.feature(feature, scratch.gradWEnc.address + offset, scratch.gradWDec.address + offset, gradBias);
    }
    this.update.end(2 / this.shape.batch);
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

function sumOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
