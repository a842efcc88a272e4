/** The scientific tasks that the methods are compared on: as many high-level ones as ones of performance. */
import { FIT_TASKS } from './fitTasks.ts';
import { HELD_OUT_TASKS } from './heldOutTasks.ts';
import type { CodingTask } from './task.ts';

export const STUDY_SPLITS = ['fit', 'held-out'] as const;

export type StudySplit = (typeof STUDY_SPLITS)[number];

/** Tasks of each kind in a split. */
const TASKS_OF_KIND = 42;

const SPLIT_TASKS: Readonly<Record<StudySplit, readonly CodingTask[]>> = {
  fit: FIT_TASKS,
  'held-out': HELD_OUT_TASKS,
};

/** The 84 scientific tasks of a split, of either kind by turns, so that the first few are of both kinds too. */
export function studyTasks(split: StudySplit): readonly CodingTask[] {
  const ofKind = (kind: CodingTask['kind']) =>
    SPLIT_TASKS[split].filter((task) => task.kind === kind).slice(0, TASKS_OF_KIND);
  const performance = ofKind('performance');
  return ofKind('high-level').flatMap((task, i) => [task, performance[i]]);
}
