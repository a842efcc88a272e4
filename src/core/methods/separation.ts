/** Choosing a layer where nothing can judge a steered answer: how well its direction tells unseen texts apart. */
import { differenceOfMeans } from './means.ts';
import type { TailActivations } from './method.ts';

/**
 * Fits the difference of means on every other text and projects the rest on it. A layer's separation is the share of
 * pairs (one unseen text of each side) that the projection puts in the right order: the area under the ROC curve.
 */
export function mostSeparatingLayer(
  positive: TailActivations,
  negative: TailActivations,
): { layer: number; separations: number[] } {
  const directions = differenceOfMeans(everyOther(positive, 0), everyOther(negative, 0));
  const unseen = [everyOther(positive, 1), everyOther(negative, 1)] as const;
  const separations = directions.map((direction, layer) =>
    areaUnderCurve(project(unseen[0].means[layer], direction), project(unseen[1].means[layer], direction)),
  );
  // In the middle third: the first layers tell texts apart by their words alone, and the last have nothing left to act on.
  const first = Math.floor(separations.length / 3);
  const middle = separations.slice(first, Math.ceil((2 * separations.length) / 3));
  return { layer: first + middle.indexOf(Math.max(...middle)), separations };
}

/** The texts with index = start, start + 2, ...; all of them where that would leave none. */
function everyOther(activations: TailActivations, start: number): TailActivations {
  const kept = Array.from({ length: activations.texts }, (_, i) => i).filter((i) => i % 2 === start);
  if (kept.length === 0) return activations;
  const means = activations.means.map((rows) => {
    const width = rows.length / activations.texts;
    const out = new Float32Array(kept.length * width);
    kept.forEach((text, i) => out.set(rows.subarray(text * width, (text + 1) * width), i * width));
    return out;
  });
  return { ...activations, means, texts: kept.length };
}

/** The inner product of each row of [rows, dModel] with a direction. */
function project(rows: Float32Array, direction: Float32Array): number[] {
  const width = direction.length;
  return Array.from({ length: rows.length / width }, (_, row) =>
    direction.reduce((sum, value, i) => sum + value * rows[row * width + i], 0),
  );
}

/** The share of pairs in which the positive is larger; equal ones count half. */
export function areaUnderCurve(positive: readonly number[], negative: readonly number[]): number {
  let wins = 0;
  for (const p of positive) for (const n of negative) wins += p > n ? 1 : p === n ? 0.5 : 0;
  return wins / (positive.length * negative.length);
}
