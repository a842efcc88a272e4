/**
 * Which line of a text each token belongs to. A token belongs to the line in which its first visible character lies;
 * white space alone (a line's end, an indentation) belongs to none, since it may span lines and stands in every language.
 */

/** The line of a token that belongs to none. */
export const NO_LINE = -1;

const LINE_FEED = 0x0a;

/**
 * The line of each token, counted from 0; {@link NO_LINE} for tokens of white space alone.
 * @param tokens the bytes of each token, in order; together they are the text in UTF-8
 */
export function linesOfTokens(tokens: Iterable<Uint8Array>): number[] {
  const lines: number[] = [];
  let line = 0;
  for (const bytes of tokens) {
    let own = NO_LINE;
    for (const byte of bytes) {
      if (byte === LINE_FEED) line++;
      else if (own === NO_LINE && !isBlank(byte)) own = line;
    }
    lines.push(own);
  }
  return lines;
}

/** Where a token stands in a text, in UTF-16 units: [start, end). */
export interface TokenSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * The place of each token in the text. A character that is cut in two is part of both tokens.
 * @param tokens the bytes of each token, in order; together they are the text in UTF-8
 */
export function spansOfTokens(tokens: Iterable<Uint8Array>): TokenSpan[] {
  const spans: TokenSpan[] = [];
  /** Of the character that the last byte is part of. */
  let [start, end] = [0, 0];
  for (const bytes of tokens) {
    const from = bytes.length > 0 && isContinuation(bytes[0] ?? 0) ? start : end;
    for (const byte of bytes) if (!isContinuation(byte)) [start, end] = [end, end + unitsOf(byte)];
    spans.push({ start: from, end });
  }
  return spans;
}

/** A byte of a character that began before it. */
function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** How many UTF-16 units a character has that begins with this byte: four bytes are a pair of surrogates. */
function unitsOf(first: number): number {
  return first >= 0xf0 ? 2 : 1;
}

/** ASCII white space and controls; a byte of a longer character is part of something visible. */
function isBlank(byte: number): boolean {
  return byte <= 0x20;
}
