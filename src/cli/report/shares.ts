/** Which languages a report speaks of, and their shares: the order and the zeroes that counts leave out. */
import type { Share } from '../../protocol/engineService.ts';
import { LANGUAGE_IDS } from '../../core/language/languages.ts';
import { wilson } from '../../core/stats/wilson.ts';
import type { Condition, ReportData } from './data.ts';

/** The share of a language that may be absent from the counts: then it is 0, which has an interval as well. */
export function shareOf({ n, share }: Condition, language: string): Share {
  return share[language] ?? wilson(0, n);
}

/**
 * Languages with at least one answer under any condition, and the source and target in any case: these two first, then
 * the registry's order, then what is no language (`other`, `undecided`, `none`).
 */
export function languagesSeen({ plain, steered, asked, source, target }: ReportData): string[] {
  const seen = new Set<string>();
  for (const { value } of [plain, steered, asked]) {
    for (const [language, count] of Object.entries(value.counts)) if (count > 0) seen.add(language);
  }
  const ends = [source.id, target.id];
  const known: readonly string[] = LANGUAGE_IDS;
  const others = [...seen].filter((language) => !ends.includes(language));
  const rank = (language: string): number => (known.includes(language) ? known.indexOf(language) : known.length);
  return [...ends, ...others.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))];
}
