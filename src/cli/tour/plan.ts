/**
 * What a tour will do, settled before anything is started: languages, prompts, and the options of every answer. It is
 * pure, so a wrong call is refused at once and a plan can be tested without an engine.
 */
import { UsageError } from '../../core/errors.ts';
import { LANGUAGES, askFor, findLanguage, languagePair } from '../../core/language/languages.ts';
import { NEUTRAL_OPENING, askInPrompt } from '../../core/language/openings.ts';
import { MAX_PROMPTS, heldOutPrompts } from '../../core/language/prompts/heldOutPrompts.ts';
import { DEFAULT_SOURCE_LANGUAGE } from '../../protocol/defaults.ts';
import type { GenerateOptions, Prompt } from '../../protocol/engineService.ts';
import { measureOptions } from '../../protocol/measureOptions.ts';
import type { Language } from '../report/data.ts';

/** Changes when a step changes its method: results of the older method are then not found, and measured anew. */
export const TOUR_METHOD = 1;

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
    answers: { ...measureOptions, prefill: NEUTRAL_OPENING, seed: options.seed },
  };
}
