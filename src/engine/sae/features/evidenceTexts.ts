/** The text that features are looked at on: windows of the source files of a folder, as many of each language. */
import fs from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { UsageError, throwIfCancelled } from '../../../core/errors.ts';
import { LANGUAGE_IDS, languageNamed, type LanguageId } from '../../../core/language/languages.ts';
import type { EvidenceFile } from '../../../core/sae/evidence.ts';
import { createRandom } from '../../../core/stats/random.ts';
import { explained } from '../../../files/fileErrors.ts';
import type { ModelFile } from '../../model/loadedModel.ts';
import { letMessagesIn } from '../../turn.ts';

/** Larger files are data, or written by a program. */
const MAX_FILE_BYTES = 256 * 1024;

/** A shorter end of a file says little. */
const LEAST_TOKENS = 16;

/** Folders that hold what others wrote, or what was built. Those whose name begins with a dot are left out too. */
const LEFT_OUT = new Set(['node_modules', '__pycache__', 'target', 'dist', 'build', 'out']);

export interface TextOptions {
  readonly folder: string;
  /** Tokens in all; each language gets the same part at most. */
  readonly tokens: number;
  readonly windowTokens: number;
  readonly seed: number;
}

/** A run of tokens of a file. */
export interface TextWindow {
  readonly file: number;
  readonly start: number;
  readonly ids: readonly number[];
}

export interface EvidenceTexts {
  readonly files: readonly EvidenceFile[];
  /** Those that have windows, in the order of the registry. */
  readonly languages: readonly LanguageId[];
  /** The windows of a file one after another. */
  readonly windows: readonly TextWindow[];
}

/** @throws UsageError `no-text` where the folder has no source files that can be read; CancelledError */
export async function readTexts(model: ModelFile, options: TextOptions, signal: AbortSignal): Promise<EvidenceTexts> {
  const found = await sourceFiles(options.folder, signal);
  const languages = LANGUAGE_IDS.filter((language) => found.some((file) => file.language === language));
  if (languages.length === 0)
    throw new UsageError(
      'no-text',
      `no source file of a known language is in ${options.folder}`,
      `Name a folder with files of one of these: ${LANGUAGE_IDS.join(', ')}.`,
    );
  const files: EvidenceFile[] = [];
  const windows: TextWindow[] = [];
  const budget = Math.ceil(options.tokens / languages.length / options.windowTokens);
  for (const language of languages) {
    const random = createRandom(options.seed);
    // More files than windows are not looked at.
    const chosen = random.shuffle(found.filter((file) => file.language === language)).slice(0, budget);
    const ofFiles: { readonly file: EvidenceFile; readonly windows: Omit<TextWindow, 'file'>[] }[] = [];
    for (const file of chosen) {
      await letMessagesIn(signal);
      const text = await fs.readFile(join(options.folder, file.path), 'utf8');
      ofFiles.push({ file, windows: random.shuffle(windowsOf(model, text, options.windowTokens)) });
    }
    for (const { file, windows: taken } of inTurn(ofFiles, budget)) {
      if (taken.length === 0) continue;
      windows.push(...taken.sort((a, b) => a.start - b.start).map((window) => ({ file: files.length, ...window })));
      files.push(file);
    }
  }
  return { files, languages: languages.filter((id) => files.some(({ language }) => language === id)), windows };
}

/** The first window of each, then the second of each, and so on, until there are `count`. */
function inTurn<T, F extends { readonly windows: readonly T[] }>(files: readonly F[], count: number): F[] {
  const taken = files.map(() => 0);
  let left = count;
  for (let round = 0, more = true; more && left > 0; round++) {
    more = false;
    for (const [i, { windows }] of files.entries()) {
      if (left === 0 || windows.length <= round) continue;
      taken[i]++;
      left--;
      more = true;
    }
  }
  return files.map((file, i) => ({ ...file, windows: file.windows.slice(0, taken[i]) }));
}

function windowsOf({ tokenizer }: ModelFile, text: string, length: number): Omit<TextWindow, 'file'>[] {
  const ids = tokenizer.encode(text);
  const windows: Omit<TextWindow, 'file'>[] = [];
  for (let start = 0; start < ids.length; start += length)
    windows.push({ start, ids: ids.slice(start, start + length) });
  return windows.filter((window) => window.ids.length >= LEAST_TOKENS);
}

/** By path, with `/` between folders; links are not followed. */
async function sourceFiles(folder: string, signal: AbortSignal): Promise<EvidenceFile[]> {
  const found: EvidenceFile[] = [];
  const pending = [folder];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    throwIfCancelled(signal);
    for (const entry of await entriesOf(at)) {
      const path = join(at, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith('.') && !LEFT_OUT.has(entry.name)) pending.push(path);
      if (!entry.isFile()) continue;
      const language = languageNamed(extname(entry.name))?.id;
      if (language === undefined || (await fs.stat(path)).size > MAX_FILE_BYTES) continue;
      found.push({ path: relative(folder, path).split(sep).join('/'), language });
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function entriesOf(folder: string) {
  return explained('read', folder, () => fs.readdir(folder, { withFileTypes: true }));
}
