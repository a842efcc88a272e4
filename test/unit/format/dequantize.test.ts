/** Dequantisation, quantisation and the 16-bit formats against the Python package `gguf` and numpy, bit for bit. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bytesSource } from '../../../src/core/byteSource.ts';
import { FormatError } from '../../../src/core/errors.ts';
import {
  dequantize,
  GGML_TYPE_NAMES,
  quantizeQ4_0,
  quantizeQ4_1,
  quantizeQ8_0,
} from '../../../src/core/format/gguf/index.ts';
import { parseSafetensorsHeader, readSafetensorArray, safetensorsEntry } from '../../../src/core/format/safetensors.ts';
import { bf16ToFloat, floatToBf16, floatToHalf, halfToFloat } from '../../../src/core/tensor/half.ts';
import { bytesOf } from './samples.ts';

const GOLDEN = new URL('../../golden/data/dequant.safetensors', import.meta.url);
const source = bytesSource(new Uint8Array(readFileSync(GOLDEN)), 'dequant.safetensors (test/golden/make_dequant.py)');
const golden = parseSafetensorsHeader(source);

/** The bytes of a golden tensor; its type is the business of whoever made it. */
function goldenBytes(name: string): Uint8Array {
  return bytesOf(readSafetensorArray(source, safetensorsEntry(golden, name)));
}

function goldenBits(name: string): Uint32Array {
  return new Uint32Array(goldenBytes(name).buffer);
}

function goldenHalves(name: string): Uint16Array {
  return new Uint16Array(goldenBytes(name).buffer);
}

function bitsOf(weights: Float32Array): Uint32Array {
  return new Uint32Array(weights.buffer, weights.byteOffset, weights.length);
}

function assertSameBits(actual: Float32Array, expected: Uint32Array): void {
  const bits = bitsOf(actual);
  assert.equal(bits.length, expected.length);
  const wrong = bits.findIndex((value, at) => value !== expected[at]);
  const floats = new Float32Array(expected.buffer, expected.byteOffset, expected.length);
  assert.equal(wrong, -1, `weight ${wrong} is ${actual[wrong]}, not ${floats[wrong]}`);
}

for (const type of GGML_TYPE_NAMES) {
  test(`${type} is dequantised as the Python package does`, () => {
    const expected = goldenBits(`${type}.weights`);
    const bytes = goldenBytes(`${type}.bytes`);
    assertSameBits(dequantize(type, bytes, expected.length), expected);
    // Bytes at an odd place in a larger buffer, into part of a larger result.
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    const larger = new Float32Array(expected.length + 6).fill(5);
    const out = larger.subarray(3, 3 + expected.length);
    assert.equal(dequantize(type, shifted.subarray(1), expected.length, out), out);
    assertSameBits(out, expected);
    assert.deepEqual([...larger.subarray(0, 3), ...larger.subarray(-3)], [5, 5, 5, 5, 5, 5]);
  });
}

for (const [type, quantize] of [
  ['Q8_0', quantizeQ8_0],
  ['Q4_0', quantizeQ4_0],
  ['Q4_1', quantizeQ4_1],
] as const) {
  test(`${type} is quantised as the Python package does`, () => {
    const weights = new Float32Array(goldenBytes(`${type}.source`).buffer);
    assert.deepEqual(quantize(weights), goldenBytes(`${type}.bytes`));
    assert.throws(() => quantize(weights.subarray(1)), FormatError);
  });
}

test('lengths that do not agree are refused', () => {
  const bytes = new Uint8Array(34);
  assert.equal(dequantize('Q8_0', bytes, 32).length, 32);
  assert.throws(() => dequantize('Q8_0', bytes, 31), /31 weights of type Q8_0 are not 34 bytes/);
  assert.throws(() => dequantize('Q8_0', bytes, 64), /64 weights/);
  assert.throws(() => dequantize('Q8_0', bytes, NaN), FormatError);
  assert.throws(() => dequantize('Q8_0', bytes, 32, new Float32Array(31)), /a result of 31/);
});

test('a scale that is not finite gives weights that are not', () => {
  const block = new Uint8Array(34).fill(1);
  block.set([0x00, 0x7c]);
  assert.ok(dequantize('Q8_0', block, 32).every((weight) => weight === Infinity));
  block.set([0x01, 0x7c]);
  assert.ok(dequantize('Q8_0', block, 32).every(Number.isNaN));
});

test('halves become floats as in numpy', () => {
  const halves = goldenHalves('half.bits');
  assertSameBits(Float32Array.from(halves, halfToFloat), goldenBits('half.weights'));
  assert.ok(Number.isNaN(halfToFloat(0x7e00)) && Number.isNaN(halfToFloat(0xfc01)));
});

test('floats become halves and bfloat16s as in numpy', () => {
  const floats = new Float32Array(goldenBytes('round.source').buffer);
  const halves = goldenHalves('round.half');
  const bf16s = goldenHalves('round.bf16');
  floats.forEach((value, at) => {
    assert.equal(floatToHalf(value), halves[at], `the half of ${value}`);
    assert.equal(floatToBf16(value), bf16s[at], `the bfloat16 of ${value}`);
  });
  assert.ok(Number.isNaN(halfToFloat(floatToHalf(NaN))) && Number.isNaN(bf16ToFloat(floatToBf16(NaN))));
});

test('every 16-bit pattern that is a number survives the way there and back', () => {
  for (let bits = 0; bits < 1 << 16; bits++) {
    const half = halfToFloat(bits);
    if (!Number.isNaN(half)) assert.equal(floatToHalf(half), bits);
    const bf16 = bf16ToFloat(bits);
    if (!Number.isNaN(bf16)) assert.equal(floatToBf16(bf16), bits);
  }
});
