/** How the editor shows work that is under way, in words and as a bar. It may be shown in two places, or come later. */
import * as vscode from 'vscode';
import type { Progress } from '../../protocol/engineService.ts';

/** A step, with the milliseconds that its phase will take yet, where that can be said. */
export interface Step {
  readonly progress: Progress;
  readonly leftMs: number | undefined;
}

interface Shown {
  readonly title: string;
  readonly location: vscode.ProgressLocation;
  readonly steps: vscode.Event<Step>;
  /** The step that the work is at already: the editor takes its time to make a bar. */
  readonly latest: () => Step | undefined;
  readonly ended: Promise<void>;
  readonly onCancel: () => void;
}

/** Shows the work until it ends, or what is returned is disposed of. */
export function showProgress({ title, location, steps, latest, ended, onCancel }: Shown): vscode.Disposable {
  let hide: () => void = () => {};
  const hidden = new Promise<void>((resolve) => (hide = resolve));
  void vscode.window.withProgress({ location, title, cancellable: true }, async (bar, token) => {
    const show = barOf(bar);
    const step = latest();
    if (step) show(step);
    const listeners = vscode.Disposable.from(steps(show), token.onCancellationRequested(onCancel));
    await Promise.race([ended, hidden]);
    listeners.dispose();
  });
  return new vscode.Disposable(hide);
}

/** A bar that is told more often than this flickers and slows the window down. */
const LEAST_PAUSE_MS = 100;

function barOf(bar: vscode.Progress<{ message: string; increment?: number }>): (step: Step) => void {
  let shownShare = 0;
  let shownMs = -Infinity;
  let shownPhase = '';
  return ({ progress, leftMs }) => {
    const nowMs = performance.now();
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
