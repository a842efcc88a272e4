/**
 * Encodes safetensors: a header, and the tensors' own memory in the order to be written. Nothing is copied, so a large
 * capture can go to disk chunk by chunk; the writing itself, and its crash safety, belong to whoever has the disk.
 */
import { FormatError } from '../../errors.ts';
import { quoted } from '../quoted.ts';
import { DTYPE_ARRAYS, type ArrayDtype, type DtypeArray } from './dtypes.ts';
import { MAX_HEADER_BYTES } from './read.ts';

/** A tensor to be written: F16 and BF16 as their bits, BOOL as 0 and 1. */
export interface SafetensorsData {
  readonly dtype: ArrayDtype;
  /** Row-major, outermost axis first. */
  readonly shape: readonly number[];
  readonly data: DtypeArray;
}

/** A file to be: the header with its length before it, then the chunks, one a tensor. */
export interface EncodedSafetensors {
  readonly header: Uint8Array;
  readonly chunks: readonly Uint8Array[];
}

const ALIGNMENT = 8;

/**
 * Lays tensors out one after another, those with the widest elements first and each width by name, so that every one is
 * aligned to its elements; the header is padded with spaces to a multiple of 8. The chunks borrow the tensors' memory.
 * Throws FormatError `size-mismatch` where data does not fit dtype and shape, `header-too-large`, `reserved-name`.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, SafetensorsData>,
  metadata?: Readonly<Record<string, string>>,
): EncodedSafetensors {
  const ordered = [...tensors].sort(
    ([nameA, a], [nameB, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || (nameA < nameB ? -1 : 1),
  );
  const parts: string[] = metadata === undefined ? [] : [`"__metadata__":${JSON.stringify(metadata)}`];
  const chunks: Uint8Array[] = [];
  let begin = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    checkTensor(name, { dtype, shape, data });
    const end = begin + data.byteLength;
    parts.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
    chunks.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    begin = end;
  }
  return { header: encodeHeader(`{${parts.join(',')}}`), chunks };
}

function checkTensor(name: string, { dtype, shape, data }: SafetensorsData): void {
  if (name === '__metadata__') throw new FormatError('reserved-name', 'a tensor may not be called "__metadata__"');
  const elements = shape.reduce((product, length) => product * length, 1);
  if (data instanceof DTYPE_ARRAYS[dtype] && data.length === elements) return;
  const found = `${data.length} elements in ${data.constructor.name}`;
  const stated = `${dtype} of the shape [${shape.join(', ')}]`;
  throw new FormatError('size-mismatch', `tensor ${quoted(name)} has ${found}, which is not ${stated}`);
}

function encodeHeader(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  if (length > MAX_HEADER_BYTES) {
    throw new FormatError('header-too-large', `the header would be ${length} bytes, the limit is ${MAX_HEADER_BYTES}`);
  }
  const header = new Uint8Array(ALIGNMENT + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(text, ALIGNMENT);
  return header;
}
