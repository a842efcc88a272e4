/** Work on features that takes the model: one at a time, with its progress and its end. */
import * as vscode from 'vscode';
import { UsageError } from '../../../core/errors.ts';
import type { Progress } from '../../../protocol/engineService.ts';
import type { PanelWork } from '../../../protocol/panels/panel.ts';
import type { EngineClient } from '../../engine/engineHost.ts';
import type { Services } from '../../services.ts';

interface Call {
  readonly signal: AbortSignal;
  readonly onEvent: (progress: Progress) => void;
}

export class FeatureWork {
  private current: { readonly kind: string; readonly state: PanelWork } | undefined;

  constructor(
    private readonly services: Pick<Services, 'engine' | 'tasks'>,
    private readonly onChange: () => void,
  ) {}

  /** Undefined while there is none. */
  get state(): PanelWork | undefined {
    return this.current?.state;
  }

  cancel(): void {
    if (this.current) this.services.tasks.cancel(this.current.kind);
  }

  /** @throws UsageError `already-running`; CancelledError; what the work throws */
  async run(
    { kind, title }: { readonly kind: string; readonly title: string },
    work: (client: EngineClient, call: Call) => Promise<void>,
  ): Promise<void> {
    if (this.current)
      throw new UsageError(
        'already-running',
        vscode.l10n.t('this is under way already'),
        vscode.l10n.t('Wait for it, or cancel it.'),
      );
    const { engine, tasks } = this.services;
    const show = (state: PanelWork): void => {
      this.current = { kind, state };
      this.onChange();
    };
    show({ phase: '', done: 0 });
    const onProgress = ({ phase, done, total }: Progress, leftMs: number | undefined): void =>
      show({ phase, done, ...(total === undefined ? {} : { total }), ...(leftMs === undefined ? {} : { leftMs }) });
    try {
      await tasks.run({ kind, title, location: vscode.ProgressLocation.Window, onProgress }, ({ signal, report }) =>
        engine.use((client) => work(client, { signal, onEvent: report }), { signal, onProgress: report }),
      );
    } finally {
      this.current = undefined;
      this.onChange();
    }
  }
}
