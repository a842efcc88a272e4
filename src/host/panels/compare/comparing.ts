/** Comparisons, one after the other: the newest wish counts, and what is under way is given up for it. */
import * as vscode from 'vscode';
import { UsageError } from '../../../core/errors.ts';
import type { CompareEvent } from '../../../protocol/compareTypes.ts';
import type { CompareWork, ComparisonCase } from '../../../protocol/panels/compare.ts';
import { CASE_VERSION } from '../../../protocol/panels/compareCase.ts';
import { VERSION } from '../../../protocol/version.ts';
import { isCancelled } from '../../messages.ts';
import type { Services } from '../../services.ts';
import { paramsOf, type Subject } from './subject.ts';

/** The kind of the task; one runs at a time. */
export const COMPARING = 'compare-steerings';

/** How long a slider must be still before anything is run. */
const PAUSE_MS = 350;

export interface ComparingListener {
  /** Undefined where nothing is under way any more. */
  readonly onWork: (work: CompareWork | undefined) => void;
  readonly onDone: (comparison: ComparisonCase) => void;
  readonly onFailed: (error: unknown) => void;
}

export class Comparing implements vscode.Disposable {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private abort: AbortController | undefined;
  /** What is under way, and comes to an end before the next begins. */
  private current: Promise<void> = Promise.resolve();

  constructor(
    private readonly services: Pick<Services, 'engine' | 'tasks'>,
    private readonly listener: ComparingListener,
  ) {}

  /** Compares once nothing has been wished for a moment. What is under way ends at once. */
  later(subject: Subject): void {
    this.cancel();
    this.timer = setTimeout(() => this.now(subject), PAUSE_MS);
  }

  now(subject: Subject): void {
    this.cancel();
    const abort = new AbortController();
    this.abort = abort;
    const before = this.current;
    this.listener.onWork(NOTHING_YET);
    this.current = before.then(() => this.compare(subject, abort));
  }

  cancel(): void {
    clearTimeout(this.timer);
    this.abort?.abort();
  }

  dispose(): void {
    this.cancel();
  }

  private async compare(subject: Subject, abort: AbortController): Promise<void> {
    const isNewest = (): boolean => this.abort === abort;
    try {
      if (abort.signal.aborted) return;
      const comparison = await this.run(subject, abort.signal, (work) => {
        if (isNewest()) this.listener.onWork(work);
      });
      if (!abort.signal.aborted) this.listener.onDone(comparison);
    } catch (error) {
      if (!isCancelled(error) && isNewest()) this.listener.onFailed(error);
    } finally {
      if (isNewest()) this.listener.onWork(undefined);
    }
  }

  private run(subject: Subject, signal: AbortSignal, onWork: (work: CompareWork) => void): Promise<ComparisonCase> {
    const { engine, tasks } = this.services;
    const params = paramsOf(subject);
    if (params.prompt.trim() === '') throw emptyPrompt();
    const texts = { a: '', b: '' };
    let work = NOTHING_YET;
    const task = {
      kind: COMPARING,
      title: vscode.l10n.t('Comparing steerings'),
      location: vscode.ProgressLocation.Window,
      signal,
    } as const;
    return tasks.run(task, ({ signal: either, report }) =>
      engine.use(
        async (client) => {
          const onEvent = (event: CompareEvent): void => {
            if (event.kind === 'text') texts[event.id] += event.text;
            else {
              report(event);
              const { done, total = 0 } = event;
              work = { ...work, phase: phaseInWords(event.phase), done, total };
            }
            work = { ...work, texts: { ...texts } };
            onWork(work);
          };
          const result = await client.compare(params, { signal: either, onEvent });
          const { settings } = subject;
          return {
            ...{ version: CASE_VERSION, createdAt: new Date().toISOString(), software: VERSION },
            ...{ settings, params, result },
          };
        },
        { signal: either, onProgress: report },
      ),
    );
  }
}

const NOTHING_YET: CompareWork = { phase: '', done: 0, total: 0, texts: { a: '', b: '' } };

/** The engine's own phases in the user's language; those of opening a model as they are. */
function phaseInWords(phase: string): string {
  const { t } = vscode.l10n;
  if (phase === 'generating') return t('writing both texts');
  return phase === 'reading' ? t('reading each text under A and B') : phase;
}

function emptyPrompt(): UsageError {
  const { t } = vscode.l10n;
  return new UsageError('empty-prompt', t('the prompt is empty'), t('Type one, or select text in an editor.'));
}
