/**
 * What a study of the bias will ask, settled before anything runs: the same held-out prompts under each condition and,
 * where a sweep is wanted, at several strengths. Pure.
 */
import { askFor } from '../language/languages.ts';
import { askInPrompt } from '../language/openings.ts';
import { heldOutPrompts } from '../language/prompts/heldOutPrompts.ts';
import { studyPrompts } from '../language/prompts/studyPrompts.ts';
import { TASKS_IN, studyParts } from './parts.ts';
import type { PartRequest, StudiedPart, TaskSet } from './parts.ts';

export interface PlannedPart extends StudiedPart {
  readonly prompts: readonly { readonly id: string; readonly prompt: string }[];
}

export interface StudyRequest extends PartRequest {
  readonly tasks: TaskSet;
  /** Prompts of each condition; of a smaller set all. */
  readonly prompts: number;
}

export function planStudy(request: StudyRequest): PlannedPart[] {
  return studyParts(request).map((part) => ({ ...part, prompts: promptsOf(part, request) }));
}

function promptsOf(
  { condition, style }: StudiedPart,
  { tasks, prompts, direction }: StudyRequest,
): PlannedPart['prompts'] {
  const count = Math.min(prompts, TASKS_IN[tasks]);
  const asked = tasks === 'core' ? heldOutPrompts(count, style) : studyPrompts(style, count);
  const target = condition === 'asked' ? direction?.target : undefined;
  return asked.map(({ id, prompt }) => ({
    id,
    prompt: target === undefined ? prompt : askInPrompt(prompt, askFor(target)),
  }));
}
