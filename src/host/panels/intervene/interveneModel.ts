/**
 * What the panel of interventions shows and does: the settings, the tokens of the text, one intervention, one sweep. It
 * goes on when the panel is closed, and draws nothing.
 */
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { UsageError } from '../../../core/errors.ts';
import type { InterveneResult, SweepResult } from '../../../protocol/interventionTypes.ts';
import { interveneSettings } from '../../../protocol/panels/intervene.ts';
import type {
  IntervenePanel,
  InterveneSettings,
  InterveneSnapshot,
  InterveneWork,
  Provenance,
} from '../../../protocol/panels/intervene.ts';
import { INTERVENE_WORDS } from '../../../protocol/panels/interveneWords.ts';
import type { EngineClient } from '../../engine/engineHost.ts';
import { isCancelled, logError, showError, wordsOf } from '../../messages.ts';
import type { Services } from '../../services.ts';
import { subjectModel } from '../subjects.ts';
import { localised } from '../localised.ts';
import type { PanelModel, PanelPlace } from '../panelHost.ts';
import { SnapshotFeed } from '../snapshotFeed.ts';
import { DEFAULT_SETTINGS, runsOf, singleRequest, sweepRequest } from './requests.ts';
import { completedSubject, nothingCompleted, nothingSelected, selectedSubject, type Subject } from './subject.ts';
import { TextTokens } from './textTokens.ts';
import { INTERVENING, runTask, type Asked } from './runTask.ts';

interface Shown<Result> {
  readonly result: Result;
  readonly from: Provenance;
  /** What it is of; anything else that is set makes it stale. */
  readonly key: string;
}

interface ShownSweep extends Shown<SweepResult> {
  readonly id: string;
  readonly settings: InterveneSettings;
}

/** What a page keeps for the time after a reload of the window. */
const keptState = v.strictObject({ settings: interveneSettings });

export class InterveneModel implements PanelModel<IntervenePanel> {
  readonly service: IntervenePanel;
  private readonly feed = new SnapshotFeed(() => this.snapshot());
  private readonly tokens: TextTokens;
  private readonly subscriptions: vscode.Disposable;
  private place: PanelPlace = 'closed';
  private settings = DEFAULT_SETTINGS;
  private work: InterveneWork | undefined;
  private problem: string | undefined;
  private single: Shown<InterveneResult> | undefined;
  private sweep: ShownSweep | undefined;
  /** The work in the corner of the window, while there is no panel. */
  private forward: vscode.Disposable | undefined;

  constructor(private readonly services: Services) {
    const changed = (): void => this.feed.changed();
    this.tokens = new TextTokens(services.engine);
    this.subscriptions = vscode.Disposable.from(
      services.engine.onDidChangeState(changed),
      services.completionState.onDidChange(changed),
    );
    this.service = this.createService();
  }

  get hasText(): boolean {
    return this.settings.text !== '';
  }

  setPlace(place: PanelPlace): void {
    this.place = place;
    this.feed.setShown(place === 'shown');
    this.forward?.dispose();
    this.forward = place === 'closed' ? this.services.tasks.bringForward(INTERVENING) : undefined;
  }

  restore(state: unknown): void {
    const read = v.safeParse(keptState, state);
    if (read.success) this.settings = read.output.settings;
  }

  /** Takes another text and reads it; the last token is chosen. */
  take(subject: Subject): void {
    this.choose({ ...this.settings, ...subject });
    this.begin(() => this.read());
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.forward?.dispose();
    this.feed.dispose();
  }

  private createService(): IntervenePanel {
    const done = async (work: unknown): Promise<null> => {
      await work;
      return null;
    };
    return {
      words: async () => localised(INTERVENE_WORDS),
      watch: (_params, context) => this.feed.watch(context),
      choose: async (settings) => {
        this.choose(settings);
        // Nobody's click may start an engine that was not asked for.
        if (this.services.engine.state.model === 'ready') this.begin(() => this.read());
        return null;
      },
      read: async () => done(this.begin(() => this.read())),
      start: async () => done(this.beginRun(() => this.intervene())),
      startSweep: async () => done(this.beginRun(() => this.startSweep())),
      cancel: async () => done(this.services.tasks.cancel(INTERVENING)),
      grid: async ({ id }) => this.gridOf(id),
      openCell: async (cell) => done(this.openCell(cell)),
      takeSelection: async () => done(this.take(required(selectedSubject(), nothingSelected))),
      takeCompletion: async () => done(this.take(required(completedSubject(this.services), nothingCompleted))),
      // Not waited for: it takes minutes and shows its own progress.
      getModel: async () => done(void vscode.commands.executeCommand('steerscope.getModel')),
    };
  }

