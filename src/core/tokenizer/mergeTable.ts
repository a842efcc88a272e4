/**
 * The merge rules of a byte-pair vocabulary, looked up by the two token ids on either side. Typed arrays and open
 * addressing: a vocabulary has up to several hundred thousand rules, and a lookup is the innermost step of encoding.
 */

/** Slots per rule: at most half of the table is ever full, so probes stay short. */
const SLOTS_PER_RULE = 2;
const EMPTY = -1;

/** Rules in order of rank: the rule added first is rank 0 and is applied before all others. */
export class MergeTable {
  readonly #slots: Int32Array; // [slot] -> rank
  readonly #left: Int32Array; // [rank] -> token id
  readonly #right: Int32Array; // [rank] -> token id
  readonly #merged: Int32Array; // [rank] -> token id
  /** Drawn per table, so that no file can be written whose rules all collide. It never changes a result. */
  readonly #seed = Math.floor(Math.random() * 0x1_0000_0000);
  #size = 0;

  /** A table with room for `capacity` rules. */
  constructor(capacity: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(1, capacity) * SLOTS_PER_RULE));
    this.#slots = new Int32Array(slots).fill(EMPTY);
    this.#left = new Int32Array(capacity);
    this.#right = new Int32Array(capacity);
    this.#merged = new Int32Array(capacity);
  }

  /** Rules in the table. */
  get size(): number {
    return this.#size;
  }

  /** Adds the rule of the next rank. A pair that already has a rule keeps it, and its lower rank. */
  add(left: number, right: number, merged: number): void {
    const slot = this.#slotOf(left, right);
    const rank = this.#size++;
    this.#left[rank] = left;
    this.#right[rank] = right;
    this.#merged[rank] = merged;
    if (this.#slots[slot] === EMPTY) this.#slots[slot] = rank;
  }

  /** The rank of the rule for this pair, or -1. */
  rankOf(left: number, right: number): number {
    return this.#slots[this.#slotOf(left, right)];
  }

  /** The token that the rule of this rank makes. */
  mergedAt(rank: number): number {
    return this.#merged[rank];
  }

  /** The rules as token ids, three numbers each: left, right, merged. [size * 3] */
  *rules(): Generator<number> {
    for (let rank = 0; rank < this.#size; rank++) {
      yield this.#left[rank];
      yield this.#right[rank];
      yield this.#merged[rank];
    }
  }

  /** The slot that holds the pair's rule, or the empty one where it would go. */
  #slotOf(left: number, right: number): number {
    const mask = this.#slots.length - 1;
    let hash = Math.imul(left ^ this.#seed, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ right, 0x85ebca6b);
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (;;) {
      const rank = this.#slots[slot];
      if (rank === EMPTY || (this.#left[rank] === left && this.#right[rank] === right)) return slot;
      slot = (slot + 1) & mask;
    }
  }
}
