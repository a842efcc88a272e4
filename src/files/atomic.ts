/**
 * Writing a file so that it is there whole or not at all: a temporary name in the same folder, fsync, rename, fsync of
 * the folder. A reader never sees a half-written file, a kill at any moment leaves the old one, and what was acknowledged
 * survives the loss of power. Knows nothing of what the bytes mean.
 */
import path from 'node:path';
import { CancelledError, StoreError, throwIfCancelled } from '../core/errors.ts';
import { abortable, abortableItems } from './abortable.ts';
import { asStoreError, explained, systemCode } from './fileErrors.ts';
import { nodeFiles, type FileOperations, type OpenFile } from './fileOperations.ts';
import { temporaryPath } from './temporary.ts';

export { LEFT_OVER_MS, cleanTemporaryFiles } from './temporary.ts';

/** The file while it is being written, under its temporary name. */
export interface FileWriter {
  /** Bytes appended so far. */
  readonly length: number;
  append(bytes: Uint8Array): Promise<void>;
  /** Writes over bytes that were appended before: a header whose figures are known only at the end. */
  overwrite(position: number, bytes: Uint8Array): Promise<void>;
}

/** All of the content, its pieces in order, or a function that writes it. */
export type FileContent = string | Uint8Array | AsyncIterable<Uint8Array> | ((file: FileWriter) => Promise<void>);

export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
  readonly files?: FileOperations;
}

/**
 * Writes `content` to `target`, in whose place it appears at once when it is complete and on the disk.
 * The folder must exist (see {@link makeFolder}).
 *
 * @throws StoreError where the disk, the folder or permissions refuse; CancelledError where the signal fired before the
 * rename; whatever the content's own iterable or function throws. In every case `target` is as it was and the temporary
 * file is removed. The one exception is a failed fsync of the folder, after the rename: then `target` is the new file.
 */
export async function writeFileAtomically(
  target: string,
  content: FileContent,
  { signal, files = nodeFiles }: WriteOptions = {},
): Promise<void> {
  throwIfCancelled(signal);
  const temporary = temporaryPath(target);
  try {
    await writeThrough(temporary, target, content, files, signal);
    throwIfCancelled(signal);
    await explained('write', target, () => files.rename(temporary, target));
  } catch (error) {
    // What cannot be removed now is removed by cleanTemporaryFiles later; the first error is the one to tell.
    await files.remove(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(path.dirname(target), files);
}

/** Makes a folder and its parents; that it exists is no error. Throws a StoreError where it cannot be made. */
export async function makeFolder(folder: string, files: FileOperations = nodeFiles): Promise<void> {
  try {
    await files.makeFolder(folder);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw asStoreError(error, 'make the folder', folder);
    const advice = 'Move that file away, or set STEERSCOPE_HOME (or --store) to another folder.';
    throw new StoreError('not-a-folder', `cannot make the folder ${folder}: a file has that name`, advice);
  }
}

/** Writes the whole content under the temporary name and brings it to the disk. Messages name `target`. */
async function writeThrough(
  temporary: string,
  target: string,
  content: FileContent,
  files: FileOperations,
  signal: AbortSignal | undefined,
): Promise<void> {
  const handle = await explained('write', target, () => files.open(temporary, 'wx'));
  let failed = true;
  try {
    await writeContent(new HandleWriter(handle, target, signal), content, signal);
    await explained('write', target, () => handle.sync());
    failed = false;
  } finally {
    // Some file systems report a full disk only here, so a failed close is a failed write.
    const closing = explained('write', target, () => handle.close());
    await (failed ? closing.catch(() => undefined) : closing);
  }
}

async function writeContent(file: FileWriter, content: FileContent, signal: AbortSignal | undefined): Promise<void> {
  if (typeof content === 'string') return file.append(Buffer.from(content, 'utf8'));
  if (content instanceof Uint8Array) return file.append(content);
  if (typeof content === 'function') return abortable(content(file), signal);
  for await (const bytes of abortableItems(content, signal)) await file.append(bytes);
}

/** The most that goes to the disk in one call: between two, a cancellation is noticed. */
const WRITE_BYTES = 8 * 1024 * 1024;

class HandleWriter implements FileWriter {
  #length = 0;

  constructor(
    readonly handle: OpenFile,
    readonly target: string,
    readonly signal: AbortSignal | undefined,
  ) {}

  get length(): number {
    return this.#length;
  }

  async append(bytes: Uint8Array): Promise<void> {
    const position = this.#length;
    this.#length += bytes.length;
    await this.#writeAll(bytes, position);
  }

  async overwrite(position: number, bytes: Uint8Array): Promise<void> {
    if (position < 0 || position + bytes.length > this.#length) {
      throw new RangeError(`overwrite of ${position}..${position + bytes.length} in ${this.#length} bytes`);
    }
    await this.#writeAll(bytes, position);
  }

  /** One call of the system may write a part only (a disk that fills up does): go on until all is written. */
  async #writeAll(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      if (this.signal?.aborted) throw new CancelledError();
      const length = Math.min(bytes.length - done, WRITE_BYTES);
      const { bytesWritten } = await explained('write', this.target, () =>
        this.handle.write(bytes, done, length, position + done),
      );
      if (bytesWritten === 0) {
        const advice = 'Check the disk and its free space, and try again.';
        throw new StoreError('short-write', `cannot write ${this.target}: the disk takes no more bytes`, advice);
      }
      done += bytesWritten;
    }
  }
}

/** Systems and file systems that cannot sync a folder say so with one of these; there, the rename has to do. */
const CANNOT_SYNC_FOLDERS = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EISDIR', 'EPERM', 'EACCES', 'EBADF']);

/** Brings a folder's list of names to the disk, and with it the renames and removals in it. */
export async function syncFolder(folder: string, files: FileOperations = nodeFiles): Promise<void> {
  let handle: OpenFile | undefined;
  try {
    handle = await files.open(folder, 'r');
    await handle.sync();
  } catch (error) {
    if (CANNOT_SYNC_FOLDERS.has(systemCode(error) ?? '')) return;
    throw asStoreError(error, 'bring to the disk', folder);
  } finally {
    await handle?.close().catch(() => undefined);
  }
}
