/**
 * Guesses at the next tokens from tokens that were seen before: what followed the last few tokens where they stood last
 * (prompt lookup decoding). A guess costs nothing where it is wrong but room in a run that is made anyway, and changes
 * no answer: the model is asked after each of its tokens. Pure.
 */

/** The longest and the shortest sequence that is looked up. A single token says too little of what follows it. */
const LONGEST = 4;
const SHORTEST = 2;

/** Tokens that are guessed for each token of the sequence that was found: what is better founded goes further. */
const TOKENS_PER_TOKEN = 2;

export class NgramDraft {
  private readonly seen: number[];

  /** @param texts token ids of texts, the most telling last; nothing is guessed across the end of one */
  constructor(...texts: readonly (readonly number[])[]) {
    this.seen = texts.flatMap((ids, i) => (i === 0 ? ids : [BREAK, ...ids]));
  }

  /** The last text goes on with these tokens. */
  push(...ids: readonly number[]): void {
    this.seen.push(...ids);
  }

  /** What may follow, at most `most` tokens; none where the last tokens were never seen before. */
  guess(most: number): number[] {
    const { seen } = this;
    for (let length = LONGEST; length >= SHORTEST; length--) {
      const from = this.lastPlaceOf(length);
      if (from < 0) continue;
      const ids = seen.slice(from, from + Math.min(most, length * TOKENS_PER_TOKEN));
      const end = ids.indexOf(BREAK);
      return end < 0 ? ids : ids.slice(0, end);
    }
    return [];
  }

  /** Where what followed the last `length` tokens begins, the last time that anything did; -1 for nowhere. */
  private lastPlaceOf(length: number): number {
    const { seen } = this;
    const tail = seen.length - length;
    for (let start = tail - 1; start >= 0; start--) {
      let same = 0;
      while (same < length && seen[start + same] === seen[tail + same] && seen[start + same] !== BREAK) same++;
      if (same === length && seen[start + length] !== BREAK) return start + length;
    }
    return -1;
  }
}

/** No token. */
const BREAK = -1;
