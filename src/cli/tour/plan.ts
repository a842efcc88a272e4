/**
 * What a tour will do, settled before anything is started: languages, prompts, and the options of every answer. It is
 * pure, so a wrong call is refused at once and a plan can be tested without an engine.
 */
import { UsageError } from '../../core/errors.ts';
import { LANGUAGES, askFor, findLanguage, languagePair } from '../../core/language/languages.ts';
import { NEUTRAL_OPENING, askInPrompt } from '../../core/language/openings.ts';
import { HELD_OUT_TASKS } from '../../core/language/prompts/heldOutTasks.ts';
import { taskPrompt } from '../../core/language/prompts/taskPrompt.ts';
import { DEFAULT_SOURCE_LANGUAGE } from '../../protocol/defaults.ts';
import type { GenerateOptions, Prompt } from '../../protocol/engineService.ts';
import type { Language } from '../report/data.ts';

/** Changes when a step changes its method: results of the older method are then not found, and measured anew. */
export const TOUR_METHOD = 1;

export const DEFAULT_PROMPTS = 12;
export const MAX_PROMPTS = HELD_OUT_TASKS.length;
const MAX_TOKENS = 96;
const REPEAT_PENALTY = 1.1;
/** Answers that are written at once. */
const BATCH = 16;

export interface TourOptions {
  readonly target: string;
  readonly source?: string;
  readonly prompts: number;
  readonly seed: number;
}

export interface TourPlan {
  readonly target: Language;
  readonly source: Language;
  readonly prompts: readonly Prompt[];
  /** The same prompts with the request for the target after each: what steering is compared with. */
  readonly askingPrompts: readonly Prompt[];
  readonly request: string;
  readonly opening: string;
  /** How every counted answer is written; steering is added to it. */
  readonly answers: GenerateOptions;
}

/** @throws UsageError for a language that is not known, the same one twice, or more prompts than there are. */
export function planTour(options: TourOptions): TourPlan {
  const pair = languagePair(options.target, options.source ?? DEFAULT_SOURCE_LANGUAGE);
  const [target, source] = [findLanguage(pair.target).id, findLanguage(pair.source).id];
  if (options.prompts > MAX_PROMPTS) {
    throw new UsageError(
      'too-many-prompts',
      `there are ${MAX_PROMPTS} prompts, and ${options.prompts} were asked for`,
      `Give --prompts from 1 to ${MAX_PROMPTS}.`,
    );
  }
  const prompts = heldOutPrompts(options.prompts);
  const request = askFor(target);
  return {
    target: { id: target, name: LANGUAGES[target].displayName },
    source: { id: source, name: LANGUAGES[source].displayName },
    prompts,
    askingPrompts: prompts.map(({ id, prompt }) => ({ id, prompt: askInPrompt(prompt, request) })),
    request,
    opening: NEUTRAL_OPENING,
    answers: {
      mode: 'auto',
      prefill: NEUTRAL_OPENING,
      maxTokens: MAX_TOKENS,
      temperature: 0,
      topP: 1,
      topK: 0,
      repeatPenalty: REPEAT_PENALTY,
      stop: [],
      ignoreEos: false,
      batch: BATCH,
      seed: options.seed,
      steer: [],
    },
  };
}

/** `count` tasks spread evenly over the held-out list, in its order, so that few still are of every kind. */
export function heldOutPrompts(count: number): Prompt[] {
  return Array.from({ length: count }, (_, i) => HELD_OUT_TASKS[Math.floor((i * MAX_PROMPTS) / count)]).flatMap(
    (task) => (task === undefined ? [] : [{ id: task.id, prompt: taskPrompt(task) }]),
  );
}
