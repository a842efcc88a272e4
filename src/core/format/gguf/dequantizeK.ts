/**
 * The K-quants: super-blocks of 256 weights whose sub-blocks have small integer scales of their own. Only the
 * arithmetic of blocks; `dequantize.ts` checks lengths and says why doubles give float32's bits here too.
 */
import { halfToFloatTable } from '../../tensor/half.ts';

/** The 6-bit scales and minimums of the 8 sub-blocks of a Q4_K or Q5_K super-block: what the newest unpacking left. */
export const SCALES = new Uint8Array(8);
export const MINS = new Uint8Array(8);

/**
 * Unpacks 12 bytes into SCALES and MINS. Bytes 0-3 hold scales 0-3 and bytes 4-7 minimums 0-3 in their low six bits;
 * the high two bits of each belong to scales and minimums 4-7, whose low four bits are the nibbles of bytes 8-11.
 */
export function unpackScales(bytes: Uint8Array, at: number): void {
  for (let j = 0; j < 4; j++) {
    const scale = bytes[at + j];
    const min = bytes[at + 4 + j];
    const rest = bytes[at + 8 + j];
    SCALES[j] = scale & 63;
    MINS[j] = min & 63;
    SCALES[j + 4] = (rest & 15) | ((scale >> 6) << 4);
    MINS[j + 4] = (rest >> 4) | ((min >> 6) << 4);
  }
}

/**
 * Block: half d, half dmin, 12 bytes of scales, 128 bytes of two 4-bit q.
 * Weight of sub-block s: d scale[s] q - dmin min[s].
 */
export function dequantizeQ4K(bytes: Uint8Array, out: Float32Array): void {
  const half = halfToFloatTable().floats;
  for (let at = 0, o = 0; o < out.length; at += 144, o += 256) {
    const d = half[bytes[at] | (bytes[at + 1] << 8)];
    const dmin = half[bytes[at + 2] | (bytes[at + 3] << 8)];
    unpackScales(bytes, at + 4);
    // Each run of 32 bytes holds an even sub-block in its low nibbles and the odd one after it in its high nibbles.
    for (let s = 0, from = at + 16, to = o; s < 8; s += 2, from += 32, to += 64) {
      const scaleLow = d * SCALES[s];
      const minLow = dmin * MINS[s];
      const scaleHigh = d * SCALES[s + 1];
      const minHigh = dmin * MINS[s + 1];
      for (let j = 0; j < 32; j++) {
        const q = bytes[from + j];
        out[to + j] = scaleLow * (q & 15) - minLow;
        out[to + j + 32] = scaleHigh * (q >> 4) - minHigh;
      }
    }
  }
}

/** As Q4_K, with 32 bytes before the nibbles whose bit s is the fifth bit of q in sub-block s. */
export function dequantizeQ5K(bytes: Uint8Array, out: Float32Array): void {
  const half = halfToFloatTable().floats;
  for (let at = 0, o = 0; o < out.length; at += 176, o += 256) {
    const d = half[bytes[at] | (bytes[at + 1] << 8)];
    const dmin = half[bytes[at + 2] | (bytes[at + 3] << 8)];
    unpackScales(bytes, at + 4);
    for (let s = 0, from = at + 48, to = o; s < 8; s += 2, from += 32, to += 64) {
      const scaleLow = d * SCALES[s];
      const minLow = dmin * MINS[s];
      const scaleHigh = d * SCALES[s + 1];
      const minHigh = dmin * MINS[s + 1];
      for (let j = 0; j < 32; j++) {
        const q = bytes[from + j];
        const fifth = bytes[at + 16 + j] >> s;
        out[to + j] = scaleLow * ((q & 15) | ((fifth & 1) << 4)) - minLow;
        out[to + j + 32] = scaleHigh * ((q >> 4) | ((fifth & 2) << 3)) - minHigh;
      }
    }
  }
}

/**
 * Block: 128 bytes with the low four bits of q, 64 with the high two, 16 signed scales, half d.
 * Weight: d scale (q - 32). Each half of the block has 4 groups of 32 weights, each group two scales of 16 weights.
 */
export function dequantizeQ6K(bytes: Uint8Array, out: Float32Array): void {
  const half = halfToFloatTable().floats;
  for (let at = 0, o = 0; o < out.length; at += 210, o += 256) {
    const d = half[bytes[at + 208] | (bytes[at + 209] << 8)];
    for (let group = 0; group < 8; group++) {
      // Groups 0 and 1 of a half are the low nibbles of its 64 bytes, groups 2 and 3 the high nibbles.
      const lowAt = at + (group >> 2) * 64 + (group & 1) * 32;
      const lowShift = (group & 2) << 1;
      const highAt = at + 128 + (group >> 2) * 32;
      const highShift = (group & 3) << 1;
      for (let run = 0; run < 32; run += 16) {
        const scale = d * ((bytes[at + 192 + group * 2 + (run >> 4)] << 24) >> 24);
        for (let j = run; j < run + 16; j++) {
          const low = (bytes[lowAt + j] >> lowShift) & 15;
          const high = (bytes[highAt + j] >> highShift) & 3;
          out[o + group * 32 + j] = scale * ((low | (high << 4)) - 32);
        }
      }
    }
  }
}
