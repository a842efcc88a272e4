/** GGUF files that must be refused, each for its own reason: the classes of llama.cpp's test-gguf, and ours. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesSource } from '../../../src/core/byteSource.ts';
import { FormatError } from '../../../src/core/errors.ts';
import { readGguf } from '../../../src/core/format/gguf/index.ts';
import { MAX_ARRAY_LENGTH, MAX_HEADER_BYTES, MAX_STRING_BYTES } from '../../../src/core/format/gguf/limits.ts';
import { ascii, concat, pair, rawGguf, tensor, text, u32, u64 } from './rawGguf.ts';
import { sampleGguf, sampleSafetensors } from './samples.ts';

const U32 = 4;
const BOOL = 7;
const STRING = 8;
const ARRAY = 9;
const MAX_I64 = 2n ** 63n - 1n;

function alignmentPair(alignment: number): Uint8Array {
  return pair('general.alignment', U32, u32(alignment));
}

/** What is wrong, the reason that must be given, the file. */
const MALFORMED: readonly (readonly [string, string, Uint8Array])[] = [
  ['bad magic', 'bad-magic', rawGguf({ magic: 'FUGG' })],
  ['version 0', 'unsupported-version', rawGguf({ version: 0 })],
  ['version 1', 'unsupported-version', rawGguf({ version: 1 })],
  ['version of the future', 'unsupported-version', rawGguf({ version: 4 })],
  ['big-endian', 'big-endian', rawGguf({ version: 0x03000000 })],
  ['-1 tensors', 'limit-exceeded', rawGguf({ tensorCount: -1 })],
  ['-1 pairs', 'limit-exceeded', rawGguf({ pairCount: -1 })],
  ['more tensors than the file could hold', 'count-exceeds-file', rawGguf({ tensorCount: 60_000 })],
  ['more pairs than the file could hold', 'count-exceeds-file', rawGguf({ pairCount: 60_000 })],

  ['key of size -1', 'limit-exceeded', rawGguf({ pairs: [pair(text('key', -1), U32, u32(1))] })],
  ['key longer than the file', 'count-exceeds-file', rawGguf({ pairs: [pair(text('key', 9999), U32, u32(1))] })],
  ['empty key', 'empty-key', rawGguf({ pairs: [pair('', U32, u32(1))] })],
  ['key that is not UTF-8', 'invalid-utf8', rawGguf({ pairs: [pair('k\xff', U32, u32(1))] })],
  ['value type that does not exist', 'bad-value-type', rawGguf({ pairs: [pair('key', 13, u32(1))] })],
  ['value type -1', 'bad-value-type', rawGguf({ pairs: [pair('key', 0xffffffff, u32(1))] })],
  ['duplicate key', 'duplicate-key', rawGguf({ pairs: [pair('key', U32, u32(1)), pair('key', U32, u32(1))] })],
  ['string of size -1', 'limit-exceeded', rawGguf({ pairs: [pair('key', STRING, text('abc', -1))] })],
  ['string over the limit', 'limit-exceeded', rawGguf({ pairs: [pair('key', STRING, u64(MAX_STRING_BYTES + 1))] })],
  ['string longer than the file', 'count-exceeds-file', rawGguf({ pairs: [pair('key', STRING, text('abc', 9999))] })],
  ['string that is not UTF-8', 'invalid-utf8', rawGguf({ pairs: [pair('key', STRING, text('\xc3\x28'))] })],
  ['boolean of 2', 'bad-boolean', rawGguf({ pairs: [pair('key', BOOL, Uint8Array.of(2))] })],
  ['boolean of 2 in an array', 'bad-boolean', rawGguf({ pairs: [arrayPair(BOOL, 2, Uint8Array.of(1, 2))] })],
  ['array of size -1', 'limit-exceeded', rawGguf({ pairs: [arrayPair(U32, -1)] })],
  ['array over the limit', 'limit-exceeded', rawGguf({ pairs: [arrayPair(0, MAX_ARRAY_LENGTH + 1)] })],
  ['array longer than the file', 'count-exceeds-file', rawGguf({ pairs: [arrayPair(U32, 1000)] })],
  ['more strings than the file could hold', 'count-exceeds-file', rawGguf({ pairs: [arrayPair(STRING, 1000)] })],
  ['array of a type that does not exist', 'bad-value-type', rawGguf({ pairs: [arrayPair(13, 1)] })],
  ['array of arrays', 'nested-array', rawGguf({ pairs: [arrayPair(ARRAY, 1, u32(U32), u64(1), u32(1))] })],
  ['alignment 13', 'bad-alignment', rawGguf({ pairs: [alignmentPair(13)] })],
  ['alignment 0', 'bad-alignment', rawGguf({ pairs: [alignmentPair(0)] })],
  ['alignment over the limit', 'bad-alignment', rawGguf({ pairs: [alignmentPair(2 ** 31)] })],
  ['alignment -8', 'bad-alignment', rawGguf({ pairs: [pair('general.alignment', 5, u32(-8))] })],
  ['alignment of another type', 'bad-alignment', rawGguf({ pairs: [pair('general.alignment', STRING, text('32'))] })],

  ['name over 64 bytes', 'limit-exceeded', rawGguf({ tensors: [tensor({ name: 'x'.repeat(65) })] })],
  ['name of size -1', 'limit-exceeded', rawGguf({ tensors: [tensor({ name: text('x', -1) })] })],
  ['empty name', 'empty-name', rawGguf({ tensors: [tensor({ name: '' })] })],
  ['duplicate name', 'duplicate-tensor', rawGguf({ tensors: [tensor(), tensor({ offset: 128 })], dataBytes: 256 })],
  ['five axes', 'bad-dimensions', rawGguf({ tensors: [tensor({ ne: [2, 2, 2, 2, 2] })] })],
  ['-1 axes', 'bad-dimensions', rawGguf({ tensors: [tensor({ axes: 0xffffffff })] })],
  ['axis of -1', 'bad-shape', rawGguf({ tensors: [tensor({ ne: [-1] })] })],
  ['axis of 0', 'bad-shape', rawGguf({ tensors: [tensor({ ne: [8, 0] })] })],
  ['too many elements', 'tensor-too-large', rawGguf({ tensors: [tensor({ ne: [2 ** 33, 2 ** 33] })] })],
  ['too many bytes', 'tensor-too-large', rawGguf({ tensors: [tensor({ ne: [2 ** 26, 2 ** 26] })] })],
  ['product that wraps to little', 'tensor-too-large', rawGguf({ tensors: [tensor({ ne: [2 ** 32, 2 ** 32] })] })],
  ['row that breaks a block', 'bad-row-length', rawGguf({ tensors: [tensor({ ne: [33], type: 3 })] })],
  ['quantised scalar', 'bad-row-length', rawGguf({ tensors: [tensor({ ne: [], type: 3 })] })],
  ['type that does not exist', 'unknown-tensor-type', rawGguf({ tensors: [tensor({ type: 99 })] })],
  ['type -1', 'unknown-tensor-type', rawGguf({ tensors: [tensor({ type: 0xffffffff })] })],
  ['type that is not supported', 'unsupported-tensor-type', rawGguf({ tensors: [tensor({ type: 10, ne: [256] })] })],
  ['offset -1', 'misaligned-tensor', rawGguf({ tensors: [tensor({ offset: -1 })] })],
  ['offset of 2^63 or so', 'truncated', rawGguf({ tensors: [tensor({ offset: MAX_I64 - 31n })] })],
  ['offset between alignments', 'misaligned-tensor', rawGguf({ tensors: [tensor({ offset: 4 })], dataBytes: 256 })],
  [
    'offsets of another alignment',
    'misaligned-tensor',
    rawGguf({ pairs: [alignmentPair(64)], tensors: [tensor({ offset: 32 })], dataBytes: 512 }),
  ],
  [
    'tensors that overlap',
    'overlapping-tensors',
    rawGguf({ tensors: [tensor({ name: 'a', offset: 96 }), tensor({ name: 'b', offset: 0 })], dataBytes: 512 }),
  ],
  [
    'two tensors in one place',
    'overlapping-tensors',
    rawGguf({ tensors: [tensor({ name: 'a' }), tensor({ name: 'b' })], dataBytes: 512 }),
  ],
  ['a byte of data missing', 'truncated', rawGguf({ dataBytes: 127 })],
  ['no data at all', 'truncated', rawGguf({ dataBytes: 0 })],
  [
    'sizes whose sum overflows',
    'truncated',
    rawGguf({
      tensors: [
        tensor({ name: 'a', ne: [2 ** 50] }),
        tensor({ name: 'b', ne: [2 ** 50], offset: 2 ** 52 }),
        tensor({ name: 'c', ne: [2 ** 50], offset: MAX_I64 - 31n }),
      ],
    }),
  ],

  ['an empty file', 'empty', new Uint8Array(0)],
  [
    'a Git LFS pointer',
    'git-lfs-pointer',
    ascii('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n'),
  ],
  ['an HTML page', 'html-page', ascii('\n<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>')],
  ['a safetensors file', 'safetensors-file', sampleSafetensors()],
  ['a ZIP archive', 'zip-archive', concat(ascii('PK\x03\x04'), new Uint8Array(40))],
  ['a gzip archive', 'gzip-archive', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0)],
  ['a pickle', 'pickle-file', Uint8Array.of(0x80, 2, 0x8a, 0x0a)],
  ['a model from before GGUF', 'old-ggml-file', concat(ascii('tjgg'), u32(3), new Uint8Array(40))],
  ['a JSON text', 'json-file', ascii('{\n  "error": "not found"\n}')],
  ['a file of zeros', 'zeros', new Uint8Array(1000)],
  ['random text', 'bad-magic', ascii('hello, world')],
];

