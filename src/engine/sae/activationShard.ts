/**
 * One shard of an activation store: a safetensors file with rows of activations and with all that leads from a row to its
 * place in the corpus. It stands by itself, so that nothing but shards grows with the corpus.
 *
 *     activations [rows, dIn]    F16 or F32
 *     ids         [tokens]       the tokens of all windows, one window after the other
 *     windows     [windows, 4]   of each: file of the plan, index in the file of its first token, tokens, rows
 *     offsets     [rows]         which token of its window a row is of
 *
 * Windows are whole: none is in two shards. Where the plan has a BOS it is the first token of each window, and not one
 * of the file.
 */
import { createHash } from 'node:crypto';
import { FormatError } from '../../core/errors.ts';
import {
  encodeSafetensors,
  parseSafetensorsHeader,
  readSafetensorArray,
  safetensorsEntry,
  type SafetensorsEntry,
  type SafetensorsFile,
} from '../../core/format/safetensors.ts';
import { BYTES_PER_NUMBER, type CollectionPlan, type StoreDtype } from '../../core/sae/activationManifest.ts';
import { floatToHalf, halfToFloatTable } from '../../core/tensor/half.ts';
import { writeFileAtomically } from '../../files/atomic.ts';
import type { FileSource } from '../fileSource.ts';

/** A window as it was run, and which of its positions were kept. */
export interface CollectedWindow {
  /** Index into the plan's files. */
  readonly file: number;
  /** Where in the file its first token is; the BOS, where there is one, is none of the file. */
  readonly start: number;
  readonly ids: readonly number[];
  /** Positions in `ids` whose activations are kept, ascending. */
  readonly offsets: readonly number[];
}

/** Activations as they are stored: halves as their bits. */
export type StoredNumbers = Uint16Array | Float32Array;

export const SHARD_DTYPE = { float16: 'F16', float32: 'F32' } as const satisfies Record<StoreDtype, 'F16' | 'F32'>;

export function storedNumbers(dtype: StoreDtype, length: number): StoredNumbers {
  return dtype === 'float16' ? new Uint16Array(length) : new Float32Array(length);
}

/** Rows that wait to be written: as much memory as it is made with, and no more. */
export class ShardBuffer {
  readonly #numbers: StoredNumbers; // [capacity, dIn]
  #windows: CollectedWindow[] = [];
  rows = 0;

  constructor(
    readonly plan: CollectionPlan,
    readonly capacity: number,
  ) {
    this.#numbers = storedNumbers(plan.dtype, capacity * plan.dIn);
  }

  get windows(): number {
    return this.#windows.length;
  }

  /**
   * Takes the kept rows of a window; `values` [ids, dIn] has all of its positions.
   * @throws RangeError where they do not fit; FormatError `out-of-range` for numbers that a half cannot hold
   */
  add(window: CollectedWindow, values: Float32Array): void {
    const { dIn, dtype } = this.plan;
    if (this.rows + window.offsets.length > this.capacity) throw new RangeError('the shard is full');
    for (const offset of window.offsets) {
      const row = values.subarray(offset * dIn, (offset + 1) * dIn);
      const to = this.rows++ * dIn;
      if (dtype === 'float32') this.#numbers.set(row, to);
      else for (let i = 0; i < dIn; i++) this.#numbers[to + i] = checkedHalf(row[i]);
    }
    this.#windows.push(window);
  }

  clear(): void {
    this.rows = 0;
    this.#windows = [];
  }

