/**
 * What the panel of comparisons shows and does. Its settings and the comparison that is shown are here; the page asks for
 * the figures by the comparison's id, once for each.
 */
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { JsonValue } from '../../../core/artefact/json.ts';
import { UsageError } from '../../../core/errors.ts';
import { compareOptions } from '../../../protocol/engineSchemas.ts';
import { runId } from '../../../protocol/panels/bias.ts';
import { compareSettings } from '../../../protocol/panels/compare.ts';
import type {
  ComparePanel,
  CompareSettings,
  CompareSnapshot,
  CompareWork,
  ComparisonCase,
} from '../../../protocol/panels/compare.ts';
import { COMPARE_WORDS } from '../../../protocol/panels/compareWords.ts';
import type { PanelModelState } from '../../../protocol/panels/panel.ts';
import { logError, wordsOf } from '../../messages.ts';
import type { Services } from '../../services.ts';
import { subjectModel } from '../subjects.ts';
import { CaseDesk } from '../caseDesk.ts';
import { localised } from '../localised.ts';
import type { PanelModel, PanelPlace } from '../panelHost.ts';
import { SnapshotFeed } from '../snapshotFeed.ts';
import { KEPT_COMPARISONS } from './cases.ts';
import { Comparing } from './comparing.ts';
import { FIRST_SETTINGS, available, choiceOf, isSamePrompt, paramsOf, usual, type Subject } from './subject.ts';

/** What a page keeps for the time after a reload of the window. */
const keptState = v.strictObject({
  settings: v.nullable(compareSettings),
  /** Of the completion that the prompt is of. */
  completion: v.nullable(compareOptions),
  caseId: v.nullable(runId),
});

export class CompareModel implements PanelModel<ComparePanel> {
  readonly service: ComparePanel;
  private readonly feed = new SnapshotFeed(() => this.snapshot());
  private readonly cases: CaseDesk<ComparisonCase>;
  private readonly comparing: Comparing;
  private readonly subscriptions: vscode.Disposable;
  /** Undefined until somebody chooses: then what is usual is shown. */
  private subject: Subject | undefined;
  private work: CompareWork | undefined;
  private problem: string | undefined;

  constructor(private readonly services: Services) {
    const changed = (): void => this.feed.changed();
    this.cases = new CaseDesk(services, KEPT_COMPARISONS, changed);
    this.comparing = new Comparing(services, {
      onWork: (work) => {
        this.work = work;
        changed();
      },
      onDone: (comparison) => this.show(comparison),
      onFailed: (error) => {
        logError(services.log, error, 'compare');
        this.problem = wordsOf(error);
        changed();
      },
    });
    this.subscriptions = vscode.Disposable.from(
      services.engine.onDidChangeState(changed),
      services.directions.onDidChange(changed),
      this.cases,
      this.comparing,
    );
    this.service = this.createService();
  }

  setPlace(place: PanelPlace): void {
    this.feed.setShown(place === 'shown');
    // Nobody looks at it any more, and it is made again as quickly.
    if (place === 'closed') this.comparing.cancel();
  }

  restore(state: unknown): void {
    const read = v.safeParse(keptState, state);
    if (!read.success) return;
    const { settings, completion, caseId } = read.output;
    const take = (): void => {
      if (settings) this.subject = { settings, ...(completion ? { completion } : {}) };
      this.feed.changed();
    };
    take();
    if (caseId !== null)
      this.open(caseId)
        .then(take)
        .catch((error: unknown) => logError(this.services.log, error, 'compare'));
  }

  /** Takes up what is to be compared, and compares it where there is something to compare. */
  take(subject: Subject): void {
    this.subject = subject;
    this.start();
  }

  /** Shows a comparison that was kept. @throws StoreError */
  async open(id: string): Promise<void> {
    this.openCase(await this.cases.load(id), id);
  }

  /** Shows a comparison, of a file where it has no id. */
  openCase(comparison: ComparisonCase, id?: string): void {
    this.comparing.cancel();
    this.subject = subjectOf(comparison);
    this.show(comparison, id);
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.feed.dispose();
  }

