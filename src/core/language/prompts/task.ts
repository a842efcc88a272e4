/** A coding task in neutral words: no language, no library, nothing that only one language has. */
export interface CodingTask {
  /** Unique over all task sets. */
  readonly id: string;
  readonly kind: 'scientific' | 'general';
  /** One sentence. */
  readonly instruction: string;
}
