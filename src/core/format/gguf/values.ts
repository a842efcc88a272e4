/** Reads the key-value pairs of a GGUF header. It knows the types of values, and nothing of what any key means. */
import { quoted } from '../quoted.ts';
import type { HeaderReader } from './headerReader.ts';
import { MAX_ARRAY_LENGTH, MAX_KEY_BYTES, MAX_METADATA_PAIRS, MAX_STRING_BYTES } from './limits.ts';
import { VALUE_BYTES, VALUE_TYPES, type GgufArray, type GgufValue, type GgufValueType } from './types.ts';

/** The least a pair can take: an empty length, one letter of key, a type, one byte of value. */
export const MIN_PAIR_BYTES = 8 + 1 + 4 + 1;

/** Reads `count` pairs. Throws FormatError `empty-key`, `duplicate-key`, `bad-value-type` and what the values throw. */
export function readMetadata(reader: HeaderReader, count: number): Map<string, GgufValue> {
  const metadata = new Map<string, GgufValue>();
  for (let pair = 0; pair < count; pair++) {
    const offset = reader.position;
    const key = reader.string(`the key of metadata pair ${pair}`, MAX_KEY_BYTES);
    if (key === '') throw reader.error('empty-key', `the key of metadata pair ${pair} is empty`, undefined, offset);
    if (metadata.has(key)) {
      throw reader.error('duplicate-key', `the metadata key ${quoted(key)} occurs twice`, undefined, offset);
    }
    const what = `the value of ${quoted(key)}`;
    metadata.set(key, readValue(reader, readValueType(reader, what), what));
  }
  return metadata;
}

/** Reads how many pairs the header says it has. */
export function readPairCount(reader: HeaderReader): number {
  return reader.count('the number of metadata pairs', MAX_METADATA_PAIRS, MIN_PAIR_BYTES);
}

function readValueType(reader: HeaderReader, what: string): GgufValueType {
  const offset = reader.position;
  const id = reader.u32(`the type of ${what}`);
  const type = VALUE_TYPES[id];
  if (type === undefined) {
    throw reader.error('bad-value-type', `${what} has the type ${id}, which does not exist`, undefined, offset);
  }
  return type;
}

function readValue(reader: HeaderReader, type: GgufValueType, what: string): GgufValue {
  switch (type) {
    case 'bool':
      return readBoolean(reader, what);
    case 'string':
      return reader.string(what, MAX_STRING_BYTES);
    case 'array':
      return readArray(reader, what);
    default:
      return reader[type](what);
  }
}

function readBoolean(reader: HeaderReader, what: string): boolean {
  const offset = reader.position;
  const byte = reader.u8(what);
  if (byte > 1) throw reader.error('bad-boolean', `${what} is ${byte}, not a boolean`, undefined, offset);
  return byte === 1;
}

function readArray(reader: HeaderReader, what: string): GgufArray {
  const offset = reader.position;
  const itemType = readValueType(reader, `the items of ${what}`);
  if (itemType === 'array') {
    throw reader.error('nested-array', `${what} is an array of arrays, which no model needs`, undefined, offset);
  }
  const length = reader.count(`the length of ${what}`, MAX_ARRAY_LENGTH, VALUE_BYTES[itemType]);
  if (itemType === 'string') {
    const strings: string[] = [];
    for (let at = 0; at < length; at++) strings.push(reader.string(what, MAX_STRING_BYTES));
    return strings;
  }
  const start = reader.position;
  const bytes = reader.bytes(length * VALUE_BYTES[itemType], what);
  if (itemType === 'bool' && bytes.some((byte) => byte > 1)) {
    throw reader.error('bad-boolean', `${what} holds a byte that is not a boolean`, undefined, start);
  }
  return numbersOf(itemType, new Uint8Array(bytes).buffer);
}

/** The numbers in `buffer`, as stored. Every platform that we run on is little-endian, as the file is. */
function numbersOf(type: Exclude<GgufValueType, 'string' | 'array'>, buffer: ArrayBuffer): GgufArray {
  switch (type) {
    case 'u8':
    case 'bool':
      return new Uint8Array(buffer);
    case 'i8':
      return new Int8Array(buffer);
    case 'u16':
      return new Uint16Array(buffer);
    case 'i16':
      return new Int16Array(buffer);
    case 'u32':
      return new Uint32Array(buffer);
    case 'i32':
      return new Int32Array(buffer);
    case 'f32':
      return new Float32Array(buffer);
    case 'u64':
      return new BigUint64Array(buffer);
    case 'i64':
      return new BigInt64Array(buffer);
    case 'f64':
      return new Float64Array(buffer);
  }
}
