/**
 * What the differences of pairs have in common, layer by layer: the subspace of the largest singular directions of their
 * matrix, how many of them there are, and in which layers they stand out. Neural FOXP2 (arXiv 2602.00945), second stage.
 */
import { singularValues } from '../tensor/singular.ts';

/** Of the differences at one layer. */
export interface ShiftSubspace {
  /** The singular directions that are kept, of length 1. */
  readonly directions: Float32Array; // [rank, width]
  readonly rank: number;
  /** The entropy of the squared singular values, as a number of directions: exp H(σ² / Σ σ²). */
  readonly effectiveRank: number;
  /** The eigengap after the last that is kept: σ_rank / σ_(rank + 1). */
  readonly gap: number;
  /** The share that those kept have of Σ σ². */
  readonly mass: number;
  /** How alike the subspaces of every other pair are: 1 for the same, about rank / width by chance. */
  readonly stability: number;
}

/** What stands in for a singular value that is 0: this share of the largest, below which all of them are rounding. */
const ZERO_SHARE = 1e-6;

/**
 * The directions that the rows [pairs, width] share. There are as many as come before the largest eigengap, looked for
 * within the effective rank: the gaps behind it are between directions of noise.
 */
export function shiftSubspace(differences: Float32Array, width: number): ShiftSubspace {
  const { values, right } = singularValues(differences, width);
  if (values.length === 0)
    return { directions: new Float32Array(0), rank: 0, effectiveRank: 0, gap: 1, mass: 0, stability: 0 };
  const squares = values.map((value) => value ** 2);
  const total = sum(squares);
  const effectiveRank = Math.exp(-sum(squares.map((square) => (square / total) * Math.log(square / total))));
  const gaps = values
    .slice(0, Math.ceil(effectiveRank))
    .map((value, i) => value / (values[i + 1] ?? ZERO_SHARE * values[0]));
  const gap = Math.max(...gaps);
  const rank = gaps.indexOf(gap) + 1;
  return {
    directions: right.slice(0, rank * width),
    rank,
    effectiveRank,
    gap,
    mass: sum(squares.slice(0, rank)) / total,
    stability: overlap(half(differences, width, 0), half(differences, width, 1), rank, width),
  };
}

/** Rows start, start + 2, ...; all where that would leave none. */
function half(rows: Float32Array, width: number, start: number): Float32Array {
  const count = rows.length / width;
  if (count <= start) return rows;
  const kept = new Float32Array(Math.ceil((count - start) / 2) * width);
  for (let row = start, to = 0; row < count; row += 2, to++)
    kept.set(rows.subarray(row * width, (row + 1) * width), to * width);
  return kept;
}

/** tr(P Q) / rank of the projections P and Q onto the first singular directions of two sets of rows. */
function overlap(a: Float32Array, b: Float32Array, rank: number, width: number): number {
  const first = (rows: Float32Array): Float32Array => singularValues(rows, width).right.subarray(0, rank * width);
  const [v, w] = [first(a), first(b)];
  let trace = 0;
  for (let i = 0; i < v.length; i += width)
    for (let j = 0; j < w.length; j += width) trace += dot(v.subarray(i, i + width), w.subarray(j, j + width)) ** 2;
  return trace / rank;
}

/**
 * The part of a vector that lies in the subspace. Singular directions have no sign of their own; of the mean difference,
 * this gives each of them the sign, and the share, with which it leads from the source to the target.
 */
export function projectOnto({ directions }: Pick<ShiftSubspace, 'directions'>, vector: Float32Array): Float32Array {
  const width = vector.length;
  const projected = new Float64Array(width);
  for (let from = 0; from < directions.length; from += width) {
    const direction = directions.subarray(from, from + width);
    const along = dot(direction, vector);
    for (let i = 0; i < width; i++) projected[i] += along * direction[i];
  }
  return Float32Array.from(projected);
}

export interface LayerWindow {
  /** Neighbours, ascending. */
  readonly layers: readonly number[];
  /** Σ stability · ln gap. */
  readonly score: number;
}

/**
 * The window of `width` neighbouring layers, `through` among them, in which the subspace stands out most and is found again
 * most surely: the largest sum of stability · ln gap. The first of equals; all layers where there are no more.
 */
export function layerWindow(
  subspaces: readonly Pick<ShiftSubspace, 'gap' | 'stability'>[], // [layer]
  through: number,
  width: number,
): LayerWindow {
  const size = Math.min(width, subspaces.length);
  let best: LayerWindow | undefined;
  for (let first = Math.max(0, through - size + 1); first <= Math.min(through, subspaces.length - size); first++) {
    const layers = Array.from({ length: size }, (_, i) => first + i);
    const score = sum(layers.map((layer) => subspaces[layer].stability * Math.log(subspaces[layer].gap)));
    if (best === undefined || score > best.score) best = { layers, score };
  }
  return best ?? { layers: [through], score: 0 };
}

function dot(a: Float32Array, b: Float32Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
