/** What an answer is worth towards a language: the three things that methods are compared by, prompt by prompt. Pure. */
import type { LanguageId } from '../language/languages.ts';
import type { CellAnswer } from './cell.ts';

export interface Outcome {
  readonly onTarget: boolean;
  /** Valid code in the target. */
  readonly valid: boolean;
  /** In the target, and its compiler takes it; null where it is in the target and no compiler said anything. */
  readonly syntax: boolean | null;
}

export const MEASURES = ['share', 'valid', 'syntax'] as const;
export type Measure = (typeof MEASURES)[number];

export function answerOutcome({ language, valid, syntax }: CellAnswer, target: LanguageId): Outcome {
  const onTarget = language === target;
  return { onTarget, valid: onTarget && valid, syntax: onTarget ? syntax : false };
}

/** Whether an answer succeeds by a measure; null where nobody can say. */
export function succeeds({ onTarget, valid, syntax }: Outcome, measure: Measure): boolean | null {
  return measure === 'share' ? onTarget : measure === 'valid' ? valid : syntax;
}
