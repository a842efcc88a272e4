/** A SAELens folder on the disk: its files, and limits on what is read of them. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FormatError, StoreError } from '../../core/errors.ts';
import type { EncodedSafetensors } from '../../core/format/safetensors.ts';
import {
  SAE_LENS_FILES,
  encodeSaeLens,
  readSaeLens,
  type SaeLensFolder,
  type SaeLensMetadata,
} from '../../core/format/saeLens.ts';
import type { Sae } from '../../core/sae/sae.ts';
import { makeFolder, writeFileAtomically } from '../../files/atomic.ts';
import { systemCode } from '../../files/fileErrors.ts';
import { openFileSource, type FileSource } from '../fileSource.ts';

/** A real `cfg.json` is a few kilobytes. */
const MAX_JSON_BYTES = 1024 * 1024;

/** Held in memory as float32 while it is read. */
const MAX_WEIGHTS_BYTES = 4 * 1024 ** 3;

/** @throws FormatError as `readSaeLens`, `file-missing` and its like, `too-large` */
export function readSaeLensFolder(folder: string): SaeLensFolder {
  const opened: FileSource[] = [];
  const open = (name: string, limit: number): FileSource => {
    const source = openFileSource(join(folder, name));
    opened.push(source);
    if (source.size <= limit) return source;
    throw new FormatError('too-large', `${name} has ${source.size} bytes, and ${limit} are read at the most`);
  };
  const isThere = (name: string): boolean => existsSync(join(folder, name));
  const readText = (name: string): string => {
    const source = open(name, MAX_JSON_BYTES);
    return new TextDecoder().decode(source.read(0, source.size));
  };
  try {
    return readSaeLens({
      config: readText(SAE_LENS_FILES.config),
      weights: open(SAE_LENS_FILES.weights, MAX_WEIGHTS_BYTES),
      ...(isThere(SAE_LENS_FILES.sparsity) ? { sparsity: open(SAE_LENS_FILES.sparsity, MAX_WEIGHTS_BYTES) } : {}),
      ...(isThere(SAE_LENS_FILES.scaler) ? { scaler: readText(SAE_LENS_FILES.scaler) } : {}),
    });
  } finally {
    for (const source of opened) source.close();
  }
}

/**
 * Writes a folder that SAELens can load; `cfg.json`, without which it is none, comes last.
 * @returns the names of the files
 * @throws StoreError `folder-not-empty`, or what the disk says
 */
export async function writeSaeLensFolder(
  folder: string,
  sae: Sae,
  metadata: SaeLensMetadata,
  { sparsity, signal }: { readonly sparsity?: Float32Array | undefined; readonly signal?: AbortSignal } = {},
): Promise<string[]> {
  await makeEmptyFolder(folder);
  const encoded = encodeSaeLens(sae, metadata, sparsity);
  const names: string[] = [];
  const write = async (name: string, content: string | EncodedSafetensors): Promise<void> => {
    await writeFileAtomically(
      join(folder, name),
      typeof content === 'string'
        ? content
        : async (file) => {
            for (const bytes of [content.header, ...content.chunks]) await file.append(bytes);
          },
      { signal },
    );
    names.push(name);
  };
  await write(SAE_LENS_FILES.weights, encoded.weights);
  if (encoded.sparsity) await write(SAE_LENS_FILES.sparsity, encoded.sparsity);
  await write(SAE_LENS_FILES.config, encoded.config);
  return names;
}

/** Makes a folder, or takes one that has nothing in it. @throws StoreError `folder-not-empty` */
export async function makeEmptyFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw new StoreError('not-a-folder', `${folder} cannot be written into`, 'Give another folder.');
  });
  if (names.length > 0)
    throw new StoreError(
      'folder-not-empty',
      `${folder} has files in it`,
      'Give a new folder: nothing is written over.',
    );
  await makeFolder(folder);
}
