/** Small random autoencoders for tests: valid, of every architecture, and the same for the same seed. */
import type { Architecture, Sae } from '../../../../src/core/sae/sae.ts';
import { createRandom } from '../../../../src/core/stats/random.ts';

export interface SampleOptions {
  readonly dIn?: number;
  readonly dSae?: number;
  readonly k?: number;
  readonly applyBDecToInput?: boolean;
  readonly seed?: number;
}

export function sampleSae(architecture: Architecture, options: SampleOptions = {}): Sae {
  const { dIn = 8, dSae = 24, k = 4, applyBDecToInput = true, seed = 1 } = options;
  const random = createRandom(seed);
  const normal = (length: number, deviation: number): Float32Array =>
    Float32Array.from({ length }, () => deviation * random.normal());
  return {
    architecture,
    dIn,
    dSae,
    wEnc: normal(dIn * dSae, 1 / Math.sqrt(dIn)),
    bEnc: normal(dSae, 0.1),
    wDec: normal(dSae * dIn, 1 / Math.sqrt(dIn)),
    bDec: normal(dIn, 0.2),
    applyBDecToInput,
    ...(architecture === 'topk' ? { k } : {}),
    ...(architecture === 'jumprelu' ? { threshold: normal(dSae, 0.3) } : {}),
  };
}

/** Activations to try an autoencoder on, [n, dIn]. */
export function sampleRows(n: number, dIn: number, seed = 5): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: n * dIn }, () => random.normal());
}
