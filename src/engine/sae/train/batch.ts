/** A batch in the memory of a run, and what is measured over it. */
import type { Training } from './parameters.ts';

/** Over the inputs of a batch, as they are scaled. */
export interface Squares {
  /** Sum of the squared errors of the reconstruction. */
  readonly residual: number;
  /** Sum of the squared distances from the batch's mean. */
  readonly total: number;
}

/** Puts rows [batch, dIn] into `input`, scaled and less bDec. */
export function loadBatch({ config, width, weights, scratch }: Training, rows: Float32Array, scale: number): void {
  const { dIn, batch } = config;
  const bDec = weights.bDec.p.data;
  const input = scratch.input.data;
  for (let row = 0; row < batch; row++) {
    const [from, to] = [row * dIn, row * width];
    for (let i = 0; i < dIn; i++) input[to + i] = rows[from + i] * scale - bDec[i];
  }
}

/** What explained variance is made of: 1 - residual / total. `error` must have been computed. */
export function squaresOf({ config, width, kernels, scratch }: Training): Squares {
  const { batch } = config;
  const bytes = 4 * width;
  const { input, error, sum } = scratch;
  sum.data.fill(0);
  let residual = 0;
  let total = 0;
  for (let row = 0; row < batch; row++) {
    const [inputRow, errorRow] = [input.address + row * bytes, error.address + row * bytes];
    residual += kernels.dot(errorRow, errorRow, bytes);
    total += kernels.dot(inputRow, inputRow, bytes);
    kernels.axpy(sum.address, inputRow, bytes, 1);
  }
  return { residual, total: total - kernels.dot(sum.address, sum.address, bytes) / batch };
}
