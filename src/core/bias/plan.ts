/**
 * What a study of the bias will ask, settled before anything runs: the same held-out prompts under each condition and,
 * where a sweep is wanted, at several strengths. Pure.
 */
import type { ConditionId } from '../charts/conditions.ts';
import { askFor } from '../language/languages.ts';
import type { LanguageId } from '../language/languages.ts';
import { askInPrompt } from '../language/openings.ts';
import { heldOutPrompts } from '../language/prompts/heldOutPrompts.ts';

/**
 * The strengths of a sweep beside 1, as multiples of the fitted one: from half of it, where little happens yet, to four
 * times, where the code of every direction that ships has gone to pieces.
 */
export const SWEEP_STRENGTHS: readonly number[] = [0.5, 0.75, 1.5, 2, 3, 4];

export interface PlannedPart {
  readonly condition: ConditionId;
  readonly strength: number;
  readonly prompts: readonly { readonly id: string; readonly prompt: string }[];
}

export interface StudyRequest {
  /** Prompts of each condition. */
  readonly prompts: number;
  /** What steers; absent where only the model itself is measured. */
  readonly direction?: { readonly target?: LanguageId };
  readonly sweep: boolean;
}

/** The parts in the order of their worth: whoever cancels half way has the comparison, and then some of the sweep. */
export function planStudy({ prompts: count, direction, sweep }: StudyRequest): PlannedPart[] {
  const prompts = heldOutPrompts(count);
  const parts: PlannedPart[] = [{ condition: 'plain', strength: 0, prompts }];
  if (direction === undefined) return parts;
  parts.push({ condition: 'steered', strength: 1, prompts });
  const { target } = direction;
  if (target !== undefined) {
    const request = askFor(target);
    const asking = prompts.map(({ id, prompt }) => ({ id, prompt: askInPrompt(prompt, request) }));
    parts.push({ condition: 'asked', strength: 0, prompts: asking });
  }
  if (sweep) for (const strength of SWEEP_STRENGTHS) parts.push({ condition: 'steered', strength, prompts });
  return parts;
}
