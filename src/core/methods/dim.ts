/**
 * Difference of means, also known as contrastive activation addition (Rimsky et al. 2024; for programming languages
 * arXiv 2603.23629): v_l = mean(h+_l) - mean(h-_l), added to the residual stream. The baseline of every other method.
 */
import type { ContrastData, FitBench, FittedSteering, SteeringMethod, TailActivations } from './method.ts';
import { mostSeparatingLayer } from './separation.ts';
import { chooseCandidate } from './tuning.ts';

export const dim: SteeringMethod = {
  id: 'dim',
  title: 'difference of means',
  positions: 'the mean over the last 8 tokens of each text; for languages these end at the line before the code',
  fit,
};

async function fit(data: ContrastData, bench: FitBench): Promise<FittedSteering> {
  const positive = await bench.activations(data.positive);
  const negative = await bench.activations(data.negative);
  const directions = differenceOfMeans(positive, negative);
  const { medianNorms } = negative;
  const doses = directions.map((direction, layer) => norm(direction) / medianNorms[layer]);
  if (bench.tasks > 0) {
    const { best, figures } = await chooseCandidate(directions, bench);
    return { ...best, directions, medianNorms, figures: { ...figures, dosePerStrength: doses } };
  }
  const { layer, separations } = mostSeparatingLayer(positive, negative);
  const figures = { chosenBy: 'separation of held-out texts', separations, dosePerStrength: doses };
  return { layers: [layer], strength: 1, scope: 'all', directions, medianNorms, figures };
}

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

function norm(vector: Float32Array): number {
  return Math.hypot(...vector);
}
