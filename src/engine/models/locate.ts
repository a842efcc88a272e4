/**
 * Finds a model that is already on this machine: in the cache by its name, or at a path that the user gave. Reads and
 * hashes (or remembers); never fetches, never writes to the cache.
 */
import path from 'node:path';
import { ModelError, SteerscopeError } from '../../core/errors.ts';
import { homeFolders } from '../../files/paths.ts';
import { CATALOGUE, findModel, unknownModel, type ModelEntry } from '../../core/models/catalogue.ts';
import { fileSha256, statModel } from './hashFile.ts';
import type { LocatedModel, ModelProgress } from './source.ts';

export interface LocateOptions {
  readonly home: string;
  readonly signal?: AbortSignal | undefined;
  /** Called with phase `verify` where a file has to be hashed (again). */
  readonly onProgress?: ((progress: ModelProgress) => void) | undefined;
  readonly catalogue?: readonly ModelEntry[];
}

/**
 * The model of a name in the catalogue, null where it has not been fetched yet; or the one at a path to any local file
 * (what the file holds is for its reader to judge). A name wins over a file of that name here: `./NAME` is the file.
 *
 * @throws ModelError `unknown-model` (with the nearest names), `model-not-found`, `not-a-file`, or `damaged-model` for a
 * cached file that is not, byte for byte, the catalogue's; StoreError where a file cannot be read; CancelledError.
 */
export async function locateModel(nameOrPath: string, options: LocateOptions): Promise<LocatedModel | null> {
  const { catalogue = CATALOGUE } = options;
  const entry = findModel(nameOrPath, catalogue);
  if (entry) return cachedModel(entry, options);
  try {
    return await fileModel(nameOrPath, options);
  } catch (error) {
    const missing = SteerscopeError.is(error, 'model-not-found') && !looksLikePath(nameOrPath);
    throw missing ? unknownModel(nameOrPath, catalogue) : error;
  }
}

/** Where the cache has, or would have, the model of an entry. */
export function modelPath(entry: ModelEntry, home: string): string {
  return path.join(homeFolders(home).models, entry.fileName);
}

/** The cached model of an entry, verified; null where there is none. Throws as {@link locateModel} does. */
export async function cachedModel(entry: ModelEntry, options: LocateOptions): Promise<LocatedModel | null> {
  const file = modelPath(entry, options.home);
  try {
    const { size } = await statModel(file);
    if (size !== entry.sizeBytes) throw damagedModel(file, `it has ${size} bytes instead of ${entry.sizeBytes}`);
    const sha256 = await hashed(file, options);
    if (sha256 !== entry.sha256) throw damagedModel(file, 'its SHA-256 is not the catalogue’s');
    return { name: entry.name, path: file, source: 'cache', sha256 };
  } catch (error) {
    if (SteerscopeError.is(error, 'model-not-found')) return null;
    throw error;
  }
}

async function fileModel(file: string, options: LocateOptions): Promise<LocatedModel> {
  const absolute = path.resolve(file);
  const sha256 = await hashed(absolute, options);
  return { name: path.basename(absolute).replace(/\.gguf$/i, ''), path: absolute, source: 'file', sha256 };
}

function hashed(file: string, { home, signal, onProgress }: LocateOptions): Promise<string> {
  const report =
    onProgress && ((doneBytes: number, totalBytes: number) => onProgress({ phase: 'verify', doneBytes, totalBytes }));
  return fileSha256(file, { home, signal, onProgress: report });
}

function looksLikePath(text: string): boolean {
  return /[/\\]|\.gguf$/i.test(text);
}

function damagedModel(file: string, detail: string): ModelError {
  const advice = 'Fetch it again: steerscope model --get';
  return new ModelError('damaged-model', `the cached model ${file} is damaged (${detail})`, advice);
}
