/**
 * What the panel of probes shows and does. It probes for whoever asks, a page or a command, and goes on when the panel is
 * closed: then the study is seen in the corner of the window, and so is its end. It draws nothing.
 */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { UsageError } from '../../../core/errors.ts';
import type { ProbeStudy } from '../../../core/probes/study.ts';
import { runId } from '../../../protocol/panels/bias.ts';
import { probesSettings } from '../../../protocol/panels/probes.ts';
import type { ProbesPanel, ProbesSettings, ProbesSnapshot, ProbesWork } from '../../../protocol/panels/probes.ts';
import { PROBES_WORDS } from '../../../protocol/panels/probesWords.ts';
import { isCancelled, logError, showError, wordsOf } from '../../messages.ts';
import { RunShelf } from '../../runs/runShelf.ts';
import type { Services } from '../../services.ts';
import { subjectModel } from '../subjects.ts';
import { localised } from '../localised.ts';
import type { PanelModel, PanelPlace } from '../panelHost.ts';
import { SnapshotFeed } from '../snapshotFeed.ts';
import { CurrentFile } from './currentFile.ts';
import { KEPT_PROBES, PROBING, exportProbes, probePlaces, titleOf } from './probeStudies.ts';
import { DEFAULT_SETTINGS, questionOf } from './settings.ts';

/** The study that is shown. */
interface ShownStudy {
  /** Which one it is, of all that were shown in this window. */
  readonly key: number;
  readonly study: ProbeStudy;
  /** Where it was kept. */
  readonly id?: string;
}

/** What a page keeps for the time after a reload of the window. */
const keptState = v.strictObject({ settings: v.nullable(probesSettings), study: v.nullable(runId) });

export class ProbesModel implements PanelModel<ProbesPanel> {
  readonly service: ProbesPanel;
  readonly file: CurrentFile;
  private readonly feed = new SnapshotFeed(() => this.snapshot());
  private readonly shelf: RunShelf<ProbeStudy>;
  private readonly subscriptions: vscode.Disposable;
  private place: PanelPlace = 'closed';
  private chosen: ProbesSettings | undefined;
  private work: ProbesWork | undefined;
  private problem: string | undefined;
  private shown: ShownStudy | undefined;
  private shownCount = 0;
  /** The study under way in the corner of the window, while there is no panel. */
  private forward: vscode.Disposable | undefined;

  constructor(private readonly services: Services) {
    const changed = (): void => this.feed.changed();
    this.shelf = new RunShelf(services, KEPT_PROBES, changed);
    this.file = new CurrentFile(services, changed);
    this.subscriptions = vscode.Disposable.from(services.engine.onDidChangeState(changed), this.shelf, this.file);
    this.service = this.createService();
  }

  get isProbing(): boolean {
    return this.work !== undefined;
  }

  get settings(): ProbesSettings {
    return this.chosen ?? DEFAULT_SETTINGS;
  }

  setPlace(place: PanelPlace): void {
    this.place = place;
    this.feed.setShown(place === 'shown');
    this.forward?.dispose();
    this.forward = place === 'closed' ? this.services.tasks.bringForward(PROBING) : undefined;
  }

  restore(state: unknown): void {
    const read = v.safeParse(keptState, state);
    if (!read.success) return;
    const { settings, study } = read.output;
    this.chosen = settings ?? undefined;
    if (study !== null) this.open(study).catch((error: unknown) => logError(this.services.log, error, 'probes'));
  }

  choose(settings: ProbesSettings): void {
    this.chosen = settings;
    this.feed.changed();
  }

  /** Begins a study of the settings; it ends by itself. @throws UsageError while one is under way */
  start(): void {
    this.refuseWhileProbing();
    this.probe().catch((error: unknown) => logError(this.services.log, error, 'probes'));
  }

  /** Shows a study that was kept. @throws UsageError while one is under way; StoreError */
  async open(id: string): Promise<void> {
    this.refuseWhileProbing();
    this.openStudy(await this.shelf.load(id), id);
  }

