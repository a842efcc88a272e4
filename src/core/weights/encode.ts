/**
 * From GGUF blocks to the arrays that ONNX Runtime's kernels read. Pure: rows of one tensor in, arrays out.
 * The nibble order differs: ggml keeps column j of a block in the low half of byte j and column j + 16 in its high
 * half; `MatMulNBits` keeps columns 2 i and 2 i + 1 in byte i.
 */
import { dequantize } from '../format/gguf/dequantize.ts';
import { MINS, SCALES, unpackScales } from '../format/gguf/dequantizeK.ts';
import type { GgmlType } from '../format/gguf/types.ts';
import { halfToFloat } from '../tensor/half.ts';
import { BLOCK, type Encoding } from './plan.ts';

/** Rows in an encoding; the correction is present for q4affine alone. */
export interface EncodedRows {
  readonly quantized: Uint8Array; // [rows, blocks, 32 or 16 bytes]
  readonly scales: Float32Array; // [rows, blocks]
  readonly correction: Float32Array | undefined; // [rows, blocks], m + 8 d
}

/** Encodes `rows` x `columns` values that are stored as `type`. `f32` is not an encoding of this function. */
export function encodeRows(type: GgmlType, bytes: Uint8Array, elements: number, encoding: Encoding): EncodedRows {
  const blocks = elements / BLOCK;
  if (encoding === 'q8') {
    if (type === 'Q8_0') return keepEightBits(bytes, blocks);
    return roundToEightBits(dequantize(type, bytes, elements), blocks);
  }
  const out = allocate(blocks, encoding === 'q4affine');
  if (type === 'Q4_0') keepSimpleFourBits(bytes, blocks, out, false);
  else if (type === 'Q4_1') keepSimpleFourBits(bytes, blocks, out, true);
  else keepSuperBlocks(bytes, blocks, out);
  return out;
}

function allocate(blocks: number, affine: boolean): EncodedRows {
  return {
    quantized: new Uint8Array((blocks * BLOCK) / 2),
    scales: new Float32Array(blocks),
    correction: affine ? new Float32Array(blocks) : undefined,
  };
}

function halfAt(bytes: Uint8Array, at: number): number {
  return halfToFloat(bytes[at] | (bytes[at + 1] << 8));
}

/** 16 bytes of ggml's halves to 16 bytes of neighbouring columns. */
function reorderNibbles(from: Uint8Array, at: number, to: Uint8Array, target: number): void {
  for (let i = 0; i < 8; i++) {
    const even = from[at + 2 * i];
    const odd = from[at + 2 * i + 1];
    to[target + i] = (even & 0x0f) | ((odd & 0x0f) << 4);
    to[target + 8 + i] = (even >> 4) | (odd & 0xf0);
  }
}

/** Q4_0: half d, 16 bytes. Q4_1: half d, half m, 16 bytes. A Q4_0 block in an affine matrix has m = -8 d: no correction. */
function keepSimpleFourBits(bytes: Uint8Array, blocks: number, out: EncodedRows, hasMinimum: boolean): void {
  const header = hasMinimum ? 4 : 2;
  for (let block = 0; block < blocks; block++) {
    const at = block * (header + 16);
    const d = halfAt(bytes, at);
    out.scales[block] = d;
    if (out.correction && hasMinimum) out.correction[block] = halfAt(bytes, at + 2) + 8 * d;
    reorderNibbles(bytes, at + header, out.quantized, block * 16);
  }
}

/** Q4_K: super-blocks of 256 with half d, half dmin, twelve bytes of 6-bit scales and minimums, 128 bytes of values. */
function keepSuperBlocks(bytes: Uint8Array, blocks: number, out: EncodedRows): void {
  for (let block = 0; block < blocks; block++) {
    const base = Math.floor(block / 8) * 144;
    const index = block % 8;
    if (index === 0) unpackScales(bytes, base + 4);
    const d = Math.fround(halfAt(bytes, base) * SCALES[index]);
    out.scales[block] = d;
    if (out.correction) out.correction[block] = 8 * d - Math.fround(halfAt(bytes, base + 2) * MINS[index]);
    const values = base + 16 + Math.floor(index / 2) * 32;
    const shift = (index % 2) * 4;
    for (let i = 0; i < 16; i++) {
      const even = (bytes[values + 2 * i] >> shift) & 0x0f;
      const odd = (bytes[values + 2 * i + 1] >> shift) & 0x0f;
      out.quantized[block * 16 + i] = even | (odd << 4);
    }
  }
}

function keepEightBits(bytes: Uint8Array, blocks: number): EncodedRows {
  const quantized = new Uint8Array(blocks * BLOCK);
  const scales = new Float32Array(blocks);
  for (let block = 0; block < blocks; block++) {
    const at = block * (BLOCK + 2);
    scales[block] = halfAt(bytes, at);
    for (let i = 0; i < BLOCK; i++) quantized[block * BLOCK + i] = bytes[at + 2 + i] ^ 0x80; // signed to excess 128
  }
  return { quantized, scales, correction: undefined };
}

/** Symmetric rounding to 8 bits: the largest value of a block becomes 127. */
function roundToEightBits(values: Float32Array, blocks: number): EncodedRows {
  const quantized = new Uint8Array(blocks * BLOCK);
  const scales = new Float32Array(blocks);
  for (let block = 0; block < blocks; block++) {
    const at = block * BLOCK;
    let largest = 0;
    for (let i = 0; i < BLOCK; i++) largest = Math.max(largest, Math.abs(values[at + i]));
    const d = Math.fround(largest / 127);
    scales[block] = d;
    for (let i = 0; i < BLOCK; i++) quantized[at + i] = d === 0 ? 128 : Math.round(values[at + i] / d) + 128;
  }
  return { quantized, scales, correction: undefined };
}
