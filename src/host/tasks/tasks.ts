/**
 * Long work: shown with figures and the time that is left, cancelled by the user, and one of a kind at a time. It belongs
 * to the host and not to a panel, so closing a panel ends nothing. Errors come back to the caller.
 */
import * as vscode from 'vscode';
import { UsageError } from '../../core/errors.ts';
import { RemainingTime } from '../../core/progress/remaining.ts';
import type { Progress } from '../../protocol/engineService.ts';

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

export class Tasks implements vscode.Disposable {
  private readonly running = new Map<string, AbortController>();
  private readonly changed = new vscode.EventEmitter<void>();

  readonly onDidChange = this.changed.event;

  constructor(private readonly log: vscode.LogOutputChannel) {}

  isRunning(kind: string): boolean {
    return this.running.has(kind);
  }

  cancel(kind: string): void {
    this.running.get(kind)?.abort();
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
    const abort = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, abort.signal]) : abort.signal;
    this.running.set(kind, abort);
    this.changed.fire();
    const startMs = performance.now();
    this.log.info(`${title}: begun`);
    try {
      return await vscode.window.withProgress({ location, title, cancellable: true }, (bar, token) => {
        token.onCancellationRequested(() => abort.abort());
        return work({ signal, report: reporter(bar, options) });
      });
    } finally {
      this.running.delete(kind);
      this.changed.fire();
      this.log.info(`${title}: ended after ${Math.round(performance.now() - startMs)} ms`);
    }
  }

  dispose(): void {
    for (const abort of this.running.values()) abort.abort();
    this.changed.dispose();
  }
}

/** A bar that is told more often than this flickers and slows the window down. */
const LEAST_PAUSE_MS = 100;

function reporter(bar: vscode.Progress<{ message: string; increment?: number }>, { onProgress }: TaskOptions) {
  const remaining = new RemainingTime();
  let shownShare = 0;
  let shownMs = -Infinity;
  let shownPhase = '';
  return (progress: Progress): void => {
    const nowMs = performance.now();
    const leftMs = remaining.after(progress, nowMs);
    onProgress?.(progress, leftMs);
    const { phase, done, total } = progress;
    const isLast = done === total;
    if (!isLast && phase === shownPhase && nowMs - shownMs < LEAST_PAUSE_MS) return;
    [shownMs, shownPhase] = [nowMs, phase];
    // The bar only grows: a new phase begins anew in words, not in the bar.
    const share = total ? (100 * done) / total : 0;
    const increment = Math.max(0, share - shownShare);
    shownShare = Math.max(shownShare, share);
    bar.report({ message: describeProgress(progress, leftMs), increment });
  };
}

/** A step in words: "fetching the model: 34 of 98 MB, 3 s left". */
export function describeProgress({ phase, done, total, unit }: Progress, leftMs: number | undefined): string {
  const isBytes = unit === 'bytes';
  const [amount, of, name] = isBytes ? [megabytes(done), total && megabytes(total), 'MB'] : [done, total, unit];
  const figures = of ? vscode.l10n.t('{0}: {1} of {2} {3}', phase, amount, of, name) : `${phase}: ${amount} ${name}`;
  if (leftMs === undefined) return figures;
  const seconds = Math.max(1, Math.round(leftMs / 1000));
  const left =
    seconds < 90 ? vscode.l10n.t('{0} s left', seconds) : vscode.l10n.t('{0} min left', Math.round(seconds / 60));
  return `${figures}, ${left}`;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
