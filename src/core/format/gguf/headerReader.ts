/**
 * Reads the header of a GGUF file from front to back through a window of about a megabyte. It owns the position and
 * every bounds check: nothing is read, and nothing allocated, before the file is known to be long enough for it.
 */
import type { ByteSource } from '../../byteSource.ts';
import { FormatError } from '../../errors.ts';
import { HEADER_WINDOW_BYTES, MAX_HEADER_BYTES } from './limits.ts';

const DAMAGED = 'The file is damaged or was cut short: download it again.';

export class HeaderReader {
  #position = 0;
  /** The part of the file that is in memory, and where it begins. */
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(readonly source: ByteSource) {}

  /** Bytes from the start of the file to the next read. */
  get position(): number {
    return this.#position;
  }

  /** Bytes of the file that have not been read. */
  get remaining(): number {
    return this.source.size - this.#position;
  }

  /** The error for something wrong at `offset`, which is where the reader stands unless it is given. */
  error(reason: string, message: string, advice = DAMAGED, offset = this.#position): FormatError {
    return new FormatError(reason, `${this.source.name}: ${message}`, advice, offset);
  }

  u8(what: string): number {
    return this.#take(1, what).getUint8(0);
  }

  i8(what: string): number {
    return this.#take(1, what).getInt8(0);
  }

  u16(what: string): number {
    return this.#take(2, what).getUint16(0, true);
  }

  i16(what: string): number {
    return this.#take(2, what).getInt16(0, true);
  }

  u32(what: string): number {
    return this.#take(4, what).getUint32(0, true);
  }

  i32(what: string): number {
    return this.#take(4, what).getInt32(0, true);
  }

  f32(what: string): number {
    return this.#take(4, what).getFloat32(0, true);
  }

  u64(what: string): bigint {
    return this.#take(8, what).getBigUint64(0, true);
  }

  i64(what: string): bigint {
    return this.#take(8, what).getBigInt64(0, true);
  }

  f64(what: string): number {
    return this.#take(8, what).getFloat64(0, true);
  }

  /** The next `length` bytes, borrowed until the next read. */
  bytes(length: number, what: string): Uint8Array {
    const { buffer, byteOffset } = this.#take(length, what);
    return new Uint8Array(buffer, byteOffset, length);
  }

  /**
   * A 64-bit count of things that follow, each of at least `minBytes` bytes. A count that is over `limit`, or that the
   * rest of the file could not hold, is refused here, before anybody makes room for it.
   */
  count(what: string, limit: number, minBytes: number): number {
    const offset = this.#position;
    const view = this.#take(8, what);
    // Rounded beyond 2^53, which is far over any limit; a bigint for every string would cost more than the string.
    const count = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
    if (count > limit) {
      const exact = view.getBigUint64(0, true);
      throw this.error('limit-exceeded', `${what} is ${exact}, the limit is ${limit}`, DAMAGED, offset);
    }
    if (count * minBytes > this.remaining) {
      const message = `${what} is ${count}, which needs more than the ${this.remaining} bytes that are left`;
      throw this.error('count-exceeds-file', message, DAMAGED, offset);
    }
    return count;
  }

  /** A string: its length in 64 bits, then that many bytes of UTF-8. */
  string(what: string, limit: number): string {
    const length = this.count(`the length of ${what}`, limit, 1);
    const offset = this.#position;
    try {
      return this.#utf8.decode(this.bytes(length, what));
    } catch (error) {
      if (error instanceof FormatError) throw error;
      throw this.error('invalid-utf8', `${what} is not valid UTF-8`, DAMAGED, offset);
    }
  }

  /** The next `length` bytes: checks that they exist, brings them into the window, steps over them. */
  #take(length: number, what: string): DataView {
    const start = this.#position;
    const end = start + length;
    if (end > this.source.size) {
      throw this.error('truncated', `the file ends inside ${what}, which needs ${end - this.source.size} more bytes`);
    }
    if (end > MAX_HEADER_BYTES) {
      throw this.error('header-too-large', `the header is larger than the limit of ${MAX_HEADER_BYTES} bytes`);
    }
    if (start < this.#windowStart || end > this.#windowStart + this.#window.length) this.#load(start, length);
    this.#position = end;
    return new DataView(this.#window.buffer, this.#window.byteOffset + start - this.#windowStart, length);
  }

  #load(start: number, length: number): void {
    const size = Math.min(Math.max(length, HEADER_WINDOW_BYTES), this.source.size - start);
    this.#window = this.source.read(start, size);
    this.#windowStart = start;
  }
}
