/** The panel of interventions: what it shows, and what it may ask of the host. */
import * as v from 'valibot';
import { SITE_NAMES, type SiteName } from '../../core/graph/interventionSites.ts';
import * as field from '../fields.ts';
import { MOST_CONTINUED, type InterveneResult, type SweepResult } from '../interventionTypes.ts';
import type { ParamsSchemas } from '../rpc.ts';
import { runId, type PastStudy } from './bias.ts';
import type { InterveneWords } from './interveneWords.ts';
import { panelSchemas } from './panel.ts';
import type { PanelModelState, PanelService, Snapshot } from './panel.ts';

/** Characters of a text: longer ones take minutes, and their tokens cannot be looked over. */
export const MOST_TEXT = 8000;

export const CHANGE_KINDS = ['zero', 'mean', 'scale', 'patch'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** What the next intervention and the next sweep will be of. */
export interface InterveneSettings {
  readonly text: string;
  /** Read as the prompt of a chat, the answer begun with the prefill; null reads the text as it is. */
  readonly prefill: string | null;
  readonly hook: SiteName;
  /** A head or a neuron; null for the whole value. */
  readonly index: number | null;
  readonly layer: number;
  /** Counted from 0; a negative one from the end. */
  readonly position: number;
  readonly change: ChangeKind;
  /** Of `scale`. */
  readonly factor: number;
  /** Of `patch`. */
  readonly source: string;
  /** null is the same distance from the end as the position. */
  readonly sourcePosition: number | null;
  /** As they are written, see `tokenChoice`; both empty for the two likeliest. */
  readonly tokens: readonly [string, string];
  readonly continued: number;
  /** `all`, or a list such as `0,5,10-20`. */
  readonly layers: string;
  /** How many of the last positions are swept. */
  readonly last: number;
}

/** Where figures come from. */
export interface Provenance {
  readonly model: string;
  readonly precision: string;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  readonly software: string;
}

/** The tokens of a text as it runs, in the vocabulary's own spelling. */
export type TokenPieces = readonly string[];

export interface InterveneWork {
  readonly kind: 'single' | 'sweep';
  readonly done: number;
  /** Runs of a whole text. */
  readonly total: number;
  /** Milliseconds; absent while that would be a guess. */
  readonly leftMs?: number;
}

/** Tokens that a snapshot names: the page asks for them by the id, which another text has another one of. */
export interface NamedTokens {
  readonly id: string;
  readonly count: number;
}

/** Figures that a snapshot names: the page asks for them by the id. */
export interface NamedFigures {
  readonly id: string;
  readonly from: Provenance;
  /** Where they are of something else than is set now: of other settings, or of another model. */
  readonly stale?: 'settings' | 'model';
}

export interface InterveneSnapshot extends Snapshot {
  readonly model: PanelModelState & {
    /** Known when the model is open. */
    readonly layers?: number;
    readonly heads?: number;
  };
  readonly settings: InterveneSettings;
  /** Absent where the text was not read yet. */
  readonly tokens?: NamedTokens;
  readonly sourceTokens?: NamedTokens;
  /** Runs of a whole text that each will take; absent where that cannot be known yet. */
  readonly runs?: { readonly single: number; readonly sweep: number | null };
  readonly hasCompletion: boolean;
  readonly work?: InterveneWork;
  readonly problem?: string;
  /** The intervention and the sweep that are shown. */
  readonly single?: NamedFigures;
  readonly sweep?: NamedFigures;
  /** The id of what is shown where it was kept. */
  readonly caseId?: string;
  readonly past: readonly PastStudy[];
}

export interface IntervenePanel extends PanelService<InterveneWords, InterveneSnapshot> {
  choose(params: InterveneSettings): Promise<null>;
  /** Reads the text, so that its tokens can be chosen. */
  read(params: Record<string, never>): Promise<null>;
  /** Begins the intervention of the settings and returns at once. */
  start(params: Record<string, never>): Promise<null>;
  startSweep(params: Record<string, never>): Promise<null>;
  cancel(params: Record<string, never>): Promise<null>;
  /** The tokens of the text, or of the source, of this id. */
  tokens(params: { readonly id: string }): Promise<TokenPieces>;
  /** Figures of the intervention of this id. */
  single(params: { readonly id: string }): Promise<InterveneResult>;
  /** Figures of the sweep of this id. */
  sweep(params: { readonly id: string }): Promise<SweepResult>;
  /** Begins the single intervention of a cell of the sweep that is shown. */
  openCell(params: { readonly layer: number; readonly position: number }): Promise<null>;
  /** Takes what is selected in the editor as the text. */
  takeSelection(params: Record<string, never>): Promise<null>;
  /** Takes what the model was asked for the last completion. */
  takeCompletion(params: Record<string, never>): Promise<null>;
  /** Keeps what is shown as a case. */
  keep(params: Record<string, never>): Promise<null>;
  /** Shows a case that was kept. */
  open(params: { readonly id: string }): Promise<null>;
  /** Asks the user where to, and writes what is shown as a file that opens without the model. */
  save(params: Record<string, never>): Promise<null>;
  openFile(params: Record<string, never>): Promise<null>;
  getModel(params: Record<string, never>): Promise<null>;
}

const nothing = v.strictObject({});
const text = v.pipe(field.text, v.maxLength(MOST_TEXT));
const short = v.pipe(field.text, v.maxLength(200));

export const interveneSettings: v.GenericSchema<unknown, InterveneSettings> = v.strictObject({
  text,
  prefill: v.nullable(text),
  hook: v.picklist(SITE_NAMES),
  index: v.nullable(field.index),
  layer: field.index,
  position: field.position,
  change: v.picklist(CHANGE_KINDS),
  factor: field.strength,
  source: text,
  sourcePosition: v.nullable(field.position),
  tokens: v.strictTuple([short, short]),
  continued: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MOST_CONTINUED)),
  layers: v.pipe(field.layers, v.maxLength(200)),
  last: field.last,
});

export const interveneSchemas: ParamsSchemas<IntervenePanel> = {
  ...panelSchemas,
  choose: interveneSettings,
  read: nothing,
  start: nothing,
  startSweep: nothing,
  cancel: nothing,
  tokens: v.strictObject({ id: runId }),
  single: v.strictObject({ id: runId }),
  sweep: v.strictObject({ id: runId }),
  openCell: v.strictObject({ layer: field.index, position: field.index }),
  takeSelection: nothing,
  takeCompletion: nothing,
  keep: nothing,
  open: v.strictObject({ id: runId }),
  save: nothing,
  openFile: nothing,
  getModel: nothing,
};
