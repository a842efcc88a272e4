/**
 * A file as a ByteSource: random access through a descriptor that stays open until `close`. It owns the descriptor and
 * the friendly errors of opening; it reads what it is asked for, keeps nothing, and knows no format.
 */
import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { basename } from 'node:path';
import type { ByteSource } from '../core/byteSource.ts';
import { FormatError } from '../core/errors.ts';

/** A ByteSource over an open file. */
export interface FileSource extends ByteSource {
  readonly path: string;
  /** Closes the file; a later read throws FormatError `closed`. Closing twice is harmless. */
  close(): void;
}

/** More than this is read in several calls: one call of the system reads 2 GiB at the most. */
const MAX_READ_BYTES = 1 << 30;

/**
 * Opens a regular file for reading. Throws FormatError: `file-missing`, `file-permission`, `file-is-directory`,
 * `file-special` (a pipe, a device, a socket), `file-empty`, `file-unreadable` for whatever else the system says.
 */
export function openFileSource(path: string): FileSource {
  // Looked at before, as opening a pipe would wait for a writer, and again after, should it have been replaced.
  const before = attempt(path, () => statSync(path));
  refuseUnreadable(path, before);
  const descriptor = attempt(path, () => openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
  try {
    const stats = attempt(path, () => fstatSync(descriptor));
    refuseUnreadable(path, stats);
    return new OpenFile(path, stats.size, descriptor);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

class OpenFile implements FileSource {
  readonly name: string;
  #descriptor: number | undefined;

  constructor(
    readonly path: string,
    readonly size: number,
    descriptor: number,
  ) {
    this.name = basename(path);
    this.#descriptor = descriptor;
  }

  read(offset: number, length: number): Uint8Array {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) throw new FormatError('closed', `${this.path} has been closed`, '', offset);
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const wanted = Math.min(length - done, MAX_READ_BYTES);
      const count = attempt(this.path, () => readSync(descriptor, bytes, done, wanted, offset + done));
      if (count === 0) {
        throw new FormatError(
          'truncated',
          `${this.path} has become shorter while it was read`,
          'Something is writing to the file: wait for it to finish, and try again.',
          offset + done,
        );
      }
      done += count;
    }
    return bytes;
  }

  close(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

function refuseUnreadable(path: string, stats: Stats): void {
  if (stats.isDirectory()) {
    throw new FormatError('file-is-directory', `${path} is a folder, not a file`, 'Give the path of a file inside it.');
  }
  if (!stats.isFile()) {
    throw new FormatError('file-special', `${path} is a pipe or a device, not a file`, 'Give the path of a file.');
  }
  if (stats.size === 0) {
    throw new FormatError('file-empty', `${path} is empty`, 'A download may have failed: get the file again.');
  }
}

/** What `action` returns; what the system throws becomes a FormatError about `path`. */
function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new FormatError('file-missing', `${path} does not exist`, 'Check the spelling of the path.');
    }
    if (code === 'EACCES' || code === 'EPERM') {
      throw new FormatError('file-permission', `${path} may not be read`, 'Change its permissions, or choose another.');
    }
    const detail = error instanceof Error ? error.message : String(error);
    throw new FormatError('file-unreadable', `${path} cannot be read: ${detail}`, 'Check the disk and the path.');
  }
}
