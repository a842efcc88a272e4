/** Answers by what kind of task they answer: the one place where they are grouped so, for studies and panels alike. Pure. */
import type { TaskKind } from '../language/prompts/task.ts';
import { countLanguages } from './answers.ts';
import type { Answer, Counts } from './answers.ts';

export const TASK_KINDS = ['high-level', 'performance', 'general'] as const satisfies readonly TaskKind[];

/** The answers to tasks of one kind, or to all. */
export interface KindCounts<T> extends Counts {
  readonly kind: TaskKind | 'all';
  readonly answers: readonly T[];
}

/** All answers, then those of each kind that there is. */
export function countByKind<T extends Pick<Answer, 'language'>>(
  answers: readonly T[],
  kindOf: (answer: T) => TaskKind | undefined,
): KindCounts<T>[] {
  return (['all', ...TASK_KINDS] as const).flatMap((kind) => {
    const counted = answers.filter((answer) => kind === 'all' || kindOf(answer) === kind);
    return counted.length === 0 ? [] : [{ kind, answers: counted, n: counted.length, counts: countLanguages(counted) }];
  });
}
