/**
 * Finished work, kept by what went into it, so that a second run does not repeat the first. A cache and no more: what is
 * missing or cannot be read is simply done again, and old entries go when there are many.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { canonicalJson } from '../../core/artefact/json.ts';
import type { JsonValue } from '../../core/artefact/json.ts';
import { UsageError } from '../../core/errors.ts';
import { LEFT_OVER_MS, cleanTemporaryFiles, makeFolder, writeFileAtomically } from '../../files/atomic.ts';
import { storeFiles, type StoreFiles } from './storeFiles.ts';

/** Changes when what is kept changes its shape or its meaning: the older entries are then not found. */
const SCHEMA_VERSION = 1;
const MAX_RUNS = 200;
const MAX_RUN_BYTES = 64 * 1024 * 1024;

/** SHA-256 over everything that the result depends on: model fingerprint, method, parameters, seed, data hash. */
export function runKey(inputs: JsonValue): string {
  return createHash('sha256')
    .update(canonicalJson([SCHEMA_VERSION, inputs]))
    .digest('hex');
}

/** What was kept under this key, or undefined. Whose shape it has is for the caller to check: it comes from a file. */
export async function readRun(folder: string, key: string, files: StoreFiles = storeFiles): Promise<unknown> {
  const path = runPath(folder, key);
  try {
    const entry: unknown = JSON.parse(new TextDecoder().decode(await files.read(path, MAX_RUN_BYTES)));
    const isOurs =
      typeof entry === 'object' && entry !== null && 'key' in entry && entry.key === key && 'value' in entry;
    return isOurs ? entry.value : undefined;
  } catch {
    // Nothing was kept, or it is damaged: the work is done again and kept anew.
    return undefined;
  }
}

/** Keeps a result. Throws StoreError where the disk refuses. */
export async function writeRun(
  folder: string,
  key: string,
  value: JsonValue,
  files: StoreFiles = storeFiles,
): Promise<void> {
  const path = runPath(folder, key);
  await makeFolder(folder, files);
  await cleanTemporaryFiles(folder, LEFT_OVER_MS, files);
  await writeFileAtomically(path, JSON.stringify({ key, value }), { files });
  await forgetOldest(folder, files).catch(() => undefined);
}

async function forgetOldest(folder: string, files: StoreFiles): Promise<void> {
  const names = (await files.list(folder)).filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
  if (names.length <= MAX_RUNS) return;
  const aged = await Promise.all(names.map(async (name) => ({ name, at: await files.modifiedMs(join(folder, name)) })));
  aged.sort((a, b) => a.at - b.at);
  for (const { name } of aged.slice(0, names.length - MAX_RUNS)) await files.remove(join(folder, name));
}

function runPath(folder: string, key: string): string {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new UsageError('bad-key', `"${key}" is not a key made by runKey`);
  return join(folder, `${key}.json`);
}
