/** Reading and writing GGUF: what is written comes back, and only what is needed is read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesSource, type ByteSource } from '../../../src/core/byteSource.ts';
import { FormatError } from '../../../src/core/errors.ts';
import {
  GGML_TYPES,
  GGML_TYPE_NAMES,
  getBoolean,
  getNumber,
  getNumbers,
  getString,
  getStrings,
  optionalBoolean,
  optionalNumber,
  optionalNumbers,
  optionalString,
  optionalStrings,
  readGguf,
  readRows,
  readTensor,
  readTensorBytes,
  writeGguf,
  type GgufFile,
  type GgufTensor,
} from '../../../src/core/format/gguf/index.ts';
import { HEADER_WINDOW_BYTES, TENSOR_CHUNK_BYTES } from '../../../src/core/format/gguf/limits.ts';
import { pair, rawGguf, tensor, u32 } from './rawGguf.ts';
import { bytesOf, SAMPLE_METADATA, sampleGguf, wave } from './samples.ts';

function tensorOf(file: GgufFile, name: string): GgufTensor {
  const found = file.tensors.get(name);
  assert.ok(found, name);
  return found;
}

/** A source that keeps account of what is read of it. */
function watched(bytes: Uint8Array): { source: ByteSource; reads: { offset: number; length: number }[] } {
  const reads: { offset: number; length: number }[] = [];
  const inner = bytesSource(bytes);
  const read = (offset: number, length: number): Uint8Array => {
    assert.ok(offset >= 0 && offset + length <= bytes.length, `read of ${length} at ${offset}`);
    reads.push({ offset, length });
    return inner.read(offset, length);
  };
  return { source: { ...inner, read }, reads };
}

function reasonOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof FormatError, String(error));
    return error.reason;
  }
  return assert.fail('nothing was thrown');
}

test('metadata of every type comes back as it was written', () => {
  const { metadata } = readGguf(bytesSource(sampleGguf()));
  assert.deepEqual(
    [...metadata],
    SAMPLE_METADATA.map(([key, { value }]) => [key, value]),
  );
});

test('tensors come back with their shapes, types and data', () => {
  const source = bytesSource(sampleGguf());
  const file = readGguf(source);
  assert.equal(file.version, 3);
  assert.equal(file.alignment, 32);
  assert.equal(file.size, source.size);
  assert.deepEqual(
    [...file.tensors.values()].map(({ name, type, shape, elements }) => [name, type, shape, elements]),
    [
      ['token_embd.weight', 'Q8_0', [8, 64], 512],
      ['blk.0.attn_norm.weight', 'F32', [64], 64],
      ['blk.0.ffn_up.weight', 'Q4_1', [32, 64], 2048],
      ['output_norm.weight', 'F32', [64], 64],
    ],
  );
  const norm = tensorOf(file, 'output_norm.weight');
  assert.deepEqual(readTensor(source, norm), wave(64, 0.9));
  assert.deepEqual(readTensorBytes(source, norm), bytesOf(wave(64, 0.9)));
  assert.equal(norm.offset % 32, 0);
  assert.equal(norm.offset + norm.byteLength, source.size);
});

test('shapes are outermost axis first, a scalar has none', () => {
  const four = tensor({ name: 'four', ne: [5, 4, 3, 2], offset: 32 });
  const file = readGguf(bytesSource(rawGguf({ tensors: [tensor({ name: 'one', ne: [] }), four], dataBytes: 512 })));
  assert.deepEqual(tensorOf(file, 'four').shape, [2, 3, 4, 5]);
  assert.deepEqual(tensorOf(file, 'one').shape, []);
  assert.equal(tensorOf(file, 'one').elements, 1);
});

