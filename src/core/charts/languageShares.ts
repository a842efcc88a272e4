/**
 * Which languages answers are in, under each condition: the bars with their intervals, the picture in words, and its
 * table. Pure: the report and the panels draw what is computed here.
 */
import { languagesSeen, shareOf } from '../bias/answers.ts';
import type { Counts } from '../bias/answers.ts';
import type { Interval } from '../stats/wilson.ts';
import { NOT_LANGUAGES, languageLabel, percent, shareWithInterval } from './format.ts';
import type { ConditionId } from './conditions.ts';
import type { Table } from './table.ts';
import { fill } from './words.ts';
import type { Words } from './words.ts';

export interface ShareCondition extends Counts {
  readonly id: ConditionId;
  readonly name: string;
}

/** One bar: the answers of one condition that are in one language. */
export interface ShareBar {
  readonly condition: ConditionId;
  readonly count: number;
  readonly n: number;
  readonly share: Interval;
}

export interface ShareGroup {
  readonly language: string;
  readonly label: string;
  /** In the order of the conditions. */
  readonly bars: readonly ShareBar[];
}

export interface LanguageShares {
  readonly conditions: readonly { readonly id: ConditionId; readonly name: string }[];
  readonly groups: readonly ShareGroup[];
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
export function languageShares(
  conditions: readonly ShareCondition[],
  ends: readonly string[],
  { shares: words, languages }: SharesWords = { shares: SHARES_WORDS, languages: NOT_LANGUAGES },
): LanguageShares {
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
