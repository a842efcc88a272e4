/**
 * Text out of a file, made fit for a one-line message. A key or a tensor name is whatever the file says, so it could
 * hold terminal escapes, line breaks or a megabyte: none of them may reach a terminal or a panel by way of an error.
 */

const MAX_SHOWN = 80;

// Controls, and what moves or hides text: line separators, bidirectional marks, zero widths, lone surrogates.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}"\\]/gu;

/** `text` in double quotes, unprintable characters as \u escapes, shortened to 80 characters. */
export function quoted(text: string): string {
  const short = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  return `"${short.replace(UNPRINTABLE, escaped)}"`;
}

function escaped(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  return `\\u{${code.toString(16)}}`;
}
