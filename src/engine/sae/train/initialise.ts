/** The weights that a run begins with, by its seed. */
import { createRandom } from '../../../core/stats/random.ts';
import type { InputScale } from '../../../core/sae/training/centre.ts';
import type { Training } from './parameters.ts';

/** `jumprelu`, where inputs have variance 1: as many times the standard deviation of a pre-activation as in the paper. */
const INITIAL_THRESHOLD = 0.1;

/**
 * Decoder rows of norm 1 in random directions, encoder rows the same (Gao et al. 2024, section A.1), no encoder biases, the
 * decoder's bias at the centre of the inputs.
 */
export function initialise({ config, kernels, width, weights }: Training, { centre, scale }: InputScale): void {
  const random = createRandom(config.seed);
  const decoder = weights.wDec.p;
  for (let feature = 0; feature < config.dSae; feature++) {
    const from = feature * width;
    for (let i = 0; i < config.dIn; i++) decoder.data[from + i] = random.normal();
    const row = decoder.address + 4 * from;
    kernels.scale(row, 4 * width, 1 / Math.sqrt(kernels.dot(row, row, 4 * width)));
  }
  weights.wEnc.p.data.set(decoder.data);
  weights.logThreshold.p.data.fill(Math.log(INITIAL_THRESHOLD));
  centre.forEach((value, i) => (weights.bDec.p.data[i] = value * scale));
}