  private createService(): ComparePanel {
    const done = async (work: unknown): Promise<null> => {
      await work;
      return null;
    };
    return {
      words: async () => localised(COMPARE_WORDS),
      watch: (_params, context) => this.feed.watch(context),
      choose: async (settings) => done(this.choose(settings)),
      tune: async (settings) => done(this.tune(settings)),
      start: async () => done(this.start()),
      cancel: async () => done(this.comparing.cancel()),
      comparison: async ({ id }) => (this.cases.shown?.id === id ? this.cases.shown.value : null),
      keep: async () => done(this.cases.keep()),
      open: async ({ id }) => done(this.open(id)),
      save: async () => done(this.cases.save()),
      openFile: async () => done(vscode.commands.executeCommand('steerscope.openTrace')),
      // Not waited for: it takes minutes and shows its own progress.
      getModel: async () => done(void vscode.commands.executeCommand('steerscope.getModel')),
    };
  }

  private get current(): Subject {
    const { directions } = this.services;
    if (this.subject === undefined)
      return { settings: { ...FIRST_SETTINGS, b: usual(FIRST_SETTINGS.surface, directions) } };
    return { ...this.subject, settings: available(this.subject.settings, directions) };
  }

  private snapshot(): CompareSnapshot {
    const { engine, directions } = this.services;
    const { work } = this;
    const { shown } = this.cases;
    const { settings, completion } = this.current;
    const { error } = engine.state;
    const model = subjectModel(this.services);
    const problem = this.problem ?? (error && wordsOf(error));
    return {
      state: {
        settings: this.subject ? plainSettings(settings) : null,
        completion: JSON.parse(JSON.stringify(completion ?? null)) as JsonValue,
        caseId: shown?.caseId ?? null,
      },
      model,
      directions: directions.all.map(choiceOf),
      settings,
      isCompletion: completion !== undefined,
      isStale: shown !== undefined && work === undefined && !isOf(shown.value, settings, model),
      ...this.cases.state,
      ...(work ? { work } : {}),
      ...(problem ? { problem } : {}),
      ...(shown ? { shownId: shown.id } : {}),
    };
  }

  /** @throws UsageError for a direction that is not there */
  private choose(settings: CompareSettings): void {
    for (const { direction } of [settings.a, settings.b])
      if (direction !== null && !this.services.directions.all.some(({ name }) => name === direction))
        throw new UsageError(
          'unknown-direction',
          vscode.l10n.t('there is no direction {0} for this model', direction),
          vscode.l10n.t('Choose another.'),
        );
    this.problem = undefined;
    this.change(settings);
  }

  /** The options of a completion stay with its prompt. */
  private change(settings: CompareSettings): void {
    const { completion, settings: before } = this.current;
    this.subject = { settings, ...(completion && isSamePrompt(before, settings) ? { completion } : {}) };
    this.feed.changed();
  }

  private tune(settings: CompareSettings): void {
    this.choose(settings);
    if (settings.prompt.trim() !== '') this.comparing.later(this.current);
  }

  private start(): void {
    this.problem = undefined;
    this.comparing.now(this.current);
  }

  private show(comparison: ComparisonCase, caseId?: string): void {
    this.problem = undefined;
    this.cases.show(comparison, caseId);
  }
}

/** What it was made of, so that it can be changed and made again. */
function subjectOf({ settings, params: { options } }: ComparisonCase): Subject {
  const isTyped = isDeepStrictEqual(options, paramsOf({ settings }).options);
  return isTyped ? { settings } : { settings, completion: options };
}

/** Whether a comparison is of these settings and this model; which text is read makes none. */
function isOf({ settings, result }: ComparisonCase, now: CompareSettings, model: PanelModelState): boolean {
  return (
    result.model === model.name &&
    result.precision === model.precision &&
    JSON.stringify(plainSettings({ ...settings, read: 'a' })) === JSON.stringify(plainSettings({ ...now, read: 'a' }))
  );
}

/** In one order, as plain data. */
function plainSettings({ prompt, surface, a, b, maxTokens, read }: CompareSettings) {
  const side = ({ direction, strength }: CompareSettings['a']) => ({ direction, strength });
  return { prompt, surface, a: side(a), b: side(b), maxTokens, read };
}
