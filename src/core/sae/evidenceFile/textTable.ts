/** The text of contexts, each token of it once: many features are strong in the same places. */
import type { FeatureContext, FeatureEvidence } from '../evidence.ts';

export class TextTable {
  /** The spelling of each token that occurs. */
  readonly pieces: string[] = [];
  /** File, first token in the file, tokens; of each stretch of a file that contexts lie in, [stretches, 3]. */
  readonly stretches: number[] = [];
  /** Of all stretches, which spelling. */
  readonly tokens: number[] = [];
  readonly #pieceIndex = new Map<string, number>();
  /** By file, where each of its tokens is in `tokens`. */
  readonly #places = new Map<number, Map<number, number>>();

  constructor(features: readonly FeatureEvidence[]) {
    const files = new Map<number, Map<number, string>>();
    for (const { contexts } of features)
      for (const { file, position, at, pieces } of contexts) {
        const ofFile = files.get(file) ?? new Map<number, string>();
        files.set(file, ofFile);
        pieces.forEach((piece, i) => ofFile.set(position - at + i, piece));
      }
    for (const [file, ofFile] of [...files].sort(([a], [b]) => a - b)) this.#addFile(file, ofFile);
  }

  /** Where the first token of a context is in `tokens`. */
  startOf({ file, position, at }: FeatureContext): number {
    return this.#places.get(file)?.get(position - at) ?? 0;
  }

  pieceOf(piece: string): number {
    const known = this.#pieceIndex.get(piece);
    if (known !== undefined) return known;
    this.#pieceIndex.set(piece, this.pieces.length);
    return this.pieces.push(piece) - 1;
  }

  #addFile(file: number, ofFile: ReadonlyMap<number, string>): void {
    const places = new Map<number, number>();
    this.#places.set(file, places);
    let before = -2;
    for (const [position, piece] of [...ofFile].sort(([a], [b]) => a - b)) {
      if (position !== before + 1) this.stretches.push(file, position, 0);
      this.stretches[this.stretches.length - 1]++;
      places.set(position, this.tokens.length);
      this.tokens.push(this.pieceOf(piece));
      before = position;
    }
  }
}
