/**
 * Random access to bytes whose length is known before the first read. `core` parses through this, so that it never
 * touches a disk; `engine/fileSource.ts` is the implementation over a file, `bytesSource` the one over memory.
 */
export interface ByteSource {
  /** Where the bytes come from, for messages. */
  readonly name: string;
  /** Bytes in all. */
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset`, freshly allocated or borrowed: do not write to them.
   * The caller has checked the range against `size`; a source that comes up short throws a FormatError `truncated`.
   */
  read(offset: number, length: number): Uint8Array;
}

/** A source over bytes in memory. */
export function bytesSource(bytes: Uint8Array, name = 'memory'): ByteSource {
  return {
    name,
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}
