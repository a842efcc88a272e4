/** Where a training run starts: the centre of the inputs, which bDec begins as, and the scale that they are brought to. */

export interface InputScale {
  /** [dIn], of the inputs as they are. */
  readonly centre: Float32Array;
  /** What inputs are multiplied by, so that the mean square of their numbers, less the centre, is 1. */
  readonly scale: number;
}

/** Enough: steps are a thousandth of the distances by then. */
const MAX_ROUNDS = 30;
const TOLERANCE = 1e-4;

/**
 * The geometric median of rows [n, dIn] (Weiszfeld's rounds), which a few rows of enormous norm do not move as they move a
 * mean (Bricken et al. 2023), and the scale about it.
 */
export function inputScale(rows: Float32Array, dIn: number): InputScale {
  const n = rows.length / dIn;
  let centre = weightedMean(rows, dIn, () => 1);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const from = centre;
    centre = weightedMean(rows, dIn, (row) => 1 / Math.max(Math.sqrt(squaredDistance(rows, row, from)), 1e-12));
    const moved = Math.sqrt(squaredDistance(Float64Array.from(centre), 0, from));
    if (moved <= TOLERANCE * Math.sqrt(squaredDistance(rows, 0, centre))) break;
  }
  let squares = 0;
  for (let row = 0; row < n; row++) squares += squaredDistance(rows, row, centre);
  const meanSquare = squares / rows.length;
  return { centre: Float32Array.from(centre), scale: meanSquare > 0 ? 1 / Math.sqrt(meanSquare) : 1 };
}

function weightedMean(rows: Float32Array, dIn: number, weightOf: (row: number) => number): Float64Array {
  const sum = new Float64Array(dIn);
  let weights = 0;
  for (let row = 0; row < rows.length / dIn; row++) {
    const weight = weightOf(row);
    weights += weight;
    for (let i = 0; i < dIn; i++) sum[i] += weight * rows[row * dIn + i];
  }
  return sum.map((value) => value / weights);
}

function squaredDistance(rows: Float32Array | Float64Array, row: number, from: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < from.length; i++) sum += (rows[row * from.length + i] - from[i]) ** 2;
  return sum;
}