function arrayPair(itemType: number, length: number, ...items: readonly Uint8Array[]): Uint8Array {
  return pair('key', ARRAY, u32(itemType), u64(length), ...items);
}

/** The error that reading these bytes ends in. */
function refusalOf(bytes: Uint8Array): FormatError {
  try {
    readGguf(bytesSource(bytes, 'sample.gguf'));
  } catch (error) {
    assert.ok(error instanceof FormatError, `not a FormatError: ${String(error)}`);
    return error;
  }
  return assert.fail('the file was accepted');
}

test('the file that the malformed ones are made from is accepted', () => {
  const { tensors } = readGguf(bytesSource(rawGguf()));
  assert.deepEqual(tensors.get('weight')?.shape, [4, 8]);
});

for (const [what, reason, bytes] of MALFORMED) {
  test(`refused: ${what}`, () => {
    const error = refusalOf(bytes);
    assert.equal(error.reason, reason, error.message);
    assert.match(error.message, /^sample\.gguf: [^\n]+$/);
    assert.notEqual(error.advice, '');
  });
}

test('every prefix of a file is refused', () => {
  const bytes = sampleGguf();
  assert.ok(bytes.length > 2500 && bytes.length < 6000, `${bytes.length} bytes`);
  for (let length = 0; length < bytes.length; length++) refusalOf(bytes.subarray(0, length));
  readGguf(bytesSource(bytes));
});

