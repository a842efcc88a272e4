/** Activations whose features are known: sparse sums of directions, as a source in memory. */
import { createRandom } from '../../../src/core/stats/random.ts';
import type { ActivationSource } from '../../../src/core/sae/activations.ts';

export interface Planted {
  readonly source: ActivationSource;
  readonly rows: Float32Array; // [rows, dIn]
  /** Of norm 1. */
  readonly directions: Float32Array; // [count, dIn]
}

export interface PlantedShape {
  readonly dIn: number;
  /** How many directions there are. */
  readonly count: number;
  /** How many make up one row. */
  readonly active: number;
  readonly rows: number;
  readonly seed: number;
  /** What all numbers are multiplied by, and what is added to them. */
  readonly scale?: number;
  readonly offset?: number;
}

export function planted({ dIn, count, active, rows, seed, scale = 1, offset = 0 }: PlantedShape): Planted {
  const random = createRandom(seed);
  const directions = Float32Array.from({ length: count * dIn }, () => random.normal());
  for (let j = 0; j < count; j++) {
    const row = directions.subarray(j * dIn, (j + 1) * dIn);
    const norm = Math.hypot(...row);
    row.forEach((value, i) => (row[i] = value / norm));
  }
  const x = new Float32Array(rows * dIn).fill(offset);
  for (let row = 0; row < rows; row++) {
    for (let a = 0; a < active; a++) {
      const from = random.below(count) * dIn;
      const size = scale * (1 + random.next());
      for (let i = 0; i < dIn; i++) x[row * dIn + i] += size * directions[from + i];
    }
  }
  return { source: memorySource(x, dIn), rows: x, directions };
}

/** Rows in memory, in the order in which they lie, over and over. */
export function memorySource(x: Float32Array, dIn: number): ActivationSource {
  const rows = x.length / dIn;
  return {
    dIn,
    rows,
    batch: async (index, size) => {
      const out = new Float32Array(size * dIn);
      for (let i = 0; i < size; i++) {
        const row = (index * size + i) % rows;
        out.set(x.subarray(row * dIn, (row + 1) * dIn), i * dIn);
      }
      return out;
    },
  };
}

/** The mean over the planted directions of the cosine with the decoder row that is most like each. */
export function meanMaxCosine(directions: Float32Array, wDec: Float32Array, dIn: number): number {
  const count = directions.length / dIn;
  let sum = 0;
  for (let j = 0; j < count; j++) {
    let best = 0;
    for (let f = 0; f < wDec.length / dIn; f++) {
      let dot = 0;
      for (let i = 0; i < dIn; i++) dot += directions[j * dIn + i] * wDec[f * dIn + i];
      best = Math.max(best, dot);
    }
    sum += best;
  }
  return sum / count;
}
