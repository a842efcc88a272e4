/** The text that an autoencoder is looked at on: windows of the files of a corpus, as many of each language. */
import { UsageError } from '../../../core/errors.ts';
import { LANGUAGE_IDS, type LanguageId } from '../../../core/language/languages.ts';
import { createRandom } from '../../../core/stats/random.ts';
import type { ModelFile } from '../../model/loadedModel.ts';
import { letMessagesIn } from '../../turn.ts';
import type { Corpus, CorpusText } from './corpus.ts';

/** A shorter end of a file says little. */
const LEAST_TOKENS = 16;

export interface WindowOptions {
  /** In all; each language gets the same part at most. */
  readonly tokens: number;
  readonly windowTokens: number;
  readonly seed: number;
}

/** A run of tokens of a file. */
export interface TextWindow {
  readonly file: number;
  /** Where its first token stands in the file. */
  readonly start: number;
  readonly ids: readonly number[];
}

export interface TextWindows {
  readonly files: readonly { readonly path: string; readonly language: LanguageId }[];
  /** Those that have windows, in the order of the registry. */
  readonly languages: readonly LanguageId[];
  /** The windows of a file one after another. */
  readonly windows: readonly TextWindow[];
}

/** @throws UsageError `no-text` where all files are too short; StoreError `corpus-changed`; CancelledError */
export async function chooseWindows(
  model: Pick<ModelFile, 'tokenizer'>,
  corpus: Pick<Corpus, 'texts' | 'read'>,
  { tokens, windowTokens, seed }: WindowOptions,
  signal: AbortSignal,
): Promise<TextWindows> {
  const languages = LANGUAGE_IDS.filter((id) => corpus.texts.some(({ language }) => language === id));
  const files: TextWindows['files'][number][] = [];
  const windows: TextWindow[] = [];
  const budget = Math.ceil(tokens / languages.length / windowTokens);
  for (const language of languages) {
    const random = createRandom(seed);
    // More files than windows are not looked at.
    const chosen = random.shuffle(corpus.texts.filter((text) => text.language === language)).slice(0, budget);
    const ofFiles: { readonly text: CorpusText; readonly windows: Omit<TextWindow, 'file'>[] }[] = [];
    for (const text of chosen) {
      await letMessagesIn(signal);
      const ids = model.tokenizer.encode(await corpus.read(text));
      ofFiles.push({ text, windows: random.shuffle(windowsOf(ids, windowTokens)) });
    }
    for (const { text, windows: taken } of inTurn(ofFiles, budget)) {
      if (taken.length === 0) continue;
      windows.push(...taken.sort((a, b) => a.start - b.start).map((window) => ({ file: files.length, ...window })));
      files.push({ path: text.path, language });
    }
  }
  if (windows.length === 0)
    throw new UsageError('no-text', `no file has ${LEAST_TOKENS} tokens`, 'Give a folder with longer source files.');
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

function windowsOf(ids: readonly number[], length: number): Omit<TextWindow, 'file'>[] {
  const windows: Omit<TextWindow, 'file'>[] = [];
  for (let start = 0; start < ids.length; start += length)
    windows.push({ start, ids: ids.slice(start, start + length) });
  return windows.filter((window) => window.ids.length >= LEAST_TOKENS);
}
