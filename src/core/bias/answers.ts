/**
 * Answers to the same prompts under one condition, counted: in which languages they are, and how many of them are any
 * good. Shares of all answers, with their intervals. Pure.
 */
import { extractCode } from '../language/codeBody.ts';
import { LANGUAGE_IDS } from '../language/languages.ts';
import { isLoop } from '../stats/distinct.ts';
import { wilson } from '../stats/wilson.ts';
import type { Interval } from '../stats/wilson.ts';

/** One answer, and what the judge said of it. */
export interface Answer {
  readonly id: string;
  /** With its opening. */
  readonly text: string;
  readonly tokens: number;
  readonly stop: string;
  /** A language, `other`, `undecided`, or `none` where there is no code. */
  readonly language: string;
  readonly confidence: number;
  /** Absent where there is no parser for the language. */
  readonly parses?: boolean;
}

/** How many answers are in each language. Languages that nobody used may be absent. */
export interface Counts {
  readonly n: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** The answers to the same prompts under one condition. Shares are of `n`. */
export interface Condition extends Counts {
  readonly share: Readonly<Record<string, Interval>>;
  /** Valid answers in the target language: see {@link isValid}. */
  readonly valid: Interval;
  readonly answers: readonly Answer[];
}

/**
 * Whether an answer is code in the target language that its parser takes and that does not go round in circles; without
 * a target, such code in any language that there is a parser for.
 */
export function isValid({ language, parses, text }: Answer, target?: string): boolean {
  if (parses !== true || (target !== undefined && language !== target)) return false;
  const { code } = extractCode(text);
  return code !== null && !isLoop(code);
}

export function countLanguages(answers: readonly Pick<Answer, 'language'>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { language } of answers) counts[language] = (counts[language] ?? 0) + 1;
  return counts;
}

export function countAnswers(answers: readonly Answer[], target: string): Condition {
  const n = answers.length;
  const counts = countLanguages(answers);
  const share = Object.fromEntries(Object.entries(counts).map(([language, count]) => [language, wilson(count, n)]));
  const valid = answers.filter((answer) => isValid(answer, target)).length;
  return { n, counts, share, valid: wilson(valid, n), answers };
}

/** The share of a language that may be absent from the counts: then it is 0, which has an interval as well. */
export function shareOf({ n, counts }: Counts, language: string): Interval {
  return wilson(counts[language] ?? 0, n);
}

/**
 * Languages with at least one answer under any condition, and `ends` in any case: these first, then the registry's
 * order, then what is no language (`other`, `undecided`, `none`).
 */
export function languagesSeen(conditions: readonly Counts[], ends: readonly string[]): string[] {
  const seen = new Set<string>();
  for (const { counts } of conditions)
    for (const [language, count] of Object.entries(counts)) if (count > 0) seen.add(language);
  const known: readonly string[] = LANGUAGE_IDS;
  const others = [...seen].filter((language) => !ends.includes(language));
  const rank = (language: string): number => (known.includes(language) ? known.indexOf(language) : known.length);
  return [...ends, ...others.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))];
}
