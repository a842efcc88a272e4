/**
 * Bytes to text as they come, never half a character. A token may end in the middle of a character, and an emoji may
 * take four tokens: what has been pushed so far is not yet text.
 */
export class Utf8Stream {
  // The mark U+FEFF is text like any other here; by default a decoder swallows one at the beginning.
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  /** The characters that these bytes complete; bytes that are not UTF-8 become U+FFFD. */
  push(bytes: Uint8Array): string {
    return this.#decoder.decode(bytes, { stream: true });
  }

  /** What is left: U+FFFD where a character was cut short, otherwise nothing. Then the stream begins anew. */
  end(): string {
    return this.#decoder.decode();
  }
}
