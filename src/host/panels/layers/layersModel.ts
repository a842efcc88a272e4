/** What the panel of layers shows and does: one reading at a time, of the editor, of a completion, or of a file. It draws nothing. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { headGrid, layersGrid } from '../../../core/charts/layersGrid.ts';
import type { JsonValue } from '../../../core/artefact/json.ts';
import { UsageError } from '../../../core/errors.ts';
import type { PanelWork } from '../../../protocol/panels/panel.ts';
import {
  layersSettings,
  type LayersPanel,
  type LayersSettings,
  type LayersSnapshot,
} from '../../../protocol/panels/layers.ts';
import { LAYERS_WORDS } from '../../../protocol/panels/layersWords.ts';
import type { ReadParams } from '../../../protocol/textTypes.ts';
import type { Writing, WritingListener } from '../../completion/onlooker.ts';
import type { EngineClient } from '../../engine/engineHost.ts';
import { isCancelled, logError, wordsOf } from '../../messages.ts';
import type { Services } from '../../services.ts';
import { localised } from '../localised.ts';
import type { PanelModel, PanelPlace } from '../panelHost.ts';
import { SnapshotFeed } from '../snapshotFeed.ts';
import { choiceOf, subjectModel } from '../subjects.ts';
import { saveTrace, type Trace } from '../trace.ts';
import { autoencodersOf } from '../sae/autoencoders.ts';
import { cellOf } from './cellView.ts';
import { LiveReading } from './liveReading.ts';
import { isStale, showable, shownOf, shownOfTrace, summaryOf, traceOf, type Shown } from './shown.ts';
import { TokenFeaturesReader } from './tokenFeatures.ts';
import { completionSource, editorSource, readSource, type ReadSource } from './sources.ts';

/** The kind of the task; one runs at a time. */
export const READING = 'layers';

/** Likeliest tokens of each cell. */
const TOP = 5;

const USUAL: LayersSettings = {
  measure: 'lens',
  language: 'cpp',
  direction: null,
  tokens: 128,
  steered: false,
  follows: false,
};

/** What a page keeps for the time after a reload of the window. */
const keptState = v.object({ settings: layersSettings, source: v.nullable(readSource) });

export class LayersModel implements PanelModel<LayersPanel> {
  readonly service: LayersPanel;
  private readonly feed = new SnapshotFeed(() => this.snapshot());
  private readonly subscriptions: vscode.Disposable;
  private readonly tokenFeatures = new TokenFeaturesReader();
  private place: PanelPlace = 'closed';
  private settings = USUAL;
  private work: PanelWork | undefined;
  private problem: string | undefined;
  private shown: Shown | undefined;
  /** The completion that is being written, or was and is not read yet. */
  private live: LiveReading | undefined;
  /** True while a completion is read because completions are followed. */
  private isFollowing = false;
  /** The completion that was offered last, to know another when it comes. */
  private followed: unknown;

  constructor(private readonly services: Services) {
    const changed = (): void => this.feed.changed();
    const { engine, directions, completionState } = services;
    this.subscriptions = vscode.Disposable.from(
      engine.onDidChangeState(changed),
      directions.onDidChange(changed),
      completionState.onDidChange(() => this.onCompletion()),
    );
    completionState.onlooker = (writing) => this.lookOn(writing);
    this.service = this.createService();
  }

  setPlace(place: PanelPlace): void {
    this.place = place;
    this.feed.setShown(place === 'shown');
    this.follow();
  }

  restore(state: unknown): void {
    const read = v.safeParse(keptState, state);
    if (!read.success) return;
    const { settings, source } = read.output;
    this.settings = settings;
    // The text and not its figures is kept, which are read anew.
    if (source && !this.work) this.begin(source);
  }

  readEditor(): void {
    this.begin(editorSource(this.services.workedEditor.current));
  }

  readCompletion(): void {
    this.begin(completionSource(this.services.completionState));
  }

  /** Shows a reading from a file. @throws StoreError `unreadable-trace` */
  openTrace({ data }: Trace): void {
    this.shown = shownOfTrace(data, this.settings);
    this.dropLive();
    // What is being read would take its place.
    this.services.tasks.cancel(READING);
    this.problem = undefined;
    this.settings = showable(this.settings, this.shown);
    this.feed.changed();
  }

  dispose(): void {
    this.services.completionState.onlooker = undefined;
    this.dropLive();
    this.subscriptions.dispose();
    this.feed.dispose();
  }

