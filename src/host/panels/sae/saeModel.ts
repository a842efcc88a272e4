/**
 * What the panel of features shows and does: the autoencoders of the model, the list of features as it is asked for, one
 * feature, and what fires at the cursor. It draws nothing.
 */
import path from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { SteerscopeError, UsageError } from '../../../core/errors.ts';
import { DEFAULT_DOSE, FEATURE_METHOD, type FeatureOp } from '../../../core/sae/featureSteering.ts';
import type { StorePlace } from '../../../protocol/storePlace.ts';
import { CURSOR_TOKENS, saeSettings, type FiresOf } from '../../../protocol/panels/sae.ts';
import type { FeatureSteering, SaePanel, SaeSettings, SaeSnapshot } from '../../../protocol/panels/sae.ts';
import { trainingChoice } from '../../../protocol/panels/saeTraining.ts';
import { SAE_WORDS } from '../../../protocol/panels/saeWords.ts';
import type { SaeFeaturesResult, SaeFiresResult } from '../../../protocol/saeFeatureTypes.ts';
import type { ReadParams } from '../../../protocol/textTypes.ts';
import { isCancelled, logError, wordsOf } from '../../messages.ts';
import type { Services } from '../../services.ts';
import { completionSource } from '../layers/sources.ts';
import { localised } from '../localised.ts';
import type { PanelModel, PanelPlace } from '../panelHost.ts';
import { SnapshotFeed } from '../snapshotFeed.ts';
import { subjectModel } from '../subjects.ts';
import { autoencodersOf } from './autoencoders.ts';
import { pickFolder } from './corpus.ts';
import { cursorSource } from './cursor.ts';
import { FeatureWork } from './featureWork.ts';
import { TrainingDesk } from './trainingDesk.ts';

/** All features of the largest autoencoders that a laptop trains. */
const MOST_ROWS = 100_000;

/** Features of each token of a text. */
const TOP_OF_TOKEN = 8;

/** Tokens of a completion that are told of, the last ones. */
const MOST_WRITTEN = 128;

/** A text of which it is told what fires. */
interface FiresSource {
  readonly of: FiresOf;
  /** What it is called. */
  readonly name: string;
  readonly text: ReadParams;
  /** Tokens that are told of. */
  readonly last: number;
}

/** A feature, as other parts of the extension name it. */
export interface FeaturePlace {
  readonly name: string;
  readonly feature: number;
}

const USUAL: SaeSettings = { name: null, search: '', language: null, sort: 'auroc' };

const keptState = v.object({
  settings: saeSettings,
  feature: v.nullable(v.number()),
  training: v.exactOptional(trainingChoice),
});

export class SaeModel implements PanelModel<SaePanel> {
  readonly service: SaePanel;
  private readonly feed = new SnapshotFeed(() => this.snapshot());
  private readonly subscriptions: vscode.Disposable;
  private readonly work: FeatureWork;
  private readonly training: TrainingDesk;
  private settings = USUAL;
  private autoencoders: SaeSnapshot['autoencoders'];
  private list: { readonly key: number; readonly result: SaeFeaturesResult } | undefined;
  private needsEvidence = false;
  private problem: string | undefined;
  private feature: number | undefined;
  private featureVersion = 0;
  private steering: FeatureSteering = { op: 'add', value: DEFAULT_DOSE };
  private fires:
    (Pick<FiresSource, 'of' | 'name'> & { readonly key: number; readonly result: SaeFiresResult }) | undefined;
  private keys = 0;

  constructor(private readonly services: Services) {
    const changed = (): void => this.feed.changed();
    this.work = new FeatureWork(services, changed);
    this.training = new TrainingDesk(services, { onChange: changed, onTrained: (name) => this.showTrained(name) });
    let fingerprint: string | undefined;
    this.subscriptions = vscode.Disposable.from(
      services.engine.onDidChangeState(({ summary }) => {
        changed();
        // Another model has other autoencoders.
        if (summary === undefined || summary.fingerprint === fingerprint) return;
        if (fingerprint !== undefined) this.tell(this.refresh());
        fingerprint = summary.fingerprint;
      }),
      services.completionState.onDidChange(changed),
    );
    this.service = this.createService();
  }

  setPlace(place: PanelPlace): void {
    this.feed.setShown(place === 'shown');
    this.training.setPlace(place);
    if (place === 'shown' && this.autoencoders === undefined) this.tell(this.refresh());
  }

