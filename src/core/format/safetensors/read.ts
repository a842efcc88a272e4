/**
 * Reads safetensors files: the header, checked in full before anything is believed, and the tensors one by one on
 * request. A file is accepted only where its tensors cover the data exactly, in order, without gaps or overlaps, so
 * that no file can be two things at once.
 *
 * Source: the format's description, and its reference implementation in the safetensors repository.
 */
import type { ByteSource } from '../../byteSource.ts';
import { FormatError } from '../../errors.ts';
import { halfToFloatTable } from '../../tensor/half.ts';
import { recogniseForeign } from '../foreign.ts';
import { quoted } from '../quoted.ts';
import { DTYPE_ARRAYS, DTYPE_BITS, isArrayDtype, isDtype, type DtypeArray, type SafetensorsDtype } from './dtypes.ts';
import { JsonCursor, JsonError } from './jsonCursor.ts';

/** The format's own limit on the header. */
export const MAX_HEADER_BYTES = 100_000_000;
/** Axes of a tensor: the format has no limit, numpy and PyTorch stop at 64. */
const MAX_RANK = 64;
const LENGTH_BYTES = 8;
const OPENING_BRACE = 0x7b;
const DAMAGED = 'The file is damaged, or was made by a faulty program: get it again.';

/** A tensor of the file. */
export interface SafetensorsEntry {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  /** Row-major, outermost axis first; empty for a scalar. */
  readonly shape: readonly number[];
  /** First byte, from the start of the file. */
  readonly begin: number;
  /** The byte after the last one. */
  readonly end: number;
}

/** A file whose header has been checked against its size. */
export interface SafetensorsFile {
  /** In the order of the data. */
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>;
  /** The free text pairs of `__metadata__`. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** A tensor as the header states it: offsets count from the end of the header and nothing is checked. */
interface Claim {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly bigint[];
  readonly offsets: readonly bigint[];
}

/**
 * Reads and checks the header. Throws FormatError: `header-too-small`, `header-too-large`, `invalid-header-length`,
 * `invalid-header-start`, `invalid-utf8`, `invalid-json`, `duplicate-key`, `invalid-tensor-info`, `unknown-dtype`,
 * `overflow`, `misaligned`, `invalid-offset`, `size-mismatch`, `incomplete-buffer`; or, for a file of a kind that is
 * well known, that kind (`gguf-file`, `git-lfs-pointer`, ...).
 */
export function parseSafetensorsHeader(source: ByteSource): SafetensorsFile {
  const headerLength = readHeaderLength(source);
  const header = source.read(LENGTH_BYTES, headerLength);
  if (header[0] !== OPENING_BRACE) throw refusal(source, 'invalid-header-start', 'the header does not begin with {', 8);
  const { claims, metadata } = parseHeader(source, decodeUtf8(source, header));
  const tensors = checkClaims(source, claims, LENGTH_BYTES + headerLength);
  return { tensors, metadata };
}

/** The tensor of this name; throws FormatError `tensor-not-found`. */
export function safetensorsEntry(file: SafetensorsFile, name: string): SafetensorsEntry {
  const entry = file.tensors.get(name);
  if (entry !== undefined) return entry;
  throw new FormatError('tensor-not-found', `there is no tensor ${quoted(name)}`, 'Check which program made the file.');
}

/**
 * The tensor as float32, row-major. F16 and BF16 are widened exactly; F64 and integers are rounded to the nearest
 * float32 (use {@link readSafetensorArray} where every digit counts). Throws FormatError `unsupported-dtype`.
 */
export function readSafetensor(source: ByteSource, entry: SafetensorsEntry): Float32Array {
  const array = readSafetensorArray(source, entry);
  if (array instanceof Float32Array) return array;
  if (array instanceof Uint16Array && entry.dtype !== 'U16') {
    const table = halfToFloatTable().bits;
    const bits = Uint32Array.from(array, entry.dtype === 'F16' ? (half) => table[half] : (bf16) => bf16 << 16);
    return new Float32Array(bits.buffer);
  }
  return Float32Array.from<number | bigint>(array, Number);
}

/**
 * The tensor as it is stored, F16 and BF16 as their bits, in memory of its own. Throws FormatError `unsupported-dtype`.
 */
export function readSafetensorArray(source: ByteSource, entry: SafetensorsEntry): DtypeArray {
  const { name, dtype, begin, end } = entry;
  if (!isArrayDtype(dtype)) {
    throw refusal(
      source,
      'unsupported-dtype',
      `tensor ${quoted(name)} is of type ${dtype}, which cannot be read`,
      begin,
    );
  }
  if (end > source.size) throw refusal(source, 'truncated', `tensor ${quoted(name)} ends after the file`, begin);
  const bytes = new Uint8Array(source.read(begin, end - begin));
  return new DTYPE_ARRAYS[dtype](bytes.buffer);
}

function readHeaderLength(source: ByteSource): number {
  const { size } = source;
  if (size < LENGTH_BYTES) {
    throw foreign(source) ?? refusal(source, 'header-too-small', `${size} bytes are too few for a header`, 0);
  }
  const head = source.read(0, LENGTH_BYTES);
  const length = new DataView(head.buffer, head.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    const message = `the header would be ${length} bytes, the limit is ${MAX_HEADER_BYTES}`;
    throw foreign(source) ?? refusal(source, 'header-too-large', message, 0);
  }
  if (length + BigInt(LENGTH_BYTES) > BigInt(size)) {
    const message = `the header would be ${length} bytes, the file has only ${size}`;
    throw foreign(source) ?? refusal(source, 'invalid-header-length', message, 0);
  }
  return Number(length);
}

function decodeUtf8(source: ByteSource, header: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
  } catch {
    throw refusal(source, 'invalid-utf8', 'the header is not valid UTF-8', LENGTH_BYTES);
  }
}

