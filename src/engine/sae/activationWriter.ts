/**
 * Writes an activation store, shard by shard. A shard is there whole or not at all, and counts once the manifest names it:
 * whatever kills the process, the store is that of the last shard, and going on from there gives the same rows.
 */
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../core/artefact/json.ts';
import type { JsonValue } from '../../core/artefact/json.ts';
import { StoreError } from '../../core/errors.ts';
import {
  ACTIVATIONS_VERSION,
  BYTES_PER_NUMBER,
  parseStoreManifest,
  type CollectionPlan,
  type MassiveRule,
  type Part,
  type ShardRecord,
  type StoreManifest,
} from '../../core/sae/activationManifest.ts';
import { LEFT_OVER_MS, cleanTemporaryFiles, makeFolder, writeFileAtomically } from '../../files/atomic.ts';
import { explained } from '../../files/fileErrors.ts';
import { VERSION } from '../../protocol/version.ts';
import { storeFiles } from '../store/storeFiles.ts';
import { ShardBuffer, type CollectedWindow } from './activationShard.ts';

export const MANIFEST_FILE = 'manifest.json';
const MAX_MANIFEST_BYTES = 256 * 1024 * 1024;

/**
 * The manifest of the store in a folder; undefined where the folder is empty or is not there.
 * @param advice what to do where the folder has other files in it
 * @throws FormatError, StoreError
 */
export async function readStoreManifest(
  folder: string,
  advice = 'Name an empty folder, or one that is not there yet, with --out.',
): Promise<StoreManifest | undefined> {
  const file = join(folder, MANIFEST_FILE);
  const names = await storeFiles.list(folder).catch((): string[] => []);
  if (!names.includes(MANIFEST_FILE)) {
    const foreign = names.filter((name) => !isOurs(name));
    if (foreign.length === 0) return undefined;
    throw new StoreError('not-a-store', `${folder} is no activation store, and has files in it`, advice);
  }
  return parseStoreManifest(new TextDecoder().decode(await storeFiles.read(file, MAX_MANIFEST_BYTES)), file);
}

/** What a killed run may leave beside its manifest. */
function isOurs(name: string): boolean {
  return /^(?:heldOut|train)-\d{5,}\.safetensors$/.test(name) || name.endsWith('.steerscope-tmp') || name === LOCK_FILE;
}

export const LOCK_FILE = 'collect.lock';

/** @throws StoreError `other-collection` where what the folder has is not what is to be collected, with what differs */
export function assertSamePlan(folder: string, { plan: there }: StoreManifest, wanted: CollectionPlan): void {
  const differs = (Object.keys(wanted) as (keyof CollectionPlan)[]).filter(
    (key) => text(there[key]) !== text(wanted[key]),
  );
  if (differs.length === 0) return;
  throw new StoreError(
    'other-collection',
    `${folder} holds a collection that differs in ${differs.join(', ')}`,
    'Name another folder with --out, give the options that it was begun with, or remove it.',
  );
}

const text = (value: unknown): string => canonicalJson(value as JsonValue);

/** Bytes that `rows` rows will take on the disk: their numbers, and 4 bytes each for place and token. */
export function storeBytes({ dIn, dtype }: Pick<CollectionPlan, 'dIn' | 'dtype'>, rows: number): number {
  return rows * (dIn * BYTES_PER_NUMBER[dtype] + 8);
}

