/** Small valid files for the tests of the readers. */
import { writeGguf, quantizeQ4_1, quantizeQ8_0, type GgufField } from '../../../src/core/format/gguf/index.ts';
import { encodeSafetensors } from '../../../src/core/format/safetensors.ts';
import { concat } from './rawGguf.ts';

/** Numbers between -1 and 1, the same in every run. */
export function wave(length: number, step = 0.37): Float32Array {
  return Float32Array.from({ length }, (_, at) => Math.sin(at * step));
}

export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** A field of each type, arrays among them. */
export const SAMPLE_METADATA: readonly (readonly [string, GgufField])[] = [
  ['general.architecture', { type: 'string', value: 'llama' }],
  ['sample.u8', { type: 'u8', value: 200 }],
  ['sample.i8', { type: 'i8', value: -100 }],
  ['sample.u16', { type: 'u16', value: 60_000 }],
  ['sample.i16', { type: 'i16', value: -30_000 }],
  ['sample.u32', { type: 'u32', value: 4_000_000_000 }],
  ['sample.i32', { type: 'i32', value: -2_000_000_000 }],
  ['sample.f32', { type: 'f32', value: Math.fround(1e-5) }],
  ['sample.f64', { type: 'f64', value: Math.PI }],
  ['sample.u64', { type: 'u64', value: 2n ** 64n - 1n }],
  ['sample.i64', { type: 'i64', value: -(2n ** 63n) }],
  ['sample.yes', { type: 'bool', value: true }],
  ['sample.no', { type: 'bool', value: false }],
  ['sample.tokens', { type: 'array', value: ['<s>', 'Ġint', 'é', '', '😀'] }],
  ['sample.scores', { type: 'array', value: Float32Array.of(0.5, -1.25, 3) }],
  ['sample.types', { type: 'array', value: Int32Array.of(1, -1, 3) }],
  ['sample.long', { type: 'array', value: BigInt64Array.of(5n, -7n) }],
  ['sample.bytes', { type: 'array', value: Uint8Array.of(0, 255, 7) }],
];

/** A GGUF of about 4 KB whose data ends with the file: any shorter one lacks something. */
export function sampleGguf(): Uint8Array {
  return writeGguf(SAMPLE_METADATA, [
    { name: 'token_embd.weight', type: 'Q8_0', shape: [8, 64], data: quantizeQ8_0(wave(512)) },
    { name: 'blk.0.attn_norm.weight', type: 'F32', shape: [64], data: bytesOf(wave(64)) },
    { name: 'blk.0.ffn_up.weight', type: 'Q4_1', shape: [32, 64], data: quantizeQ4_1(wave(2048, 0.11)) },
    { name: 'output_norm.weight', type: 'F32', shape: [64], data: bytesOf(wave(64, 0.9)) },
  ]);
}

/** A safetensors file of about half a kilobyte. */
export function sampleSafetensors(): Uint8Array {
  const { header, chunks } = encodeSafetensors(
    new Map([
      ['direction', { dtype: 'F32' as const, shape: [2, 12], data: wave(24) }],
      ['ids', { dtype: 'I64' as const, shape: [3], data: BigInt64Array.of(1n, -2n, 3n) }],
      ['half "quoted"', { dtype: 'F16' as const, shape: [5], data: Uint16Array.of(0, 0x3c00, 0xc000, 0x7bff, 1) }],
      ['scalar', { dtype: 'I32' as const, shape: [], data: Int32Array.of(-9) }],
    ]),
    { model: 'sample', note: 'é' },
  );
  return concat(header, ...chunks);
}
