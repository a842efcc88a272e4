/**
 * Share against quality over strengths. Share alone saturates while the code goes to pieces, so a point counts only
 * where no other is at least as good by share, by how many answers parse, and by perplexity. Pure.
 */
import type { StudyRow } from './rows.ts';

export interface FrontierPoint {
  readonly row: StudyRow;
  /** No other strength of its method is as good in all three. */
  readonly isBestOfMethod: boolean;
  /** No other point at all is, asking among them. */
  readonly isBestOfAll: boolean;
}

/** The points of each language and condition, every row against those of the same language, style and opening. */
export function frontier(rows: readonly StudyRow[]): FrontierPoint[] {
  return rows.map((row) => {
    const rivals = rows.filter(
      (other) =>
        other !== row && other.target === row.target && other.style === row.style && other.opening === row.opening,
    );
    const own = rivals.filter(({ method, seed }) => method === row.method && seed === row.seed);
    const isBeatenBy = (other: StudyRow): boolean => dominates(other, row);
    return { row, isBestOfMethod: !own.some(isBeatenBy), isBestOfAll: !rivals.some(isBeatenBy) };
  });
}

/** At least as good in every respect, and better in one. What was not measured of both decides nothing. */
export function dominates(a: StudyRow, b: StudyRow): boolean {
  const gains = [a.share[0] - b.share[0], a.parseShare[0] - b.parseShare[0]];
  if (a.perplexityRatio !== null && b.perplexityRatio !== null) gains.push(b.perplexityRatio - a.perplexityRatio);
  return gains.every((gain) => gain >= 0) && gains.some((gain) => gain > 0);
}