/** @throws StoreError `disk-too-small`, while nothing has been run */
export async function assertDiskHas(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await explained('look at', folder, () => fs.statfs(folder));
  const free = bavail * bsize;
  if (bytes <= free) return;
  throw new StoreError(
    'disk-too-small',
    `the activations will take ${gigabytes(bytes)}, and the disk of ${folder} has ${gigabytes(free)}`,
    'Lower --tokens, take --dtype float16, or name a folder on a larger disk with --out.',
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e9 ? 3 : 1)} GB`;
}

export interface WriterOptions {
  /** A shard is written when it has so many rows, at the end of a run. */
  readonly shardRows: number;
  /** The most rows that one run gives. */
  readonly batchRows: number;
  readonly signal: AbortSignal;
}

export class ActivationWriter {
  readonly #buffer: ShardBuffer;
  #manifest: StoreManifest;
  #part: Part = 'heldOut';
  /** Of the rows in the buffer: what the manifest is told when they are written. */
  #pending = nothingPending();
  #batches: number;

  private constructor(
    readonly folder: string,
    manifest: StoreManifest,
    readonly options: WriterOptions,
  ) {
    this.#manifest = manifest;
    this.#batches = manifest.batchesDone;
    this.#buffer = new ShardBuffer(manifest.plan, options.shardRows + options.batchRows);
  }

  /** Begins a store in a folder that has none. */
  static async begin(
    folder: string,
    plan: CollectionPlan,
    massive: MassiveRule,
    options: WriterOptions,
  ): Promise<ActivationWriter> {
    const writer = new ActivationWriter(
      folder,
      {
        schemaVersion: ACTIVATIONS_VERSION,
        createdAt: new Date().toISOString(),
        software: VERSION,
        plan,
        massive,
        shards: [],
        batchesDone: 0,
        complete: false,
        excluded: { first: 0, massive: 0 },
        kept: plan.files.map(() => 0),
        normSum: { heldOut: 0, train: 0 },
      },
      options,
    );
    await makeFolder(folder);
    await writer.#tidy();
    await writer.#save();
    return writer;
  }

  /** Goes on with a store. Shards that the manifest does not name are made again. */
  static async resume(folder: string, manifest: StoreManifest, options: WriterOptions): Promise<ActivationWriter> {
    const writer = new ActivationWriter(folder, manifest, options);
    await writer.#tidy();
    return writer;
  }

  get manifest(): StoreManifest {
    return this.#manifest;
  }

  /** The runs that follow are of this part. A shard has rows of one part only. */
  async enter(part: Part): Promise<void> {
    if (part !== this.#part) await this.#flush();
    this.#part = part;
  }

  /** Takes a window's kept rows; `norms` are those of the rows, `massive` the positions that were too long. */
  add(window: CollectedWindow, values: Float32Array, norms: readonly number[], massive: number): void {
    const { offsets, file } = window;
    if (offsets.length > 0) this.#buffer.add(window, values);
    this.#pending.kept.set(file, (this.#pending.kept.get(file) ?? 0) + offsets.length);
    this.#pending.massive += massive;
    this.#pending.first++;
    for (const norm of norms) this.#pending.normSum += norm;
  }

  /** Ends a run: what it gave belongs together, so that the next one is where to go on. */
  async endBatch(): Promise<void> {
    this.#batches++;
    if (this.#buffer.rows >= this.options.shardRows) await this.#flush();
  }

  async finish(): Promise<StoreManifest> {
    await this.#flush();
    this.#manifest = { ...this.#manifest, batchesDone: this.#batches, complete: true };
    await this.#save();
    return this.#manifest;
  }

  async #flush(): Promise<void> {
    const pending = this.#pending;
    if (pending.first === 0) return;
    const { shards, excluded, kept, normSum } = this.#manifest;
    this.#manifest = {
      ...this.#manifest,
      shards: this.#buffer.rows > 0 ? [...shards, await this.#writeShard()] : shards,
      batchesDone: this.#batches,
      excluded: { first: excluded.first + pending.first, massive: excluded.massive + pending.massive },
      kept: kept.map((sum, i) => sum + (pending.kept.get(i) ?? 0)),
      normSum: { ...normSum, [this.#part]: normSum[this.#part] + pending.normSum },
    };
    await this.#save();
    this.#buffer.clear();
    this.#pending = nothingPending();
  }

  async #writeShard(): Promise<ShardRecord> {
    const { rows, windows } = this.#buffer;
    const number = this.#manifest.shards.filter(({ part }) => part === this.#part).length;
    const file = `${this.#part}-${String(number).padStart(5, '0')}.safetensors`;
    const written = await this.#buffer.write(join(this.folder, file), this.options.signal);
    return { file, part: this.#part, rows, windows, ...written };
  }

  #save(): Promise<void> {
    return writeFileAtomically(join(this.folder, MANIFEST_FILE), JSON.stringify(this.#manifest));
  }

  /** Removes what a killed run left: temporary files, and shards that were written after the last manifest. */
  async #tidy(): Promise<void> {
    await cleanTemporaryFiles(this.folder, LEFT_OVER_MS);
    const named = new Set(this.#manifest.shards.map(({ file }) => file));
    for (const name of await storeFiles.list(this.folder))
      if (name.endsWith('.safetensors') && isOurs(name) && !named.has(name))
        await storeFiles.remove(join(this.folder, name));
  }
}

function nothingPending(): { kept: Map<number, number>; first: number; massive: number; normSum: number } {
  return { kept: new Map(), first: 0, massive: 0, normSum: 0 };
}
