/** Prompts of the tasks that methods are compared on, in a style: what studies and panels ask. */
import { studyTasks } from './studyTasks.ts';
import { styledPrompt } from './styles.ts';
import type { PromptStyle } from './styles.ts';
import type { TaskKind } from './task.ts';

export interface StudyPrompt {
  readonly id: string;
  readonly kind: TaskKind;
  /** Names no language. */
  readonly prompt: string;
}

/** The first `count` held-out tasks in a style; fewer are the first of more, and of both kinds too. */
export function studyPrompts(style: PromptStyle, count: number): StudyPrompt[] {
  return studyTasks('held-out')
    .slice(0, count)
    .map((task) => ({ id: task.id, kind: task.kind, prompt: styledPrompt(task, style) }));
}
