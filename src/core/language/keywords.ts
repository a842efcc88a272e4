/**
 * Tells the language of a piece of code from its idioms, without a parser and without a trained detector. The product
 * chooses layers and strengths by this classifier, so it must never consult the judge (`engine/judge`): a detector that
 * helped to choose could not be believed when it judges. Features are in `keywordFeatures.ts`, this file weighs them.
 */
import { LANGUAGE_IDS, type LanguageGuess, type LanguageId } from './languages.ts';
import { FEATURES } from './keywordFeatures.ts';

/** One idiom counts at most so often: a loop body of twenty `end`s says little more than three of them. */
const MAX_COUNT = 3;
/** Points below which nothing is said. */
const MIN_SCORE = 2;
/** The winner leads by this share of its score, or nothing is said. */
const MIN_LEAD = 0.06;

export type LanguageScores = Readonly<Record<LanguageId | 'other', number>>;

export interface KeywordGuess {
  readonly language: LanguageGuess;
  /** Points by language; they compare within one piece of code, not between two. */
  readonly scores: LanguageScores;
}

/** The language of `code` (a body without its fence), `undecided` where the evidence is thin or balanced. */
export function classifyByKeywords(code: string): KeywordGuess {
  const text = maskText(code);
  const scores = emptyScores();
  for (const { pattern, points } of FEATURES) {
    const count = countUpTo(MAX_COUNT, pattern, text);
    if (count === 0) continue;
    for (const [id, weight] of Object.entries(points) as [LanguageId | 'other', number][]) scores[id] += weight * count;
  }
  const [best, second] = ([...LANGUAGE_IDS, 'other'] as const).toSorted((a, b) => scores[b] - scores[a]);
  const top = best === undefined ? 0 : scores[best];
  const lead = top - (second === undefined ? 0 : scores[second]);
  const decided = best !== undefined && top >= MIN_SCORE && lead >= MIN_LEAD * top;
  return { language: decided ? best : 'undecided', scores };
}

/**
 * `code` with the contents of strings and comments taken out (their marks stay, they are evidence themselves), so that
 * a comment about Java in a Python file counts for nothing. Works for all languages at once and therefore roughly.
 */
export function maskText(code: string): string {
  return code.replace(TEXT, (whole: string) => {
    if (whole.startsWith('"""') || whole.startsWith("'''")) return '"""';
    if (whole.startsWith('/*')) return '/* */';
    if (whole.startsWith('//')) return '//';
    if (whole.startsWith('#')) return '#';
    if (whole.startsWith('`')) return '``';
    return '""';
  });
}

/**
 * Strings and comments. A `#` opens a comment only before a blank, since `#include`, `#[derive]` and `#field` are code;
 * a `'` opens a string only where no lifetime (`&'a`) and no transpose (`A'`) can stand.
 */
const TEXT = new RegExp(
  [
    /"""[\s\S]*?(?:"""|$(?![\s\S]))/,
    /'''[\s\S]*?(?:'''|$(?![\s\S]))/,
    /\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))/,
    /(?<!:)\/\/[^\n]*/,
    /(?<![^\s;])#(?=[ \t\n#])[^\n]*/,
    /`(?:\\[\s\S]|[^`\\])*`/,
    /"(?:\\.|[^"\\\n])*"/,
    /(?<![\w&<')\]])'(?:\\.|[^'\\\n])*'/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

function emptyScores(): Record<LanguageId | 'other', number> {
  return Object.fromEntries([...LANGUAGE_IDS, 'other'].map((id) => [id, 0])) as Record<LanguageId | 'other', number>;
}

function countUpTo(most: number, pattern: RegExp, text: string): number {
  let count = 0;
  const found = text.matchAll(pattern);
  while (count < most && found.next().done !== true) count++;
  return count;
}
