/** Results of one panel that were kept: which there are, one of them, and one more. */
import * as vscode from 'vscode';
import type { JsonValue } from '../../core/artefact/json.ts';
import { StoreError } from '../../core/errors.ts';
import type { PastStudy } from '../../protocol/panels/bias.ts';
import { logError } from '../messages.ts';
import type { Services } from '../services.ts';

/** What a panel keeps. */
export interface KeptKind<T> {
  /** As the files say, and as the id of the panel that shows them is. */
  readonly kind: string;
  /** Undefined for what this version cannot read. */
  readonly read: (data: unknown) => T | undefined;
  readonly titleOf: (value: T) => string;
  readonly modelOf: (value: T) => string;
}

export class RunShelf<T> implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  private known: readonly PastStudy[] = [];
  /** How often the list was read; 0 until somebody asks for it. */
  private readings = 0;

  /** @param onChange told when the list has changed */
  constructor(
    private readonly services: Pick<Services, 'runs' | 'log'>,
    private readonly onChange: () => void,
    private readonly kept: KeptKind<T>,
  ) {
    this.subscription = services.runs.onDidChange(() => {
      if (this.readings > 0) void this.refresh();
    });
  }

  /** The newest first. Empty until somebody has asked for them: nothing is read before a panel is opened. */
  get past(): readonly PastStudy[] {
    if (this.readings === 0) void this.refresh();
    return this.known;
  }

  /** @throws StoreError where there is none of that id, or it is none that this version can read */
  async load(id: string): Promise<T> {
    const { kind, data } = await this.services.runs.load(id);
    const value = kind === this.kept.kind ? this.kept.read(data) : undefined;
    if (value !== undefined) return value;
    throw new StoreError(
      'unreadable-study',
      vscode.l10n.t('this study cannot be read'),
      vscode.l10n.t('It was changed, or kept by another version of Steerscope.'),
    );
  }

  /** Returns the id that it is kept under. @throws StoreError where the disk refuses */
  async keep(value: T): Promise<string> {
    const { kind, titleOf, modelOf } = this.kept;
    // Through JSON, as it will come back.
    const data = JSON.parse(JSON.stringify(value)) as JsonValue;
    const { id } = await this.services.runs.save({ kind, title: titleOf(value), model: modelOf(value), data });
    return id;
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async refresh(): Promise<void> {
    const reading = ++this.readings;
    try {
      const runs = await this.services.runs.list();
      // One that began later has seen more.
      if (reading !== this.readings) return;
      this.known = runs.flatMap(({ kind, id, title, createdAt }) =>
        kind === this.kept.kind ? [{ id, title, createdAt }] : [],
      );
      this.onChange();
    } catch (error) {
      logError(this.services.log, error, this.kept.kind);
    }
  }
}