  restore(state: unknown): void {
    const read = v.safeParse(keptState, state);
    if (!read.success) return;
    this.settings = read.output.settings;
    this.feature = read.output.feature ?? undefined;
    if (read.output.training) this.training.restore(read.output.training);
  }

  /** Opens a feature that was named elsewhere. */
  openAt({ name, feature }: FeaturePlace): void {
    const isOther = name !== this.settings.name;
    // The list is not in its way.
    this.settings = { ...this.settings, name, search: '', language: null };
    this.feature = feature;
    if (isOther) this.fires = undefined;
    this.tell(this.refresh());
  }

  /** Reads the text before the cursor of the editor that is worked in, also where the panel stands in front of it. */
  readCursor(): void {
    const { name, text } = cursorSource(this.services.workedEditor.current);
    this.read({ of: 'cursor', name, text: { text, special: false }, last: CURSOR_TOKENS });
  }

  /** Reads the last completion after its prompt. */
  readCompletion(): void {
    const { completionState } = this.services;
    const { label, text } = completionSource(completionState);
    const written = completionState.last?.completion.answered.tokens ?? 1;
    this.read({ of: 'completion', name: label, text, last: Math.min(MOST_WRITTEN, Math.max(1, written)) });
  }

  private read({ of, name: source, text, last }: FiresSource): void {
    const task = { kind: 'saeFires', title: vscode.l10n.t('Reading features') };
    const read = async (): Promise<void> => {
      if (this.autoencoders === undefined) await this.refresh();
      const { name } = this.settings;
      if (name === null) throw noAutoencoder();
      await this.work.run(task, async (client, call) => {
        const result = await client.saeFires({ ...text, name, top: TOP_OF_TOKEN, last }, call);
        this.fires = { key: ++this.keys, of, name: source, result };
      });
    };
    this.tell(read());
  }

  dispose(): void {
    this.training.dispose();
    this.subscriptions.dispose();
    this.feed.dispose();
  }

  private createService(): SaePanel {
    const done = async (work: unknown): Promise<null> => {
      await work;
      return null;
    };
    return {
      ...this.training.verbs,
      words: async () => localised(SAE_WORDS),
      watch: (_params, context) => this.feed.watch(context),
      choose: async (settings) => done(this.choose(settings)),
      list: async () => this.list ?? null,
      open: async ({ feature }) => done(this.open(feature)),
      feature: async () => this.openFeature(),
      label: async ({ feature, label }) => done(this.label(feature, label)),
      chooseSteering: async (steering) => {
        this.steering = steering;
        this.feed.changed();
        return null;
      },
      steer: async ({ feature }) => done(this.steer(feature)),
      look: async () => done(this.look()),
      readCursor: async () => done(this.readCursor()),
      readCompletion: async () => done(this.readCompletion()),
      fires: async () => (this.fires ? { key: this.fires.key, result: this.fires.result } : null),
      cancel: async () => done(this.work.cancel()),
      // Not waited for: it takes minutes and shows its own progress.
      getModel: async () => done(void vscode.commands.executeCommand('steerscope.getModel')),
    };
  }

  private snapshot(): SaeSnapshot {
    const { settings, autoencoders, list, feature, featureVersion, needsEvidence, fires } = this;
    const { state: training } = this.training;
    const { error } = this.services.engine.state;
    const problem = this.problem ?? (error && wordsOf(error));
    return {
      state: { settings: { ...settings }, feature: feature ?? null, training: { ...training.choice } },
      model: subjectModel(this.services),
      settings,
      needsEvidence,
      featureVersion,
      steering: this.steering,
      training,
      ...(autoencoders ? { autoencoders } : {}),
      ...(this.work.state ? { work: this.work.state } : {}),
      ...(problem === undefined ? {} : { problem }),
      ...(list ? { list: list.key } : {}),
      ...(feature === undefined ? {} : { feature }),
      hasCompletion: this.services.completionState.last !== undefined,
      ...(fires ? { cursor: { key: fires.key, of: fires.of, name: fires.name } } : {}),
    };
  }

  private get place(): StorePlace {
    return { home: this.services.settings.home };
  }

  /** Looks at the store: which autoencoders there are, and the list of the chosen one. */
  private async refresh(): Promise<void> {
    const fitting = await autoencodersOf(this.services);
    this.autoencoders = fitting.map(({ name, hook, layers }) => ({ name, label: `${name} · ${hook} ${layers[0]}` }));
    const names = fitting.map(({ name }) => name);
    const { name } = this.settings;
    if (name === null || !names.includes(name)) this.settings = { ...this.settings, name: names[0] ?? null };
    await this.readList();
  }

