/**
 * What the panel of interventions shows and does: the settings, the tokens of the text, one intervention, one sweep. It
 * goes on when the panel is closed, and draws nothing.
 */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { UsageError } from '../../../core/errors.ts';
import { runId } from '../../../protocol/panels/bias.ts';
import { interveneSettings } from '../../../protocol/panels/intervene.ts';
import type {
  IntervenePanel,
  InterveneSettings,
  InterveneSnapshot,
  InterveneWork,
  Provenance,
} from '../../../protocol/panels/intervene.ts';
import type { InterveneCase } from '../../../protocol/panels/interveneCase.ts';
import { INTERVENE_WORDS } from '../../../protocol/panels/interveneWords.ts';
import type { EngineClient } from '../../engine/engineHost.ts';
import { isCancelled, logError, showError, wordsOf } from '../../messages.ts';
import type { Services } from '../../services.ts';
import { subjectModel } from '../subjects.ts';
import { CaseDesk } from '../caseDesk.ts';
import { localised } from '../localised.ts';
import type { PanelModel, PanelPlace } from '../panelHost.ts';
import { SnapshotFeed } from '../snapshotFeed.ts';
import { KEPT_INTERVENTIONS, caseOf, figuresIn, figuresOf, named, type ShownFigures } from './figures.ts';
import { DEFAULT_SETTINGS, runsOf, singleRequest, sweepRequest } from './requests.ts';
import { completedSubject, nothingCompleted, nothingSelected, selectedSubject, type Subject } from './subject.ts';
import { TextTokens } from './textTokens.ts';
import { INTERVENING, runTask, type Asked } from './runTask.ts';

/** What a page keeps for the time after a reload of the window. */
const keptState = v.strictObject({ settings: interveneSettings, caseId: v.nullable(runId) });

export class InterveneModel implements PanelModel<IntervenePanel> {
  readonly service: IntervenePanel;
  private readonly feed = new SnapshotFeed(() => this.snapshot());
  private readonly tokens: TextTokens;
  private readonly subscriptions: vscode.Disposable;
  private place: PanelPlace = 'closed';
  private settings = DEFAULT_SETTINGS;
  private work: InterveneWork | undefined;
  private problem: string | undefined;
  private shown: ShownFigures = {};
  private readonly cases: CaseDesk<InterveneCase>;
  /** The work in the corner of the window, while there is no panel. */
  private forward: vscode.Disposable | undefined;

  constructor(private readonly services: Services) {
    const changed = (): void => this.feed.changed();
    this.tokens = new TextTokens(services.engine);
    this.cases = new CaseDesk(services, KEPT_INTERVENTIONS, changed);
    this.subscriptions = vscode.Disposable.from(
      services.engine.onDidChangeState(changed),
      services.completionState.onDidChange(changed),
      this.cases,
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
    if (!read.success) return;
    const { settings, caseId } = read.output;
    this.settings = settings;
    if (caseId === null) return;
    const opened = this.open(caseId).then(() => this.choose(settings));
    opened.catch((error: unknown) => logError(this.services.log, error, 'intervene'));
  }

  /** Shows a case that was kept. @throws UsageError while a run is under way; StoreError */
  async open(id: string): Promise<void> {
    this.openCase(await this.cases.load(id), id);
  }

  /** Shows a case, of a file where it has no id. @throws UsageError while a run is under way */
  openCase(opened: InterveneCase, id?: string): void {
    this.refuseWhileRunning();
    this.problem = undefined;
    this.shown = figuresIn(opened);
    const { single, sweep } = opened;
    this.settings = (single ?? sweep)?.settings ?? this.settings;
    this.cases.show(opened, id);
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
      tokens: async ({ id }) => this.tokens.pieces(id),
      single: async ({ id }) => resultOf(this.shown.single, id),
      sweep: async ({ id }) => resultOf(this.shown.sweep, id),
      openCell: async (cell) => done(this.openCell(cell)),
      takeSelection: async () => done(this.take(required(selectedSubject(this.services), nothingSelected))),
      takeCompletion: async () => done(this.take(required(completedSubject(this.services), nothingCompleted))),
      keep: async () => done(this.cases.keep()),
      open: async ({ id }) => done(this.open(id)),
      save: async () => done(this.cases.save()),
      openFile: async () => done(vscode.commands.executeCommand('steerscope.openTrace')),
      // Not waited for: it takes minutes and shows its own progress.
      getModel: async () => done(void vscode.commands.executeCommand('steerscope.getModel')),
    };
  }

