/**
 * Reads an activation store. Two ways: shuffled by a seed with bounded memory, for training ({@link ActivationSource}), and
 * window by window in the order of the corpus, for measuring and for looking at what a row is of.
 *
 * From a row to its text: `store.contextOf('heldOut', row)` gives the file (`file.path`, `file.package`, `file.language`),
 * the index of the row's token in that file (`token`; the file is encoded with neither BOS nor control tokens), the ids of
 * the whole window that was run, and which of them the row is of (`at`). The window's text is `tokenizer.decode(ids)`,
 * the tokens before the row `ids.subarray(0, at)`. Rows count from 0 within a part, in the order of `store.windows(part)`,
 * so that whoever goes over the windows knows each row's number and needs to keep no more than that.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { FormatError, StoreError } from '../../core/errors.ts';
import {
  rowsOf,
  type Part,
  type PlannedFile,
  type ShardRecord,
  type StoreManifest,
} from '../../core/sae/activationManifest.ts';
import type { ActivationSource } from '../../core/sae/activations.ts';
import { openFileSource, type FileSource } from '../fileSource.ts';
import { storeFiles } from '../store/storeFiles.ts';
import { letMessagesIn } from '../turn.ts';
import { RECOLLECT, readRows, readShardIndex, storedNumbers, widenRow, type ShardIndex } from './activationShard.ts';
import { readStoreManifest } from './activationWriter.ts';
import { ShuffledRows, type ShardReader, type ShuffleOptions } from './shuffledRows.ts';

/** What a store must be of; what is left out may be anything. */
export interface StoreExpectation {
  /** The model's fingerprint. */
  readonly model?: string;
  readonly hook?: string;
  readonly layer?: number;
}

export interface RowContext {
  readonly file: PlannedFile;
  /** Which token of the file, from 0. */
  readonly token: number;
  /** Of the whole window, with its BOS where there is one. */
  readonly ids: Int32Array;
  /** Which of the ids the row is of. */
  readonly at: number;
}

export interface StoredWindow {
  readonly file: PlannedFile;
  /** Index in the file of the window's first token. */
  readonly start: number;
  readonly ids: Int32Array;
  /** Which of the ids the rows are of, ascending: the first position and massive ones are not among them. */
  readonly offsets: Int32Array;
  /** The number within the part of the first of the rows. */
  readonly firstRow: number;
  readonly x: Float32Array; // [offsets, dIn]
}

/**
 * Opens a store that is complete and of what is expected; every shard is there and as long as it was.
 * @throws StoreError `no-store`, `incomplete-store`, `other-model`, `other-hook`, `other-layer`, `shard-missing`,
 * `shard-truncated`; FormatError for a manifest that is damaged
 */
export async function openActivationStore(folder: string, expected: StoreExpectation = {}): Promise<ActivationStore> {
  const manifest = await readStoreManifest(folder, 'Name the folder that steerscope sae collect collected into.');
  if (manifest === undefined)
    throw new StoreError('no-store', `there are no activations in ${folder}`, 'Collect some: steerscope sae collect.');
  assertExpected(folder, manifest, expected);
  if (!manifest.complete)
    throw new StoreError(
      'incomplete-store',
      `collecting into ${folder} was broken off`,
      'Give the same steerscope sae collect again: it goes on where it was.',
    );
  for (const { file, bytes } of manifest.shards) {
    const facts = await storeFiles.inspect(join(folder, file)).catch(() => undefined);
    if (facts?.kind !== 'file') throw new StoreError('shard-missing', `${join(folder, file)} is missing`, RECOLLECT);
    if (facts.bytes !== bytes) {
      const message = `${join(folder, file)} has ${facts.bytes} bytes in place of ${bytes}`;
      throw new StoreError('shard-truncated', message, RECOLLECT);
    }
  }
  return new ActivationStore(folder, manifest);
}

function assertExpected(folder: string, { plan }: StoreManifest, { model, hook, layer }: StoreExpectation): void {
  const refuse = (what: string, has: string, wanted: string): never => {
    throw new StoreError(
      `other-${what}`,
      `the activations in ${folder} are of the ${what} ${has}, not of ${wanted}`,
      `Take another folder, or collect for this ${what}: steerscope sae collect.`,
    );
  };
  if (model !== undefined && model !== plan.model.fingerprint)
    refuse('model', `${plan.model.name} (${plan.model.fingerprint.slice(0, 12)})`, model.slice(0, 12));
  if (hook !== undefined && hook !== plan.hook) refuse('hook', plan.hook, hook);
  if (layer !== undefined && layer !== plan.layer) refuse('layer', String(plan.layer), String(layer));
}

export class ActivationStore implements ShardReader {
  /** Shards whose content has been seen to be what was written. */
  readonly #checked = new Set<string>();
  #index: { readonly file: string; readonly index: ShardIndex } | undefined;