function parseHeader(source: ByteSource, text: string): { claims: Claim[]; metadata: Map<string, string> } {
  const cursor = new JsonCursor(text);
  const claims: Claim[] = [];
  const metadata = new Map<string, string>();
  try {
    cursor.object((key) => {
      if (key === '__metadata__') cursor.object((name) => metadata.set(name, cursor.string()));
      else claims.push(readClaim(source, cursor, key));
    });
    cursor.expectEnd();
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw refusal(
      source,
      error.reason,
      `the header is not what it should be: ${error.message}`,
      LENGTH_BYTES + error.at,
    );
  }
  return { claims, metadata };
}

/** Reads `{"dtype", "shape", "data_offsets"}`; keys that are not known are stepped over. */
function readClaim(source: ByteSource, cursor: JsonCursor, name: string): Claim {
  let dtype: string | undefined;
  let shape: bigint[] | undefined;
  let offsets: bigint[] | undefined;
  cursor.object((key) => {
    if (key === 'dtype') dtype = cursor.string();
    else if (key === 'shape') shape = cursor.unsigneds(MAX_RANK);
    else if (key === 'data_offsets') offsets = cursor.unsigneds(MAX_RANK);
    else cursor.skip();
  });
  if (dtype !== undefined && shape !== undefined && offsets?.length === 2) return { name, dtype, shape, offsets };
  throw refusal(
    source,
    'invalid-tensor-info',
    `tensor ${quoted(name)} lacks a dtype, a shape, or two data_offsets`,
    LENGTH_BYTES,
  );
}

/** Checks each tensor, and that all of them in their order cover the data from its first byte to its last. */
function checkClaims(source: ByteSource, claims: readonly Claim[], dataStart: number): Map<string, SafetensorsEntry> {
  const ordered = [...claims].sort(
    (a, b) => compare(a.offsets[0], b.offsets[0]) || compare(a.offsets[1], b.offsets[1]),
  );
  const tensors = new Map<string, SafetensorsEntry>();
  let covered = 0n;
  for (const { name, dtype, shape, offsets } of ordered) {
    const [begin, end] = offsets;
    const what = `tensor ${quoted(name)}`;
    if (!isDtype(dtype))
      throw refusal(source, 'unknown-dtype', `${what} is of type ${quoted(dtype)}, which is not known`);
    if (begin !== covered || end < begin) {
      const message = `${what} has the bytes ${begin} to ${end} of the data, where ${covered} should come next`;
      throw refusal(source, 'invalid-offset', message);
    }
    const byteLength = byteLengthOf(source, what, dtype, shape);
    if (end - begin !== byteLength) {
      const message = `${what} needs ${byteLength} bytes for its shape and type, but has ${end - begin}`;
      throw refusal(source, 'size-mismatch', message);
    }
    covered = end;
    const entry = {
      name,
      dtype,
      shape: shape.map(Number),
      begin: dataStart + Number(begin),
      end: dataStart + Number(end),
    };
    tensors.set(name, entry);
  }
  const size = BigInt(dataStart) + covered;
  if (size !== BigInt(source.size)) {
    throw refusal(source, 'incomplete-buffer', `the header describes ${size} bytes, the file has ${source.size}`);
  }
  return tensors;
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Bytes of a tensor; refuses what cannot be counted exactly, on the way and in the end. */
function byteLengthOf(source: ByteSource, what: string, dtype: SafetensorsDtype, shape: readonly bigint[]): bigint {
  const limit = BigInt(Number.MAX_SAFE_INTEGER);
  let bits = BigInt(DTYPE_BITS[dtype]);
  for (const length of shape) {
    bits *= length;
    if (length > limit || bits > limit) throw refusal(source, 'overflow', `${what} is too large to be counted`);
  }
  if (bits % 8n !== 0n) throw refusal(source, 'misaligned', `${what} ends in the middle of a byte`);
  return bits / 8n;
}

function foreign(source: ByteSource): FormatError | undefined {
  if (source.size === 0) {
    return new FormatError('empty', `${source.name}: the file is empty`, 'Get the file again.');
  }
  const kind = recogniseForeign(source);
  if (kind === undefined) return undefined;
  return new FormatError(kind.reason, `${source.name}: the file is ${kind.what}, not safetensors`, kind.advice);
}

function refusal(source: ByteSource, reason: string, message: string, offset?: number): FormatError {
  return new FormatError(reason, `${source.name}: ${message}`, DAMAGED, offset);
}
