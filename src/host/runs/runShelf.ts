/** Studies of one panel that were kept: which there are, one of them, and one more. What a study holds is its panel's. */
import * as vscode from 'vscode';
import type { JsonValue } from '../../core/artefact/json.ts';
import { StoreError } from '../../core/errors.ts';
import { logError } from '../messages.ts';
import type { Services } from '../services.ts';
import type { RunSummary } from './runStore.ts';

/** What a panel keeps. */
export interface KeptKind<T> {
  /** As the files say, and as the id of the panel that shows them is. */
  readonly kind: string;
  /** The study that a value from a file is, or undefined. */
  readonly read: (data: unknown) => T | undefined;
  readonly titleOf: (study: T) => string;
  readonly modelOf: (study: T) => string;
}

export type KeptRun = Pick<RunSummary, 'id' | 'title' | 'createdAt'>;

export class RunShelf<T> implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  private known: readonly KeptRun[] = [];
  /** How often the list was read; 0 until somebody asks for it. */
  private readings = 0;

  /** @param onChange told when the list has changed */
  constructor(
    private readonly services: Pick<Services, 'runs' | 'log'>,
    private readonly kept: KeptKind<T>,
    private readonly onChange: () => void,
  ) {
    this.subscription = services.runs.onDidChange(() => {
      if (this.readings > 0) void this.refresh();
    });
  }

  /** The newest first. Empty until somebody has asked for them: nothing is read before a panel is opened. */
  get past(): readonly KeptRun[] {
    if (this.readings === 0) void this.refresh();
    return this.known;
  }

  /** @throws StoreError where there is none of that id, or it is no study that this version can read */
  async load(id: string): Promise<T> {
    const { kind, data } = await this.services.runs.load(id);
    const study = kind === this.kept.kind ? this.kept.read(data) : undefined;
    if (study !== undefined) return study;
    throw new StoreError(
      'unreadable-study',
      vscode.l10n.t('this study cannot be read'),
      vscode.l10n.t('It was changed, or kept by another version of Steerscope.'),
    );
  }

  /** Returns the id that it is kept under. @throws StoreError where the disk refuses */
  async keep(study: T): Promise<string> {
    const { kind, titleOf, modelOf } = this.kept;
    // Through JSON, as it will come back.
    const data = JSON.parse(JSON.stringify(study)) as JsonValue;
    return (await this.services.runs.save({ kind, title: titleOf(study), model: modelOf(study), data })).id;
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
