/**
 * Reads the tensor table of a GGUF header and checks that it describes the file: sizes that do not overflow, types that
 * we can read, and ranges that lie inside the file without touching each other. It reads no tensor data.
 */
import { quoted } from '../quoted.ts';
import type { HeaderReader } from './headerReader.ts';
import { MAX_DIMENSIONS, MAX_TENSORS, MAX_TENSOR_NAME_BYTES } from './limits.ts';
import { GGML_TYPE_NAMES, ggmlTypeById, ggmlTypeName, type GgmlTypeInfo, type GgufTensor } from './types.ts';

/** The least an entry can take: an empty length, one letter of name, no axes, a type, an offset. */
const MIN_ENTRY_BYTES = 8 + 1 + 4 + 4 + 8;

/** An entry of the table as it stands in the file: the offset counts from the data section. */
interface Entry extends Omit<GgufTensor, 'offset'> {
  readonly relativeOffset: bigint;
  /** Where in the table the offset is written, for messages. */
  readonly writtenAt: number;
}

/** Reads how many tensors the header says it has. */
export function readTensorCount(reader: HeaderReader): number {
  return reader.count('the number of tensors', MAX_TENSORS, MIN_ENTRY_BYTES);
}

/** Reads `count` entries, in the order of the file. */
export function readTensorTable(reader: HeaderReader, count: number): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (let index = 0; index < count; index++) {
    const offset = reader.position;
    const entry = readEntry(reader, index);
    if (entries.has(entry.name)) {
      throw reader.error('duplicate-tensor', `the tensor ${quoted(entry.name)} occurs twice`, undefined, offset);
    }
    entries.set(entry.name, entry);
  }
  return entries;
}

function readEntry(reader: HeaderReader, index: number): Entry {
  const start = reader.position;
  const name = reader.string(`the name of tensor ${index}`, MAX_TENSOR_NAME_BYTES);
  if (name === '') throw reader.error('empty-name', `the name of tensor ${index} is empty`, undefined, start);
  const what = `tensor ${quoted(name)}`;
  const shape = readShape(reader, what);
  const type = readTensorType(reader, what);
  const { elements, byteLength } = measure(reader, what, shape, type);
  const writtenAt = reader.position;
  const relativeOffset = reader.u64(`the offset of ${what}`);
  return { name, type: type.name, shape, elements, byteLength, relativeOffset, writtenAt };
}

/** The axes, outermost first. Each is at least 1 and exactly representable. */
function readShape(reader: HeaderReader, what: string): number[] {
  const start = reader.position;
  const rank = reader.u32(`the number of axes of ${what}`);
  if (rank > MAX_DIMENSIONS) {
    throw reader.error('bad-dimensions', `${what} has ${rank} axes, the limit is ${MAX_DIMENSIONS}`, undefined, start);
  }
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const offset = reader.position;
    const length = reader.u64(`the shape of ${what}`);
    if (length === 0n || length > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw reader.error('bad-shape', `${what} has an axis of length ${length}`, undefined, offset);
    }
    shape.unshift(Number(length));
  }
  return shape;
}

function readTensorType(reader: HeaderReader, what: string): GgmlTypeInfo {
  const offset = reader.position;
  const id = reader.u32(`the type of ${what}`);
  const type = ggmlTypeById(id);
  if (type !== undefined) return type;
  const name = ggmlTypeName(id);
  const supported = GGML_TYPE_NAMES.join(', ');
  if (name === undefined) {
    throw reader.error(
      'unknown-tensor-type',
      `${what} has the type number ${id}, which is not known`,
      `The file is damaged, or newer than this program. Supported are ${supported}.`,
      offset,
    );
  }
  throw reader.error(
    'unsupported-tensor-type',
    `${what} is of type ${name}, which is not supported`,
    `Get the model in another quantisation. Supported are ${supported}.`,
    offset,
  );
}

/** Elements and bytes of a tensor; refuses what cannot be counted exactly, or breaks a block in two. */
function measure(
  reader: HeaderReader,
  what: string,
  shape: readonly number[],
  type: GgmlTypeInfo,
): { elements: number; byteLength: number } {
  const rowLength = shape.at(-1) ?? 1;
  if (rowLength % type.blockSize !== 0) {
    const block = `the ${type.blockSize} in a block of ${type.name}`;
    throw reader.error('bad-row-length', `${what} has rows of ${rowLength} elements, which is no multiple of ${block}`);
  }
  const elements = shape.reduce((product, length) => product * BigInt(length), 1n);
  const byteLength = (elements / BigInt(type.blockSize)) * BigInt(type.blockBytes);
  if (elements > BigInt(Number.MAX_SAFE_INTEGER) || byteLength > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw reader.error('tensor-too-large', `${what} with the shape [${shape.join(', ')}] is too large to be counted`);
  }
  return { elements: Number(elements), byteLength: Number(byteLength) };
}

/**
 * Gives every entry its place in the file, once the table has been read to its end and `dataOffset` is known. Throws
 * FormatError `misaligned-tensor`, `truncated` where data is missing, `overlapping-tensors`.
 */
export function placeTensors(
  reader: HeaderReader,
  entries: ReadonlyMap<string, Entry>,
  dataOffset: number,
  alignment: number,
): Map<string, GgufTensor> {
  const { size } = reader.source;
  const tensors = new Map<string, GgufTensor>();
  for (const [name, { relativeOffset, writtenAt, ...entry }] of entries) {
    if (relativeOffset % BigInt(alignment) !== 0n) {
      throw reader.error(
        'misaligned-tensor',
        `tensor ${quoted(name)} begins at ${relativeOffset}, which is no multiple of the alignment ${alignment}`,
        undefined,
        writtenAt,
      );
    }
    const end = BigInt(dataOffset) + relativeOffset + BigInt(entry.byteLength);
    if (end > BigInt(size)) {
      throw reader.error(
        'truncated',
        `tensor ${quoted(name)} ends at byte ${end}, but the file has only ${size}`,
        'The download was probably interrupted: download the file again.',
        writtenAt,
      );
    }
    tensors.set(name, { ...entry, offset: dataOffset + Number(relativeOffset) });
  }
  refuseOverlap(reader, tensors);
  return tensors;
}

function refuseOverlap(reader: HeaderReader, tensors: ReadonlyMap<string, GgufTensor>): void {
  const ordered = [...tensors.values()].sort((a, b) => a.offset - b.offset);
  let previous: GgufTensor | undefined;
  for (const tensor of ordered) {
    if (previous !== undefined && tensor.offset < previous.offset + previous.byteLength) {
      throw reader.error(
        'overlapping-tensors',
        `tensors ${quoted(previous.name)} and ${quoted(tensor.name)} share bytes`,
        undefined,
        tensor.offset,
      );
    }
    previous = tensor;
  }
}