  private createService(): LayersPanel {
    const done = async (work: unknown): Promise<null> => {
      await work;
      return null;
    };
    const words = () => localised(LAYERS_WORDS).charts;
    return {
      words: async () => localised(LAYERS_WORDS),
      watch: (_params, context) => this.feed.watch(context),
      choose: async (settings) => done(this.choose(settings)),
      readEditor: async () => done(this.readEditor()),
      readCompletion: async () => done(this.readCompletion()),
      cancel: async () => done(this.services.tasks.cancel(READING)),
      grid: async ({ id, ...picture }) => {
        const { reading, isWriting } = this.shownAs(id);
        return layersGrid(reading, picture, words(), isWriting);
      },
      cell: async ({ id, row, layer }, { signal }) => this.cell(this.shownAs(id), row, layer, signal),
      features: async ({ id, row }, { signal }) => this.features(this.shownAs(id), row, signal),
      openFeature: async (at) => done(vscode.commands.executeCommand('steerscope.showFeatures', at)),
      head: async ({ id, layer, head }, { signal }) => {
        const { live } = this.shownAs(id);
        if (!live) throw needsModel();
        const read = await this.takeApart(live, signal, (client, text) =>
          client.attention({ ...text, layer, head }, { signal }),
        );
        return headGrid(read, { layer, head }, words());
      },
      save: async () => done(this.save()),
      open: async () => done(vscode.commands.executeCommand('steerscope.openTrace')),
      // Not waited for: these take minutes and show their own progress.
      fitProbes: async () => done(void this.fitProbes()),
      getModel: async () => done(void vscode.commands.executeCommand('steerscope.getModel')),
    };
  }

  private snapshot(): LayersSnapshot {
    const { current: settings, work } = this;
    const shown = this.live?.shown ?? this.shown;
    const { directions, completionState, engine } = this.services;
    const model = subjectModel(this.services);
    const { error } = engine.state;
    const problem = this.problem ?? (error && wordsOf(error));
    return {
      state: JSON.parse(JSON.stringify({ settings, source: this.shown?.live?.source ?? null })) as JsonValue,
      model,
      directions: directions.all.map(choiceOf),
      settings,
      isStale: shown !== undefined && isStale(shown, settings, model),
      hasCompletion: completionState.last !== undefined,
      ...(work ? { work } : {}),
      ...(problem ? { problem } : {}),
      ...(shown ? { reading: summaryOf(shown) } : {}),
    };
  }

  /** Without a direction that is gone. */
  private get current(): LayersSettings {
    const { directions, engine } = this.services;
    const { direction } = this.settings;
    // After a reload of the window they are not known at once.
    const isKnown = directions.all.length > 0 || engine.state.summary !== undefined;
    const isGone = isKnown && !directions.all.some(({ name }) => name === direction);
    return isGone ? { ...this.settings, direction: null } : this.settings;
  }

  private choose(settings: LayersSettings): void {
    const { direction } = settings;
    if (direction !== null && !this.services.directions.all.some(({ name }) => name === direction))
      throw new UsageError(
        'unknown-direction',
        vscode.l10n.t('there is no direction {0} for this model', direction),
        vscode.l10n.t('Choose another.'),
      );
    this.settings = settings;
    if (!settings.follows) this.dropLive();
    this.feed.changed();
  }

  private onCompletion(): void {
    this.feed.changed();
    this.follow();
    // One that was given up, or had nothing to offer, is not read.
    if (this.live?.isEnded === true && !this.work) this.dropLive();
  }

  /** Looks on while a completion is written, where somebody sees it. */
  private lookOn(writing: Writing): WritingListener | undefined {
    if (!this.settings.follows || this.place !== 'shown') return undefined;
    // The one before has been followed for long enough: the new one must not wait for it.
    if (this.isFollowing) this.services.tasks.cancel(READING);
    this.dropLive();
    const live = new LiveReading(writing, this.current, () => this.feed.changed());
    this.live = live;
    return { onLayers: (tokens) => live.add(tokens), onEnd: () => (live.isEnded = true) };
  }

  private dropLive(): void {
    if (!this.live) return;
    this.live.dispose();
    this.live = undefined;
    this.feed.changed();
  }

  /** Reads a completion that is new, where that is wanted: at once, or when what is being read is done. */
  private follow(): void {
    const { last } = this.services.completionState;
    // A picture that nobody sees is worth no time of the engine's.
    if (last === this.followed || this.work || this.place !== 'shown') return;
    this.followed = last;
    if (!last || !this.settings.follows) return;
    this.readCompletion();
    this.isFollowing = true;
  }

