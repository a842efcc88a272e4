/** Prompts of the core held-out tasks, as many as are wanted: what every front end measures with. */
import { CORE_HELD_OUT_TASKS } from './heldOutTasks.ts';
import { styledPrompt } from './styles.ts';
import type { PromptStyle } from './styles.ts';

export const MAX_PROMPTS = CORE_HELD_OUT_TASKS.length;

export const DEFAULT_PROMPTS = 12;

/** `count` tasks spread evenly over the held-out list, in its order, so that few still are of every kind. */
export function heldOutPrompts(
  count: number,
  style: PromptStyle = 'instruction',
): { readonly id: string; readonly prompt: string }[] {
  return Array.from({ length: count }, (_, i) => CORE_HELD_OUT_TASKS[Math.floor((i * MAX_PROMPTS) / count)]).flatMap(
    (task) => (task === undefined ? [] : [{ id: task.id, prompt: styledPrompt(task, style) }]),
  );
}
