/**
 * The shuffled order of the rows of a store that does not fit into memory. Neighbouring rows make blocks, blocks are dealt
 * out at random to pools that do fit, and the rows of a pool are shuffled among themselves. Where all rows fit into one
 * pool that is a plain shuffle; otherwise rows of a block stay within a pool, and are spread all over it.
 *
 * The order of an epoch is a function of seed and epoch alone, so that any batch can be made at any time.
 */
import { createRandom } from '../stats/random.ts';

/** Rows that are read from the disk at once: some 70 KB of the default model's in halves. */
export const BLOCK_ROWS = 64;

export interface RowOrderOptions {
  readonly rows: number;
  /** The most that a pool holds; at least one block. */
  readonly poolRows: number;
  readonly seed: number;
}

/** A stretch of rows: [from, to). */
export interface RowBlock {
  readonly from: number;
  readonly to: number;
}

export interface Pool {
  /** In the order in which the pool has them in memory. */
  readonly blocks: readonly RowBlock[];
  /** The rows of the pool in the order in which they are given, by their place in that memory. */
  readonly order: Uint32Array;
}

export class RowOrder {
  readonly #options: RowOrderOptions;
  readonly #blockCount: number;
  readonly #blocksPerPool: number;
  #blocks: { readonly epoch: number; readonly order: Uint32Array } | undefined;

  constructor(options: RowOrderOptions) {
    this.#options = options;
    this.#blockCount = Math.ceil(options.rows / BLOCK_ROWS);
    this.#blocksPerPool = Math.max(1, Math.floor(options.poolRows / BLOCK_ROWS));
  }

  /** Pools of an epoch. */
  get pools(): number {
    return Math.ceil(this.#blockCount / this.#blocksPerPool);
  }

  /** Where row `at` of an epoch is: in which pool, and which of its rows. */
  locate(epoch: number, at: number): { readonly pool: number; readonly row: number } {
    let start = 0;
    for (let pool = 0; pool < this.pools; pool++) {
      const rows = this.#rowsOf(epoch, pool);
      if (at < start + rows) return { pool, row: at - start };
      start += rows;
    }
    throw new RangeError(`row ${at} of ${this.#options.rows}`);
  }

  pool(epoch: number, pool: number): Pool {
    const numbers = this.#numbers(epoch, pool);
    const blocks = Array.from(numbers, (number) => this.#block(number));
    const rows = blocks.reduce((sum, { from, to }) => sum + to - from, 0);
    const order = Uint32Array.from({ length: rows }, (_, i) => i);
    createRandom(this.#seed(epoch, pool + 1)).shuffle(order);
    return { blocks, order };
  }

  #block(number: number): RowBlock {
    const from = number * BLOCK_ROWS;
    return { from, to: Math.min(from + BLOCK_ROWS, this.#options.rows) };
  }

  /** All blocks are of one size but the last, wherever it was dealt. */
  #rowsOf(epoch: number, pool: number): number {
    const numbers = this.#numbers(epoch, pool);
    const missing = this.#blockCount * BLOCK_ROWS - this.#options.rows;
    return numbers.length * BLOCK_ROWS - (numbers.includes(this.#blockCount - 1) ? missing : 0);
  }

  #numbers(epoch: number, pool: number): Uint32Array {
    if (this.#blocks?.epoch !== epoch) {
      const order = Uint32Array.from({ length: this.#blockCount }, (_, i) => i);
      createRandom(this.#seed(epoch, 0)).shuffle(order);
      this.#blocks = { epoch, order };
    }
    return this.#blocks.order.subarray(pool * this.#blocksPerPool, (pool + 1) * this.#blocksPerPool);
  }

  /** A seed of its own for each epoch's blocks (stream 0) and each pool's rows (from 1 on). */
  #seed(epoch: number, stream: number): number {
    const random = createRandom(this.#options.seed);
    const mixed = random.uint32() ^ Math.imul(epoch + 1, 0x9e3779b1) ^ Math.imul(stream, 0x85ebca6b);
    return mixed >>> 0;
  }
}
