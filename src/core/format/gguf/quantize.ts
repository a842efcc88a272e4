/**
 * Float32 weights to the simple block types, for files that we write. The results are those of the reference quantisers
 * of the Python package `gguf`, bit for bit, which is why every step rounds to float32. Weights must be finite.
 */
import { FormatError } from '../../errors.ts';
import { floatToHalf } from '../../tensor/half.ts';
import { GGML_TYPES, type GgmlTypeInfo } from './types.ts';

const { fround } = Math;

/** To Q8_0: d is the largest magnitude / 127, q the nearest integer, halves away from zero. */
export function quantizeQ8_0(weights: Float32Array): Uint8Array {
  return quantizeBlocks(GGML_TYPES.Q8_0, weights, (block, bytes) => {
    const d = fround(largestMagnitude(block) / 127);
    const inverse = inverseOf(d);
    putHalf(bytes, 0, d);
    block.forEach((weight, j) => {
      const scaled = fround(weight * inverse);
      const magnitude = Math.abs(scaled);
      const floor = Math.floor(magnitude);
      const rounded = floor + Math.floor(2 * (magnitude - floor));
      bytes[2 + j] = scaled < 0 ? -rounded : rounded;
    });
  });
}

/** To Q4_0: the weight of the largest magnitude, sign and all, becomes q = 0 of q - 8 = -8..7. */
export function quantizeQ4_0(weights: Float32Array): Uint8Array {
  return quantizeBlocks(GGML_TYPES.Q4_0, weights, (block, bytes) => {
    const extreme = block.reduce((most, weight) => (Math.abs(weight) > Math.abs(most) ? weight : most));
    const d = fround(extreme / -8);
    const inverse = inverseOf(d);
    putHalf(bytes, 0, d);
    putNibbles(bytes, 2, (j) => fround(fround(block[j] * inverse) + 8.5));
  });
}

/** To Q4_1: m is the smallest weight, d a fifteenth of the span. */
export function quantizeQ4_1(weights: Float32Array): Uint8Array {
  return quantizeBlocks(GGML_TYPES.Q4_1, weights, (block, bytes) => {
    const smallest = block.reduce((least, weight) => Math.min(least, weight));
    const largest = block.reduce((most, weight) => Math.max(most, weight));
    const d = fround(fround(largest - smallest) / 15);
    const inverse = inverseOf(d);
    putHalf(bytes, 0, d);
    putHalf(bytes, 2, smallest);
    putNibbles(bytes, 4, (j) => fround(fround(fround(block[j] - smallest) * inverse) + 0.5));
  });
}

/** Calls `quantize` with each block of weights and the bytes that are to hold it. */
function quantizeBlocks(
  { name, blockSize, blockBytes }: GgmlTypeInfo,
  weights: Float32Array,
  quantize: (block: Float32Array, bytes: Uint8Array) => void,
): Uint8Array {
  const blocks = weights.length / blockSize;
  if (!Number.isInteger(blocks)) {
    throw new FormatError('size-mismatch', `${weights.length} weights are no whole number of ${name} blocks`);
  }
  const bytes = new Uint8Array(blocks * blockBytes);
  for (let block = 0; block < blocks; block++) {
    quantize(
      weights.subarray(block * blockSize, (block + 1) * blockSize),
      bytes.subarray(block * blockBytes, (block + 1) * blockBytes),
    );
  }
  return bytes;
}

function largestMagnitude(block: Float32Array): number {
  return block.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
}

/** 1 / d in float32; 0 for a block of zeros. */
function inverseOf(d: number): number {
  return d === 0 ? 0 : fround(1 / d);
}

function putHalf(bytes: Uint8Array, at: number, value: number): void {
  const half = floatToHalf(value);
  bytes[at] = half & 0xff;
  bytes[at + 1] = half >> 8;
}

/** Sixteen bytes of two 4-bit quants: weights 0-15 in the low halves, 16-31 in the high ones. */
function putNibbles(bytes: Uint8Array, at: number, quant: (j: number) => number): void {
  for (let j = 0; j < 16; j++) {
    bytes[at + j] = Math.min(15, Math.trunc(quant(j))) | (Math.min(15, Math.trunc(quant(j + 16))) << 4);
  }
}
