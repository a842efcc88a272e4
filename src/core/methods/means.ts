/** Means of activations over texts, the direction from one mean to another, and the differences text by text. */
import type { TailActivations } from './method.ts';

/** mean(positive) - mean(negative) for each layer: [layer][dModel]. */
export function differenceOfMeans(positive: TailActivations, negative: TailActivations): Float32Array[] {
  return positive.means.map((rows, layer) => {
    const other = negative.means[layer];
    const dModel = widthOf(positive, rows);
    const difference = meanRow(rows, dModel);
    const away = meanRow(other, dModel);
    return difference.map((value, i) => value - away[i]);
  });
}

/** Columns of [texts, dModel], given that every layer has as many texts as the first. */
function widthOf(activations: TailActivations, rows: Float32Array): number {
  return rows.length / activations.texts;
}

/** The mean row of [rows, width]. */
export function meanRow(values: Float32Array, width: number): Float32Array {
  const rows = values.length / width;
  const mean = new Float64Array(width);
  for (let row = 0; row < rows; row++) for (let i = 0; i < width; i++) mean[i] += values[row * width + i];
  return Float32Array.from(mean, (sum) => sum / rows);
}

/** D_i = h+_i - h-_i where the texts are pairs; else from each h-_i to the mean of all h+. [texts, width] */
export function differencesOf(wanted: Float32Array, own: Float32Array, width: number): Float32Array {
  if (wanted.length === own.length) return wanted.map((value, i) => value - own[i]);
  const mean = meanRow(wanted, width);
  return own.map((value, i) => mean[i % width] - value);
}
