/** The parts of a study of the bias, without what they ask: which conditions, styles and strengths, in their order. Pure. */
import type { ConditionId } from '../charts/conditions.ts';
import type { LanguageId } from '../language/languages.ts';
import type { PromptStyle } from '../language/prompts/styles.ts';

/**
 * The strengths of a sweep beside 1, as multiples of the fitted one: from half of it, where little happens yet, to four
 * times, where the code of every direction that ships has gone to pieces.
 */
export const SWEEP_STRENGTHS: readonly number[] = [0.5, 0.75, 1.5, 2, 3, 4];

/**
 * Which tasks are asked: the core ones, which published figures are of, or those that methods are compared on, of which as
 * many are high-level as performance-critical.
 */
export const TASK_SETS = ['core', 'study'] as const;
export type TaskSet = (typeof TASK_SETS)[number];

/** How many tasks there are in a set; the tasks themselves are no business of a page. */
export const TASKS_IN: Readonly<Record<TaskSet, number>> = { core: 40, study: 84 };

export interface StudiedPart {
  readonly condition: ConditionId;
  readonly style: PromptStyle;
  /** A multiple of the strength that the direction was fitted with; 0 where nothing steers. */
  readonly strength: number;
}

export interface PartRequest {
  /** At least one; the sweep is in the first. */
  readonly styles: readonly PromptStyle[];
  /** What steers; absent where only the model itself is measured. */
  readonly direction?: { readonly target?: LanguageId };
  readonly sweep: boolean;
}

/** The parts in the order of their worth: whoever cancels half way has the comparison, and then some of the sweep. */
export function studyParts({ styles, direction, sweep }: PartRequest): StudiedPart[] {
  const comparisons = styles.flatMap((style): StudiedPart[] => [
    { condition: 'plain', style, strength: 0 },
    ...(direction === undefined ? [] : [{ condition: 'steered', style, strength: 1 } as const]),
    ...(direction?.target === undefined ? [] : [{ condition: 'asked', style, strength: 0 } as const]),
  ]);
  const [style] = styles;
  if (direction === undefined || !sweep || style === undefined) return comparisons;
  return [...comparisons, ...SWEEP_STRENGTHS.map((strength) => ({ condition: 'steered' as const, style, strength }))];
}