  /** Writes the shard, whole or not at all, and says how long it is and what it hashes to. */
  async write(target: string, signal: AbortSignal): Promise<{ bytes: number; sha256: string }> {
    const { dIn, dtype, model, hook, layer } = this.plan;
    const lists = (of: (window: CollectedWindow) => readonly number[]) => Int32Array.from(this.#windows.flatMap(of));
    const ids = lists((window) => window.ids);
    const tensors = {
      activations: {
        dtype: SHARD_DTYPE[dtype],
        shape: [this.rows, dIn],
        data: this.#numbers.subarray(0, this.rows * dIn),
      },
      ids: { dtype: 'I32' as const, shape: [ids.length], data: ids },
      windows: {
        dtype: 'I32' as const,
        shape: [this.windows, 4],
        data: lists(({ file, start, ids, offsets }) => [file, start, ids.length, offsets.length]),
      },
      offsets: { dtype: 'I32' as const, shape: [this.rows], data: lists((window) => window.offsets) },
    };
    const metadata = { model: model.fingerprint, hook, layer: String(layer) };
    const { header, chunks } = encodeSafetensors(new Map(Object.entries(tensors)), metadata);
    const hash = createHash('sha256');
    let bytes = 0;
    for (const piece of [header, ...chunks]) {
      hash.update(piece);
      bytes += piece.length;
    }
    await writeFileAtomically(target, inOrder(header, chunks), { signal });
    return { bytes, sha256: hash.digest('hex') };
  }
}

async function* inOrder(header: Uint8Array, chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield header;
  yield* chunks;
}

const INFINITE_HALF = 0x7c00;

function checkedHalf(value: number): number {
  const half = floatToHalf(value);
  if ((half & INFINITE_HALF) !== INFINITE_HALF) return half;
  throw new FormatError(
    'out-of-range',
    `an activation is ${value}, which no float16 holds`,
    'Collect with --dtype float32.',
  );
}

/** Where each window of a shard is: what a row's place is looked up in. */
export interface ShardIndex {
  /** Where in the file the activations begin, in bytes. */
  readonly begin: number;
  readonly ids: Int32Array; // [tokens]
  readonly windows: Int32Array; // [windows, 4]
  readonly offsets: Int32Array; // [rows]
  /** The first row and the first token of each window, and what comes after the last: [windows + 1]. */
  readonly firstRow: Uint32Array;
  readonly firstId: Uint32Array;
}

/** @throws FormatError where the file is no shard of the plan */
export function readShardIndex(source: FileSource, plan: CollectionPlan, rows: number): ShardIndex {
  const file = parseSafetensorsHeader(source);
  const { begin } = checkShard(source, file, plan, rows);
  const [ids, windows, offsets] = ['ids', 'windows', 'offsets'].map((name) => int32s(source, file, name));
  const count = windows.length / 4;
  const firstRow = new Uint32Array(count + 1);
  const firstId = new Uint32Array(count + 1);
  for (let window = 0; window < count; window++) {
    firstId[window + 1] = firstId[window] + windows[window * 4 + 2];
    firstRow[window + 1] = firstRow[window] + windows[window * 4 + 3];
  }
  if (firstRow[count] !== rows || offsets.length !== rows || firstId[count] !== ids.length)
    throw new FormatError('shard-corrupt', `${source.name}: its windows are not those of its rows`, RECOLLECT);
  return { begin, ids, windows, offsets, firstRow, firstId };
}

/** Where the numbers of a shard begin, in bytes. @throws FormatError where the file is no shard of the plan */
export function activationsAt(source: FileSource, plan: CollectionPlan, rows: number): number {
  return checkShard(source, parseSafetensorsHeader(source), plan, rows).begin;
}

/** Copies rows [from, to) of a shard, as they are stored, into `into` from row `at` on. */
export function readRows(
  source: FileSource,
  begin: number,
  { dIn, dtype }: CollectionPlan,
  { from, to }: { readonly from: number; readonly to: number },
  into: StoredNumbers,
  at: number,
): void {
  const rowBytes = dIn * BYTES_PER_NUMBER[dtype];
  const bytes = source.read(begin + from * rowBytes, (to - from) * rowBytes);
  new Uint8Array(into.buffer, into.byteOffset + at * rowBytes, bytes.length).set(bytes);
}

/** Row `from` of what is stored, widened to float32 as row `to`. */
export function widenRow(stored: StoredNumbers, from: number, dIn: number, into: Float32Array, to: number): void {
  if (stored instanceof Float32Array) {
    into.set(stored.subarray(from * dIn, (from + 1) * dIn), to * dIn);
    return;
  }
  const { floats } = halfToFloatTable();
  for (let i = 0; i < dIn; i++) into[to * dIn + i] = floats[stored[from * dIn + i]];
}

export const RECOLLECT = 'The store is damaged: remove its folder and collect again (steerscope sae collect).';

function checkShard(
  source: FileSource,
  file: SafetensorsFile,
  { model, hook, layer, dIn, dtype }: CollectionPlan,
  rows: number,
): SafetensorsEntry {
  const foreign =
    file.metadata.get('model') !== model.fingerprint ||
    file.metadata.get('hook') !== hook ||
    file.metadata.get('layer') !== String(layer);
  if (foreign)
    throw new FormatError(
      'foreign-shard',
      `${source.name} is of another model, hook or layer than its store`,
      RECOLLECT,
    );
  const entry = safetensorsEntry(file, 'activations');
  if (entry.dtype === SHARD_DTYPE[dtype] && entry.shape[0] === rows && entry.shape[1] === dIn) return entry;
  const stated = `${entry.dtype} of [${entry.shape.join(', ')}]`;
  throw new FormatError('shard-corrupt', `${source.name} holds ${stated}, not ${rows} rows of ${dIn}`, RECOLLECT);
}

function int32s(source: FileSource, file: SafetensorsFile, name: string): Int32Array {
  const array = readSafetensorArray(source, safetensorsEntry(file, name));
  if (array instanceof Int32Array) return array;
  throw new FormatError('shard-corrupt', `${source.name}: ${name} are no 32-bit integers`, RECOLLECT);
}
