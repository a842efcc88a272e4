/**
 * The rows of a part of a store in a shuffled order, with one pool of them in memory. Any batch can be asked for; asked for
 * in their order, each row is read once in an epoch.
 */
import { UsageError } from '../../core/errors.ts';
import {
  BYTES_PER_NUMBER,
  type CollectionPlan,
  type Part,
  type ShardRecord,
  type StoreManifest,
} from '../../core/sae/activationManifest.ts';
import type { ActivationSource } from '../../core/sae/activations.ts';
import { BLOCK_ROWS, RowOrder, type Pool, type RowBlock } from '../../core/sae/rowOrder.ts';
import type { FileSource } from '../fileSource.ts';
import { letMessagesIn } from '../turn.ts';
import { activationsAt, readRows, storedNumbers, widenRow, type StoredNumbers } from './activationShard.ts';

/** Blocks that are read between two looks at what has come in. */
const BLOCKS_A_TURN = 64;

export interface ShuffleOptions {
  readonly seed: number;
  /** The most memory that the rows take which are ready to be given. */
  readonly memoryBytes: number;
}

/** What is needed of a store. */
export interface ShardReader {
  readonly manifest: StoreManifest;
  rows(part: Part): number;
  /** The shard that has row `row` of a part, and which of its rows that is. */
  locate(part: Part, row: number): { readonly shard: ShardRecord; readonly within: number };
  openShard(shard: ShardRecord): Promise<FileSource>;
}

interface LoadedPool {
  readonly epoch: number;
  readonly pool: number;
  readonly order: Uint32Array;
  readonly numbers: StoredNumbers; // [rows, dIn]
}

export class ShuffledRows implements ActivationSource {
  readonly dIn: number;
  readonly rows: number;
  readonly #order: RowOrder;
  readonly #plan: CollectionPlan;
  #loaded: LoadedPool | undefined;
  /** Calls take turns, as they share the pool. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws UsageError `memory-too-small` */
  constructor(
    readonly store: ShardReader,
    readonly part: Part,
    { seed, memoryBytes }: ShuffleOptions,
  ) {
    this.#plan = store.manifest.plan;
    this.dIn = this.#plan.dIn;
    this.rows = store.rows(part);
    const rowBytes = this.dIn * BYTES_PER_NUMBER[this.#plan.dtype] + Uint32Array.BYTES_PER_ELEMENT;
    const poolRows = Math.floor(memoryBytes / rowBytes);
    if (poolRows < BLOCK_ROWS)
      throw new UsageError(
        'memory-too-small',
        `${memoryBytes} bytes hold ${poolRows} rows, and ${BLOCK_ROWS} are read at once`,
        `Give at least ${Math.ceil((BLOCK_ROWS * rowBytes) / 1e6)} MB.`,
      );
    this.#order = new RowOrder({ rows: this.rows, poolRows, seed });
  }

  batch(index: number, size: number): Promise<Float32Array> {
    const made = this.#turn.then(() => this.#make(index, size));
    this.#turn = made.catch(() => undefined);
    return made;
  }

  async #make(index: number, size: number): Promise<Float32Array> {
    const out = new Float32Array(size * this.dIn);
    for (let done = 0; done < size;) {
      const position = index * size + done;
      const epoch = Math.floor(position / this.rows);
      const { pool, row } = this.#order.locate(epoch, position % this.rows);
      const { order, numbers } = await this.#load(epoch, pool);
      const count = Math.min(size - done, order.length - row);
      for (let i = 0; i < count; i++) widenRow(numbers, order[row + i], this.dIn, out, done + i);
      done += count;
    }
    return out;
  }

  async #load(epoch: number, number: number): Promise<LoadedPool> {
    if (this.#loaded?.epoch === epoch && this.#loaded.pool === number) return this.#loaded;
    // Let go of the one before first: two of them are twice what may be taken.
    this.#loaded = undefined;
    const pool = this.#order.pool(epoch, number);
    this.#loaded = { epoch, pool: number, order: pool.order, numbers: await this.#read(pool) };
    return this.#loaded;
  }

  async #read({ blocks, order }: Pool): Promise<StoredNumbers> {
    const numbers = storedNumbers(this.#plan.dtype, order.length * this.dIn);
    const open = new Map<string, { readonly source: FileSource; readonly begin: number }>();
    let at = 0;
    try {
      for (const [i, block] of blocks.entries()) {
        await this.#readBlock(block, numbers, at, open);
        at += block.to - block.from;
        if (i % BLOCKS_A_TURN === 0) await letMessagesIn(undefined);
      }
    } finally {
      for (const { source } of open.values()) source.close();
    }
    return numbers;
  }

  /** A block may end in the next shard, or in one after that. */
  async #readBlock(
    block: RowBlock,
    into: StoredNumbers,
    at: number,
    open: Map<string, { readonly source: FileSource; readonly begin: number }>,
  ): Promise<void> {
    for (let row = block.from; row < block.to;) {
      const { shard, within } = this.store.locate(this.part, row);
      let known = open.get(shard.file);
      if (known === undefined) {
        const source = await this.store.openShard(shard);
        known = { source, begin: activationsAt(source, this.#plan, shard.rows) };
        open.set(shard.file, known);
      }
      const count = Math.min(block.to - row, shard.rows - within);
      readRows(
        known.source,
        known.begin,
        this.#plan,
        { from: within, to: within + count },
        into,
        at + row - block.from,
      );
      row += count;
    }
  }
}
