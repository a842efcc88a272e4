/** Texts of a file or of all files in a folder, in the order of their paths. Skips what is no text, and says how much it skipped. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { FormatError, UsageError } from '../core/errors.ts';
import { explained } from '../files/fileErrors.ts';
import { readUtf8 } from './input.ts';

export interface TextFiles {
  readonly texts: readonly { readonly id: string; readonly text: string }[];
  /** Files that are not UTF-8, or empty. */
  readonly skipped: number;
}

/** More is not read: it goes to the engine whole. */
const MAX_TOTAL_BYTES = 64 * 1024 * 1024;

/** @throws UsageError `no-text` where there is none; StoreError where the disk refuses */
export async function readTextFiles(place: string): Promise<TextFiles> {
  const isFolder = (await explained('read', place, () => fs.stat(place))).isDirectory();
  const names = isFolder ? await filesIn(place) : [place];
  const texts: { id: string; text: string }[] = [];
  let bytes = 0;
  let skipped = 0;
  for (const name of names) {
    const text = await readIfText(name);
    if (text === undefined || text === '') skipped++;
    else texts.push({ id: path.relative(place, name) || path.basename(name), text });
    bytes += text?.length ?? 0;
    if (bytes > MAX_TOTAL_BYTES)
      throw new UsageError(
        'too-large',
        `${place} has more than ${MAX_TOTAL_BYTES} bytes of text`,
        'Give a smaller folder.',
      );
  }
  if (texts.length === 0)
    throw new UsageError('no-text', `there is no text in ${place}`, 'Give a file or folder of text.');
  return { texts, skipped };
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await explained('read', folder, () => fs.readdir(folder, { recursive: true }));
  const files: string[] = [];
  for (const name of names.sort()) {
    const file = path.join(folder, name);
    if ((await explained('read', file, () => fs.lstat(file))).isFile()) files.push(file);
  }
  return files;
}

async function readIfText(file: string): Promise<string | undefined> {
  try {
    const text = await readUtf8(file);
    return text.includes('\0') ? undefined : text;
  } catch (error) {
    if (FormatError.is(error, 'not-utf8') || FormatError.is(error, 'too-large')) return undefined;
    throw error;
  }
}
