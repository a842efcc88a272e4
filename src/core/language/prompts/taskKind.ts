/** What kind of task a held-out one is, by its id. */
import { CORE_HELD_OUT_TASKS } from './heldOutTasks.ts';
import { studyTasks } from './studyTasks.ts';
import type { TaskKind } from './task.ts';

const KIND_OF_TASK: ReadonlyMap<string, TaskKind> = new Map(
  [...CORE_HELD_OUT_TASKS, ...studyTasks('held-out')].map(({ id, kind }) => [id, kind]),
);

/** The kind of a held-out task; undefined where there is none of that id. Ids never change, so a study that was kept has them. */
export function taskKind(id: string): TaskKind | undefined {
  return KIND_OF_TASK.get(id);
}
