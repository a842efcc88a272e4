/** What is said where results are kept as cases, in every panel that keeps some; see `biasWords.ts`. */
import type { Words } from '../../core/charts/words.ts';

export const CASE_WORDS = {
  keep: 'Keep as a Case',
  export: 'Export as JSON…',
  openFile: 'Open Trace…',
  past: 'Kept cases',
  pastChoose: 'Choose a case…',
} as const;

export type CaseWords = Words<typeof CASE_WORDS>;
