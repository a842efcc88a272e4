/** What a probe makes of each token of a text: the probability of each language, token by token. Pure. */
import { fixed, languageLabel, percent } from './format.ts';
import type { Grid } from './grid.ts';
import { fill } from './words.ts';
import type { Words } from './words.ts';

/** A token and what the probe says of it. */
export interface ScoredToken {
  /** As it stands in the text. */
  readonly text: string;
  /** Of the document, counted from 0. */
  readonly line: number;
  /** Of each language; they sum to 1. */
  readonly scores: readonly number[];
}

export interface TokenScores {
  readonly languages: readonly string[];
  readonly tokens: readonly ScoredToken[];
}

export const TOKEN_SCORES_WORDS = {
  token: 'token',
  language: 'language',
  caption: 'Probability of each language, token by token',
  summary: '{0} tokens by {1} languages. Likeliest: {2}.',
  ofTokens: '{0} at {1} of the tokens',
} as const;

/** Of a probability. */
const DIGITS = 2;

/** Tokens by languages. A row is named by its line, counted from 1, and what is visible of the token. */
export function tokenScoreGrid(
  { languages, tokens }: TokenScores,
  words: Words<typeof TOKEN_SCORES_WORDS> = TOKEN_SCORES_WORDS,
): Grid {
  const names = languages.map((id) => languageLabel(id));
  return {
    rowTitle: words.token,
    columnTitle: words.language,
    rows: tokens.map(tokenTitle),
    columns: names,
    values: tokens.flatMap(({ scores }) => languages.map((_, i) => scores[i] ?? null)),
    scale: { kind: 'sequential', low: 0, high: 1 },
    unit: '',
    digits: DIGITS,
    summary: fill(words.summary, tokens.length, languages.length, sharesInWords(names, tokens, words)),
    caption: words.caption,
  };
}

/** Of how many tokens each language is the likeliest, the commonest first. */
function sharesInWords(
  names: readonly string[],
  tokens: readonly ScoredToken[],
  words: Words<typeof TOKEN_SCORES_WORDS>,
): string {
  const counts = names.map(() => 0);
  for (const { scores } of tokens) {
    const likeliest = scores.indexOf(Math.max(...scores));
    if (likeliest >= 0) counts[likeliest] = (counts[likeliest] ?? 0) + 1;
  }
  return names
    .map((name, i) => ({ name, count: counts[i] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ name, count }) => fill(words.ofTokens, name, percent(count / tokens.length)))
    .join(', ');
}

/** A token by its line, counted from 1, and what is visible of it: `3: return`. */
export function tokenTitle({ line, text }: ScoredToken): string {
  return `${line + 1}: ${text.trim()}`;
}

/** A probability as it is read. */
export function probability(value: number): string {
  return fixed(value, DIGITS);
}
