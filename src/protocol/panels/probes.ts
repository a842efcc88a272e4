/** The panel of probes: what it shows, and what it may ask of the host. */
import * as v from 'valibot';
import type { ScoredToken } from '../../core/charts/tokenScores.ts';
import { LANGUAGE_IDS, type LanguageId } from '../../core/language/languages.ts';
import { PROBE_HOOKS, type ProbeHook } from '../../core/probes/question.ts';
import type { ProbeStudy } from '../../core/probes/study.ts';
import type { ParamsSchemas } from '../rpc.ts';
import { runId } from './bias.ts';
import { panelSchemas } from './panel.ts';
import type { PanelService, Snapshot } from './panel.ts';
import type { ProbesWords } from './probesWords.ts';

/** What the next study will be of. */
export interface ProbesSettings {
  readonly target: LanguageId;
  /** Another language, or all that are told apart together. */
  readonly against: LanguageId | 'all';
  readonly hook: ProbeHook;
  /** The place that it is compared with; null where with none. */
  readonly elsewhere: ProbeHook | null;
  /** Of folds and shuffles. */
  readonly seed: number;
}

/** The seeds that the panel offers. */
export const SEED_CHOICES: readonly number[] = [0, 1, 2, 3, 4];
const MAX_SEED = 2 ** 32 - 1;

/** A study under way, as its step is. */
export interface ProbesWork {
  /** The place that is being probed, and which of how many. */
  readonly hook: string;
  readonly place: number;
  readonly places: number;
  /** What is being done, in words. */
  readonly phase: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  /** Milliseconds until the end of the step; absent while that would be a guess. */
  readonly leftMs?: number;
}

export interface PastProbes {
  readonly id: string;
  readonly title: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** What was read of a file. */
export interface FileReading {
  /** Which reading it is. */
  readonly key: number;
  readonly languages: readonly string[];
  readonly tokens: readonly ScoredToken[];
  /** The first line that was read, counted from 0: of a long text only the end is. */
  readonly firstLine: number;
  readonly probe: { readonly name: string; readonly layer: number; readonly notes: readonly string[] };
  readonly model: { readonly name: string; readonly precision: string };
  /** ISO 8601, UTC. */
  readonly readAt: string;
}

/** A file as far as a snapshot tells of it: its tokens are asked for. */
export interface ReadFile {
  readonly key: number;
  /** As the workspace names it, with the lines of a selection. */
  readonly name: string;
  /** The text has changed since. */
  readonly isStale: boolean;
}

export interface ProbesSnapshot extends Snapshot {
  readonly model: {
    readonly state: 'missing' | 'fetching' | 'closed' | 'opening' | 'ready' | 'failed';
    readonly name: string;
    readonly precision: string;
  };
  readonly settings: ProbesSettings;
  readonly work?: ProbesWork;
  /** What went wrong last, in words. */
  readonly problem?: string;
  /** Which study is shown; its figures are asked for. */
  readonly study?: number;
  /** Its id where it was kept. */
  readonly studyId?: string;
  readonly past: readonly PastProbes[];
  /** The file that would be read now, by its name. */
  readonly file?: string;
  readonly isReading: boolean;
  /** Why the file could not be read, in words, and whether making a probe is what helps. */
  readonly fileProblem?: { readonly text: string; readonly needsProbe: boolean };
  /** The file that was read. */
  readonly reading?: ReadFile;
}

/** The figures of the study that is shown. */
export interface ProbesFigures {
  readonly key: number;
  readonly study: ProbeStudy;
}

export interface ProbesPanel extends PanelService<ProbesWords, ProbesSnapshot> {
  choose(params: ProbesSettings): Promise<null>;
  /** Begins a study of the settings and returns at once. */
  start(params: Record<string, never>): Promise<null>;
  cancel(params: Record<string, never>): Promise<null>;
  /** Shows a study that was kept. */
  open(params: { readonly id: string }): Promise<null>;
  /** Asks the user where to, and writes the study that is shown. */
  save(params: Record<string, never>): Promise<null>;
  /** The study that is shown; null where there is none. */
  figures(params: Record<string, never>): Promise<ProbesFigures | null>;
  /** Begins to read the current file, or what is selected in it, and returns at once. */
  readFile(params: Record<string, never>): Promise<null>;
  /** The tokens that were read; null where nothing was. */
  tokens(params: Record<string, never>): Promise<FileReading | null>;
  /** Moves the editor to a token of the reading. */
  openToken(params: { readonly key: number; readonly index: number }): Promise<null>;
  /** Makes a probe of languages, for a model that has none; it takes minutes and shows its own progress. */
  fitLines(params: Record<string, never>): Promise<null>;
  getModel(params: Record<string, never>): Promise<null>;
}

const nothing = v.strictObject({});
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const probesSettings: v.GenericSchema<unknown, ProbesSettings> = v.pipe(
  v.strictObject({
    target: v.picklist(LANGUAGE_IDS),
    against: v.picklist([...LANGUAGE_IDS, 'all']),
    hook: v.picklist(PROBE_HOOKS),
    elsewhere: v.nullable(v.picklist(PROBE_HOOKS)),
    seed: v.pipe(whole, v.maxValue(MAX_SEED)),
  }),
  v.check(({ target, against }) => target !== against, 'must name two languages'),
  v.check(({ hook, elsewhere }) => hook !== elsewhere, 'must compare two places'),
);

export const probesSchemas: ParamsSchemas<ProbesPanel> = {
  ...panelSchemas,
  choose: probesSettings,
  start: nothing,
  cancel: nothing,
  open: v.strictObject({ id: runId }),
  save: nothing,
  figures: nothing,
  readFile: nothing,
  tokens: nothing,
  openToken: v.strictObject({ key: whole, index: whole }),
  fitLines: nothing,
  getModel: nothing,
};