  /** Reads, and shows what was read. One reading runs at a time; its end is seen in the panel. */
  private begin(source: ReadSource): void {
    if (this.work)
      throw new UsageError(
        'already-running',
        vscode.l10n.t('a text is being read'),
        vscode.l10n.t('Wait for it, or cancel it.'),
      );
    // What was completed before is not what was asked for now.
    this.followed = this.services.completionState.last;
    this.work = { phase: '', done: 0 };
    this.problem = undefined;
    const { live } = this;
    this.feed.changed();
    this.read(source)
      .catch((error: unknown) => {
        if (!isCancelled(error)) this.problem = wordsOf(error);
        logError(this.services.log, error, READING);
      })
      .finally(() => {
        this.work = undefined;
        this.isFollowing = false;
        // Another one may be under way by now.
        if (this.live === live) this.dropLive();
        this.feed.changed();
        this.follow();
      });
  }

  private async read(source: ReadSource): Promise<void> {
    const { engine, tasks } = this.services;
    const { current: settings } = this;
    const { direction, tokens, steered } = settings;
    const steer = steered ? source.steer : [];
    const task = {
      kind: READING,
      title: vscode.l10n.t('Reading the layers'),
      location: vscode.ProgressLocation.Window,
      onProgress: (
        { phase, done, total }: { phase: string; done: number; total?: number },
        leftMs: number | undefined,
      ) => {
        this.work = {
          phase,
          done,
          ...(total === undefined ? {} : { total }),
          ...(leftMs === undefined ? {} : { leftMs }),
        };
        this.feed.changed();
      },
    } as const;
    await tasks.run(task, ({ signal, report }) =>
      engine.use(
        async (client, model) => {
          const { steer: applied, ...reading } = await client.layers(
            {
              ...source.text,
              last: tokens,
              top: TOP,
              probe: 'if-there',
              ...(steer.length > 0 ? { steer } : {}),
              ...(direction === null ? {} : { direction }),
            },
            { signal, onEvent: report },
          );
          this.shown = shownOf(source, reading, { applied, model, settings });
          this.settings = showable(this.settings, this.shown);
        },
        { signal, onProgress: report },
      ),
    );
  }

  private async cell(shown: Shown, row: number, layer: number, signal: AbortSignal) {
    const { reading, live } = shown;
    if (layer >= reading.layers || reading.first + row >= reading.ids.length)
      throw new UsageError('no-such-cell', vscode.l10n.t('there is no such cell'), vscode.l10n.t('Choose another.'));
    const words = localised(LAYERS_WORDS).charts;
    if (!live) return cellOf(reading, row, layer, words);
    const position = reading.first + row;
    const cell = await this.takeApart(live, signal, (client, text) =>
      client.cell({ ...text, layer, position, neurons: 8, top: 5 }, { signal }),
    );
    return cellOf(reading, row, layer, words, cell);
  }

  private async features({ id, reading, live }: Shown, row: number, signal: AbortSignal) {
    if (!live) return null;
    const names = (await autoencodersOf(this.services)).map(({ name }) => name);
    const last = reading.ids.length - reading.first;
    return this.tokenFeatures.at({ id, last }, reading.first + row, names, (ask) => this.takeApart(live, signal, ask));
  }

  /** Asks more about the text that is shown. @throws UsageError `other-model`: its tokens and layers would be others */
  private takeApart<T>(
    { source, fingerprint }: NonNullable<Shown['live']>,
    signal: AbortSignal,
    ask: (client: EngineClient, text: ReadParams) => Promise<T>,
  ): Promise<T> {
    return this.services.engine.use(
      async (client, model) => {
        if (model.fingerprint !== fingerprint) throw otherModel();
        return ask(client, source.text);
      },
      { signal },
    );
  }

  /** Makes the probes, and reads again what is shown without them. */
  private async fitProbes(): Promise<void> {
    const isMade = await vscode.commands.executeCommand('steerscope.fitLines');
    const { live, reading } = this.shown ?? {};
    if (isMade === true && live && !reading?.probe && !this.work) this.begin(live.source);
  }

  private async save(): Promise<void> {
    if (this.shown) await saveTrace('layers', this.shown.source, traceOf(this.shown));
  }

  private shownAs(id: string): Shown {
    if (this.live?.shown && this.live.hasId(id)) return this.live.shown;
    if (this.shown?.id === id) return this.shown;
    throw new UsageError('other-reading', vscode.l10n.t('another text has been read meanwhile'), '');
  }
}

function otherModel(): UsageError {
  return new UsageError(
    'other-model',
    vscode.l10n.t('another model was chosen meanwhile'),
    vscode.l10n.t('Read the text again to take it apart.'),
  );
}

function needsModel(): UsageError {
  return new UsageError(
    'no-model',
    vscode.l10n.t('this reading is from a file'),
    vscode.l10n.t('Read the text again to take it apart.'),
  );
}
