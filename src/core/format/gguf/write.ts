/**
 * Writes a GGUF version 3 file into memory: for small models in tests, and for control vectors that other programs
 * read. It is the inverse of `readGguf` and refuses what `readGguf` would refuse for its shape; it does no quantising.
 */
import { FormatError } from '../../errors.ts';
import { quoted } from '../quoted.ts';
import { GGUF_MAGIC } from './readGguf.ts';
import { GGML_TYPES, VALUE_TYPES, type GgmlType, type GgufArray, type GgufValueType } from './types.ts';

/** A metadata value with the type it is stored as; the items of an array are stored as its class says. */
export type GgufField =
  | { readonly type: 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'f32' | 'f64'; readonly value: number }
  | { readonly type: 'u64' | 'i64'; readonly value: bigint }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'array'; readonly value: GgufArray };

/** A tensor to be written: `shape` outermost axis first, `data` the bytes as stored. */
export interface GgufTensorData {
  readonly name: string;
  readonly type: GgmlType;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const VERSION = 3;
const DEFAULT_ALIGNMENT = 32;

/**
 * The bytes of a file with these pairs and tensors, in the order given. Tensors are aligned to `general.alignment`
 * where the metadata has it, else to 32. Throws FormatError `size-mismatch` where data does not fit its type and
 * shape.
 */
export function writeGguf(
  metadata: Iterable<readonly [string, GgufField]>,
  tensors: readonly GgufTensorData[],
): Uint8Array {
  const out = new ByteWriter();
  for (const piece of ggufPieces(metadata, tensors)) out.bytes(piece);
  return out.finish();
}

/** The same piece by piece, for a file that is better not in memory as a whole. */
export function* ggufPieces(
  metadata: Iterable<readonly [string, GgufField]>,
  tensors: readonly GgufTensorData[],
): Generator<Uint8Array> {
  const pairs = [...metadata];
  const alignment = alignmentOf(pairs);
  const head = new ByteWriter();
  head.u32(GGUF_MAGIC);
  head.u32(VERSION);
  head.u64(BigInt(tensors.length));
  head.u64(BigInt(pairs.length));
  for (const [key, field] of pairs) {
    head.string(key);
    writeField(head, field);
  }
  let offset = 0;
  for (const tensor of tensors) {
    writeEntry(head, tensor, offset);
    offset = roundUp(offset + tensor.data.length, alignment);
  }
  head.pad(alignment);
  yield head.finish();
  for (const { data } of tensors) {
    yield data;
    yield new Uint8Array(roundUp(data.length, alignment) - data.length);
  }
}

function alignmentOf(pairs: readonly (readonly [string, GgufField])[]): number {
  const field = pairs.find(([key]) => key === 'general.alignment')?.[1];
  return field?.type === 'u32' ? field.value : DEFAULT_ALIGNMENT;
}

function writeEntry(out: ByteWriter, { name, type, shape, data }: GgufTensorData, offset: number): void {
  const { id, blockSize, blockBytes } = GGML_TYPES[type];
  const elements = shape.reduce((product, length) => product * length, 1);
  if ((shape.at(-1) ?? 1) % blockSize !== 0 || (elements / blockSize) * blockBytes !== data.length) {
    throw new FormatError(
      'size-mismatch',
      `tensor ${quoted(name)} has ${data.length} bytes, which is not ${type} of the shape [${shape.join(', ')}]`,
    );
  }
  out.string(name);
  out.u32(shape.length);
  for (const length of shape.toReversed()) out.u64(BigInt(length));
  out.u32(id);
  out.u64(BigInt(offset));
}

function writeField(out: ByteWriter, field: GgufField): void {
  out.u32(VALUE_TYPES.indexOf(field.type));
  switch (field.type) {
    case 'bool':
      return out.u8(field.value ? 1 : 0);
    case 'string':
      return out.string(field.value);
    case 'array':
      return writeArray(out, field.value);
    case 'u64':
    case 'i64':
      return out[field.type](field.value);
    default:
      return out[field.type](field.value);
  }
}

function writeArray(out: ByteWriter, value: GgufArray): void {
  out.u32(VALUE_TYPES.indexOf(itemTypeOf(value)));
  out.u64(BigInt(value.length));
  if (ArrayBuffer.isView(value)) out.bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  else for (const text of value) out.string(text);
}

function itemTypeOf(value: GgufArray): GgufValueType {
  if (value instanceof Uint8Array) return 'u8';
  if (value instanceof Int8Array) return 'i8';
  if (value instanceof Uint16Array) return 'u16';
  if (value instanceof Int16Array) return 'i16';
  if (value instanceof Uint32Array) return 'u32';
  if (value instanceof Int32Array) return 'i32';
  if (value instanceof Float32Array) return 'f32';
  if (value instanceof Float64Array) return 'f64';
  if (value instanceof BigUint64Array) return 'u64';
  if (value instanceof BigInt64Array) return 'i64';
  return 'string';
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/** Little-endian bytes, growing as they come. */
class ByteWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;
  readonly #utf8 = new TextEncoder();

  u8(value: number): void {
    this.#grow(1).setUint8(0, value);
  }

  i8(value: number): void {
    this.#grow(1).setInt8(0, value);
  }

  u16(value: number): void {
    this.#grow(2).setUint16(0, value, true);
  }

  i16(value: number): void {
    this.#grow(2).setInt16(0, value, true);
  }

  u32(value: number): void {
    this.#grow(4).setUint32(0, value, true);
  }

  i32(value: number): void {
    this.#grow(4).setInt32(0, value, true);
  }

  f32(value: number): void {
    this.#grow(4).setFloat32(0, value, true);
  }

  f64(value: number): void {
    this.#grow(8).setFloat64(0, value, true);
  }

  u64(value: bigint): void {
    this.#grow(8).setBigUint64(0, value, true);
  }

  i64(value: bigint): void {
    this.#grow(8).setBigInt64(0, value, true);
  }

  bytes(bytes: Uint8Array): void {
    const { buffer, byteOffset } = this.#grow(bytes.length);
    new Uint8Array(buffer, byteOffset, bytes.length).set(bytes);
  }

  string(text: string): void {
    const bytes = this.#utf8.encode(text);
    this.u64(BigInt(bytes.length));
    this.bytes(bytes);
  }

  pad(alignment: number): void {
    this.#grow(roundUp(this.#length, alignment) - this.#length);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Room for `count` more bytes, which are zero until written. Good until the next call, which may move everything. */
  #grow(count: number): DataView {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return new DataView(this.#bytes.buffer, at, count);
  }
}