  /** Opens an autoencoder that has come. */
  private async showTrained(name: string): Promise<void> {
    this.settings = { ...this.settings, name, search: '', language: null };
    this.feature = undefined;
    this.fires = undefined;
    await this.refresh();
  }

  private async choose(settings: SaeSettings): Promise<void> {
    const isOther = settings.name !== this.settings.name;
    this.settings = settings;
    if (isOther) {
      this.feature = undefined;
      this.fires = undefined;
    }
    this.feed.changed();
    await this.readList();
  }

  /** Asks for the features as they are wanted now; an answer that comes after the next question is not shown. */
  private async readList(): Promise<void> {
    const { name, search, language, sort } = this.settings;
    const key = ++this.keys;
    this.problem = undefined;
    try {
      const query = { ...(search === '' ? {} : { search }), ...(language === null ? {} : { language }) };
      const params = { ...this.place, name: name ?? '', ...query, sort, limit: MOST_ROWS };
      const result =
        name === null ? undefined : await this.services.engine.withEngine((client) => client.saeFeatures(params));
      if (key < this.keys) return;
      this.list = result && { key, result };
      this.needsEvidence = false;
    } catch (error) {
      if (key < this.keys) return;
      this.list = undefined;
      this.needsEvidence = SteerscopeError.is(error, 'no-evidence');
      if (!this.needsEvidence) throw error;
    } finally {
      this.feed.changed();
    }
  }

  private open(feature: number): void {
    this.feature = feature;
    this.feed.changed();
  }

  private async openFeature() {
    const { feature: index } = this;
    const { name } = this.settings;
    if (index === undefined || name === null) return null;
    return this.services.engine.withEngine((client) => client.saeFeature({ ...this.place, name, index }));
  }

  private async label(index: number, label: string): Promise<void> {
    const { name } = this.settings;
    if (name === null) throw noAutoencoder();
    await this.services.engine.withEngine((client) => client.saeLabel({ ...this.place, name, index, label }));
    this.featureVersion++;
    await this.readList();
  }

  /** Keeps what was chosen for a feature as a direction, and asks what that is to steer. */
  private steer(index: number): void {
    const { name: sae } = this.settings;
    if (sae === null) throw noAutoencoder();
    const { directions } = this.services;
    const { op, value } = this.steering;
    const name = directionName(sae, index, op);
    // What was kept of the same feature is changed; nothing else of the user's is.
    const replace = directions.named(name)?.manifest.method === FEATURE_METHOD;
    const task = { kind: 'saeDirection', title: vscode.l10n.t('Making a direction of feature {0}', index) };
    this.tell(
      this.work
        .run(task, async (client, call) => {
          await client.saeDirection({ name, replace, sae, index, op, value }, call);
          await directions.refresh();
        })
        // Not waited for: it asks the user.
        .then(
          () => void vscode.commands.executeCommand('steerscope.chooseSteering', { direction: directions.named(name) }),
        ),
    );
  }

  private async look(): Promise<void> {
    const { name } = this.settings;
    if (name === null) throw noAutoencoder();
    const folder = await pickFolder(vscode.l10n.t('Look at These Files'));
    if (folder === undefined) return;
    const task = { kind: 'saeEvidence', title: vscode.l10n.t('Looking at features') };
    const params = { name, corpus: folder, corpusName: path.basename(folder), ...EVIDENCE };
    this.tell(
      this.work.run(task, async (client, call) => {
        await client.saeEvidence(params, call);
        this.featureVersion++;
        await this.readList();
      }),
    );
  }

  /** What goes wrong in work that nobody waits for is said in the panel. */
  private tell(work: Promise<void>): void {
    this.problem = undefined;
    work
      .catch((error: unknown) => {
        if (isCancelled(error)) return;
        this.problem = wordsOf(error);
        logError(this.services.log, error, 'sae');
      })
      .finally(() => this.feed.changed());
  }
}

/** As `sae evidence` takes them where nothing else is said. */
const EVIDENCE = { tokens: 200_000, windowTokens: 128, contexts: 8, seed: 0 } as const;

/** `code-16-123`, `code-16-123-clamp`: as long as a name may be. */
function directionName(sae: string, index: number, op: FeatureOp): string {
  return `${sae.slice(0, 40)}-${index}${op === 'add' ? '' : `-${op}`}`;
}

function noAutoencoder(): UsageError {
  return new UsageError(
    'no-autoencoder',
    vscode.l10n.t('there is no autoencoder for this model'),
    vscode.l10n.t('Train one, or bring one along: steerscope sae'),
  );
}
