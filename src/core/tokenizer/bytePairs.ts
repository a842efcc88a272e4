/**
 * Byte-pair merging of one word: the rule of lowest rank first, of equal ranks the leftmost, until no rule applies.
 * A heap of candidate pairs over a linked list of symbols makes that O(n log n), so that a file with one word of a
 * megabyte costs about a second and not a day. Knows ids and ranks only, nothing of text.
 */
import type { MergeTable } from './mergeTable.ts';

/** Working memory beyond this many symbols is given back after the word that needed it. */
const KEPT_SYMBOLS = 1 << 16;
const NONE = -1;

export class BytePairMerger {
  readonly #merges: MergeTable;
  #previous = new Int32Array(0);
  #next = new Int32Array(0);
  /** A binary heap, smallest key first. A key is `rank * n + position`: exact, as both factors are below 2^26. */
  #heap = new Float64Array(0);
  #heapSize = 0;

  constructor(merges: MergeTable) {
    this.#merges = merges;
  }

  /**
   * Merges the first `n` symbols of `symbols` in place.
   *
   * @param symbols token ids, one a byte to begin with. [n]
   * @returns how many symbols are left at the front of `symbols`
   */
  merge(symbols: Int32Array, n: number): number {
    if (n < 2) return n;
    this.#reserve(n);
    for (let at = 0; at < n; at++) {
      this.#previous[at] = at - 1;
      this.#next[at] = at + 1 < n ? at + 1 : NONE;
    }
    for (let at = 0; at + 1 < n; at++) this.#propose(symbols, at, n);
    while (this.#heapSize > 0) this.#apply(symbols, this.#pop(), n);

    let left = 0;
    for (let at = 0; at !== NONE; at = this.#next[at]) symbols[left++] = symbols[at];
    if (n > KEPT_SYMBOLS) this.#release();
    return left;
  }

  /** Merges the pair that a key names, unless a neighbour has changed it since the key was pushed. */
  #apply(symbols: Int32Array, key: number, n: number): void {
    const rank = Math.floor(key / n);
    const at = key - rank * n;
    const right = this.#next[at];
    if (symbols[at] === NONE || right === NONE) return;
    if (this.#merges.rankOf(symbols[at], symbols[right]) !== rank) return;

    symbols[at] = this.#merges.mergedAt(rank);
    symbols[right] = NONE;
    const after = this.#next[right];
    this.#next[at] = after;
    if (after !== NONE) {
      this.#previous[after] = at;
      this.#propose(symbols, at, n);
    }
    const before = this.#previous[at];
    if (before !== NONE) this.#propose(symbols, before, n);
  }

  /** Pushes the pair that begins at `at`, which has a right neighbour, where a rule joins it. */
  #propose(symbols: Int32Array, at: number, n: number): void {
    const rank = this.#merges.rankOf(symbols[at], symbols[this.#next[at]]);
    if (rank !== NONE) this.#push(rank * n + at);
  }

  #push(key: number): void {
    const heap = this.#heap;
    let at = this.#heapSize++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above <= key) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = key;
  }

  /** Takes the smallest key off the heap, which must not be empty. */
  #pop(): number {
    const heap = this.#heap;
    const smallest = heap[0];
    const size = --this.#heapSize;
    const key = heap[size];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && heap[child + 1] < heap[child]) child++;
      const below = heap[child];
      if (below >= key) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = key;
    return smallest;
  }

  #reserve(n: number): void {
    this.#heapSize = 0;
    if (this.#next.length >= n) return;
    this.#previous = new Int32Array(n);
    this.#next = new Int32Array(n);
    // n - 1 pairs at the start, and each of the at most n - 1 merges takes one key off and puts at most two on.
    this.#heap = new Float64Array(2 * n);
  }

  #release(): void {
    this.#previous = new Int32Array(0);
    this.#next = new Int32Array(0);
    this.#heap = new Float64Array(0);
  }
}
