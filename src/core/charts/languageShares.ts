/**
 * Which languages answers are in, under each condition: the bars with their intervals, the picture in words, and its
 * table. Pure: the report and the panels draw what is computed here.
 */
import { languagesSeen, shareOf } from '../bias/answers.ts';
import type { Counts } from '../bias/answers.ts';
import type { Interval } from '../stats/wilson.ts';
import { NOT_LANGUAGES, languageLabel, percent, shareWithInterval } from './format.ts';
import type { BarLook, ConditionId } from './conditions.ts';
import type { Table } from './table.ts';
import { fill } from './words.ts';
import type { Words } from './words.ts';

export interface ShareCondition<L extends BarLook = ConditionId> extends Counts {
  readonly id: L;
  readonly name: string;
}

/** One bar: the answers of one condition that are in one language. */
export interface ShareBar<L extends BarLook = ConditionId> {
  readonly condition: L;
  readonly count: number;
  readonly n: number;
  readonly share: Interval;
}

export interface ShareGroup<L extends BarLook = ConditionId> {
  readonly language: string;
  readonly label: string;
  /** In the order of the conditions. */
  readonly bars: readonly ShareBar<L>[];
}

/** @typeParam L what the bars of a group are: conditions, or series of another kind by their looks */
export interface LanguageShares<L extends BarLook = ConditionId> {
  readonly conditions: readonly { readonly id: L; readonly name: string }[];
  readonly groups: readonly ShareGroup<L>[];
  /** The picture in words. */
  readonly summary: string;
  readonly table: Table;
}

export const SHARES_WORDS = {
  summary: 'Bars of the share of answers by language, for {0}.',
  caption: 'Share of answers by language, with 95% intervals in %',
  language: 'Language',
  countOf: '{0} of {1}',
} as const;

export interface SharesWords {
  readonly shares: Words<typeof SHARES_WORDS>;
  readonly languages: Words<typeof NOT_LANGUAGES>;
}

/** @param ends languages that are shown first, and even where no answer is in them */
export function languageShares<L extends BarLook = ConditionId>(
  conditions: readonly ShareCondition<L>[],
  ends: readonly string[],
  { shares: words, languages }: SharesWords = { shares: SHARES_WORDS, languages: NOT_LANGUAGES },
): LanguageShares<L> {
  const groups = languagesSeen(conditions, ends).map((language) => ({
    language,
    label: languageLabel(language, languages),
    bars: conditions.map((condition) => ({
      condition: condition.id,
      count: condition.counts[language] ?? 0,
      n: condition.n,
      share: shareOf(condition, language),
    })),
  }));
  const names = conditions.map(({ id, name }) => ({ id, name }));
  const inWords = groups.map(
    ({ label, bars }) => `${label}: ${bars.map(({ n, share }) => (n === 0 ? '–' : percent(share[0]))).join(', ')}`,
  );
  return {
    conditions: names,
    groups,
    summary: `${fill(words.summary, names.map(({ name }) => name).join(', '))} ${inWords.join('; ')}`,
    table: {
      caption: words.caption,
      columns: [{ label: words.language }, ...names.map(({ name }) => ({ label: name, isNumber: true }))],
      rows: groups.map(({ label, bars }) => [
        label,
        ...bars.map(({ count, n, share }) =>
          n === 0 ? '–' : `${fill(words.countOf, count, n)}: ${shareWithInterval(share)}`,
        ),
      ]),
    },
  };
}
