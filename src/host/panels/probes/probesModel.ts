/**
 * What the panel of probes shows and does. It probes for whoever asks, a page or a command, and goes on when the panel is
 * closed: then the study is seen in the corner of the window, and so is its end. It draws nothing.
 */
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { ProbeStudy } from '../../../core/probes/study.ts';
import { runId } from '../../../protocol/panels/bias.ts';
import { probesSettings } from '../../../protocol/panels/probes.ts';
import type { ProbesPanel, ProbesSettings, ProbesSnapshot, ProbesWork } from '../../../protocol/panels/probes.ts';
import { PROBES_WORDS } from '../../../protocol/panels/probesWords.ts';
import type { Services } from '../../services.ts';
import { StudyDesk } from '../studyDesk.ts';
import { subjectModel } from '../subjects.ts';
import { localised } from '../localised.ts';
import type { PanelModel, PanelPlace } from '../panelHost.ts';
import { SnapshotFeed } from '../snapshotFeed.ts';
import { CurrentFile } from './currentFile.ts';
import { KEPT_PROBES, exportProbes, probePlaces, titleOf } from './probeStudies.ts';
import { DEFAULT_SETTINGS, questionOf } from './settings.ts';

/** What a page keeps for the time after a reload of the window. */
const keptState = v.strictObject({ settings: v.nullable(probesSettings), study: v.nullable(runId) });

export class ProbesModel implements PanelModel<ProbesPanel> {
  readonly service: ProbesPanel;
  readonly file: CurrentFile;
  private readonly feed = new SnapshotFeed(() => this.snapshot());
  readonly desk: StudyDesk<ProbeStudy, ProbesWork>;
  private readonly subscriptions: vscode.Disposable;
  private chosen: ProbesSettings | undefined;

  constructor(private readonly services: Services) {
    const onChange = (): void => this.feed.changed();
    const saidOf = (study: ProbeStudy): string => vscode.l10n.t('The layers are probed: {0}.', titleOf(study));
    this.desk = new StudyDesk(services, { kept: KEPT_PROBES, saidOf, onChange });
    this.file = new CurrentFile(services, onChange);
    this.subscriptions = vscode.Disposable.from(services.engine.onDidChangeState(onChange), this.desk, this.file);
    this.service = this.createService();
  }

  get settings(): ProbesSettings {
    return this.chosen ?? DEFAULT_SETTINGS;
  }

  setPlace(place: PanelPlace): void {
    this.feed.setShown(place === 'shown');
    this.desk.setPlace(place);
  }

  restore(state: unknown): void {
    const read = v.safeParse(keptState, state);
    if (!read.success) return;
    const { settings, study } = read.output;
    this.chosen = settings ?? undefined;
    this.desk.reopen(study);
  }

  choose(settings: ProbesSettings): void {
    this.chosen = settings;
    this.feed.changed();
  }

  /** Begins a study of the settings; it ends by itself. @throws UsageError while one is under way */
  start(): void {
    const question = questionOf(this.settings);
    this.desk.begin((listener) => probePlaces(this.services, question, listener));
  }

  dispose(): void {
    this.subscriptions.dispose();
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
      cancel: async () => done(this.desk.cancel()),
      open: async ({ id }) => done(this.desk.open(id)),
      save: async () => done(this.desk.shown && exportProbes(this.desk.shown.study)),
      figures: async () => {
        const { shown } = this.desk;
        return shown ? { key: shown.key, study: shown.study } : null;
      },
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
    const { chosen, desk } = this;
    const { shown } = desk;
    return {
      state: { settings: chosen ? { ...chosen } : null, study: shown?.id ?? null },
      model: subjectModel(this.services),
      settings: this.settings,
      ...desk.state,
      ...(shown ? { study: shown.key } : {}),
      ...this.file.state,
    };
  }
}
