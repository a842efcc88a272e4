/** Safetensors: what is written comes back; whatever the format forbids is refused, each for its own reason. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesSource } from '../../../src/core/byteSource.ts';
import { FormatError } from '../../../src/core/errors.ts';
import {
  encodeSafetensors,
  parseSafetensorsHeader,
  readSafetensor,
  readSafetensorArray,
  safetensorsEntry,
  type SafetensorsData,
  type SafetensorsFile,
} from '../../../src/core/format/safetensors.ts';
import { ascii, concat, u64 } from './rawGguf.ts';
import { sampleGguf, sampleSafetensors, wave } from './samples.ts';

/** A file with this header, spelled byte by byte, and this much data. */
function raw(header: string, dataBytes = 0, length: bigint | number = header.length): Uint8Array {
  return concat(u64(length), ascii(header), new Uint8Array(dataBytes));
}

/** A header of tensors given as the text of their fields. */
function tensors(...fields: readonly string[]): string {
  return `{${fields.map((field, at) => `"t${at}":{${field}}`).join(',')}}`;
}

function fields(dtype: string, shape: string, begin: number | string, end: number | string): string {
  return `"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]`;
}

const GOOD = fields('F32', '[2]', 0, 8);
const DEEP = `${'['.repeat(100)}${']'.repeat(100)}`;

/** What is wrong, the reason that must be given, the file. */
const MALFORMED: readonly (readonly [string, string, Uint8Array])[] = [
  ['an empty file', 'empty', new Uint8Array(0)],
  ['seven bytes', 'header-too-small', new Uint8Array(7).fill(1)],
  ['a header over the limit', 'header-too-large', raw('{}', 0, 100_000_001)],
  ['a header of 2^64 - 1 bytes', 'header-too-large', raw('{}', 0, -1)],
  ['a header longer than the file', 'invalid-header-length', raw('{}', 0, 3)],
  ['a header of no bytes', 'invalid-header-start', raw('', 8)],
  ['a header that begins with a space', 'invalid-header-start', raw(' {}')],
  ['a header that is an array', 'invalid-header-start', raw('[]')],
  ['a header with a byte order mark', 'invalid-header-start', raw('\xef\xbb\xbf{}')],
  ['a header that is not UTF-8', 'invalid-utf8', raw('{"\xff":1}')],
  ['a header that ends early', 'invalid-json', raw('{"__metadata__":{')],
  ['text after the header', 'invalid-json', raw('{} x')],
  ['a trailing comma', 'invalid-json', raw(`{"t":{${GOOD}},}`, 8)],
  ['a control character in a name', 'invalid-json', raw(`{"a\nb":{${GOOD}}}`, 8)],
  ['a bad escape in a name', 'invalid-json', raw(`{"a\\q":{${GOOD}}}`, 8)],
  ['half a character in a name', 'invalid-json', raw(`{"\\ud800":{${GOOD}}}`, 8)],
  ['metadata that is not text', 'invalid-json', raw('{"__metadata__":{"a":1}}')],
  ['a tensor that is a number', 'invalid-json', raw('{"t":1}')],
  ['a fraction in a shape', 'invalid-json', raw(tensors(fields('F32', '[2.0]', 0, 8)), 8)],
  ['an exponent in a shape', 'invalid-json', raw(tensors(fields('F32', '[1e2]', 0, 400)), 400)],
  ['a negative axis', 'invalid-json', raw(tensors(fields('F32', '[-2]', 0, 8)), 8)],
  ['a leading zero', 'invalid-json', raw(tensors(fields('F32', '[02]', 0, 8)), 8)],
  ['a tensor twice', 'duplicate-key', raw(`{"t":{${GOOD}},"t":{${GOOD}}}`, 8)],
  ['a tensor twice, spelled differently', 'duplicate-key', raw(`{"t":{${GOOD}},"\\u0074":{${GOOD}}}`, 8)],
  ['a field twice', 'duplicate-key', raw(tensors(`${GOOD},"dtype":"F32"`), 8)],
  ['a metadata key twice', 'duplicate-key', raw('{"__metadata__":{"a":"b","a":"b"}}')],
  ['metadata twice', 'duplicate-key', raw('{"__metadata__":{},"__metadata__":{}}')],
  ['no dtype', 'invalid-tensor-info', raw(tensors('"shape":[2],"data_offsets":[0,8]'), 8)],
  ['no shape', 'invalid-tensor-info', raw(tensors('"dtype":"F32","data_offsets":[0,8]'), 8)],
  ['no offsets', 'invalid-tensor-info', raw(tensors('"dtype":"F32","shape":[2]'), 8)],
  ['three offsets', 'invalid-tensor-info', raw(tensors('"dtype":"F32","shape":[2],"data_offsets":[0,8,8]'), 8)],
  ['65 axes', 'limit-exceeded', raw(tensors(fields('F32', `[${Array(65).fill(1).join()}]`, 0, 4)), 4)],
  ['deep nesting', 'limit-exceeded', raw(tensors(`${GOOD},"x":${DEEP}`), 8)],
  ['an unknown dtype', 'unknown-dtype', raw(tensors(fields('F31', '[2]', 0, 8)), 8)],
  ['a dtype out of the prototype', 'unknown-dtype', raw(tensors(fields('toString', '[2]', 0, 8)), 8)],
  ['a shape that overflows', 'overflow', raw(tensors(fields('F32', '[4294967296,4294967296,4]', 0, 8)), 8)],
  ['an axis that is not exact', 'overflow', raw(tensors(fields('U8', '[18446744073709551615]', 0, 8)), 8)],
  ['three half bytes', 'misaligned', raw(tensors(fields('F4', '[3]', 0, 2)), 2)],
  ['a shape larger than its bytes', 'size-mismatch', raw(tensors(fields('F32', '[3]', 0, 8)), 8)],
  ['a shape smaller than its bytes', 'size-mismatch', raw(tensors(fields('F32', '[1]', 0, 8)), 8)],
  ['a dtype wider than its bytes', 'size-mismatch', raw(tensors(fields('F64', '[2]', 0, 8)), 8)],
  ['a gap before the first tensor', 'invalid-offset', raw(tensors(fields('F32', '[2]', 8, 16)), 16)],
  ['a gap between tensors', 'invalid-offset', raw(tensors(GOOD, fields('F32', '[2]', 12, 20)), 20)],
  ['tensors that overlap', 'invalid-offset', raw(tensors(GOOD, fields('F32', '[2]', 4, 12)), 12)],
  ['two tensors in one place', 'invalid-offset', raw(tensors(GOOD, GOOD), 8)],
  ['an end before the beginning', 'invalid-offset', raw(tensors(GOOD, fields('F32', '[0]', 8, 4)), 8)],
  ['bytes that no tensor has', 'incomplete-buffer', raw(tensors(GOOD), 9)],
  ['data missing', 'incomplete-buffer', raw(tensors(GOOD), 7)],
  ['a tensor far beyond the file', 'incomplete-buffer', raw(tensors(fields('U8', '[1099511627776]', 0, 2 ** 40)), 8)],
  ['a GGUF model', 'gguf-file', sampleGguf()],
  ['a Git LFS pointer', 'git-lfs-pointer', ascii('version https://git-lfs.github.com/spec/v1\noid sha256:00\n')],
  ['an HTML page', 'html-page', ascii('<html><body>404</body></html>')],
];

function reasonOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof FormatError, `not a FormatError: ${String(error)}`);
    assert.match(error.message, /^[^\n]+$/);
    return error.reason;
  }
  return assert.fail('nothing was thrown');
}

function parse(bytes: Uint8Array): SafetensorsFile {
  return parseSafetensorsHeader(bytesSource(bytes, 'sample.safetensors'));
}

test('the header that the malformed ones are made from is accepted', () => {
  const file = parse(raw(tensors(GOOD), 8));
  assert.deepEqual(file.tensors.get('t0')?.shape, [2]);
});

for (const [what, reason, bytes] of MALFORMED) {
  test(`refused: ${what}`, () => {
    assert.equal(
      reasonOf(() => parse(bytes)),
      reason,
    );
  });
}

test('every prefix of a file is refused, and the file with one byte more', () => {
  const bytes = sampleSafetensors();
  for (let length = 0; length < bytes.length; length++) reasonOf(() => parse(bytes.subarray(0, length)));
  assert.equal(
    reasonOf(() => parse(concat(bytes, Uint8Array.of(0)))),
    'incomplete-buffer',
  );
  assert.equal(parse(bytes).tensors.size, 4);
});

test('what is written comes back', () => {
  const source = bytesSource(sampleSafetensors());
  const file = parseSafetensorsHeader(source);
  assert.deepEqual(
    [...file.metadata],
    [
      ['model', 'sample'],
      ['note', 'é'],
    ],
  );
  const read = (name: string): Float32Array => readSafetensor(source, safetensorsEntry(file, name));
  assert.deepEqual(safetensorsEntry(file, 'direction').shape, [2, 12]);
  assert.deepEqual(read('direction'), wave(24));
  assert.deepEqual(read('ids'), Float32Array.of(1, -2, 3));
  assert.deepEqual(read('half "quoted"'), Float32Array.of(0, 1, -2, 65504, 2 ** -24));
  assert.deepEqual(read('scalar'), Float32Array.of(-9));
  assert.deepEqual(readSafetensorArray(source, safetensorsEntry(file, 'ids')), BigInt64Array.of(1n, -2n, 3n));
  assert.equal(
    reasonOf(() => safetensorsEntry(file, 'other')),
    'tensor-not-found',
  );
});

test('the layout: padded header, widest elements first, aligned, contiguous', () => {
  const { header, chunks } = encodeSafetensors(
    new Map<string, SafetensorsData>([
      ['byte', { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 3) }],
      ['b', { dtype: 'F32', shape: [1], data: Float32Array.of(1) }],
      ['a', { dtype: 'F32', shape: [1], data: Float32Array.of(2) }],
      ['wide', { dtype: 'F64', shape: [1], data: Float64Array.of(3) }],
    ]),
  );
  assert.equal(header.length % 8, 0);
  const file = parse(concat(header, ...chunks));
  assert.deepEqual([...file.tensors.keys()], ['wide', 'a', 'b', 'byte']);
  for (const { begin, end, shape } of file.tensors.values()) {
    const [elements] = shape;
    assert.equal(begin % ((end - begin) / elements), 0);
  }
  assert.equal(
    chunks.reduce((length, chunk) => length + chunk.length, 0),
    19,
  );
});

