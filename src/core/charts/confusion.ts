/** Which language a probe took for which: rows are the language, columns what the probe says. Pure. */

import { languageLabel, percent } from './format.ts';
import type { Grid } from './grid.ts';
import { fill } from './words.ts';
import type { Words } from './words.ts';

export const CONFUSION_WORDS = {
  language: 'language',
  said: 'the probe says',
  countOf: '{0} of {1}',
  caption: 'Which language was taken for which, with the share of the row in %',
  summary: 'A grid of {0} languages by what the probe says of them; {1} of {2} are right.',
  mostTaken: 'Most often taken for another: {0} for {1}, {2}.',
} as const;

/**
 * Counts as a grid: shaded by the share of the row, with the count in the cell.
 * @param counts [language][guess]
 */
export function confusionGrid(
  counts: readonly (readonly number[])[],
  labels: readonly string[],
  words: Words<typeof CONFUSION_WORDS> = CONFUSION_WORDS,
): Grid {
  const names = labels.map((id) => languageLabel(id));
  const totals = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const shares = counts.map((row, i) => row.map((count) => (totals[i] === 0 ? null : count / (totals[i] ?? 1))));
  return {
    rowTitle: words.language,
    columnTitle: words.said,
    rows: names,
    columns: names,
    values: shares.flat().map((share) => (share === null ? null : share * 100)),
    texts: counts.flatMap((row, i) => row.map((count) => fill(words.countOf, count, totals[i] ?? 0))),
    scale: { kind: 'sequential', low: 0, high: 100 },
    unit: '%',
    digits: 0,
    summary: summaryOf(counts, totals, names, words),
    caption: words.caption,
  };
}

function summaryOf(
  counts: readonly (readonly number[])[],
  totals: readonly number[],
  names: readonly string[],
  words: Words<typeof CONFUSION_WORDS>,
): string {
  const right = counts.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  const all = totals.reduce((sum, total) => sum + total, 0);
  const mistakes = counts.flatMap((row, i) =>
    row.flatMap((count, j) => (i === j || count === 0 ? [] : [{ i, j, share: count / (totals[i] ?? 1) }])),
  );
  const [worst] = mistakes.toSorted((a, b) => b.share - a.share);
  const said = fill(words.summary, names.length, right, all);
  if (worst === undefined) return said;
  return `${said} ${fill(words.mostTaken, names[worst.i] ?? '', names[worst.j] ?? '', percent(worst.share))}`;
}
