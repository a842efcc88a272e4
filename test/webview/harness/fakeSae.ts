/** The host of the panel of features as far as its page can see it: it shows what the test says, and notes what it is asked. */
import type { TrainingFigures } from '../../../src/core/sae/training/figures.ts';
import type { FeatureSteering, SaePanel, SaeSettings, SaeSnapshot } from '../../../src/protocol/panels/sae.ts';
import { saePanelSchemas } from '../../../src/protocol/panels/sae.ts';
import type { TrainingChoice } from '../../../src/protocol/panels/saeTraining.ts';
import { SAE_WORDS } from '../../../src/protocol/panels/saeWords.ts';
import type { SaeWords } from '../../../src/protocol/panels/saeWords.ts';
import type { SaeFeatureResult, SaeFeaturesResult, SaeFiresResult } from '../../../src/protocol/saeFeatureTypes.ts';
import { FakePanelHost } from './fakePanel.ts';
import { usePanelPages } from './panelPages.ts';
import { STATES_OF_SAE, sampleCurve, sampleFires, sampleList, samplePage } from './saeStates.ts';

export function useSaePages() {
  return usePanelPages<SaePanel, FakeSae, SaeSnapshot, SaeWords>({
    id: 'sae',
    schemas: saePanelSchemas,
    idle: STATES_OF_SAE.list,
    hostOf: (snapshot, words) => new FakeSae(snapshot, words),
  });
}

export class FakeSae extends FakePanelHost<SaeWords, SaeSnapshot> implements SaePanel {
  /** What is told in place of the samples. */
  told: {
    list?: SaeFeaturesResult;
    page?: SaeFeatureResult;
    fires?: SaeFiresResult;
    curve?: readonly TrainingFigures[];
  } = {};

  constructor(snapshot: SaeSnapshot, table: SaeWords = SAE_WORDS) {
    super(snapshot, table);
  }

  async list() {
    const { list: key } = this.snapshot;
    return key === undefined ? null : { key, result: this.told.list ?? sampleList(key === 9 ? 0 : 4608) };
  }

  async feature() {
    const { feature } = this.snapshot;
    return feature === undefined ? null : (this.told.page ?? samplePage(feature));
  }

  async fires() {
    const { cursor } = this.snapshot;
    return cursor ? { key: cursor.key, result: this.told.fires ?? sampleFires() } : null;
  }

  choose(settings: SaeSettings): Promise<null> {
    this.show({ ...this.snapshot, settings });
    return this.note('choose', settings);
  }

  open(params: { readonly feature: number }): Promise<null> {
    this.show({ ...this.snapshot, feature: params.feature });
    return this.note('open', params);
  }

  chooseSteering(steering: FeatureSteering): Promise<null> {
    this.show({ ...this.snapshot, steering });
    return this.note('chooseSteering', steering);
  }

  steer(params: unknown): Promise<null> {
    return this.note('steer', params);
  }

  label(params: unknown): Promise<null> {
    return this.note('label', params);
  }

  look(params: unknown): Promise<null> {
    return this.note('look', params);
  }

  readCompletion(params: unknown): Promise<null> {
    return this.note('readCompletion', params);
  }

  readCursor(params: unknown): Promise<null> {
    return this.note('readCursor', params);
  }

  cancel(params: unknown): Promise<null> {
    return this.note('cancel', params);
  }

  async curve() {
    const { curve: key } = this.snapshot.training;
    return key === undefined ? null : { key, points: this.told.curve ?? sampleCurve() };
  }

  chooseTraining(choice: TrainingChoice): Promise<null> {
    this.show({ ...this.snapshot, training: { ...this.snapshot.training, choice } });
    return this.note('chooseTraining', choice);
  }

  pickActivations(params: unknown): Promise<null> {
    return this.note('pickActivations', params);
  }

  collect(params: unknown): Promise<null> {
    return this.note('collect', params);
  }

  train(params: unknown): Promise<null> {
    return this.note('train', params);
  }

  cancelTraining(params: unknown): Promise<null> {
    return this.note('cancelTraining', params);
  }

  getModel(params: unknown): Promise<null> {
    return this.note('getModel', params);
  }
}