test('the bytes are those of the reference implementation', () => {
  // The file that the unit test of the Rust library expects: one tensor "attn.0", F32 [1, 2, 3] of 0 to 5.
  const data = Float32Array.of(0, 1, 2, 3, 4, 5);
  const { header } = encodeSafetensors(new Map([['attn.0', { dtype: 'F32' as const, shape: [1, 2, 3], data }]]));
  const json = '{"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}}';
  assert.deepEqual(header, concat(u64(64), ascii(json)));
  assert.deepEqual(encodeSafetensors(new Map()).header, concat(u64(8), ascii('{}      ')));
});

test('every dtype that can be written can be read as numbers', () => {
  const samples: readonly (readonly [SafetensorsData, readonly number[]])[] = [
    [{ dtype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) }, [1, 0]],
    [{ dtype: 'U8', shape: [2], data: Uint8Array.of(255, 1) }, [255, 1]],
    [{ dtype: 'I8', shape: [2], data: Int8Array.of(-128, 127) }, [-128, 127]],
    [{ dtype: 'U16', shape: [1], data: Uint16Array.of(65535) }, [65535]],
    [{ dtype: 'I16', shape: [1], data: Int16Array.of(-32768) }, [-32768]],
    [{ dtype: 'F16', shape: [2], data: Uint16Array.of(0x3800, 0xfc00) }, [0.5, -Infinity]],
    [{ dtype: 'BF16', shape: [2], data: Uint16Array.of(0x3f80, 0xc049) }, [1, -3.140625]],
    [{ dtype: 'U32', shape: [1], data: Uint32Array.of(1 << 24) }, [1 << 24]],
    [{ dtype: 'I32', shape: [1], data: Int32Array.of(-7) }, [-7]],
    [{ dtype: 'U64', shape: [1], data: BigUint64Array.of(2n ** 63n) }, [2 ** 63]],
    [{ dtype: 'I64', shape: [1], data: BigInt64Array.of(-(2n ** 40n)) }, [-(2 ** 40)]],
    [{ dtype: 'F32', shape: [1], data: Float32Array.of(1.5) }, [1.5]],
    [{ dtype: 'F64', shape: [1], data: Float64Array.of(0.1) }, [Math.fround(0.1)]],
  ];
  for (const [tensor, numbers] of samples) {
    const { header, chunks } = encodeSafetensors(new Map([['t', tensor]]));
    const source = bytesSource(concat(header, ...chunks));
    const entry = safetensorsEntry(parseSafetensorsHeader(source), 't');
    assert.equal(entry.dtype, tensor.dtype);
    assert.deepEqual([...readSafetensor(source, entry)], numbers, tensor.dtype);
    assert.deepEqual(readSafetensorArray(source, entry), tensor.data, tensor.dtype);
  }
});

test('types that have no array are listed, and refused when they are read', () => {
  const bytes = raw(tensors(fields('F8_E4M3', '[8]', 0, 8), fields('F4', '[4]', 8, 10)), 10);
  const entry = safetensorsEntry(parse(bytes), 't0');
  assert.equal(
    reasonOf(() => readSafetensor(bytesSource(bytes), entry)),
    'unsupported-dtype',
  );
});

test('what other writers do is accepted', () => {
  assert.equal(parse(raw('{}')).tensors.size, 0);
  assert.equal(parse(raw(`{ "t" : { ${GOOD.replaceAll(':', ' : ')} }\n}\t  `, 8)).tensors.size, 1);
  assert.equal(parse(raw(tensors(`${GOOD},"extra":{"a":[1,-2.5e3,null,true,"x"]}`), 8)).tensors.size, 1);
  const empty = parse(raw(tensors(fields('F32', '[0,5]', 0, 0), GOOD), 8));
  assert.deepEqual([...empty.tensors.keys()], ['t0', 't1']);
  const backwards = parse(raw(tensors(fields('F32', '[2]', 8, 16), GOOD), 16));
  assert.deepEqual([...backwards.tensors.keys()], ['t1', 't0']);
});

test('the writer refuses what does not fit', () => {
  const encode = (name: string, tensor: SafetensorsData): unknown => encodeSafetensors(new Map([[name, tensor]]));
  const data = Float32Array.of(1, 2);
  assert.equal(
    reasonOf(() => encode('t', { dtype: 'F32', shape: [3], data })),
    'size-mismatch',
  );
  assert.equal(
    reasonOf(() => encode('t', { dtype: 'I32', shape: [2], data })),
    'size-mismatch',
  );
  assert.equal(
    reasonOf(() => encode('__metadata__', { dtype: 'F32', shape: [2], data })),
    'reserved-name',
  );
});
