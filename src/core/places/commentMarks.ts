/**
 * How comments are written in the languages of an editor: those of the registry by their own entry, the other common
 * ones by a short table here. A language that neither knows has no places.
 */
import { LANGUAGES, languageNamed } from '../language/languages.ts';

export interface CommentMarks {
  /** What a comment to the end of the line begins with. */
  readonly line: string;
  /** What a comment of several lines begins and ends with. */
  readonly block?: readonly [open: string, close: string];
  /** What a string of several lines begins and ends with, docstrings among them. */
  readonly quotes: readonly string[];
  /** How a body is told: by braces, by a colon and its indentation, or by the word `end`. */
  readonly body: 'brace' | 'indent' | 'end';
}

const SLASHES: CommentMarks = { line: '//', block: ['/*', '*/'], quotes: [], body: 'brace' };
const HASH_END: CommentMarks = { line: '#', quotes: [], body: 'end' };
const HASH_BRACE: CommentMarks = { line: '#', quotes: [], body: 'brace' };
const DASHES: CommentMarks = { line: '--', quotes: [], body: 'end' };

/** Editor ids of languages outside the registry. */
const OTHERS: Readonly<Record<string, CommentMarks>> = {
  csharp: SLASHES,
  dart: SLASHES,
  fsharp: { ...SLASHES, body: 'indent' },
  groovy: SLASHES,
  kotlin: SLASHES,
  'objective-c': SLASHES,
  'objective-cpp': SLASHES,
  'cuda-cpp': SLASHES,
  php: SLASHES,
  scala: SLASHES,
  swift: SLASHES,
  zig: SLASHES,
  r: HASH_BRACE,
  perl: HASH_BRACE,
  powershell: HASH_BRACE,
  shellscript: HASH_BRACE,
  elixir: HASH_END,
  ruby: HASH_END,
  haskell: { ...DASHES, body: 'indent' },
  lua: DASHES,
  sql: DASHES,
};

/** The marks of an editor's language; undefined where it is prose, data, or not known. */
export function commentMarks(editorLanguageId: string): CommentMarks | undefined {
  const language = languageNamed(editorLanguageId);
  if (language === undefined) return Object.hasOwn(OTHERS, editorLanguageId) ? OTHERS[editorLanguageId] : undefined;
  if (LANGUAGES[language.id].lineComment === '//') return SLASHES;
  return language.id === 'python'
    ? { line: '#', quotes: ['"""', "'''"], body: 'indent' }
    : { line: '#', block: ['#=', '=#'], quotes: ['"""'], body: 'end' };
}
