/**
 * How a prompt is cut into the runs of a prefill, and which of them need not be run again. Pure bookkeeping: it sees
 * positions, token ids and the names of steering vectors, and no tensor.
 */
import type { RowSteering } from '../../core/steering/rowSteering.ts';

/** One run of a prefill: consecutive positions of a text, under one steering vector. */
export interface Piece {
  readonly start: number;
  readonly length: number;
}

/** Cuts `tokens` positions into pieces of `most`, each of which also ends where other vectors begin to act. */
export function cutIntoPieces(tokens: number, most: number, steering?: RowSteering): Piece[] {
  const pieces: Piece[] = [];
  for (let start = 0; start < tokens;) {
    const end = Math.min(start + most, tokens);
    const vector = steering?.at(start);
    let length = 1;
    while (start + length < end && steering?.at(start + length) === vector) length++;
    pieces.push({ start, length });
    start += length;
  }
  return pieces;
}

interface HeldPiece extends Piece {
  readonly ids: readonly number[];
  /** Names the vectors under which it ran. */
  readonly steering: string;
}

/**
 * What one row of the cache holds from its first position on, as the runs that computed it.
 *
 * A run is only ever passed over whole, where it would be repeated exactly: the same tokens at the same positions, cut
 * the same way, under the same vectors, after runs of which the same holds. What a token's keys and values are depends
 * on nothing else, so a prompt that reuses runs gives the bits that it gives in an empty cache. Single tokens could be
 * kept as well, those that were generated among them, but kernels round differently by the number of tokens in a run.
 */
export class RowMemory {
  private held: HeldPiece[] = [];

  /** Positions from `from` on are about to be written, or are gone. */
  forget(from = 0): void {
    this.held = this.held.filter(({ start, length }) => start + length <= from);
  }

  /** A run is done. One whose vectors have no names cannot be recognised again, and is not kept. */
  keep(piece: Piece, ids: readonly number[], steering: RowSteering | undefined): void {
    const { start, length } = piece;
    this.forget(start);
    const last = this.held.at(-1);
    const key = steeringAt(steering, start);
    if (key === null || (last ? last.start + last.length : 0) !== start) return;
    this.held.push({ start, length, ids: ids.slice(start, start + length), steering: key });
  }

  /** How many of the pieces of a prompt, from its first on, the row holds already. */
  count(pieces: readonly Piece[], ids: readonly number[], steering: RowSteering | undefined): number {
    const differs = pieces.findIndex(({ start, length }, i) => {
      const held = this.held[i];
      return (
        held?.start !== start ||
        held.length !== length ||
        held.steering !== steeringAt(steering, start) ||
        held.ids.some((id, at) => id !== ids[start + at])
      );
    });
    return differs < 0 ? pieces.length : differs;
  }
}

function steeringAt(steering: RowSteering | undefined, position: number): string | null {
  return steering ? steering.keyAt(position) : NO_STEERING;
}

/** As {@link RowSteering.keyAt} writes it: a text that nothing steers is the same with or without vectors to come. */
const NO_STEERING = '';
