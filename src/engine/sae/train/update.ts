/**
 * One step of Adam, feature by feature, as soon as the gradient of one is known, so that gradients of all need no memory.
 *
 * The decoder's rows have norm 1: what of their gradient points along them is taken away, and the norm is restored after
 * the step (Bricken et al. 2023).
 */
import { ADAM } from '../../../core/sae/training/config.ts';
import type { Parameter, Training } from './parameters.ts';

export class Update {
  private readonly rowBytes: number;
  private rate = 0;
  private correction = 1;

  constructor(private readonly training: Training) {
    this.rowBytes = 4 * training.width;
  }

  /** @param step counted from 0 */
  begin(step: number, learningRate: number): void {
    this.rate = learningRate / (1 - ADAM.beta1 ** (step + 1));
    this.correction = 1 / Math.sqrt(1 - ADAM.beta2 ** (step + 1));
    this.training.scratch.gradBDec.data.fill(0);
  }

  /**
   * Encoder and decoder of one feature. The gradient of bEnc goes into the biases' own row, and through the input, from
   * which bDec was taken, into that of bDec.
   * @param gradEnc address of the gradient of its encoder row
   * @param gradDec address of the gradient of its decoder row, which is changed
   */
  feature(feature: number, gradEnc: number, gradDec: number, gradBias: number): void {
    const { kernels, weights, scratch } = this.training;
    const { rowBytes } = this;
    const offset = feature * rowBytes;
    const decoder = weights.wDec.p.address + offset;
    scratch.gradBEnc.data[feature] = gradBias;
    if (gradBias !== 0) kernels.axpy(scratch.gradBDec.address, weights.wEnc.p.address + offset, rowBytes, -gradBias);
    kernels.axpy(gradDec, decoder, rowBytes, -kernels.dot(gradDec, decoder, rowBytes));
    this.adam(weights.wEnc, offset, gradEnc, rowBytes);
    this.adam(weights.wDec, offset, gradDec, rowBytes);
    kernels.scale(decoder, rowBytes, 1 / Math.sqrt(kernels.dot(decoder, decoder, rowBytes)));
  }

  /** The biases, and thresholds where there are any. @param errorFactor what the sum of errors is multiplied by */
  end(errorFactor: number): void {
    const { config, kernels, weights, scratch } = this.training;
    const { rowBytes } = this;
    for (let row = 0; row < config.batch; row++)
      kernels.axpy(scratch.gradBDec.address, scratch.error.address + row * rowBytes, rowBytes, errorFactor);
    this.adam(weights.bDec, 0, scratch.gradBDec.address, rowBytes);
    this.adam(weights.bEnc, 0, scratch.gradBEnc.address, 4 * scratch.gradBEnc.data.length);
    if (config.architecture === 'jumprelu')
      this.adam(weights.logThreshold, 0, scratch.gradLogThreshold.address, 4 * scratch.gradLogThreshold.data.length);
  }

  private adam({ p, m, v }: Parameter, offset: number, gradient: number, bytes: number): void {
    const { beta1, beta2, epsilon } = ADAM;
    const [pAt, mAt, vAt] = [p.address + offset, m.address + offset, v.address + offset];
    this.training.kernels.adam(pAt, mAt, vAt, gradient, bytes, beta1, beta2, this.rate, this.correction, epsilon);
  }
}
