/**
 * The alphabet of byte-level vocabularies: a printable character for each of the 256 bytes, so that any token can be
 * written as text. Only the two tables; what a vocabulary does with them is not known here.
 *
 * Source: GPT-2's `bytes_to_unicode`. Printable Latin-1 stands for itself; the other 68 bytes, in order, are U+0100
 * onwards, which is why a space shows as `Ġ` and a line feed as `Ċ`.
 */

/** The character that spells each byte. [256] */
export const BYTE_TO_CHAR: readonly string[] = byteAlphabet();

const CHAR_TO_BYTE: ReadonlyMap<string, number> = new Map(BYTE_TO_CHAR.map((char, byte) => [char, byte]));

const utf8 = new TextEncoder();

/** The bytes that a vocabulary's spelling stands for. A character outside the alphabet stands for its own UTF-8. */
export function bytesOfSpelling(spelling: string): Uint8Array {
  const bytes: number[] = [];
  for (const char of spelling) {
    const byte = CHAR_TO_BYTE.get(char);
    if (byte === undefined) bytes.push(...utf8.encode(char));
    else bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

function byteAlphabet(): string[] {
  const chars: string[] = [];
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) chars.push(String.fromCodePoint(printable(byte) ? byte : next++));
  return chars;
}

function printable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}
