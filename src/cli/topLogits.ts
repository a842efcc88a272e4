/** How the likeliest tokens of a distribution are written for a person. */
import type { TopLogits } from '../protocol/engineService.ts';
import { quotedPiece } from './plainText.ts';

/** The vocabulary's text of token ids, where the engine sent it. */
export type Pieces = Readonly<Record<string, string>> | undefined;

/** A token as its text in quotes, or as its id where the text is not known. */
export function tokenName(id: number, pieces: Pieces): string {
  const piece = pieces?.[id];
  return piece === undefined ? String(id) : quotedPiece(piece);
}

/** The tokens and their logits, likeliest first: one cell each. */
export function topCells(top: TopLogits, pieces: Pieces): string[] {
  return top.map(([id, logit]) => `${tokenName(id, pieces)} ${logit.toFixed(2)}`);
}
