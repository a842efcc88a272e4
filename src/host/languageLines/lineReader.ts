/**
 * When a document is read: after a pause, after the completion that the pause brings, one request at a time for each document,
 * and never once somebody has typed again. What is read and what is shown is for others.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type * as vscode from 'vscode';
import { throwIfCancelled } from '../../core/errors.ts';
import type { CompletionState } from '../completion/completionState.ts';

/** A completion comes after 150 ms, and it has the engine first. */
const PAUSE_MS = 700;

export interface LineReaderOptions {
  /** Reads a document; ends with an error when it is called off. */
  readonly read: (document: vscode.TextDocument, signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown) => void;
  readonly completionState: Pick<CompletionState, 'isWorking' | 'onDidChange'>;
  /** The pause; tests have a shorter one. */
  readonly pause?: (signal: AbortSignal) => Promise<unknown>;
}

export class LineReader implements vscode.Disposable {
  private readonly underWay = new Map<vscode.TextDocument, AbortController>();

  constructor(private readonly options: LineReaderOptions) {}

  /** Reads the document after a pause, in place of whatever was under way for it. */
  schedule(document: vscode.TextDocument): void {
    this.cancel(document);
    const abort = new AbortController();
    this.underWay.set(document, abort);
    void this.run(document, abort.signal)
      .catch((error: unknown) => {
        if (!abort.signal.aborted) this.options.onError(error);
      })
      .finally(() => {
        if (this.underWay.get(document) === abort) this.underWay.delete(document);
      });
  }

  cancel(document: vscode.TextDocument): void {
    this.underWay.get(document)?.abort();
    this.underWay.delete(document);
  }

  dispose(): void {
    for (const document of [...this.underWay.keys()]) this.cancel(document);
  }

  private async run(document: vscode.TextDocument, signal: AbortSignal): Promise<void> {
    const { pause = afterPause, read } = this.options;
    await pause(signal);
    await this.completionsDone(signal);
    throwIfCancelled(signal);
    await read(document, signal);
  }

  private async completionsDone(signal: AbortSignal): Promise<void> {
    const { completionState } = this.options;
    while (completionState.isWorking && !signal.aborted)
      await new Promise<void>((resolve) => {
        const end = (): void => {
          subscription.dispose();
          signal.removeEventListener('abort', end);
          resolve();
        };
        const subscription = completionState.onDidChange(end);
        signal.addEventListener('abort', end, { once: true });
      });
  }
}

function afterPause(signal: AbortSignal): Promise<unknown> {
  return sleep(PAUSE_MS, undefined, { signal });
}
