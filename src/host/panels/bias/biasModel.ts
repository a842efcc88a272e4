/**
 * What the bias panel shows and does. It measures for whoever asks, a page or a command, and goes on when the panel is
 * closed: then the study is seen in the corner of the window, and so is its end. It draws nothing.
 */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { figuresOf, type BiasStudy, type StudyFigures } from '../../../core/bias/study.ts';
import { UsageError } from '../../../core/errors.ts';
import { biasSettings, runId } from '../../../protocol/panels/bias.ts';
import type { BiasPanel, BiasSettings, BiasSnapshot, BiasWork, ComparedStudy } from '../../../protocol/panels/bias.ts';
import { BIAS_WORDS } from '../../../protocol/panels/biasWords.ts';
import { logError } from '../../messages.ts';
import type { Services } from '../../services.ts';
import { localised } from '../localised.ts';
import type { PanelModel, PanelPlace } from '../panelHost.ts';
import { SnapshotFeed } from '../snapshotFeed.ts';
import { StudyDesk, type ShownStudy } from '../studyDesk.ts';
import { choiceOf, subjectModel } from '../subjects.ts';
import { measure } from './measure.ts';
import { KEPT_STUDIES, exportStudy, titleOf } from './studyShelf.ts';
import { offered, settingsFrom } from './subjects.ts';

/** What a page keeps for the time after a reload of the window. */
const keptState = v.strictObject({
  settings: v.nullable(biasSettings),
  study: v.nullable(runId),
  compared: v.optional(v.nullable(runId), null),
});

export class BiasModel implements PanelModel<BiasPanel> {
  readonly service: BiasPanel;
  private readonly feed = new SnapshotFeed(() => this.snapshot());
  readonly desk: StudyDesk<BiasStudy, BiasWork>;
  private readonly subscriptions: vscode.Disposable;
  private chosen: BiasSettings | undefined;
  /** What is drawn of the study that is shown, counted once. */
  private compared: ComparedStudy | undefined;
  private counted: { readonly key: number; readonly figures: StudyFigures } | undefined;

  constructor(private readonly services: Services) {
    const onChange = (): void => this.feed.changed();
    const saidOf = (study: BiasStudy): string => vscode.l10n.t('The language bias is measured: {0}.', titleOf(study));
    this.desk = new StudyDesk(services, { kept: KEPT_STUDIES, saidOf, onChange });
    this.subscriptions = vscode.Disposable.from(
      services.engine.onDidChangeState(onChange),
      services.directions.onDidChange(onChange),
      this.desk,
    );
    this.service = this.createService();
  }

  setPlace(place: PanelPlace): void {
    this.feed.setShown(place === 'shown');
    this.desk.setPlace(place);
  }

  restore(state: unknown): void {
    const read = v.safeParse(keptState, state);
    if (!read.success) return;
    const { settings, study, compared } = read.output;
    this.chosen = settings ?? undefined;
    this.desk.reopen(study);
    // It may have been removed meanwhile, and then nothing is compared.
    if (compared !== null) this.compare(compared).catch((error: unknown) => logError(this.services.log, error, 'bias'));
  }

  /** Begins a study of the settings; it ends by itself. @throws UsageError while one is under way */
  start(): void {
    const { direction: name, ...settings } = this.settings;
    const direction = offered(this.services.directions).find((known) => known.name === name);
    this.desk.begin((listener) => measure(this.services, { ...settings, direction }, listener));
  }

  dispose(): void {
    this.subscriptions.dispose();
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
      cancel: async () => done(this.desk.cancel()),
      open: async ({ id }) => done(this.desk.open(id)),
      compare: async ({ id }) => done(this.compare(id)),
      save: async () => done(this.desk.shown && exportStudy(this.desk.shown.study)),
      // Not waited for: it takes minutes and shows its own progress.
      getModel: async () => done(void vscode.commands.executeCommand('steerscope.getModel')),
    };
  }

  private get settings(): BiasSettings {
    return settingsFrom(this.chosen, offered(this.services.directions));
  }

  private snapshot(): BiasSnapshot {
    const { chosen, compared, desk } = this;
    const { shown } = desk;
    return {
      state: {
        settings: chosen ? { ...chosen } : null,
        study: shown?.id ?? null,
        compared: compared?.id ?? null,
      },
      model: subjectModel(this.services),
      directions: offered(this.services.directions).map(choiceOf),
      settings: this.settings,
      ...desk.state,
      ...(shown ? { study: this.figuresOf(shown) } : {}),
      ...(compared ? { compared } : {}),
    };
  }

  private figuresOf({ key, study }: ShownStudy<BiasStudy>): StudyFigures {
    if (this.counted?.key !== key) this.counted = { key, figures: figuresOf(study) };
    return this.counted.figures;
  }

  /** @throws StoreError where there is none of that id */
  private async compare(id: string | null): Promise<void> {
    this.compared = id === null ? undefined : { id, study: figuresOf(await this.desk.load(id)) };
    this.feed.changed();
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
}
