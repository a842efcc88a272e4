/**
 * Typed access to the metadata of a GGUF file. Each `get...` throws a FormatError that names the key, `missing-key` or
 * `wrong-key-type`; each `optional...` returns undefined where the key is missing, and throws where the type is wrong.
 */
import { FormatError } from '../../errors.ts';
import { quoted } from '../quoted.ts';
import type { GgufFile, GgufValue } from './types.ts';

type WithMetadata = Pick<GgufFile, 'metadata'>;

export function getString(file: WithMetadata, key: string): string {
  return optionalString(file, key) ?? missing(key);
}

export function optionalString(file: WithMetadata, key: string): string | undefined {
  return read(file, key, 'a string', (value) => (typeof value === 'string' ? value : undefined));
}

/** A number of any stored type; a 64-bit integer only where a number holds it exactly. */
export function getNumber(file: WithMetadata, key: string): number {
  return optionalNumber(file, key) ?? missing(key);
}

export function optionalNumber(file: WithMetadata, key: string): number | undefined {
  return read(file, key, 'a number', asNumber);
}

export function getBoolean(file: WithMetadata, key: string): boolean {
  return optionalBoolean(file, key) ?? missing(key);
}

export function optionalBoolean(file: WithMetadata, key: string): boolean | undefined {
  return read(file, key, 'a boolean', (value) => (typeof value === 'boolean' ? value : undefined));
}

export function getStrings(file: WithMetadata, key: string): readonly string[] {
  return optionalStrings(file, key) ?? missing(key);
}

export function optionalStrings(file: WithMetadata, key: string): readonly string[] | undefined {
  return read(file, key, 'a list of strings', (value) => (isStrings(value) ? value : undefined));
}

/** An array of numbers of any stored type, as numbers; 64-bit integers only where numbers hold them exactly. */
export function getNumbers(file: WithMetadata, key: string): readonly number[] {
  return optionalNumbers(file, key) ?? missing(key);
}

export function optionalNumbers(file: WithMetadata, key: string): readonly number[] | undefined {
  return read(file, key, 'a list of numbers', asNumbers);
}

function read<T>(
  file: WithMetadata,
  key: string,
  expected: string,
  convert: (value: GgufValue) => T | undefined,
): T | undefined {
  const value = file.metadata.get(key);
  if (value === undefined) return undefined;
  const converted = convert(value);
  if (converted !== undefined) return converted;
  throw new FormatError(
    'wrong-key-type',
    `the metadata ${quoted(key)} should be ${expected}, but is ${describe(value)}`,
    'The file was made by a faulty converter: get the model from another source.',
  );
}

function missing(key: string): never {
  throw new FormatError(
    'missing-key',
    `the metadata ${quoted(key)} is missing`,
    'The file is not a complete model, or of a kind that is not supported.',
  );
}

function describe(value: GgufValue): string {
  if (typeof value !== 'object') return typeof value === 'bigint' ? 'a 64-bit integer' : `a ${typeof value}`;
  return isStrings(value) ? 'a list of strings' : 'a list of numbers';
}

function isStrings(value: GgufValue): value is readonly string[] {
  return Array.isArray(value);
}

function asNumber(value: GgufValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'bigint') return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

function asNumbers(value: GgufValue): number[] | undefined {
  if (typeof value !== 'object' || isStrings(value)) return undefined;
  const numbers: number[] = [];
  for (const item of value) {
    const number = asNumber(item);
    if (number === undefined) return undefined;
    numbers.push(number);
  }
  return numbers;
}