  constructor(
    readonly folder: string,
    readonly manifest: StoreManifest,
  ) {}

  rows(part: Part): number {
    return rowsOf(this.manifest, part);
  }

  /** @throws StoreError `no-rows` where the part is empty; UsageError `memory-too-small` */
  shuffled(part: Part, options: ShuffleOptions): ActivationSource {
    if (this.rows(part) === 0)
      throw new StoreError(
        'no-rows',
        `${this.folder} has no rows in its part ${part}`,
        'Collect from a larger corpus.',
      );
    return new ShuffledRows(this, part, options);
  }

  /** All windows of a part, in the order in which they were run; tokens of a window are in their own order. */
  async *windows(part: Part): AsyncGenerator<StoredWindow> {
    let before = 0;
    for (const shard of this.#shardsOf(part)) {
      const source = await this.openShard(shard);
      try {
        const index = this.#indexOf(shard, source);
        for (let window = 0; window < shard.windows; window++) yield this.#window(source, index, window, before);
      } finally {
        source.close();
      }
      before += shard.rows;
    }
  }

  /** Where a row of a part comes from. See the head of this file. @throws RangeError where there is no such row */
  async contextOf(part: Part, row: number): Promise<RowContext> {
    const { shard, within } = this.locate(part, row);
    const source = await this.openShard(shard);
    try {
      const index = this.#indexOf(shard, source);
      const window = lastAtMost(index.firstRow, within);
      const { file, start, ids } = this.#placeOf(index, window);
      const at = index.offsets[within];
      return { file, token: start + at - (this.manifest.plan.bos ? 1 : 0), ids, at };
    } finally {
      source.close();
    }
  }

  /** The shard that has row `row` of a part, and which of its rows that is. */
  locate(part: Part, row: number): { readonly shard: ShardRecord; readonly within: number } {
    let before = 0;
    for (const shard of this.#shardsOf(part)) {
      if (row >= before && row < before + shard.rows) return { shard, within: row - before };
      before += shard.rows;
    }
    throw new RangeError(`the part ${part} has ${before} rows, and no row ${row}`);
  }

  /** Opens a shard whose bytes are those that were written: looked at once. @throws StoreError `shard-corrupt` */
  async openShard({ file, sha256, bytes }: ShardRecord): Promise<FileSource> {
    const source = openFileSource(join(this.folder, file));
    try {
      if (!this.#checked.has(file)) {
        if ((await hashOf(source, bytes)) !== sha256)
          throw new StoreError('shard-corrupt', `${source.path} is not what was written`, RECOLLECT);
        this.#checked.add(file);
      }
      return source;
    } catch (error) {
      source.close();
      throw error;
    }
  }

  #shardsOf(part: Part): ShardRecord[] {
    return this.manifest.shards.filter((shard) => shard.part === part);
  }

  #indexOf(shard: ShardRecord, source: FileSource): ShardIndex {
    if (this.#index?.file !== shard.file)
      this.#index = { file: shard.file, index: readShardIndex(source, this.manifest.plan, shard.rows) };
    return this.#index.index;
  }

  #placeOf(index: ShardIndex, window: number): { file: PlannedFile; start: number; ids: Int32Array } {
    const [number, start] = index.windows.subarray(window * 4, window * 4 + 2);
    const file = this.manifest.plan.files[number];
    if (file === undefined)
      throw new FormatError(
        'shard-corrupt',
        `a shard of ${this.folder} names text ${number}, which is not there`,
        RECOLLECT,
      );
    return { file, start, ids: index.ids.subarray(index.firstId[window], index.firstId[window + 1]) };
  }

  #window(source: FileSource, index: ShardIndex, window: number, before: number): StoredWindow {
    const { plan } = this.manifest;
    const [from, to] = [index.firstRow[window], index.firstRow[window + 1]];
    const stored = storedNumbers(plan.dtype, (to - from) * plan.dIn);
    readRows(source, index.begin, plan, { from, to }, stored, 0);
    const x = new Float32Array(stored.length);
    for (let row = 0; row < to - from; row++) widenRow(stored, row, plan.dIn, x, row);
    return { ...this.#placeOf(index, window), offsets: index.offsets.subarray(from, to), firstRow: before + from, x };
  }
}

const HASH_BYTES = 8 * 1024 * 1024;

async function hashOf(source: FileSource, bytes: number): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes; at += HASH_BYTES) {
    hash.update(source.read(at, Math.min(HASH_BYTES, bytes - at)));
    await letMessagesIn(undefined);
  }
  return hash.digest('hex');
}

/** The last index whose value is at most `value`, in a list that ascends. */
function lastAtMost(ascending: Uint32Array, value: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ascending[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
