/** The editor's tasks: a test sees what was to be run, and ends it. */
import { EventEmitter } from './events.ts';

export const TaskScope = { Global: 1, Workspace: 2 };
export const TaskRevealKind = { Always: 1 };
export const TaskPanelKind = { Shared: 1, Dedicated: 2 };

export class ProcessExecution {
  constructor(
    readonly process: string,
    readonly args: readonly string[],
    readonly options: { readonly env: Readonly<Record<string, string>>; readonly cwd: string },
  ) {}
}

export class Task {
  presentationOptions: object = {};

  constructor(
    readonly definition: { readonly type: string },
    readonly scope: number,
    readonly name: string,
    readonly source: string,
    readonly execution: ProcessExecution,
  ) {}
}

interface Execution {
  readonly task: Task;
}

const ended = new EventEmitter<{ readonly execution: Execution; readonly exitCode: number | undefined }>();

/** What was executed, the newest last. */
export const executions: Execution[] = [];

/** Ends the newest task; without a status, as closing its terminal does. */
export function endTask(exitCode?: number): void {
  const execution = executions.at(-1);
  if (!execution) throw new Error('no task was executed');
  ended.fire({ execution, exitCode });
}

/** How many wait for the end of a task. */
export function taskListeners(): number {
  return ended.listenerCount;
}

export const tasks = {
  onDidEndTaskProcess: ended.event,
  async executeTask(task: Task): Promise<Execution> {
    const execution = { task };
    executions.push(execution);
    return execution;
  },
};