test('version 2, other alignments, no tensors, and bytes after the data are accepted', () => {
  assert.equal(readGguf(bytesSource(rawGguf({ version: 2 }))).version, 2);
  const pairs = [pair('general.alignment', 4, u32(8))];
  const tensors = [tensor({ name: 'a', ne: [2] }), tensor({ name: 'b', ne: [2], offset: 8 })];
  const narrow = readGguf(bytesSource(rawGguf({ pairs, tensors, alignment: 8, dataBytes: 16 })));
  assert.equal(tensorOf(narrow, 'b').offset, narrow.dataOffset + 8);
  assert.equal(readGguf(bytesSource(rawGguf({ tensors: [], dataBytes: 0 }))).tensors.size, 0);
  assert.equal(readGguf(bytesSource(rawGguf({ dataBytes: 1000 }))).tensors.size, 1);
});

test('tensors may lie in the file in another order than in the table', () => {
  const tensors = [tensor({ name: 'second', offset: 128 }), tensor({ name: 'first', offset: 0 })];
  const file = readGguf(bytesSource(rawGguf({ tensors, dataBytes: 256 })));
  assert.deepEqual([...file.tensors.keys()], ['second', 'first']);
  assert.ok(tensorOf(file, 'first').offset < tensorOf(file, 'second').offset);
});

test('the writer keeps to the alignment that the metadata states', () => {
  const data = bytesOf(Float32Array.of(1, 2, 3));
  const bytes = writeGguf(
    [['general.alignment', { type: 'u32', value: 256 }]],
    ['a', 'b'].map((name) => ({ name, type: 'F32' as const, shape: [3], data })),
  );
  const file = readGguf(bytesSource(bytes));
  assert.equal(file.dataOffset % 256, 0);
  assert.deepEqual(readTensor(bytesSource(bytes), tensorOf(file, 'b')), Float32Array.of(1, 2, 3));
});

test('the writer refuses data that does not fit', () => {
  const write = (shape: number[], bytes: number): unknown =>
    writeGguf([], [{ name: 'a', type: 'Q8_0', shape, data: new Uint8Array(bytes) }]);
  assert.equal(
    reasonOf(() => write([2, 32], 67)),
    'size-mismatch',
  );
  assert.equal(
    reasonOf(() => write([4, 16], 68)),
    'size-mismatch',
  );
});

test('rows are read without the rest of the tensor', () => {
  const { source, reads } = watched(sampleGguf());
  const file = readGguf(source);
  const up = tensorOf(file, 'blk.0.ffn_up.weight');
  const all = readTensor(source, up);
  reads.length = 0;
  assert.deepEqual(readRows(source, up, 5, 2), all.subarray(5 * 64, 7 * 64));
  assert.deepEqual(reads, [{ offset: up.offset + 5 * 40, length: 80 }]);
  assert.deepEqual(readRows(source, up, 0, 32), all);
  assert.equal(readRows(source, up, 32, 0).length, 0);
  for (const [first, count] of [
    [-1, 1],
    [31, 2],
    [0.5, 1],
    [0, NaN],
  ] as const) {
    assert.throws(() => readRows(source, up, first, count), RangeError);
  }
});

test('reading the header touches no tensor data beyond its window', () => {
  const data = new Uint8Array(3 * HEADER_WINDOW_BYTES);
  const { source, reads } = watched(writeGguf([], [{ name: 'big', type: 'F32', shape: [data.length / 4], data }]));
  readGguf(source);
  assert.deepEqual(reads, [{ offset: 0, length: HEADER_WINDOW_BYTES }]);
});

test('a header larger than the window is read through it, values across its edges included', () => {
  const tokens = Array.from({ length: 200_000 }, (_, id) => `token ${id} é`);
  const scores = wave(300_000);
  const template = 'x'.repeat(HEADER_WINDOW_BYTES + 12_345);
  const { source, reads } = watched(
    writeGguf(
      [
        ['tokens', { type: 'array', value: tokens }],
        ['scores', { type: 'array', value: scores }],
        ['template', { type: 'string', value: template }],
      ],
      [{ name: 'a', type: 'F32', shape: [1], data: bytesOf(Float32Array.of(7)) }],
    ),
  );
  const file = readGguf(source);
  assert.deepEqual(getStrings(file, 'tokens'), tokens);
  assert.deepEqual(file.metadata.get('scores'), scores);
  assert.equal(getString(file, 'template'), template);
  assert.deepEqual(readTensor(source, tensorOf(file, 'a')), Float32Array.of(7));
  assert.ok(reads.length > 4 && reads.every(({ length }) => length <= 2 * HEADER_WINDOW_BYTES));
});

