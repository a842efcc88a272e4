/**
 * What completions are doing, for whoever shows it: at work, snoozed, in trouble; and the last one that was offered. It
 * decides nothing.
 */
import * as vscode from 'vscode';
import type { SteeringChoice } from '../../core/steering/choice.ts';
import type { Completion } from './completer.ts';
import type { Onlooker } from './onlooker.ts';

export interface LastCompletion {
  readonly uri: vscode.Uri;
  readonly position: vscode.Position;
  readonly choice: SteeringChoice;
  readonly completion: Completion;
}

export class CompletionState implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private working = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private current: LastCompletion | undefined;
  private trouble: string | undefined;
  private snoozedTo = 0;

  readonly onDidChange = this.changed.event;

  /** Who looks on while completions are written. */
  onlooker: Onlooker | undefined;

  get isWorking(): boolean {
    return this.working > 0;
  }

  get isSnoozed(): boolean {
    return this.snoozedTo > Date.now();
  }

  /** The time of day at which a snooze ends, in milliseconds since 1970; `Infinity` where it has no end. */
  get snoozedUntil(): number {
    return this.snoozedTo;
  }

  get last(): LastCompletion | undefined {
    return this.current;
  }

  /** Why the last completion failed; undefined where it did not. */
  get problem(): string | undefined {
    return this.trouble;
  }

  /** Runs `work` as work that is shown. Where it comes to an end, the trouble of the one before is over. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.working++;
    this.changed.fire();
    try {
      const result = await work();
      this.trouble = undefined;
      return result;
    } finally {
      this.working--;
      this.changed.fire();
    }
  }

  offered(last: LastCompletion): void {
    this.current = last;
    this.changed.fire();
  }

  failed(words: string): void {
    this.trouble = words;
    this.changed.fire();
  }

  /** No automatic completions for so long; `Infinity` lasts until they are resumed, 0 resumes them. */
  snooze(ms: number): void {
    clearTimeout(this.timer);
    this.snoozedTo = ms === 0 ? 0 : Date.now() + ms;
    if (ms > 0 && Number.isFinite(ms)) this.timer = setTimeout(() => this.snooze(0), ms);
    this.changed.fire();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.changed.dispose();
  }
}
