/**
 * What words were encoded to, the most recently used ones: text repeats its words, and code more so. Two generations
 * in place of a linked list: when the young one is full the old one is dropped, and a word that is used moves to the
 * young one. So at least the last `capacity` distinct words are held, at most twice as many.
 */

/**
 * Longer words are not kept. V8 stores a substring of 13 characters or more as a window on the text it was cut from,
 * so one cached word would keep a whole document alive.
 */
const MAX_WORD_CHARS = 12;

export class WordCache {
  #young = new Map<string, readonly number[]>();
  #old: ReadonlyMap<string, readonly number[]> = new Map();

  constructor(readonly capacity: number) {}

  /** The token ids of `word`, where they are known. */
  get(word: string): readonly number[] | undefined {
    const young = this.#young.get(word);
    if (young) return young;
    const old = this.#old.get(word);
    if (old) this.set(word, old);
    return old;
  }

  set(word: string, ids: readonly number[]): void {
    if (word.length > MAX_WORD_CHARS) return;
    if (this.#young.size >= this.capacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(word, ids);
  }
}
