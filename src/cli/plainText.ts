/**
 * Text of a model, a file or an error, made fit for a terminal: escape sequences and characters that reorder a line are
 * shown, never obeyed. JSON output does not pass here: there a string is what it is.
 */

// All controls but tab and line feed, and what moves or reorders text: separators, bidirectional marks, lone surrogates.
const UNSAFE = /(?![\t\n])[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\p{Cs}]/gu;

/** `text` with its line breaks and tabs, everything else that a terminal would obey spelt out. */
export function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(UNSAFE, spelled);
}

/** `text` in one line. */
export function oneLine(text: string): string {
  return plain(text)
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}

/** A token's text between quotes, its spaces and breaks visible. */
export function quotedPiece(text: string): string {
  return JSON.stringify(text).replace(UNSAFE, spelled);
}

/** `text` cut to `width` columns, one character a column. */
export function shortened(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

function spelled(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
