/**
 * What the panel of comparisons shows and does. Its settings and the comparison that is shown are here; the page asks for
 * the figures by the comparison's id, once for each.
 */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { UsageError } from '../../../core/errors.ts';
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
import { localised } from '../localised.ts';
import type { PanelModel, PanelPlace } from '../panelHost.ts';
import type { RunShelf } from '../../runs/runShelf.ts';
import { SnapshotFeed } from '../snapshotFeed.ts';
import { caseShelf, exportCase } from './cases.ts';
import { Comparing } from './comparing.ts';
import { FIRST_SETTINGS, available, choiceOf, isSamePrompt, paramsOf, usual, type Subject } from './subject.ts';

/** The comparison that is shown. */
interface Shown {
  readonly comparison: ComparisonCase;
  /** New for each: pages ask by it. */
  readonly id: string;
  /** Where it was kept. */
  readonly caseId?: string;
}

/** What a page keeps for the time after a reload of the window. */
const keptState = v.strictObject({ settings: v.nullable(compareSettings), caseId: v.nullable(runId) });

export class CompareModel implements PanelModel<ComparePanel> {
  readonly service: ComparePanel;
  private readonly feed = new SnapshotFeed(() => this.snapshot());
  private readonly shelf: RunShelf<ComparisonCase>;
  private readonly comparing: Comparing;
  private readonly subscriptions: vscode.Disposable;
  /** Undefined until somebody chooses: then what is usual is shown. */
  private subject: Subject | undefined;
  private work: CompareWork | undefined;
  private problem: string | undefined;
  private shown: Shown | undefined;
  /** The id of what is being written: a second click keeps nothing twice. */
  private beingKept: string | undefined;

  constructor(private readonly services: Services) {
    const changed = (): void => this.feed.changed();
    this.shelf = caseShelf(services, changed);
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
      this.shelf,
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
    const { settings, caseId } = read.output;
    if (settings) this.subject = { settings };
    if (caseId === null) return;
    const opened = this.open(caseId).then(() => settings && this.change(settings));
    opened.catch((error: unknown) => logError(this.services.log, error, 'compare'));
  }

  /** Takes up what is to be compared, and compares it where there is something to compare. */
  take(subject: Subject): void {
    this.subject = subject;
    this.start();
  }

  /** Shows a comparison that was kept. @throws StoreError */
  async open(id: string): Promise<void> {
    this.openCase(await this.shelf.load(id), id);
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
      comparison: async ({ id }) => (this.shown?.id === id ? this.shown.comparison : null),
      keep: async () => done(this.keep()),
      open: async ({ id }) => done(this.open(id)),
      save: async () => done(this.shown && exportCase(this.shown.comparison)),
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
    const { work, shown } = this;
    const { settings, completion } = this.current;
    const { past } = this.shelf;
    const { error } = engine.state;
    const model = subjectModel(this.services);
    const problem = this.problem ?? (error && wordsOf(error));
    const isKept = past.some(({ id }) => id === shown?.caseId);
    return {
      state: { settings: this.subject ? plainSettings(settings) : null, caseId: shown?.caseId ?? null },
      model,
      directions: directions.all.map(choiceOf),
      settings,
      isCompletion: completion !== undefined,
      isStale: shown !== undefined && work === undefined && !isOf(shown.comparison, settings, model),
      past,
      ...(work ? { work } : {}),
      ...(problem ? { problem } : {}),
      ...(shown ? { shownId: shown.id } : {}),
      ...(shown?.caseId && isKept ? { caseId: shown.caseId } : {}),
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
    this.shown = { comparison, id: randomUUID(), ...(caseId === undefined ? {} : { caseId }) };
    this.feed.changed();
  }

  /** Keeps what is shown, once. @throws StoreError */
  private async keep(): Promise<void> {
    const { shown } = this;
    if (!shown || shown.caseId !== undefined || shown.id === this.beingKept) return;
    this.beingKept = shown.id;
    const caseId = await this.shelf.keep(shown.comparison).finally(() => (this.beingKept = undefined));
    if (this.shown?.id === shown.id) this.shown = { ...shown, caseId };
    this.feed.changed();
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
