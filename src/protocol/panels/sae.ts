/** The panel of features of sparse autoencoders: what it shows, and what it may ask of the host. */
import * as v from 'valibot';
import { LANGUAGE_IDS, type LanguageId } from '../../core/language/languages.ts';
import { FEATURE_SORTS, type FeatureSort } from '../../core/sae/evidenceList.ts';
import { FEATURE_OPS, type FeatureOp } from '../../core/sae/featureSteering.ts';
import * as field from '../fields.ts';
import type { ParamsSchemas } from '../rpc.ts';
import type { SaeFeatureResult, SaeFeaturesResult, SaeFiresResult } from '../saeFeatureTypes.ts';
import { panelSchemas, type PanelModelState, type PanelService, type PanelWork, type Snapshot } from './panel.ts';
import { saeTrainingSchemas, type SaeTrainingVerbs, type TrainingState } from './saeTraining.ts';
import type { SaeWords } from './saeWords.ts';

export interface SaeSettings {
  /** The autoencoder that is looked into; null where there is none. */
  readonly name: string | null;
  /** Part of a label, a token or a context; empty for all features. */
  readonly search: string;
  readonly language: LanguageId | null;
  readonly sort: FeatureSort;
}

/** What is to be done with the feature that is open, where it steers. */
export interface FeatureSteering {
  readonly op: FeatureOp;
  /** In the unit of the operation. */
  readonly value: number;
}

/** Which tokens it is told of what fires: those before the cursor, or those of a completion. */
export type FiresOf = 'cursor' | 'completion';

/** Tokens before the cursor of which it is told what fires. */
export const CURSOR_TOKENS = 32;

export interface SaeSnapshot extends Snapshot {
  readonly model: PanelModelState;
  /** Those of the model; undefined until the store was looked at. */
  readonly autoencoders?: readonly { readonly name: string; readonly label: string }[];
  readonly settings: SaeSettings;
  readonly work?: PanelWork;
  /** What went wrong last, in words. */
  readonly problem?: string;
  /** True where nobody has looked at the features yet. */
  readonly needsEvidence: boolean;
  /** Which list is there; its rows are asked for. */
  readonly list?: number;
  /** The feature that is open. */
  readonly feature?: number;
  /** Changes when what is known of it does. */
  readonly featureVersion: number;
  /** Of which text it is told what fires, and its name. */
  readonly cursor?: { readonly key: number; readonly of: FiresOf; readonly name: string };
  /** True where there is a completion to read. */
  readonly hasCompletion: boolean;
  readonly steering: FeatureSteering;
  readonly training: TrainingState;
}

export interface SaePanel extends PanelService<SaeWords, SaeSnapshot>, SaeTrainingVerbs {
  choose(params: SaeSettings): Promise<null>;
  /** The rows of the list that is there; null where there is none. */
  list(params: Record<string, never>): Promise<{ readonly key: number; readonly result: SaeFeaturesResult } | null>;
  open(params: { readonly feature: number }): Promise<null>;
  /** What is known of the feature that is open; null where none is. */
  feature(params: Record<string, never>): Promise<SaeFeatureResult | null>;
  label(params: { readonly feature: number; readonly label: string }): Promise<null>;
  chooseSteering(params: FeatureSteering): Promise<null>;
  /** Makes a direction of the feature and asks what it is to steer. Returns at once. */
  steer(params: { readonly feature: number }): Promise<null>;
  /** Asks for a folder and looks at the features on its files. Returns when the folder is chosen. */
  look(params: Record<string, never>): Promise<null>;
  /** Reads the text before the cursor. Returns at once. */
  readCursor(params: Record<string, never>): Promise<null>;
  /** Reads the last completion after its prompt. Returns at once. */
  readCompletion(params: Record<string, never>): Promise<null>;
  /** What fires there; null where nothing was read. */
  fires(params: Record<string, never>): Promise<{ readonly key: number; readonly result: SaeFiresResult } | null>;
  cancel(params: Record<string, never>): Promise<null>;
  getModel(params: Record<string, never>): Promise<null>;
}

const nothing = v.strictObject({});
const feature = field.index;

export const saeSettings: v.GenericSchema<unknown, SaeSettings> = v.strictObject({
  name: v.nullable(field.artefactName),
  search: v.pipe(v.string(), v.maxLength(200)),
  language: v.nullable(v.picklist(LANGUAGE_IDS)),
  sort: v.picklist(FEATURE_SORTS),
});

export const featureSteering: v.GenericSchema<unknown, FeatureSteering> = v.strictObject({
  op: v.picklist(FEATURE_OPS),
  value: field.strength,
});

export const saePanelSchemas: ParamsSchemas<SaePanel> = {
  ...panelSchemas,
  ...saeTrainingSchemas,
  choose: saeSettings,
  list: nothing,
  open: v.strictObject({ feature }),
  feature: nothing,
  label: v.strictObject({ feature, label: field.label }),
  chooseSteering: featureSteering,
  steer: v.strictObject({ feature }),
  look: nothing,
  readCursor: nothing,
  readCompletion: nothing,
  fires: nothing,
  cancel: nothing,
  getModel: nothing,
};