  private snapshot(): InterveneSnapshot {
    const { engine, completionState } = this.services;
    const { settings, work, single, sweep } = this;
    const { text, source, prefill, change } = settings;
    const { summary, error } = engine.state;
    const problem = this.problem ?? (error && wordsOf(error));
    const tokens = this.tokens.of(text, prefill);
    const sourceTokens = change === 'patch' ? this.tokens.of(source, prefill) : undefined;
    const counts = { tokens: tokens?.length ?? 0, sourceTokens: sourceTokens?.length ?? 0 };
    return {
      state: { settings: { ...settings, tokens: [...settings.tokens] } },
      model: {
        ...subjectModel(this.services),
        ...(summary ? { layers: summary.layers, heads: summary.heads } : {}),
      },
      settings,
      hasCompletion: completionState.last !== undefined,
      ...(tokens ? { tokens } : {}),
      ...(sourceTokens ? { sourceTokens } : {}),
      ...(tokens && summary ? { runs: runsOf(settings, { ...counts, modelLayers: summary.layers }) } : {}),
      ...(work ? { work } : {}),
      ...(problem ? { problem } : {}),
      ...(single ? { result: { ...single.result, from: single.from } } : {}),
      ...(single ? { isResultStale: single.key !== this.keyNow(singleRequest(settings)) } : {}),
      ...(sweep
        ? { sweep: { id: sweep.id, from: sweep.from, isStale: sweep.key !== this.keyNow(sweepRequest(settings)) } }
        : {}),
    };
  }

  private choose(settings: InterveneSettings): void {
    const isOther = settings.text !== this.settings.text || settings.prefill !== this.settings.prefill;
    const isOtherSource = isOther || settings.source !== this.settings.source;
    this.settings = {
      ...settings,
      // Positions are of a text: another one has others.
      ...(isOther ? { position: -1 } : {}),
      ...(isOtherSource ? { sourcePosition: null } : {}),
    };
    this.problem = undefined;
    this.feed.changed();
  }

  /** @throws UsageError while a run is under way */
  private beginRun(work: () => Promise<void>): void {
    this.refuseWhileRunning();
    this.work = { kind: 'single', done: 0, total: 0 };
    this.begin(work);
  }

  private refuseWhileRunning(): void {
    if (!this.work) return;
    const { t } = vscode.l10n;
    throw new UsageError('already-running', t('this is under way already'), t('Wait for it, or cancel it.'));
  }

  /** Begins something that ends by itself; what goes wrong is shown. */
  private begin(work: () => Promise<void>): void {
    this.problem = undefined;
    work()
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.feed.changed());
  }

  private async fail(error: unknown): Promise<void> {
    if (isCancelled(error)) return;
    this.problem = wordsOf(error);
    if (this.place === 'shown') logError(this.services.log, error, 'intervene');
    else await showError(this.services, error, 'intervene');
  }

  private async read(): Promise<void> {
    await this.tokens.read(this.settings);
  }

  private async intervene(): Promise<void> {
    const request = singleRequest(this.settings);
    const { result, from } = await this.ask('single', (client, calls) => client.intervene(request, calls));
    this.single = { result, from, key: keyOf(request, from) };
  }

  private async startSweep(): Promise<void> {
    const { settings } = this;
    const request = sweepRequest(settings);
    const { result, from } = await this.ask('sweep', (client, calls) => client.sweep(request, calls));
    this.sweep = { result, from, key: keyOf(request, from), id: randomUUID(), settings };
    if (this.place !== 'shown') void this.tellElsewhere();
  }

  private async ask<T>(
    kind: InterveneWork['kind'],
    call: (client: EngineClient, calls: Asked) => Promise<T>,
  ): Promise<{ result: T; from: Provenance }> {
    const onWork = (work: Omit<InterveneWork, 'kind'>): void => {
      this.work = { kind, ...work };
      this.feed.changed();
    };
    try {
      await this.tokens.read(this.settings);
      return await runTask(this.services, onWork, call);
    } finally {
      this.work = undefined;
    }
  }

  /** @throws UsageError `unknown-sweep` */
  private gridOf(id: string): SweepResult {
    if (this.sweep?.id === id) return this.sweep.result;
    const { t } = vscode.l10n;
    throw new UsageError('unknown-sweep', t('this sweep is no longer there'), t('Sweep again.'));
  }

  /** The text, change and tokens of the sweep at one of its places. */
  private openCell({ layer, position }: { readonly layer: number; readonly position: number }): void {
    this.refuseWhileRunning();
    if (!this.sweep) return;
    const { settings, result } = this.sweep;
    const [first, second] = result.tokens;
    const tokens = [`#${first}`, `#${second}`] as const;
    const { continued } = this.settings;
    this.settings = { ...settings, layer, position, sourcePosition: null, tokens, continued };
    // The same sweep: its tokens are only written down now.
    this.sweep = { ...this.sweep, key: keyOf(sweepRequest(this.settings), this.sweep.from) };
    this.beginRun(() => this.intervene());
  }

  private async tellElsewhere(): Promise<void> {
    const show = vscode.l10n.t('Show');
    const answer = await vscode.window.showInformationMessage(vscode.l10n.t('The sweep is done.'), show);
    if (answer === show) await vscode.commands.executeCommand('steerscope.intervene');
  }

  private keyNow(request: unknown): string {
    const { name: model, precision } = subjectModel(this.services);
    return keyOf(request, { model, precision });
  }
}

/** What figures are of: what was asked, and of which model. */
function keyOf(request: unknown, { model, precision }: Pick<Provenance, 'model' | 'precision'>): string {
  return JSON.stringify([request, model, precision]);
}

function required<T>(value: T | undefined, missing: () => UsageError): T {
  if (value === undefined) throw missing();
  return value;
}
