/** The list of features as it is asked for: which of them, in which order, so many. */
import { pieceText } from '../charts/pieces.ts';
import type { LanguageId } from '../language/languages.ts';
import type { FeatureRow } from './evidence.ts';

export const FEATURE_SORTS = ['auroc', 'density', 'max', 'index'] as const;
export type FeatureSort = (typeof FEATURE_SORTS)[number];

export interface FeatureQuery {
  /** Part of a label, a token or a text of a context, in any case; or the number of a feature. */
  readonly search?: string;
  /** Only features that go with this language more than with any other; `auroc` is then that of this one. */
  readonly language?: LanguageId;
  /** `index` ascends, the others descend. */
  readonly sort: FeatureSort;
}

/** A row as a front end shows it: with the label that the user gave, where there is one. */
export interface ListedFeature extends FeatureRow {
  readonly ownLabel?: string;
}

/**
 * @param languages of the rows' `aurocs`
 * @param inContexts features in whose contexts the searched text stands: these are not in the rows
 */
export function queryFeatures(
  rows: readonly ListedFeature[],
  languages: readonly LanguageId[],
  { search, language, sort }: FeatureQuery,
  inContexts: ReadonlySet<number> = new Set(),
): ListedFeature[] {
  const column = language === undefined ? -1 : languages.indexOf(language);
  const found = rows.filter(
    (row) =>
      (language === undefined || bestLanguage(row.aurocs) === column) &&
      (search === undefined || inContexts.has(row.index) || isMatch(row, search)),
  );
  const value = valueOf(sort, column);
  return found.sort((a, b) => value(b) - value(a) || a.index - b.index);
}

/** The features in whose contexts a text stands, in any case. @param texts of each feature, by index */
export function featuresWithText(texts: readonly string[], search: string): Set<number> {
  const wanted = search.toLowerCase();
  return new Set(texts.flatMap((text, index) => (text.toLowerCase().includes(wanted) ? [index] : [])));
}

/** From here on a feature counts as one of a language. */
const SELECTIVE = 0.95;

/** By language: how many features tell it from all others with an AUROC of at least 0.95. */
export function selectiveCounts(
  rows: readonly Pick<FeatureRow, 'aurocs'>[],
  languages: readonly LanguageId[],
): Record<string, number> {
  return Object.fromEntries(
    languages.map((language, i) => [language, rows.filter(({ aurocs }) => (aurocs[i] ?? 0) >= SELECTIVE).length]),
  );
}

/** Which column is largest; -1 where none has a number. The earlier of equals. */
export function bestLanguage(aurocs: readonly (number | null)[]): number {
  return aurocs.reduce<number>((best, auroc, i) => (auroc !== null && auroc > (aurocs[best] ?? -1) ? i : best), -1);
}

function isMatch({ index, label, ownLabel = '', tokens }: ListedFeature, search: string): boolean {
  const wanted = search.toLowerCase();
  return (
    wanted.trim() === String(index) ||
    [label, ownLabel, ...tokens.map(pieceText)].some((text) => text.toLowerCase().includes(wanted))
  );
}

function valueOf(sort: FeatureSort, column: number): (row: FeatureRow) => number {
  if (sort === 'density') return ({ density }) => density;
  if (sort === 'max') return ({ max }) => max;
  if (sort === 'index') return ({ index }) => -index;
  return ({ aurocs }) => aurocs[column < 0 ? bestLanguage(aurocs) : column] ?? -1;
}
