/**
 * What the bias panel shows and does. It measures for whoever asks, a page or a command, and goes on when the panel is
 * closed: then the study is seen in the corner of the window, and so is its end. It draws nothing.
 */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { figuresOf, type BiasStudy, type StudyFigures } from '../../../core/bias/study.ts';
import { UsageError } from '../../../core/errors.ts';
import { biasSettings, runId } from '../../../protocol/panels/bias.ts';
import type { BiasPanel, BiasSettings, BiasSnapshot, BiasWork } from '../../../protocol/panels/bias.ts';
import { BIAS_WORDS } from '../../../protocol/panels/biasWords.ts';
import { isCancelled, logError, showError, wordsOf } from '../../messages.ts';
import { RunShelf } from '../../runs/runShelf.ts';
import type { Services } from '../../services.ts';
import { localised } from '../localised.ts';
import type { PanelModel, PanelPlace } from '../panelHost.ts';
import { SnapshotFeed } from '../snapshotFeed.ts';
import { choiceOf, subjectModel } from '../subjects.ts';
import { MEASURING, measure } from './measure.ts';
import { KEPT_STUDIES, exportStudy, titleOf } from './studyShelf.ts';
import { offered, settingsFrom } from './subjects.ts';

/** The study that is shown, and what is drawn of it, which is counted once. */
interface ShownStudy {
  readonly study: BiasStudy;
  readonly figures: StudyFigures;
  /** Where it was kept. */
  readonly id?: string;
}

/** What a page keeps for the time after a reload of the window. */
const keptState = v.strictObject({ settings: v.nullable(biasSettings), study: v.nullable(runId) });

export class BiasModel implements PanelModel<BiasPanel> {
  readonly service: BiasPanel;
  private readonly feed = new SnapshotFeed(() => this.snapshot());
  private readonly shelf: RunShelf<BiasStudy>;
  private readonly subscriptions: vscode.Disposable;
  private place: PanelPlace = 'closed';
  private chosen: BiasSettings | undefined;
  private work: BiasWork | undefined;
  private problem: string | undefined;
  private shown: ShownStudy | undefined;
  /** The study under way in the corner of the window, while there is no panel. */
  private forward: vscode.Disposable | undefined;

  constructor(private readonly services: Services) {
    const changed = (): void => this.feed.changed();
    this.shelf = new RunShelf(services, KEPT_STUDIES, changed);
    this.subscriptions = vscode.Disposable.from(
      services.engine.onDidChangeState(changed),
      services.directions.onDidChange(changed),
      this.shelf,
    );
    this.service = this.createService();
  }

  get isMeasuring(): boolean {
    return this.work !== undefined;
  }

  setPlace(place: PanelPlace): void {
    this.place = place;
    this.feed.setShown(place === 'shown');
    this.forward?.dispose();
    this.forward = place === 'closed' ? this.services.tasks.bringForward(MEASURING) : undefined;
  }

  restore(state: unknown): void {
    const read = v.safeParse(keptState, state);
    if (!read.success) return;
    const { settings, study } = read.output;
    this.chosen = settings ?? undefined;
    if (study !== null) this.open(study).catch((error: unknown) => logError(this.services.log, error, 'bias'));
  }

  /** Begins a study of the settings; it ends by itself. @throws UsageError while one is under way */
  start(): void {
    this.refuseWhileMeasuring();
    this.measure().catch((error: unknown) => logError(this.services.log, error, 'bias'));
  }

  /** Shows a study that was kept. @throws UsageError while one is under way; StoreError */
  async open(id: string): Promise<void> {
    this.refuseWhileMeasuring();
    this.openStudy(await this.shelf.load(id), id);
  }

  /** Shows a study, of a file where it has no id. @throws UsageError while one is under way */
  openStudy(study: BiasStudy, id?: string): void {
    this.refuseWhileMeasuring();
    this.problem = undefined;
    this.show(study, id);
    this.feed.changed();
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.forward?.dispose();
    this.feed.dispose();
  }

