/** The panel of comparisons: what it shows, and what it may ask of the host. Its readings are large, and asked for by their ids. */
import * as v from 'valibot';
import { SURFACES, type Surface } from '../../core/steering/choice.ts';
import type { CompareParams, CompareResult } from '../compareTypes.ts';
import * as field from '../fields.ts';
import type { ParamsSchemas } from '../rpc.ts';
import { runId, type BiasSnapshot, type PastStudy } from './bias.ts';
import type { CompareWords } from './compareWords.ts';
import { panelSchemas } from './panel.ts';
import type { PanelService, Snapshot } from './panel.ts';

export const MAX_PROMPT_CHARACTERS = 20_000;
export const TOKEN_CHOICES: readonly number[] = [16, 32, 64, 96, 128, 256];
/** Completions may be longer; both texts of a comparison are read whole. */
export const MAX_TOKENS = 512;
/** The range of the sliders; a strength from elsewhere may lie outside. */
export const MAX_STRENGTH = 4;
export const STRENGTH_STEP = 0.05;

/** How one answer is steered; without a direction it is not. */
export interface SideSettings {
  readonly direction: string | null;
  readonly strength: number;
}

export interface CompareSettings {
  readonly prompt: string;
  readonly surface: Surface;
  readonly a: SideSettings;
  readonly b: SideSettings;
  readonly maxTokens: number;
  /** The text that the pictures are of. */
  readonly read: 'a' | 'b';
}

/** A direction, and how prompts must be asked for it to act. */
export interface CompareDirection {
  readonly name: string;
  readonly label: string;
  readonly surface: Surface;
}

export interface CompareWork {
  /** In the user's language; empty until something is known. */
  readonly phase: string;
  readonly done: number;
  readonly total: number;
  /** As far as they are written. */
  readonly texts: { readonly a: string; readonly b: string };
}

/** A comparison that was made, with all that it takes to make it again. */
export interface ComparisonCase {
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly software: string;
  readonly settings: CompareSettings;
  readonly params: CompareParams;
  readonly result: CompareResult;
}

export interface CompareSnapshot extends Snapshot {
  readonly model: BiasSnapshot['model'];
  readonly directions: readonly CompareDirection[];
  readonly settings: CompareSettings;
  /** True where the prompt is asked as a completion was, and not as typed ones are. */
  readonly isCompletion: boolean;
  readonly work?: CompareWork;
  readonly problem?: string;
  /** Names the comparison that is shown: the page asks for it by {@link ComparePanel.comparison}. */
  readonly shownId?: string;
  /** True where it is of other settings. */
  readonly isStale: boolean;
  /** Its id where it was kept. */
  readonly caseId?: string;
  readonly past: readonly PastStudy[];
}

export interface ComparePanel extends PanelService<CompareWords, CompareSnapshot> {
  choose(params: CompareSettings): Promise<null>;
  /** Takes these settings and compares by them once nothing more is changed: what a slider does. */
  tune(params: CompareSettings): Promise<null>;
  /** Compares at once; a comparison under way is given up. */
  start(params: Record<string, never>): Promise<null>;
  cancel(params: Record<string, never>): Promise<null>;
  /** The comparison that is shown, or null where it is another one by now. */
  comparison(params: { readonly id: string }): Promise<ComparisonCase | null>;
  keep(params: Record<string, never>): Promise<null>;
  open(params: { readonly id: string }): Promise<null>;
  save(params: Record<string, never>): Promise<null>;
  openFile(params: Record<string, never>): Promise<null>;
  getModel(params: Record<string, never>): Promise<null>;
}

const nothing = v.strictObject({});

const side: v.GenericSchema<unknown, SideSettings> = v.strictObject({
  direction: v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
  strength: field.strength,
});

export const compareSettings: v.GenericSchema<unknown, CompareSettings> = v.strictObject({
  prompt: v.pipe(field.text, v.maxLength(MAX_PROMPT_CHARACTERS)),
  surface: v.picklist(SURFACES),
  a: side,
  b: side,
  maxTokens: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MAX_TOKENS)),
  read: v.picklist(['a', 'b']),
});

export const compareSchemas: ParamsSchemas<ComparePanel> = {
  ...panelSchemas,
  choose: compareSettings,
  tune: compareSettings,
  start: nothing,
  cancel: nothing,
  comparison: v.strictObject({ id: runId }),
  keep: nothing,
  open: v.strictObject({ id: runId }),
  save: nothing,
  openFile: nothing,
  getModel: nothing,
};
