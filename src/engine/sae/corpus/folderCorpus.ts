/**
 * The source files of a folder as a corpus. It reads and leaves everything as it is; links are not followed, so that nothing
 * outside is read and no walk goes in a circle.
 */
import fs from 'node:fs/promises';
import { basename, extname, join, posix } from 'node:path';
import { StoreError, throwIfCancelled } from '../../../core/errors.ts';
import { languageNamed, type LanguageId } from '../../../core/language/languages.ts';
import { parseIgnore, type IgnoreRules } from '../../../core/sae/corpus/ignore.ts';
import {
  MAX_FILE_BYTES,
  reasonAgainstFolder,
  reasonAgainstText,
  textOf,
  type LeaveOutReason,
} from '../../../core/sae/corpus/leaveOut.ts';
import { headerLanguage, packagesOf } from '../../../core/sae/corpus/split.ts';
import { explained } from '../../../files/fileErrors.ts';
import type { WorkContext } from '../../workContext.ts';
import { sha256Of, type Corpus, type CorpusText } from './corpus.ts';

/** Reads a folder. @throws StoreError where it cannot be read, or `empty-corpus` where nothing in it is a source file */
export async function folderCorpus(folder: string, { signal, emit }: WorkContext): Promise<Corpus> {
  const walk = new Walk(folder, signal);
  await explained('read', folder, () => walk.enter('', []));
  const found: FoundText[] = [];
  const seen = new Set<string>();
  for (const [i, path] of walk.paths.sort(ascending).entries()) {
    throwIfCancelled(signal);
    emit({ kind: 'progress', phase: 'reading the corpus', done: i, total: walk.paths.length, unit: 'files' });
    const text = await readText(folder, path);
    if (typeof text === 'string') walk.leaveOut(text);
    else if (seen.has(text.sha256)) walk.leaveOut('duplicate');
    else {
      seen.add(text.sha256);
      found.push(text);
    }
  }
  if (found.length === 0)
    throw new StoreError(
      'empty-corpus',
      `${folder} has no source file of a language that is known (left out: ${describeLeftOut(walk.leftOut)})`,
      'Name a folder with source files.',
    );
  return { texts: withPackages(found), leftOut: walk.leftOut, read: (text) => readAgain(folder, text) };
}

/** `3 ignored, 1 binary`, or `nothing`. */
export function describeLeftOut(leftOut: Corpus['leftOut']): string {
  const parts = Object.entries(leftOut).map(([reason, count]) => `${count} ${reason}`);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

type FoundText = Omit<CorpusText, 'package' | 'language'> & { readonly language: LanguageId };

interface Rules {
  /** The folder of the rules, from the root; empty or with a `/` at its end. */
  readonly base: string;
  readonly rules: IgnoreRules;
}

class Walk {
  /** Of files in a known language, from the root, with `/`. */
  readonly paths: string[] = [];
  readonly leftOut: Partial<Record<LeaveOutReason, number>> = {};

  constructor(
    readonly root: string,
    readonly signal: AbortSignal,
  ) {}

  leaveOut(reason: LeaveOutReason): void {
    this.leftOut[reason] = (this.leftOut[reason] ?? 0) + 1;
  }

  /** @param outer the rules of the folders above, the nearest last */
  async enter(folder: string, outer: readonly Rules[]): Promise<void> {
    throwIfCancelled(this.signal);
    const entries = await fs.readdir(join(this.root, folder), { withFileTypes: true });
    const hasRules = entries.some((entry) => entry.name === '.gitignore' && entry.isFile());
    const own = hasRules ? await fs.readFile(join(this.root, folder, '.gitignore'), 'utf8') : '';
    const all = [...outer, { base: folder === '' ? '' : `${folder}/`, rules: parseIgnore(own) }];
    for (const entry of entries) {
      const path = posix.join(folder, entry.name);
      const isFolder = entry.isDirectory();
      if (!isFolder && !entry.isFile()) continue;
      const reason = isIgnored(all, path, isFolder)
        ? 'ignored'
        : isFolder
          ? reasonAgainstFolder(entry.name)
          : languageOf(path) === undefined
            ? 'no-language'
            : undefined;
      if (reason !== undefined) this.leaveOut(reason);
      else if (isFolder) await this.enter(path, all);
      else this.paths.push(path);
    }
  }
}

/** The nearest rules that say anything decide. */
function isIgnored(all: readonly Rules[], path: string, isFolder: boolean): boolean {
  for (const { base, rules } of [...all].reverse()) {
    const says = rules.says(path.slice(base.length), isFolder);
    if (says !== undefined) return says;
  }
  return false;
}

function languageOf(path: string): LanguageId | undefined {
  const extension = extname(path);
  return extension === '' ? undefined : languageNamed(extension)?.id;
}

async function readText(folder: string, path: string): Promise<FoundText | LeaveOutReason> {
  const language = languageOf(path);
  if (language === undefined) return 'no-language';
  const file = join(folder, path);
  const { size } = await explained('read', file, () => fs.stat(file));
  if (size > MAX_FILE_BYTES) return 'too-long';
  const bytes = await explained('read', file, () => fs.readFile(file));
  const text = textOf(bytes);
  if (text === undefined) return 'binary';
  return reasonAgainstText(basename(path), text) ?? { path, language, bytes: bytes.length, sha256: sha256Of(bytes) };
}

async function readAgain(folder: string, { path, sha256 }: CorpusText): Promise<string> {
  const file = join(folder, path);
  const bytes = await explained('read', file, () => fs.readFile(file));
  const text = textOf(bytes);
  if (text !== undefined && sha256Of(bytes) === sha256) return text;
  throw new StoreError(
    'corpus-changed',
    `${file} has changed since the corpus was read`,
    'Collect into another folder, from files that nobody writes to meanwhile.',
  );
}

function withPackages(found: readonly FoundText[]): CorpusText[] {
  const packages = packagesOf(found.map(({ path }) => path));
  const sources = new Map<string, { c: number; cpp: number }>();
  found.forEach(({ path, language }, i) => {
    const counts = sources.get(packages[i]) ?? { c: 0, cpp: 0 };
    if (!isSharedHeader(path) && (language === 'c' || language === 'cpp')) counts[language]++;
    sources.set(packages[i], counts);
  });
  return found.map((text, i) => {
    const counts = sources.get(packages[i]);
    const language = isSharedHeader(text.path) && counts ? headerLanguage(counts) : text.language;
    return { ...text, package: packages[i], language };
  });
}

function isSharedHeader(path: string): boolean {
  return extname(path) === '.h';
}

function ascending(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
