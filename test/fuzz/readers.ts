/**
 * Fuzz of the file readers: valid seed files, damaged at random, are read to their last tensor. A reader must accept or
 * throw a FormatError; anything else (another exception, a read outside the source) is a crash. Every case is made from
 * the seed and its own number alone, so one that crashed can be run again by itself.
 */
import { bytesSource, type ByteSource } from '../../src/core/byteSource.ts';
import { FormatError } from '../../src/core/errors.ts';
import { readGguf, readTensor, writeGguf } from '../../src/core/format/gguf/index.ts';
import { encodeSafetensors, parseSafetensorsHeader, readSafetensor } from '../../src/core/format/safetensors.ts';
import { sampleGguf, sampleSafetensors, wave } from '../unit/format/samples.ts';
import { processorMs } from './processorMs.ts';

/** What came of a run. */
export interface ReadersReport {
  readonly n: number;
  readonly seed: number;
  readonly accepted: number;
  /** Refused inputs by the reason given, most frequent first. */
  readonly refused: Readonly<Record<string, number>>;
  readonly worstMs: number;
  readonly worstCase: number;
  readonly crashes: readonly Crash[];
}

export interface Crash {
  readonly case: number;
  readonly mutations: string;
  readonly error: string;
}

/** Uniform in [0, 1). */
type Random = () => number;

/** Reads a whole file: header, and the data of every tensor. */
type Reader = (source: ByteSource) => void;

interface SeedFile {
  readonly bytes: Uint8Array;
  readonly read: Reader;
  /** Where its header ends: most mutations that tell anything are before it. */
  readonly headerBytes: number;
}

/** Runs cases 0 to n - 1 of this seed. */
export function run(n: number, seed: number): ReadersReport {
  const files = seedFiles();
  const refused = new Map<string, number>();
  const crashes: Crash[] = [];
  let accepted = 0;
  let worstMs = 0;
  let worstCase = 0;
  for (let number = 0; number < n; number++) {
    const random = randomOf(seed, number);
    const file = files[number % files.length];
    const { bytes, mutations } = mutate(file, files, random);
    const start = processorMs();
    const outcome = readOnce(file.read, bytes);
    const elapsed = processorMs() - start;
    if (elapsed > worstMs) [worstMs, worstCase] = [elapsed, number];
    if (outcome === undefined) accepted++;
    else if (outcome instanceof FormatError) refused.set(outcome.reason, (refused.get(outcome.reason) ?? 0) + 1);
    else crashes.push({ case: number, mutations, error: String(outcome) });
  }
  const byCount = [...refused].sort((a, b) => b[1] - a[1]);
  return { n, seed, accepted, refused: Object.fromEntries(byCount), worstMs, worstCase, crashes };
}

/** What the reader threw; undefined where it accepted the file. */
function readOnce(read: Reader, bytes: Uint8Array): unknown {
  try {
    read(strictSource(bytes));
    return undefined;
  } catch (error) {
    return error;
  }
}

/** A source that a read outside of it breaks, as it would break a file. */
function strictSource(bytes: Uint8Array): ByteSource {
  const inner = bytesSource(bytes, 'fuzz');
  const read = (offset: number, length: number): Uint8Array => {
    const inside = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
    if (!inside || offset + length > bytes.length) throw new RangeError(`read of ${length} bytes at ${offset}`);
    return inner.read(offset, length);
  };
  return { ...inner, read };
}

function readWholeGguf(source: ByteSource): void {
  for (const tensor of readGguf(source).tensors.values()) {
    const { length } = readTensor(source, tensor);
    if (length !== tensor.elements) throw new Error(`${length} weights where ${tensor.elements} were stated`);
  }
}

function readWholeSafetensors(source: ByteSource): void {
  for (const entry of parseSafetensorsHeader(source).tensors.values()) {
    const { length } = readSafetensor(source, entry);
    const elements = entry.shape.reduce((product, axis) => product * axis, 1);
    if (length !== elements) throw new Error(`${length} numbers where ${elements} were stated`);
  }
}

