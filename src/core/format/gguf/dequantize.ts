/**
 * Turns the stored bytes of a tensor into float32 weights: one small function per type, in a table.
 *
 * Each function writes what float32 arithmetic gives, bit for bit, though JavaScript computes in doubles: a half has 11
 * significant bits and a quant or sub-block scale 8 at most, so every product here is exact in a double, and so is its
 * sum with an offset of half range. The only rounding is the one of the final store into a Float32Array.
 * Source of the layouts: the block structs of ggml-common.h in the ggml repository. Checked against the Python package
 * `gguf` in test/golden.
 */
import { FormatError } from '../../errors.ts';
import { halfToFloatTable } from '../../tensor/half.ts';
import { dequantizeQ4K, dequantizeQ5K, dequantizeQ6K } from './dequantizeK.ts';
import { GGML_TYPES, type GgmlType } from './types.ts';

/** Fills `out` from `bytes`; the lengths have been checked to fit. */
type Dequantizer = (bytes: Uint8Array, out: Float32Array) => void;

const DEQUANTIZERS: Readonly<Record<GgmlType, Dequantizer>> = {
  F32: copyF32,
  F16: expandF16,
  BF16: expandBf16,
  Q8_0: dequantizeQ80,
  Q4_0: dequantizeQ40,
  Q4_1: dequantizeQ41,
  Q5_0: dequantizeQ50,
  Q5_1: dequantizeQ51,
  Q4_K: dequantizeQ4K,
  Q5_K: dequantizeQ5K,
  Q6_K: dequantizeQ6K,
};

/**
 * The `elements` weights stored in `bytes`, into `out` where it is given (of exactly that length), else freshly
 * allocated. Throws FormatError `size-mismatch` where the three do not agree.
 */
export function dequantize(type: GgmlType, bytes: Uint8Array, elements: number, out?: Float32Array): Float32Array {
  const { blockSize, blockBytes } = GGML_TYPES[type];
  const needed = (elements / blockSize) * blockBytes;
  if (!Number.isSafeInteger(needed) || elements % blockSize !== 0 || bytes.length !== needed) {
    throw new FormatError('size-mismatch', `${elements} weights of type ${type} are not ${bytes.length} bytes`);
  }
  if (out !== undefined && out.length !== elements) {
    throw new FormatError('size-mismatch', `${elements} weights do not fit a result of ${out.length}`);
  }
  const weights = out ?? new Float32Array(elements);
  DEQUANTIZERS[type](bytes, weights);
  return weights;
}

/** The same memory as bits, so that a copy keeps every NaN as it is. */
function bitsOf(out: Float32Array): Uint32Array {
  return new Uint32Array(out.buffer, out.byteOffset, out.length);
}

function copyF32(bytes: Uint8Array, out: Float32Array): void {
  new Uint8Array(out.buffer, out.byteOffset, out.byteLength).set(bytes);
}

function expandF16(bytes: Uint8Array, out: Float32Array): void {
  const table = halfToFloatTable().bits;
  const outBits = bitsOf(out);
  for (let i = 0, at = 0; i < outBits.length; i++, at += 2) outBits[i] = table[bytes[at] | (bytes[at + 1] << 8)];
}

function expandBf16(bytes: Uint8Array, out: Float32Array): void {
  const outBits = bitsOf(out);
  for (let i = 0, at = 0; i < outBits.length; i++, at += 2) outBits[i] = (bytes[at] << 16) | (bytes[at + 1] << 24);
}

/** Block: half d, 32 signed bytes q. Weight: d q. */
function dequantizeQ80(bytes: Uint8Array, out: Float32Array): void {
  const half = halfToFloatTable().floats;
  for (let at = 0, o = 0; o < out.length; at += 34, o += 32) {
    const d = half[bytes[at] | (bytes[at + 1] << 8)];
    for (let j = 0; j < 32; j++) out[o + j] = d * ((bytes[at + 2 + j] << 24) >> 24);
  }
}

/** Block: half d, 16 bytes of two 4-bit q: the low ones are weights 0-15, the high ones 16-31. Weight: d (q - 8). */
function dequantizeQ40(bytes: Uint8Array, out: Float32Array): void {
  const half = halfToFloatTable().floats;
  for (let at = 0, o = 0; o < out.length; at += 18, o += 32) {
    const d = half[bytes[at] | (bytes[at + 1] << 8)];
    for (let j = 0; j < 16; j++) {
      const q = bytes[at + 2 + j];
      out[o + j] = d * ((q & 15) - 8);
      out[o + j + 16] = d * ((q >> 4) - 8);
    }
  }
}

/** Block: half d, half m, 16 bytes of two 4-bit q, in Q4_0's order. Weight: d q + m. */
function dequantizeQ41(bytes: Uint8Array, out: Float32Array): void {
  const half = halfToFloatTable().floats;
  for (let at = 0, o = 0; o < out.length; at += 20, o += 32) {
    const d = half[bytes[at] | (bytes[at + 1] << 8)];
    const m = half[bytes[at + 2] | (bytes[at + 3] << 8)];
    for (let j = 0; j < 16; j++) {
      const q = bytes[at + 4 + j];
      out[o + j] = d * (q & 15) + m;
      out[o + j + 16] = d * (q >> 4) + m;
    }
  }
}

/** Block: half d, 32 bits with the fifth bit of each weight, then as Q4_0. Weight: d (q - 16). */
function dequantizeQ50(bytes: Uint8Array, out: Float32Array): void {
  const half = halfToFloatTable().floats;
  for (let at = 0, o = 0; o < out.length; at += 22, o += 32) {
    const d = half[bytes[at] | (bytes[at + 1] << 8)];
    const fifthLow = bytes[at + 2] | (bytes[at + 3] << 8);
    const fifthHigh = bytes[at + 4] | (bytes[at + 5] << 8);
    for (let j = 0; j < 16; j++) {
      const q = bytes[at + 6 + j];
      out[o + j] = d * (((q & 15) | (((fifthLow >> j) & 1) << 4)) - 16);
      out[o + j + 16] = d * (((q >> 4) | (((fifthHigh >> j) & 1) << 4)) - 16);
    }
  }
}

/** Block: half d, half m, then as Q5_0. Weight: d q + m. */
function dequantizeQ51(bytes: Uint8Array, out: Float32Array): void {
  const half = halfToFloatTable().floats;
  for (let at = 0, o = 0; o < out.length; at += 24, o += 32) {
    const d = half[bytes[at] | (bytes[at + 1] << 8)];
    const m = half[bytes[at + 2] | (bytes[at + 3] << 8)];
    const fifthLow = bytes[at + 4] | (bytes[at + 5] << 8);
    const fifthHigh = bytes[at + 6] | (bytes[at + 7] << 8);
    for (let j = 0; j < 16; j++) {
      const q = bytes[at + 8 + j];
      out[o + j] = d * ((q & 15) | (((fifthLow >> j) & 1) << 4)) + m;
      out[o + j + 16] = d * ((q >> 4) | (((fifthHigh >> j) & 1) << 4)) + m;
    }
  }
}