  private createService(): BiasPanel {
    const done = async (work: unknown): Promise<null> => {
      await work;
      return null;
    };
    return {
      words: async () => localised(BIAS_WORDS),
      watch: (_params, context) => this.feed.watch(context),
      choose: async (settings) => done(this.choose(settings)),
      start: async () => done(this.start()),
      cancel: async () => done(this.services.tasks.cancel(MEASURING)),
      open: async ({ id }) => done(this.open(id)),
      save: async () => done(this.shown && exportStudy(this.shown.study)),
      // Not waited for: it takes minutes and shows its own progress.
      getModel: async () => done(void vscode.commands.executeCommand('steerscope.getModel')),
    };
  }

  private get settings(): BiasSettings {
    return settingsFrom(this.chosen, offered(this.services.directions));
  }

  private snapshot(): BiasSnapshot {
    const { engine, directions } = this.services;
    const { work, shown, chosen } = this;
    const { past } = this.shelf;
    const { error } = engine.state;
    const problem = this.problem ?? (error && wordsOf(error));
    const isKept = past.some(({ id }) => id === shown?.id);
    return {
      state: { settings: chosen ? { ...chosen } : null, study: shown?.id ?? null },
      model: subjectModel(this.services),
      directions: offered(directions).map(choiceOf),
      settings: this.settings,
      past,
      ...(work ? { work } : {}),
      ...(problem ? { problem } : {}),
      ...(shown ? { study: shown.figures } : {}),
      ...(shown?.id && isKept ? { studyId: shown.id } : {}),
    };
  }

  private choose(settings: BiasSettings): void {
    const { direction } = settings;
    if (direction !== null && !offered(this.services.directions).some(({ name }) => name === direction))
      throw new UsageError(
        'unknown-direction',
        vscode.l10n.t('there is no direction {0} for this model', direction),
        vscode.l10n.t('Choose another.'),
      );
    this.chosen = settings;
    this.feed.changed();
  }

  private async measure(): Promise<void> {
    const { direction: name, ...settings } = this.settings;
    const direction = offered(this.services.directions).find((known) => known.name === name);
    this.problem = undefined;
    this.shown = undefined;
    const onWork = (work: BiasWork): void => {
      this.work = work;
      this.feed.changed();
    };
    try {
      await measure(this.services, { ...settings, direction }, { onWork, onStudy: (study) => this.show(study) });
      await this.finish('complete');
    } catch (error) {
      if (isCancelled(error)) await this.finish('cancelled');
      else await this.finish('failed', error);
    }
  }

  /** Keeps what there is, and says how it ended: in the panel, or elsewhere where nobody sees that. */
  private async finish(end: BiasStudy['end'], failure?: unknown): Promise<void> {
    let wrong = failure;
    if (this.shown) {
      const study = { ...this.shown.study, end };
      this.show(study);
      try {
        this.show(study, await this.shelf.keep(study));
      } catch (error) {
        wrong ??= error;
      }
    }
    this.work = undefined;
    this.problem = wrong === undefined ? undefined : wordsOf(wrong);
    this.feed.changed();
    if (wrong !== undefined && this.place === 'shown') logError(this.services.log, wrong, 'bias');
    else if (wrong !== undefined) await showError(this.services, wrong, 'bias');
    else if (this.place !== 'shown' && end === 'complete') await this.tellElsewhere();
  }

  private async tellElsewhere(): Promise<void> {
    if (!this.shown) return;
    const { study, id } = this.shown;
    const show = vscode.l10n.t('Show');
    const said = vscode.l10n.t('The language bias is measured: {0}.', titleOf(study));
    const answer = await vscode.window.showInformationMessage(said, show);
    if (answer === show) await vscode.commands.executeCommand('steerscope.openRun', { run: { kind: 'bias', id } });
  }

  private show(study: BiasStudy, id?: string): void {
    this.shown = { study, figures: figuresOf(study), ...(id === undefined ? {} : { id }) };
  }

  private refuseWhileMeasuring(): void {
    if (!this.isMeasuring) return;
    const { t } = vscode.l10n;
    throw new UsageError('already-running', t('a study is under way'), t('Wait for it, or cancel it.'));
  }
}
