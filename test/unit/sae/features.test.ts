/** What an autoencoder makes of an activation, by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError, FormatError } from '../../../src/core/errors.ts';
import { decode, decoderRow, encode } from '../../../src/core/sae/features.ts';
import { checkSae, type Sae } from '../../../src/core/sae/sae.ts';

/** Features 0 and 1 read x0 and x1, feature 2 their sum, feature 3 minus x0. */
const base = {
  dIn: 2,
  dSae: 4,
  wEnc: Float32Array.of(1, 0, 1, -1, 0, 1, 1, 0),
  bEnc: Float32Array.of(0, 0, -1, 0),
  wDec: Float32Array.of(1, 0, 0, 1, 0.5, 0.5, -1, 0),
  bDec: Float32Array.of(1, 2),
  applyBDecToInput: true,
};
const standard: Sae = { ...base, architecture: 'standard' };

test('relu keeps what is above zero; bDec is taken off the input', () => {
  const features = encode(standard, Float32Array.of(3, 3, 0, 2));
  assert.deepEqual([...features.starts], [0, 3, 4]);
  assert.deepEqual([...features.indices], [0, 1, 2, 3]);
  assert.deepEqual([...features.values], [2, 1, 2, 1]);
  assert.deepEqual([...decode(standard, features)], [1 + 2 + 1, 2 + 1 + 1, 1 - 1, 2]);
});

test('bDec is left in the input where the autoencoder says so', () => {
  const features = encode({ ...standard, applyBDecToInput: false }, Float32Array.of(3, 3));
  assert.deepEqual([...features.values], [3, 3, 5]);
});

test('top-k keeps the k largest, the lower index of equals, and nothing below zero', () => {
  const topk: Sae = { ...base, architecture: 'topk', k: 1 };
  const features = encode(topk, Float32Array.of(3, 3, -1, -1, 1, 2));
  assert.deepEqual([...features.starts], [0, 1, 2, 2]);
  assert.deepEqual([...features.indices], [0, 3]);
});

test('jumprelu keeps what is above its threshold, as it is', () => {
  const jump: Sae = { ...base, architecture: 'jumprelu', threshold: Float32Array.of(2, -5, 1.5, 0) };
  const features = encode(jump, Float32Array.of(3, 3));
  assert.deepEqual([...features.indices], [1, 2]);
  assert.deepEqual([...features.values], [1, 2]);
});

test('the direction of a feature is its row of the decoder', () => {
  assert.deepEqual([...decoderRow(standard, 2)], [0.5, 0.5]);
});

test('activations of another width are refused', () => {
  assert.throws(
    () => encode(standard, new Float32Array(3)),
    (error) => UsageError.is(error, 'wrong-width'),
  );
});

test('parts that do not belong together are refused, with their name', () => {
  checkSae(standard);
  const wrong: [Partial<Sae>, RegExp][] = [
    [{ wDec: new Float32Array(3) }, /wDec has 3/],
    [{ bEnc: Float32Array.of(0, 0, NaN, 0) }, /bEnc has numbers that are none/],
    [{ k: 2 }, /k belongs to topk/],
    [{ architecture: 'topk' }, /k belongs to topk/],
    [{ architecture: 'topk', k: 5 }, /not within 1 and 4/],
    [{ architecture: 'jumprelu' }, /thresholds belong/],
    [{ architecture: 'jumprelu', threshold: new Float32Array(3) }, /not 4 numbers/],
  ];
  for (const [change, words] of wrong)
    assert.throws(
      () => checkSae({ ...standard, ...change }),
      (error: unknown) => FormatError.is(error, 'invalid-sae') && words.test(error.message),
    );
});