test('a large tensor is read in chunks', () => {
  const weights = wave(TENSOR_CHUNK_BYTES / 4 + 1000);
  const { source, reads } = watched(
    writeGguf([], [{ name: 'big', type: 'F32', shape: [weights.length], data: bytesOf(weights) }]),
  );
  const big = tensorOf(readGguf(source), 'big');
  reads.length = 0;
  assert.deepEqual(readTensor(source, big), weights);
  assert.deepEqual(
    reads.map(({ length }) => length),
    [TENSOR_CHUNK_BYTES, 4000],
  );
});

test('a tensor asked of a shorter source is refused', () => {
  const bytes = sampleGguf();
  const norm = tensorOf(readGguf(bytesSource(bytes)), 'output_norm.weight');
  const shorter = bytesSource(bytes.subarray(0, bytes.length - 1));
  assert.equal(
    reasonOf(() => readTensor(shorter, norm)),
    'truncated',
  );
  assert.equal(
    reasonOf(() => readTensorBytes(shorter, norm)),
    'truncated',
  );
  assert.equal(
    reasonOf(() => readRows(shorter, norm, 0, 1)),
    'truncated',
  );
});

test('typed access to metadata', () => {
  const file = readGguf(bytesSource(sampleGguf()));
  assert.equal(getString(file, 'general.architecture'), 'llama');
  assert.equal(getNumber(file, 'sample.u32'), 4_000_000_000);
  assert.equal(getBoolean(file, 'sample.yes'), true);
  assert.equal(getBoolean(file, 'sample.no'), false);
  assert.deepEqual(getStrings(file, 'sample.tokens'), ['<s>', 'Ġint', 'é', '', '😀']);
  assert.deepEqual(getNumbers(file, 'sample.types'), [1, -1, 3]);
  assert.deepEqual(getNumbers(file, 'sample.long'), [5, -7]);
});

test('metadata that is missing or of another type is refused by name', () => {
  const file = readGguf(bytesSource(sampleGguf()));
  const getters = [getString, getNumber, getBoolean, getStrings, getNumbers];
  const optionals = [optionalString, optionalNumber, optionalBoolean, optionalStrings, optionalNumbers];
  for (const get of getters)
    assert.equal(
      reasonOf(() => get(file, 'no.such')),
      'missing-key',
    );
  for (const optional of optionals) assert.equal(optional(file, 'no.such'), undefined);
  for (const get of [...getters.slice(1), ...optionals.slice(1)]) {
    assert.equal(
      reasonOf(() => get(file, 'general.architecture')),
      'wrong-key-type',
    );
  }
  assert.equal(
    reasonOf(() => getString(file, 'sample.u8')),
    'wrong-key-type',
  );
  assert.throws(
    () => getNumber(file, 'sample.tokens'),
    /"sample\.tokens" should be a number, but is a list of strings/,
  );
  // 2^64 - 1 is no number that JavaScript holds exactly.
  assert.equal(
    reasonOf(() => getNumber(file, 'sample.u64')),
    'wrong-key-type',
  );
});

test('the table of types is that of ggml', () => {
  const table = GGML_TYPE_NAMES.map((name) => {
    const { id, blockSize, blockBytes } = GGML_TYPES[name];
    return `${name} ${id} ${blockSize} ${blockBytes}`;
  });
  assert.deepEqual(table, [
    'F32 0 1 4',
    'F16 1 1 2',
    'BF16 30 1 2',
    'Q8_0 8 32 34',
    'Q4_0 2 32 18',
    'Q4_1 3 32 20',
    'Q5_0 6 32 22',
    'Q5_1 7 32 24',
    'Q4_K 12 256 144',
    'Q5_K 13 256 176',
    'Q6_K 14 256 210',
  ]);
});