test('a header over the limit is refused before it is all read', () => {
  // Two strings of nearly the limit on strings, and one more: each is allowed, and together they are not.
  const string = concat(u64(MAX_STRING_BYTES - 64), new Uint8Array(MAX_STRING_BYTES - 64));
  const pairs = ['a', 'b', 'c'].map((key) => pair(key, STRING, string));
  const bytes = rawGguf({ pairs });
  assert.ok(bytes.length > MAX_HEADER_BYTES);
  assert.equal(refusalOf(bytes).reason, 'header-too-large');
});

test('a type that is not supported is named, with the tensor and what is supported', () => {
  const named: readonly (readonly [number, string])[] = [
    [10, 'Q2_K'],
    [11, 'Q3_K'],
    [20, 'IQ4_NL'],
    [39, 'MXFP4'],
    [35, 'TQ2_0'],
  ];
  for (const [type, name] of named) {
    const error = refusalOf(rawGguf({ tensors: [tensor({ name: 'blk.3.ffn_up.weight', ne: [256], type })] }));
    assert.match(error.message, new RegExp(`"blk\\.3\\.ffn_up\\.weight" is of type ${name},`));
    assert.match(error.advice, /F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K/);
  }
});

test('errors say where in the file', () => {
  assert.equal(refusalOf(rawGguf({ version: 9 })).offset, 4);
  assert.equal(refusalOf(rawGguf({ tensorCount: -1 })).offset, 8);
  assert.equal(refusalOf(rawGguf({ pairCount: -1 })).offset, 16);
  assert.match(refusalOf(rawGguf({ pairs: [pair('', U32, u32(1))] })).message, /\(at byte 24\)$/);
});

test('a name from the file cannot write to the terminal', () => {
  const error = refusalOf(rawGguf({ tensors: [tensor({ name: 'a\x1b[2J\nb', type: 10, ne: [256] })] }));
  assert.match(error.message, /"a\\u\{1b\}\[2J\\u\{a\}b"/);
});
