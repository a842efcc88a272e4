/** A vocabulary's pieces as people read them. Pure; no markup. */
import { bytesOfSpelling } from '../tokenizer/byteAlphabet.ts';

/** The text that a piece of a byte-level vocabulary stands for. Part of a character has no text: it stays in its spelling. */
export function pieceText(piece: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytesOfSpelling(piece));
  } catch {
    return piece;
  }
}

/** The text of a piece as {@link visibleText}. */
export function visiblePiece(piece: string): string {
  return visibleText(pieceText(piece));
}

/** A text in a line of its own, as in `␣def⏎`: its blanks to be seen, without what would turn or hide the text round it. */
export function visibleText(text: string): string {
  return text
    .replace(/ /g, '␣')
    .replace(/\n/g, '⏎')
    .replace(/\t/g, '⇥')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�');
}
