/**
 * Long work: shown with figures and the time that is left, cancelled by the user, and one of a kind at a time. It belongs
 * to the host and not to a panel, so closing a panel ends nothing. Errors come back to the caller.
 */
import * as vscode from 'vscode';
import { UsageError } from '../../core/errors.ts';
import { RemainingTime } from '../../core/progress/remaining.ts';
import type { Progress } from '../../protocol/engineService.ts';
import { showProgress, type Step } from './progressBar.ts';

export { describeProgress } from './progressBar.ts';

export interface TaskContext {
  readonly signal: AbortSignal;
  /** Shows a step. May be called at any rate. */
  readonly report: (progress: Progress) => void;
}

export interface TaskOptions {
  /** Work of one kind runs once at a time: `fit`, `bias`, `get`. */
  readonly kind: string;
  readonly title: string;
  /** In the corner with a button to cancel, or quietly in the status bar where a view shows the progress itself. */
  readonly location?: vscode.ProgressLocation.Notification | vscode.ProgressLocation.Window;
  /** Cancels too: a button of a panel. */
  readonly signal?: AbortSignal;
  /** Told of every step with the milliseconds that its phase will take yet, where that can be said. */
  readonly onProgress?: (progress: Progress, leftMs: number | undefined) => void;
}

/** Work under way, and where it is shown. */
interface RunningTask {
  readonly title: string;
  readonly abort: AbortController;
  readonly steps: vscode.EventEmitter<Step>;
  readonly ended: Promise<void>;
  latest: Step | undefined;
}

export class Tasks implements vscode.Disposable {
  private readonly running = new Map<string, RunningTask>();
  private readonly changed = new vscode.EventEmitter<void>();

  readonly onDidChange = this.changed.event;

  constructor(private readonly log: vscode.LogOutputChannel) {}

  isRunning(kind: string): boolean {
    return this.running.has(kind);
  }

  cancel(kind: string): void {
    this.running.get(kind)?.abort.abort();
  }

  /**
   * Runs `work` until it ends or is cancelled.
   * @throws UsageError `already-running`; CancelledError and whatever else `work` throws
   */
  async run<T>(options: TaskOptions, work: (task: TaskContext) => Promise<T>): Promise<T> {
    const { kind, title, location = vscode.ProgressLocation.Notification } = options;
    if (this.running.has(kind))
      throw new UsageError(
        'already-running',
        vscode.l10n.t('this is under way already'),
        vscode.l10n.t('Wait for it, or cancel it.'),
      );
    let end: () => void = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const steps = new vscode.EventEmitter<Step>();
    const task: RunningTask = { title, abort: new AbortController(), steps, ended, latest: undefined };
    const { signal: own } = task.abort;
    const signal = options.signal ? AbortSignal.any([options.signal, own]) : own;
    this.running.set(kind, task);
    this.changed.fire();
    const startMs = performance.now();
    this.log.info(`${title}: begun`);
    showTask(task, location);
    try {
      return await work({ signal, report: reporter(task, options) });
    } finally {
      end();
      steps.dispose();
      this.running.delete(kind);
      this.changed.fire();
      this.log.info(`${title}: ended after ${Math.round(performance.now() - startMs)} ms`);
    }
  }

  /** Shows quiet work in the corner as well, until it ends or what is returned is disposed of: its view has gone. */
  bringForward(kind: string): vscode.Disposable {
    const task = this.running.get(kind);
    return task ? showTask(task, vscode.ProgressLocation.Notification) : new vscode.Disposable(() => undefined);
  }

  dispose(): void {
    for (const { abort } of this.running.values()) abort.abort();
    this.changed.dispose();
  }
}

function showTask(task: RunningTask, location: vscode.ProgressLocation): vscode.Disposable {
  const { title, abort, steps, ended } = task;
  const onCancel = (): void => abort.abort();
  return showProgress({ title, location, steps: steps.event, ended, latest: () => task.latest, onCancel });
}

function reporter(task: RunningTask, { onProgress }: TaskOptions): (progress: Progress) => void {
  const remaining = new RemainingTime();
  return (progress) => {
    const leftMs = remaining.after(progress, performance.now());
    onProgress?.(progress, leftMs);
    task.latest = { progress, leftMs };
    task.steps.fire(task.latest);
  };
}
