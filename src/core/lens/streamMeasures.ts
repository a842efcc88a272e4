/** What is measured of residual streams without the head: how long they are, how much a block changed them, where they point. */
import { norm } from '../tensor/norm.ts';

/** |h|, position by position. @param stream [pos, dModel] */
export function streamNorms(stream: Float32Array, dModel: number): number[] {
  return rowsOf(stream, dModel).map(norm);
}

/** |h - before| / |before|: what a block did to the stream, as a share of what it was given. Both [pos, dModel]. */
export function streamChanges(stream: Float32Array, before: Float32Array, dModel: number): number[] {
  const given = rowsOf(before, dModel);
  return rowsOf(stream, dModel).map((row, position) => {
    const from = given[position];
    return norm(row.map((value, i) => value - from[i])) / norm(from);
  });
}

/** The cosine of each position's stream with a direction [dModel]. */
export function streamCosines(stream: Float32Array, direction: Float32Array): number[] {
  const length = norm(direction);
  return rowsOf(stream, direction.length).map((row) => {
    const product = row.reduce((sum, value, i) => sum + value * direction[i], 0);
    return product / (norm(row) * length);
  });
}

/** A single dimension that outweighs all others at a position. */
export interface MassiveActivation {
  readonly position: number;
  readonly dimension: number;
  readonly value: number;
  /** Its magnitude over the median magnitude of the stream there. */
  readonly ratio: number;
}

/**
 * "Massive Activations in Large Language Models" (arXiv 2402.17762), section 2, has a magnitude above 100 that is about 1000
 * times the median. A stream of 576 numbers does not get there: on the default model the ratio of the one dimension that
 * everything at the first token hangs on is 504 at most, and of no other above 80. So a tenth of the paper's ratio.
 */
const MASSIVE_VALUE = 100;
const MASSIVE_RATIO = 100;

/** The massive activations of a layer, at most one for each position: the largest. @param stream [pos, dModel] */
export function massiveActivations(stream: Float32Array, dModel: number): MassiveActivation[] {
  return rowsOf(stream, dModel).flatMap((row, position) => {
    let dimension = 0;
    for (let i = 1; i < dModel; i++) if (Math.abs(row[i]) > Math.abs(row[dimension])) dimension = i;
    const value = row[dimension];
    if (Math.abs(value) < MASSIVE_VALUE) return [];
    const ratio = Math.abs(value) / medianMagnitude(row);
    return ratio >= MASSIVE_RATIO ? [{ position, dimension, value, ratio }] : [];
  });
}

function medianMagnitude(row: Float32Array): number {
  const magnitudes = row.map(Math.abs).sort();
  return magnitudes[magnitudes.length >> 1];
}

function rowsOf(stream: Float32Array, width: number): Float32Array[] {
  return Array.from({ length: stream.length / width }, (_, row) => stream.subarray(row * width, (row + 1) * width));
}
