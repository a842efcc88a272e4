/**
 * The file calls of the store: those of safe writing, and two for reading. A store may hold what somebody else put there,
 * so a symbolic link is never followed and nothing is read whose size was not looked at first.
 */
import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import { StoreError } from '../../core/errors.ts';
import { nodeFiles, type FileOperations } from '../../files/fileOperations.ts';

export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'other';
  readonly bytes: number;
}

export interface StoreFiles extends FileOperations {
  /** What is at this very path; a symbolic link is itself, of kind `other`. */
  inspect(path: string): Promise<FileFacts>;
  /** The whole of a regular file of at most `maxBytes`. Throws StoreError `not-a-file`, `file-too-large`. */
  read(path: string, maxBytes: number): Promise<Uint8Array>;
}

/** Absent on Windows, where making a link needs rights that whoever has them needs no link for. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

export const storeFiles: StoreFiles = {
  ...nodeFiles,
  async inspect(path) {
    const facts = await fs.lstat(path);
    const kind = facts.isFile() ? 'file' : facts.isDirectory() ? 'folder' : 'other';
    return { kind, bytes: facts.size };
  },
  async read(path, maxBytes) {
    // Looked at by name first, for the plain message; the flag and the second look hold if the name changes meanwhile.
    if (!(await fs.lstat(path)).isFile()) throw notAFile(path);
    const file = await fs.open(path, constants.O_RDONLY | NO_FOLLOW);
    try {
      const facts = await file.stat();
      if (!facts.isFile()) throw notAFile(path);
      if (facts.size > maxBytes) {
        const message = `${path} has ${facts.size} bytes, where at most ${maxBytes} are read`;
        throw new StoreError('file-too-large', message, 'It is not a file of Steerscope: remove it.');
      }
      return await file.readFile();
    } finally {
      await file.close();
    }
  },
};

function notAFile(path: string): StoreError {
  return new StoreError(
    'not-a-file',
    `${path} is a link or no regular file, and is not read`,
    'Put the file itself there.',
  );
}
