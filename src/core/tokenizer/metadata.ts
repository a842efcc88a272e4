/**
 * Reads the tokenizer's keys out of a GGUF's metadata, each of the type it must have. The tables come from a file, so
 * nothing about them is taken on trust; what the values mean is for `vocabulary.ts`.
 */
import { FormatError } from '../errors.ts';
import type { GgufValue } from '../format/gguf/types.ts';
import { quoted } from '../format/quoted.ts';

export type Metadata = ReadonlyMap<string, GgufValue>;

const CORRUPT = 'The tokenizer tables look corrupt: get the model file again, from its publisher.';

/** The error of a table that contradicts itself or another. */
export function tableError(message: string): FormatError {
  return new FormatError('tokenizer-tables', message, CORRUPT);
}

/** The string under `key`, or undefined where there is none. */
export function optionalString(metadata: Metadata, key: string): string | undefined {
  const value = metadata.get(key);
  if (value !== undefined && typeof value !== 'string') throw wrongType(key, 'a string', value);
  return value;
}

/** The flag under `key`, or undefined where there is none. */
export function optionalFlag(metadata: Metadata, key: string): boolean | undefined {
  const value = metadata.get(key);
  if (value !== undefined && typeof value !== 'boolean') throw wrongType(key, 'true or false', value);
  return value;
}

/** The token id under `key`, below `vocabSize`, or undefined where there is none. */
export function optionalTokenId(metadata: Metadata, key: string, vocabSize: number): number | undefined {
  const value = metadata.get(key);
  if (value === undefined) return undefined;
  if (typeof value !== 'number' && typeof value !== 'bigint') throw wrongType(key, 'a number', value);
  const id = Number(value);
  if (!Number.isInteger(id) || id < 0 || id >= vocabSize) {
    throw tableError(`${key} is ${value}, but the vocabulary has the ids 0 to ${vocabSize - 1}`);
  }
  return id;
}

/** The strings under `key`; there must be at least one and at most `limit`. */
export function strings(metadata: Metadata, key: string, limit: number): readonly string[] {
  const value = metadata.get(key);
  if (value === undefined) throw tableError(`the file has no ${key}`);
  if (!isStringArray(value)) throw wrongType(key, 'an array of strings', value);
  if (value.length === 0 || value.length > limit) {
    throw tableError(`${key} has ${value.length} entries; 1 to ${limit} are possible`);
  }
  return value;
}

/** The integers under `key`, `length` of them, or undefined where there are none. */
export function optionalIntegers(metadata: Metadata, key: string, length: number): ArrayLike<number> | undefined {
  const value = metadata.get(key);
  if (value === undefined) return undefined;
  if (!isIntegerArray(value)) throw wrongType(key, 'an array of integers', value);
  if (value.length !== length) throw tableError(`${key} has ${value.length} entries for ${length} tokens`);
  return value;
}

function isStringArray(value: GgufValue): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

type IntegerArray = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

function isIntegerArray(value: GgufValue): value is IntegerArray {
  return (
    value instanceof Int32Array ||
    value instanceof Uint32Array ||
    value instanceof Int16Array ||
    value instanceof Uint16Array ||
    value instanceof Int8Array ||
    value instanceof Uint8Array
  );
}

function wrongType(key: string, wanted: string, value: GgufValue): FormatError {
  const found = typeof value === 'object' ? 'an array of another type' : quoted(String(value));
  return tableError(`${key} must be ${wanted}, but is ${found}`);
}
