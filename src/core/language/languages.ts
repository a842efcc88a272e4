/**
 * The registry of the programming languages that Steerscope measures and steers between. It owns every name a language
 * goes by (fence tags, file extensions, editor ids, the words of a request); no other file may spell one out.
 */
import { UsageError } from '../errors.ts';
import { nearestNames } from '../nearest.ts';

/** The ids of the languages, in the order in which tables and charts list them. */
export const LANGUAGE_IDS = ['python', 'cpp', 'c', 'java', 'julia', 'rust', 'javascript', 'typescript', 'go'] as const;

export type LanguageId = (typeof LANGUAGE_IDS)[number];

/** What a classifier may say of some code: a language, a language outside the registry, or that it cannot tell. */
export type LanguageGuess = LanguageId | 'other' | 'undecided';

/** What can be said of an answer: as of code, or that there is no code in it. */
export type AnswerLanguage = LanguageGuess | 'none';

/** Everything that the language of an answer may be. */
export const ANSWER_LANGUAGES: readonly AnswerLanguage[] = [...LANGUAGE_IDS, 'other', 'undecided', 'none'];

export interface Language {
  readonly id: LanguageId;
  /** As people write it in a sentence. */
  readonly displayName: string;
  /** The tag that models put after an opening fence. */
  readonly fenceTag: string;
  /** Other tags and names for it, in lower case. */
  readonly aliases: readonly string[];
  /** With the dot; the first is the usual one. */
  readonly extensions: readonly string[];
  /** The language id of VS Code. */
  readonly editorId: string;
  /** What a comment to the end of the line begins with. */
  readonly lineComment: '#' | '//';
}

/** Every language, by its id. */
export const LANGUAGES: Readonly<Record<LanguageId, Language>> = {
  python: {
    id: 'python',
    displayName: 'Python',
    fenceTag: 'python',
    aliases: ['py', 'python3', 'py3', 'python2', 'pycon', 'ipython'],
    extensions: ['.py', '.pyw', '.pyi'],
    editorId: 'python',
    lineComment: '#',
  },
  cpp: {
    id: 'cpp',
    displayName: 'C++',
    fenceTag: 'cpp',
    aliases: ['c++', 'cxx', 'cc', 'hpp', 'cplusplus', 'c++11', 'c++14', 'c++17', 'c++20'],
    extensions: ['.cpp', '.cc', '.cxx', '.hpp', '.hh', '.hxx'],
    editorId: 'cpp',
    lineComment: '//',
  },
  c: {
    id: 'c',
    displayName: 'C',
    fenceTag: 'c',
    aliases: ['h', 'ansi-c', 'c99', 'c11'],
    extensions: ['.c', '.h'],
    editorId: 'c',
    lineComment: '//',
  },
  java: {
    id: 'java',
    displayName: 'Java',
    fenceTag: 'java',
    aliases: ['jsh', 'java17'],
    extensions: ['.java'],
    editorId: 'java',
    lineComment: '//',
  },
  julia: {
    id: 'julia',
    displayName: 'Julia',
    fenceTag: 'julia',
    aliases: ['jl', 'julia-repl', 'jldoctest'],
    extensions: ['.jl'],
    editorId: 'julia',
    lineComment: '#',
  },
  rust: {
    id: 'rust',
    displayName: 'Rust',
    fenceTag: 'rust',
    aliases: ['rs', 'rustlang'],
    extensions: ['.rs'],
    editorId: 'rust',
    lineComment: '//',
  },
  javascript: {
    id: 'javascript',
    displayName: 'JavaScript',
    fenceTag: 'javascript',
    aliases: ['js', 'jsx', 'mjs', 'cjs', 'node', 'nodejs', 'node.js', 'ecmascript', 'javascriptreact'],
    extensions: ['.js', '.mjs', '.cjs', '.jsx'],
    editorId: 'javascript',
    lineComment: '//',
  },
  typescript: {
    id: 'typescript',
    displayName: 'TypeScript',
    fenceTag: 'typescript',
    aliases: ['ts', 'tsx', 'mts', 'cts', 'typescriptreact'],
    extensions: ['.ts', '.mts', '.cts', '.tsx'],
    editorId: 'typescript',
    lineComment: '//',
  },
  go: {
    id: 'go',
    displayName: 'Go',
    fenceTag: 'go',
    aliases: ['golang'],
    extensions: ['.go'],
    editorId: 'go',
    lineComment: '//',
  },
};

const BY_NAME: ReadonlyMap<string, Language> = new Map(
  LANGUAGE_IDS.map((id) => LANGUAGES[id]).flatMap((language) =>
    [language.id, language.displayName.toLowerCase(), language.editorId, language.fenceTag, ...language.aliases].map(
      (name): [string, Language] => [name, language],
    ),
  ),
);

/** The language that goes by `name` (id, display name, fence tag, alias or extension; any case), where there is one. */
export function languageNamed(name: string): Language | undefined {
  const key = name.trim().toLowerCase();
  return BY_NAME.get(key) ?? (key.startsWith('.') ? languageOfExtension(key) : undefined);
}

/**
 * The language that goes by `name`, in any case: `cpp`, `C++`, `CXX`, `.cc`.
 * @throws UsageError `unknown-language`, which lists the languages, the nearest names first.
 */
export function findLanguage(name: string): Language {
  const language = languageNamed(name);
  if (language !== undefined) return language;
  const nearest = nearestNames(name.trim(), BY_NAME.keys()).map((known) => BY_NAME.get(known)?.id);
  throw new UsageError(
    'unknown-language',
    `no language is called '${name.slice(0, 40)}'`,
    `Did you mean ${[...new Set(nearest)].join(' or ')}? The languages are: ${LANGUAGE_IDS.join(', ')}.`,
  );
}

/** Two languages to set against each other. @throws UsageError `unknown-language`, `same-language` */
export function languagePair(target: string, source: string): { target: LanguageId; source: LanguageId } {
  const pair = { target: findLanguage(target).id, source: findLanguage(source).id };
  if (pair.target !== pair.source) return pair;
  const advice = 'Name another one with --source.';
  throw new UsageError('same-language', `the target and the source are both ${pair.target}`, advice);
}

/** The request for an answer in this language, one sentence: "Use C++." */
export function askFor(id: LanguageId): string {
  return `Use ${LANGUAGES[id].displayName}.`;
}

function languageOfExtension(extension: string): Language | undefined {
  return LANGUAGE_IDS.map((id) => LANGUAGES[id]).find((language) => language.extensions.includes(extension));
}
