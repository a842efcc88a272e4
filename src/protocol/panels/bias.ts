/** The panel of language bias: what it shows, and what it may ask of the host. */
import * as v from 'valibot';
import type { StudyFigures } from '../../core/bias/study.ts';
import type { LanguageId } from '../../core/language/languages.ts';
import { TASKS_IN, TASK_SETS, type TaskSet } from '../../core/bias/parts.ts';
import { PROMPT_STYLES, type PromptStyle } from '../../core/language/prompts/styles.ts';
import type { ParamsSchemas } from '../rpc.ts';
import type { BiasWords } from './biasWords.ts';
import { panelSchemas } from './panel.ts';
import type { PanelModelState, PanelService, Snapshot } from './panel.ts';

/** What the next study will be of. */
export interface BiasSettings {
  /** The name of a direction; null measures the model as it is. */
  readonly direction: string | null;
  /** Which tasks are asked. */
  readonly tasks: TaskSet;
  /** How they are put, the main style first; at least one. */
  readonly styles: readonly PromptStyle[];
  /** Prompts of each condition; of a smaller set all. */
  readonly prompts: number;
  /** True tries several strengths. */
  readonly sweep: boolean;
}

/** The numbers of prompts that the panel offers. */
export const PROMPT_CHOICES: readonly number[] = [6, 12, 20, 40, 84];

export interface DirectionChoice {
  readonly name: string;
  readonly label: string;
  /** The language that it leads to, where there is one. */
  readonly target?: LanguageId;
}

/** A study under way. */
export interface BiasWork {
  /** Of all conditions together; `tokens` tell more of the progress, `answers` more to the user. */
  readonly answers: number;
  readonly totalAnswers: number;
  readonly tokens: number;
  readonly totalTokens: number;
  /** What is being answered now, in the user's language. */
  readonly phase: string;
  /** Milliseconds; absent while that would be a guess. */
  readonly leftMs?: number;
}

export interface PastStudy {
  readonly id: string;
  readonly title: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export interface ComparedStudy {
  readonly id: string;
  readonly study: StudyFigures;
}

export interface BiasSnapshot extends Snapshot {
  /** What is chosen is measured. */
  readonly model: PanelModelState;
  readonly directions: readonly DirectionChoice[];
  readonly settings: BiasSettings;
  readonly work?: BiasWork;
  /** What went wrong last, in words. */
  readonly problem?: string;
  /** The study that is shown, finished or under way. */
  readonly study?: StudyFigures;
  /** Its id where it was kept. */
  readonly studyId?: string;
  readonly past: readonly PastStudy[];
  /** A study that was kept, which the one that is shown is compared with. */
  readonly compared?: ComparedStudy;
}

export interface BiasPanel extends PanelService<BiasWords, BiasSnapshot> {
  choose(params: BiasSettings): Promise<null>;
  /** Begins a study of the settings and returns at once. */
  start(params: Record<string, never>): Promise<null>;
  cancel(params: Record<string, never>): Promise<null>;
  /** Shows a study that was kept. */
  open(params: { readonly id: string }): Promise<null>;
  /** Compares what is shown with a study that was kept; null with none. */
  compare(params: { readonly id: string | null }): Promise<null>;
  /** Asks the user where to, and writes the study that is shown. */
  save(params: Record<string, never>): Promise<null>;
  getModel(params: Record<string, never>): Promise<null>;
}

const nothing = v.strictObject({});

const styles = v.pipe(
  v.array(v.picklist(PROMPT_STYLES)),
  v.minLength(1),
  v.check((list) => new Set(list).size === list.length),
);

export const biasSettings: v.GenericSchema<unknown, BiasSettings> = v.strictObject({
  direction: v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
  prompts: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(Math.max(...Object.values(TASKS_IN)))),
  // Not yet there in what pages of an earlier version have kept.
  tasks: v.optional(v.picklist(TASK_SETS), 'core'),
  styles: v.optional(styles, ['instruction']),
  sweep: v.boolean(),
});

/** The id of a study that was kept. */
export const runId = v.pipe(v.string(), v.regex(/^[0-9a-f-]{36}$/));

export const biasSchemas: ParamsSchemas<BiasPanel> = {
  ...panelSchemas,
  choose: biasSettings,
  start: nothing,
  cancel: nothing,
  open: v.strictObject({ id: runId }),
  compare: v.strictObject({ id: v.nullable(runId) }),
  save: nothing,
  getModel: nothing,
};
