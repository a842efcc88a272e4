/**
 * A grid of shaded cells: its rows, columns and values, the picture in words and its table. Pure; who draws it decides
 * what a shade looks like. The first use is languages over strengths.
 */
import { languagesSeen } from '../bias/answers.ts';
import type { Counts } from '../bias/answers.ts';
import { NOT_LANGUAGES, languageLabel, percent } from './format.ts';
import type { Table } from './table.ts';
import { fill } from './words.ts';
import type { Words } from './words.ts';

export interface HeatCell {
  /** From 0 to 1; absent where nothing was measured. */
  readonly value?: number;
  /** What stands in the cell. */
  readonly text: string;
}

export interface HeatMap {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** What the columns are of. */
  readonly columnTitle: string;
  /** [row][column] */
  readonly cells: readonly (readonly HeatCell[])[];
  readonly summary: string;
  readonly table: Table;
}

export const HEAT_WORDS = {
  summary: 'A grid of {0} languages by {1} strengths, shaded by the share of answers.',
  commonest: 'Commonest: {0}.',
  at: '{0} at {1}',
  caption: 'Share of answers by language and strength',
  language: 'Language',
  strength: 'strength',
} as const;

export interface HeatWords {
  readonly heat: Words<typeof HEAT_WORDS>;
  readonly languages: Words<typeof NOT_LANGUAGES>;
}

/** Which languages the answers are in at each strength. @param ends languages that are shown first and in any case */
export function languagesByStrength(
  measured: readonly (Counts & { readonly strength: number })[],
  ends: readonly string[],
  { heat: words, languages: names }: HeatWords = { heat: HEAT_WORDS, languages: NOT_LANGUAGES },
): HeatMap {
  const byStrength = measured.filter(({ n }) => n > 0).sort((a, b) => a.strength - b.strength);
  const languages = languagesSeen(byStrength, ends);
  const columns = byStrength.map(({ strength }) => String(strength));
  const rows = languages.map((language) => languageLabel(language, names));
  const cells = languages.map((language) =>
    byStrength.map(({ n, counts }) => {
      const value = (counts[language] ?? 0) / n;
      return { value, text: value === 0 ? '' : percent(value) };
    }),
  );
  const commonest = byStrength.map(({ strength, counts }) => {
    const most = languages.toSorted((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0))[0];
    return fill(words.at, most === undefined ? '' : languageLabel(most, names), strength);
  });
  return {
    rows,
    columns,
    columnTitle: words.strength,
    cells,
    summary: `${fill(words.summary, rows.length, columns.length)} ${fill(words.commonest, commonest.join(', '))}`,
    table: {
      caption: words.caption,
      columns: [{ label: words.language }, ...columns.map((label) => ({ label, isNumber: true }))],
      columnTitle: words.strength,
      rows: rows.map((label, i) => [label, ...(cells[i] ?? []).map(({ value = 0 }) => percent(value))]),
    },
  };
}