/** Each file cut off after each of its bytes: how many, and those that were not refused. */
export function runPrefixes(): { readonly n: number; readonly crashes: readonly Crash[] } {
  const crashes: Crash[] = [];
  let n = 0;
  for (const { bytes, read } of seedFiles())
    for (let length = 0; length < bytes.length; length++, n++) {
      const outcome = readOnce(read, bytes.subarray(0, length));
      if (!(outcome instanceof FormatError))
        crashes.push({ case: n, mutations: `truncate@${length}`, error: String(outcome ?? 'accepted') });
    }
  return { n, crashes };
}

function seedFiles(): readonly SeedFile[] {
  const gguf = sampleGguf();
  const safetensors = sampleSafetensors();
  const small = writeGguf(
    [['general.alignment', { type: 'u32', value: 8 }]],
    [{ name: 'a', type: 'F32', shape: [2, 2, 2], data: new Uint8Array(wave(8).buffer) }],
  );
  const { header } = encodeSafetensors(new Map(), { only: 'metadata' });
  return [
    { bytes: gguf, read: readWholeGguf, headerBytes: readGguf(bytesSource(gguf)).dataOffset },
    { bytes: safetensors, read: readWholeSafetensors, headerBytes: safetensors.length - 200 },
    { bytes: small, read: readWholeGguf, headerBytes: readGguf(bytesSource(small)).dataOffset },
    { bytes: header, read: readWholeSafetensors, headerBytes: header.length },
  ];
}

/** One change to the bytes, in place or in a copy; `at` is a place in the header more often than not. */
type Mutation = (bytes: Uint8Array, at: number, random: Random, files: readonly SeedFile[]) => Uint8Array;

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  truncate: (bytes, at) => bytes.subarray(0, at),
  byte: (bytes, at, random) => {
    bytes[at] = random() * 256;
    return bytes;
  },
  bit: (bytes, at, random) => {
    bytes[at] ^= 1 << (random() * 8);
    return bytes;
  },
  u64: (bytes, at, random) => {
    if (bytes.length < 8) return bytes;
    const offset = Math.min(at, bytes.length - 8);
    new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(offset, telling(bytes.length, random), true);
    return bytes;
  },
  splice: (bytes, at, random, files) => {
    const donor = files[below(files.length, random)].bytes;
    const from = below(donor.length, random);
    const piece = donor.subarray(from, from + below(64, random));
    const resume = random() < 0.5 ? at + piece.length : at + below(64, random);
    const after = bytes.subarray(Math.min(resume, bytes.length));
    const spliced = new Uint8Array(at + piece.length + after.length);
    spliced.set(bytes.subarray(0, at));
    spliced.set(piece, at);
    spliced.set(after, at + piece.length);
    return spliced;
  },
};

const NAMES = Object.keys(MUTATIONS);

/** A copy of the file with one to four changes, and what they were. */
function mutate(file: SeedFile, files: readonly SeedFile[], random: Random): { bytes: Uint8Array; mutations: string } {
  let bytes = file.bytes.slice();
  const applied: string[] = [];
  for (let left = 1 + below(4, random) * below(2, random); left > 0 && bytes.length > 0; left--) {
    const range = random() < 0.8 ? Math.min(file.headerBytes, bytes.length) : bytes.length;
    const at = below(range, random);
    const name = NAMES[below(NAMES.length, random)];
    bytes = MUTATIONS[name](bytes, at, random, files).slice();
    applied.push(`${name}@${at}`);
  }
  return { bytes, mutations: applied.join(' ') };
}

/** A 64-bit value that readers have been known to trip over. */
function telling(size: number, random: Random): bigint {
  const exponent = BigInt(below(65, random));
  const nearby = BigInt(below(5, random) - 2);
  const value = random() < 0.5 ? 2n ** exponent + nearby : BigInt(size) + nearby * 8n;
  return BigInt.asUintN(64, random() < 0.2 ? -value : value);
}

function below(limit: number, random: Random): number {
  return Math.floor(random() * limit);
}

/** The generator mulberry32 (Tommy Ettinger, 2017), started from the seed and the number of the case. */
function randomOf(seed: number, number: number): Random {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
