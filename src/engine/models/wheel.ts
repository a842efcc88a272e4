/**
 * One file out of a Python wheel (a zip archive), as a stream. The archive came over the network and is not trusted:
 * exactly the named member at exactly the expected size is read, nothing else is looked at, nothing is written.
 */
import type { Entry, ZipFile } from 'yauzl';
import { ModelError, SteerscopeError } from '../../core/errors.ts';
import { systemCode, asStoreError } from '../../files/fileErrors.ts';

/** A wheel that holds a model has a handful of entries; an archive with more than this is not one. */
const MAX_ENTRIES = 10_000;
const STORED = 0;
const DEFLATED = 8;

/**
 * The bytes of `member` in the archive, in order, in pieces of some 64 KB.
 *
 * @throws ModelError `damaged-package` for a truncated or corrupt archive, for one that lacks the member or has it twice,
 * and for a member that is encrypted, packed in another way or declared (or found) to be of another size;
 * StoreError where the file cannot be read.
 */
export async function* readWheelMember(wheel: string, member: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
  let archive: ZipFile | undefined;
  try {
    const { openPromise } = await import('yauzl');
    archive = await openPromise(wheel, { lazyEntries: true, autoClose: false, strictFileNames: true });
    const entry = await findMember(archive, member);
    checkMember(entry, sizeBytes);
    // The stream itself refuses more or fewer bytes than the entry declares: a bomb stops at the expected size.
    yield* (await archive.openReadStreamPromise(entry)) as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (error instanceof SteerscopeError) throw error;
    if (systemCode(error) !== undefined) throw asStoreError(error, 'read', wheel);
    throw damaged(error instanceof Error ? error.message : String(error), error);
  } finally {
    archive?.close();
  }
}

/** The entry of that exact name. Reads the whole directory: an archive that has it twice is one that deceives somebody. */
async function findMember(archive: ZipFile, member: string): Promise<Entry> {
  if (archive.entryCount > MAX_ENTRIES) throw damaged(`it has ${archive.entryCount} entries`);
  let found: Entry | undefined;
  for await (const entry of archive.eachEntry()) {
    if (entry.fileName !== member) continue;
    if (found) throw damaged(`it has ${member} twice`);
    found = entry;
  }
  if (!found) throw damaged(`it has no ${member}`);
  return found;
}

function checkMember(entry: Entry, sizeBytes: number): void {
  if (entry.isEncrypted()) throw damaged(`${entry.fileName} is encrypted`);
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw damaged(`${entry.fileName} is packed by an unknown method (${entry.compressionMethod})`);
  }
  if (entry.uncompressedSize !== sizeBytes) {
    throw damaged(`${entry.fileName} has ${entry.uncompressedSize} bytes instead of ${sizeBytes}`);
  }
}

function damaged(detail: string, cause?: unknown): ModelError {
  return new ModelError('damaged-package', `the package is damaged: ${detail}`, 'Try again.', { cause });
}