  /** Shows a study, of a file where it has no id. @throws UsageError while one is under way */
  openStudy(study: ProbeStudy, id?: string): void {
    this.refuseWhileProbing();
    this.problem = undefined;
    this.show(study, id);
    this.feed.changed();
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.forward?.dispose();
    this.feed.dispose();
  }

  private createService(): ProbesPanel {
    const done = async (work: unknown): Promise<null> => {
      await work;
      return null;
    };
    return {
      words: async () => localised(PROBES_WORDS),
      watch: (_params, context) => this.feed.watch(context),
      choose: async (settings) => done(this.choose(settings)),
      start: async () => done(this.start()),
      cancel: async () => done(this.services.tasks.cancel(PROBING)),
      open: async ({ id }) => done(this.open(id)),
      save: async () => done(this.shown && exportProbes(this.shown.study)),
      figures: async () => (this.shown ? { key: this.shown.key, study: this.shown.study } : null),
      // Not waited for: snapshots tell of it.
      readFile: async () => done(void this.file.read()),
      tokens: async () => this.file.reading,
      openToken: async ({ key, index }) => done(this.file.openToken(key, index)),
      // Not waited for: these take minutes and show their own progress.
      fitLines: async () => done(void vscode.commands.executeCommand('steerscope.fitLines')),
      getModel: async () => done(void vscode.commands.executeCommand('steerscope.getModel')),
    };
  }

  private snapshot(): ProbesSnapshot {
    const { work, shown, chosen } = this;
    const { past } = this.shelf;
    const { error } = this.services.engine.state;
    const problem = this.problem ?? (error && wordsOf(error));
    const isKept = past.some(({ id }) => id === shown?.id);
    return {
      state: { settings: chosen ? { ...chosen } : null, study: shown?.id ?? null },
      model: subjectModel(this.services),
      settings: this.settings,
      past,
      ...(work ? { work } : {}),
      ...(problem ? { problem } : {}),
      ...(shown ? { study: shown.key } : {}),
      ...(shown?.id && isKept ? { studyId: shown.id } : {}),
      ...this.file.state,
    };
  }

  private async probe(): Promise<void> {
    const question = questionOf(this.settings);
    this.problem = undefined;
    this.shown = undefined;
    const onWork = (work: ProbesWork): void => {
      this.work = work;
      this.feed.changed();
    };
    const onStudy = (study: ProbeStudy): void => {
      this.show(study);
      this.feed.changed();
    };
    try {
      await probePlaces(this.services, question, { onWork, onStudy });
      await this.finish('complete');
    } catch (error) {
      if (isCancelled(error)) await this.finish('cancelled');
      else await this.finish('failed', error);
    }
  }

  /** Keeps what there is, and says how it ended: in the panel, or elsewhere where nobody sees that. */
  private async finish(end: ProbeStudy['end'], failure?: unknown): Promise<void> {
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
    if (wrong !== undefined && this.place === 'shown') logError(this.services.log, wrong, 'probes');
    else if (wrong !== undefined) await showError(this.services, wrong, 'probes');
    else if (this.place !== 'shown' && end === 'complete') await this.tellElsewhere();
  }

  private async tellElsewhere(): Promise<void> {
    if (!this.shown) return;
    const { study, id } = this.shown;
    const show = vscode.l10n.t('Show');
    const said = vscode.l10n.t('The layers are probed: {0}.', titleOf(study));
    const answer = await vscode.window.showInformationMessage(said, show);
    if (answer === show) await vscode.commands.executeCommand('steerscope.openRun', { run: { kind: 'probes', id } });
  }

  private show(study: ProbeStudy, id?: string): void {
    this.shown = { key: ++this.shownCount, study, ...(id === undefined ? {} : { id }) };
  }

  private refuseWhileProbing(): void {
    if (!this.isProbing) return;
    const { t } = vscode.l10n;
    throw new UsageError('already-running', t('a study is under way'), t('Wait for it, or cancel it.'));
  }
}
