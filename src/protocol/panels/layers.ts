/** The panel of layers: what it shows of a text, and what it may ask of the host. */
import * as v from 'valibot';
import type { Grid } from '../../core/charts/grid.ts';
import { LAYER_MEASURES, type LayerMeasure, type LayersPicture } from '../../core/charts/layersGrid.ts';
import { LANGUAGE_IDS, type LanguageId } from '../../core/language/languages.ts';
import type { ProbeScores } from '../../core/lens/reading.ts';
import { artefactName } from '../fields.ts';
import type { CallContext, ParamsSchemas } from '../rpc.ts';
import type { LayersWords } from './layersWords.ts';
import { panelSchemas, type PanelModelState, type PanelService, type PanelWork, type Snapshot } from './panel.ts';

/** What the settings say of the picture is drawn of the same reading. */
export interface LayersSettings extends LayersPicture {
  /** A direction that the streams are compared with; null compares them with none. */
  readonly direction: string | null;
  /** Tokens that are read: the last of the text. */
  readonly tokens: number;
  /** True reads a completion under its own steering, at every position. */
  readonly steered: boolean;
  /** True follows every completion: while it is written, and as a whole when it is done. */
  readonly follows: boolean;
}

/** The numbers of tokens that the panel offers. */
export const TOKEN_CHOICES: readonly number[] = [32, 64, 128, 256, 512];

/** What was read, and where it comes from; the figures themselves are asked for. */
export interface LayersReading {
  /** Another reading has another one. */
  readonly id: string;
  /** `main.py, lines 3 to 20`. */
  readonly source: string;
  readonly tokens: number;
  readonly read: number;
  readonly layers: number;
  readonly heads: number;
  readonly hasCosine: boolean;
  /** What scored the streams of each layer by language; absent where there was no probe of every layer. */
  readonly probe?: Omit<ProbeScores, 'scores'> & { readonly languages: readonly LanguageId[] };
  /** Massive activations among the cells. */
  readonly massive: number;
  readonly model: string;
  readonly precision: string;
  /** What steered it, in words; empty where nothing did. */
  readonly steering: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** False where it was opened from a file: then the model is not there to take cells apart. */
  readonly isLive: boolean;
  /** True while the model writes the text: the reading grows, and what is not read yet is empty. */
  readonly isWriting: boolean;
}

export interface LayersSnapshot extends Snapshot {
  readonly model: PanelModelState;
  readonly directions: readonly { readonly name: string; readonly label: string }[];
  readonly settings: LayersSettings;
  readonly work?: PanelWork;
  /** What went wrong last, in words. */
  readonly problem?: string;
  readonly reading?: LayersReading;
  /** True where the settings have changed what a reading would be. */
  readonly isStale: boolean;
  /** True where there is a completion to read. */
  readonly hasCompletion: boolean;
}

/** A token with a probability or a logit. */
export type NamedToken = readonly [token: string, value: number];

/** One cell, taken apart. */
export interface LayersCell {
  readonly layer: number;
  readonly position: number;
  readonly token: string;
  /** What the lens would say next, with probabilities. */
  readonly next: readonly NamedToken[];
  readonly figures: Readonly<Partial<Record<LayerMeasure, number>>>;
  /** The probability of each language by the probe of the layer; empty where it has none here. */
  readonly languages: readonly NamedToken[];
  /** Heads by keys; absent where the reading is of a file. */
  readonly attention?: Grid;
  readonly neurons: readonly {
    readonly neuron: number;
    readonly activation: number;
    readonly contribution: number;
    readonly promoted: readonly NamedToken[];
    readonly suppressed: readonly NamedToken[];
  }[];
}

/** Which features of an autoencoder are active at a token, the strongest first. */
export interface TokenFeatures {
  /** Of the autoencoder. */
  readonly name: string;
  readonly layer: number;
  readonly hook: string;
  /** How many are active, those that are not listed too. */
  readonly active: number;
  readonly features: readonly {
    readonly index: number;
    readonly activation: number;
    /** Empty where nobody has looked at it. */
    readonly label: string;
  }[];
}

export interface LayersPanel extends PanelService<LayersWords, LayersSnapshot> {
  choose(params: LayersSettings): Promise<null>;
  /** Reads the selection of the active editor, or all of it. Returns at once. */
  readEditor(params: Record<string, never>): Promise<null>;
  /** Reads the last completion with its prompt. */
  readCompletion(params: Record<string, never>): Promise<null>;
  cancel(params: Record<string, never>): Promise<null>;
  /** The picture of the reading of that id. */
  grid(params: LayersPicture & { readonly id: string }): Promise<Grid>;
  /** @param params.row of the grid, counted from the first token that was read */
  cell(
    params: { readonly id: string; readonly row: number; readonly layer: number },
    context: CallContext,
  ): Promise<LayersCell>;
  /** Of the token in a row, by each autoencoder of the model; null where the model is not there to read it. */
  features(
    params: { readonly id: string; readonly row: number },
    context: CallContext,
  ): Promise<readonly TokenFeatures[] | null>;
  /** Opens the panel of features at one. */
  openFeature(params: { readonly name: string; readonly feature: number }): Promise<null>;
  head(
    params: { readonly id: string; readonly layer: number; readonly head: number },
    context: CallContext,
  ): Promise<Grid>;
  /** Asks the user where to, and writes the reading as a file that opens without the model. */
  save(params: Record<string, never>): Promise<null>;
  open(params: Record<string, never>): Promise<null>;
  /** Makes probes of languages of every layer, which takes minutes, and then reads the text again. Returns at once. */
  fitProbes(params: Record<string, never>): Promise<null>;
  getModel(params: Record<string, never>): Promise<null>;
}

const nothing = v.strictObject({});
const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const id = v.pipe(v.string(), v.maxLength(64));
const measure = v.picklist(LAYER_MEASURES);
const language = v.picklist(LANGUAGE_IDS);

export const layersSettings: v.GenericSchema<unknown, LayersSettings> = v.strictObject({
  measure,
  // Not yet there in what pages of an earlier version have kept.
  language: v.optional(language, 'cpp'),
  direction: v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
  tokens: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(4096)),
  steered: v.boolean(),
  follows: v.boolean(),
});

export const layersSchemas: ParamsSchemas<LayersPanel> = {
  ...panelSchemas,
  choose: layersSettings,
  readEditor: nothing,
  readCompletion: nothing,
  cancel: nothing,
  grid: v.strictObject({ id, measure, language }),
  cell: v.strictObject({ id, row: index, layer: index }),
  features: v.strictObject({ id, row: index }),
  openFeature: v.strictObject({ name: artefactName, feature: index }),
  head: v.strictObject({ id, layer: index, head: index }),
  save: nothing,
  open: nothing,
  fitProbes: nothing,
  getModel: nothing,
};
