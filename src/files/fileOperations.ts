/**
 * The few file calls that safe writing is made of, as a seam: tests put a disk that fails in their place, call by call.
 * `nodeFiles` is the real thing. Nothing else belongs here but what Node's calls lack.
 */
import fs from 'node:fs/promises';
import path from 'node:path';

/** An open file. `node:fs/promises`' FileHandle is one. */
export interface OpenFile {
  /** Writes at `position`, or at the end of what was written for null; may write less than it was given. */
  write(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface FileOperations {
  /** `wx`: make a file that must not exist; `r`: open for reading, a folder too. */
  open(path: string, flags: 'wx' | 'r'): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, or a folder with all that is in it; that it does not exist is no error. */
  remove(path: string): Promise<void>;
  /** Makes a folder and its parents; that it exists is no error. */
  makeFolder(path: string): Promise<void>;
  /** The names in a folder. */
  list(path: string): Promise<string[]>;
  /** When a file or folder was last written to, in milliseconds since 1970. Does not follow links. */
  modifiedMs(path: string): Promise<number>;
}

export const nodeFiles: FileOperations = {
  open: (path, flags) => fs.open(path, flags),
  rename: (from, to) => fs.rename(from, to),
  // Another program (a virus scanner, an indexer) may hold a file for a moment: Windows then refuses, hence the retries.
  remove: (path) => fs.rm(path, { recursive: true, force: true, maxRetries: 3 }),
  makeFolder: makeFolders,
  list: (path) => fs.readdir(path),
  modifiedMs: async (path) => (await fs.lstat(path)).mtimeMs,
};

/**
 * Makes a folder and its parents. Not by Node's own `recursive`, which never returns where a folder exists and takes no
 * children, as under /proc: here each folder is tried once after its parent.
 */
async function makeFolders(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  try {
    await makeOne(folder);
  } catch (error) {
    if (!isMissing(error) || parent === folder) throw error;
    await makeFolders(parent);
    await makeOne(folder);
  }
}

async function makeOne(folder: string): Promise<void> {
  try {
    await fs.mkdir(folder);
  } catch (error) {
    const isThere = await fs.stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isThere) throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
