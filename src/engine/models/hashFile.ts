/**
 * SHA-256 of model files: read once in a stream, and remembered, because every start needs the fingerprint of a file that
 * takes a tenth of a second (or, of a large model, ten) to read. What is remembered is only ever a shortcut: a record that
 * is missing, damaged or of another state of the file means reading it again.
 */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { CancelledError, ModelError, SteerscopeError, throwIfCancelled } from '../../core/errors.ts';
import { LEFT_OVER_MS, cleanTemporaryFiles, makeFolder, writeFileAtomically } from '../../files/atomic.ts';
import { explained } from '../../files/fileErrors.ts';
import { homeFolders } from '../../files/paths.ts';

const READ_BYTES = 1024 * 1024;

export interface HashOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
}

/** SHA-256 of a file as 64 lower-case hexadecimal digits, never holding more than a piece of it. */
export async function hashFile(file: string, { signal, onProgress }: HashOptions = {}): Promise<string> {
  throwIfCancelled(signal);
  const hash = crypto.createHash('sha256');
  const { size } = await statModel(file);
  let doneBytes = 0;
  const stream = fs.createReadStream(file, { highWaterMark: READ_BYTES });
  await explained('read', file, async () => {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      if (signal?.aborted) throw new CancelledError();
      hash.update(chunk);
      doneBytes += chunk.length;
      onProgress?.(doneBytes, size);
    }
  });
  return hash.digest('hex');
}

/** The state of a file that a remembered hash belongs to. The change time is in it because only the system can set it. */
interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

interface HashRecord extends FileState {
  readonly path: string;
  readonly sha256: string;
}

/**
 * SHA-256 of a local file, remembered in the home by path, size and times. A home that cannot be written to costs the
 * reading at every start and is no error.
 *
 * @throws ModelError `model-not-found` or `not-a-file`; StoreError where it cannot be read; CancelledError.
 */
export async function fileSha256(file: string, options: HashOptions & { readonly home: string }): Promise<string> {
  const before = await statModel(file);
  const recordPath = recordFor(file, options.home);
  const record = readRecord(await fs.promises.readFile(recordPath, 'utf8').catch(() => ''));
  if (record && record.path === path.resolve(file) && sameState(record, before)) return record.sha256;

  const sha256 = await hashFile(file, options);
  if (sameState(before, await statModel(file))) await rememberSha256(file, options.home, sha256);
  return sha256;
}

/** Remembers what a file, as it is now, is known to hash to. Does nothing where the home cannot be written to. */
export async function rememberSha256(file: string, home: string, sha256: string): Promise<void> {
  const recordPath = recordFor(file, home);
  try {
    const record: HashRecord = { path: path.resolve(file), ...(await statModel(file)), sha256 };
    await makeFolder(path.dirname(recordPath));
    await cleanTemporaryFiles(path.dirname(recordPath), LEFT_OVER_MS);
    await writeFileAtomically(recordPath, `${JSON.stringify(record)}\n`);
  } catch {
    // A shortcut less: the next start reads the file again.
  }
}

/** Size and times of a model file; a ModelError that says what to do where it is missing or no regular file. */
export async function statModel(file: string): Promise<FileState> {
  const stats = await explained('read', file, () => fs.promises.stat(file)).catch((error: unknown) => {
    const missing = SteerscopeError.is(error, 'not-found') || SteerscopeError.is(error, 'not-a-folder');
    if (!missing) throw error;
    throw new ModelError('model-not-found', `there is no model file ${file}`, 'Check the path given to --model.');
  });
  if (!stats.isFile()) {
    const advice = 'Give --model the path of a .gguf file.';
    throw new ModelError('not-a-file', `${file} is ${stats.isDirectory() ? 'a folder' : 'not a regular file'}`, advice);
  }
  const { size, mtimeMs, ctimeMs } = stats;
  return { size, mtimeMs, ctimeMs };
}

function sameState(a: FileState, b: FileState): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}

/** One record a file, named by the hash of the path: two windows never write to a shared list. */
function recordFor(file: string, home: string): string {
  const name = crypto.createHash('sha256').update(path.resolve(file)).digest('hex').slice(0, 32);
  return path.join(homeFolders(home).hashes, `${name}.json`);
}

function readRecord(text: string): HashRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isHashRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHashRecord(value: unknown): value is HashRecord {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Partial<Record<keyof HashRecord, unknown>>;
  const times = [record.size, record.mtimeMs, record.ctimeMs];
  return (
    times.every((time) => typeof time === 'number') &&
    typeof record.path === 'string' &&
    typeof record.sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(record.sha256)
  );
}