  private snapshot(): InterveneSnapshot {
    const { engine, completionState } = this.services;
    const { settings, work } = this;
    const { single, sweep } = this.shown;
    const { text, source, prefill, change } = settings;
    const { summary, error } = engine.state;
    const problem = this.problem ?? (error && wordsOf(error));
    const tokens = this.tokens.of(text, prefill);
    const sourceTokens = change === 'patch' ? this.tokens.of(source, prefill) : undefined;
    const counts = { tokens: tokens?.count ?? 0, sourceTokens: sourceTokens?.count ?? 0 };
    const model = subjectModel(this.services);
    return {
      state: { settings: { ...settings, tokens: [...settings.tokens] }, caseId: this.cases.shown?.caseId ?? null },
      model: {
        ...model,
        ...(summary ? { layers: summary.layers, heads: summary.heads } : {}),
      },
      settings,
      hasCompletion: completionState.last !== undefined,
      ...(tokens ? { tokens } : {}),
      ...(sourceTokens ? { sourceTokens } : {}),
      ...(tokens && summary ? { runs: runsOf(settings, { ...counts, modelLayers: summary.layers }) } : {}),
      ...(work ? { work } : {}),
      ...(problem ? { problem } : {}),
      ...(single ? { single: named(single, singleRequest, settings, model) } : {}),
      ...(sweep ? { sweep: named(sweep, sweepRequest, settings, model) } : {}),
      ...this.cases.state,
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
    const { settings } = this;
    const request = singleRequest(settings);
    const made = await this.ask('single', (client, calls) => client.intervene(request, calls));
    this.show({ ...this.shown, single: figuresOf({ settings, ...made }) });
  }

  private async startSweep(): Promise<void> {
    const { settings } = this;
    const request = sweepRequest(settings);
    const made = await this.ask('sweep', (client, calls) => client.sweep(request, calls));
    this.show({ ...this.shown, sweep: figuresOf({ settings, ...made }) });
    if (this.place !== 'shown') void this.tellElsewhere();
  }

  private show(shown: ShownFigures): void {
    this.shown = shown;
    this.cases.show(caseOf(shown));
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

  /** The text, change and tokens of the sweep at one of its places. */
  private openCell({ layer, position }: { readonly layer: number; readonly position: number }): void {
    this.refuseWhileRunning();
    const { sweep } = this.shown;
    if (!sweep) return;
    const [first, second] = sweep.result.tokens;
    // The same sweep: its tokens are only written down now.
    const settings = { ...sweep.settings, tokens: [`#${first}`, `#${second}`] as const };
    this.shown = { ...this.shown, sweep: { ...sweep, settings } };
    const { continued } = this.settings;
    this.settings = { ...settings, layer, position, sourcePosition: null, continued };
    this.beginRun(() => this.intervene());
  }

  private async tellElsewhere(): Promise<void> {
    const show = vscode.l10n.t('Show');
    const answer = await vscode.window.showInformationMessage(vscode.l10n.t('The sweep is done.'), show);
    if (answer === show) await vscode.commands.executeCommand('steerscope.intervene');
  }
}

/** @throws UsageError `unknown-figures` */
function resultOf<Result>(figures: { readonly id: string; readonly result: Result } | undefined, id: string): Result {
  if (figures?.id === id) return figures.result;
  const { t } = vscode.l10n;
  throw new UsageError('unknown-figures', t('these figures are no longer there'), t('Run it again.'));
}

function required<T>(value: T | undefined, missing: () => UsageError): T {
  if (value === undefined) throw missing();
  return value;
}
