/** From what the user wants contrasted to texts in tokens, and to the tasks that candidates are tried on. */
import { createHash } from 'node:crypto';
import { UsageError } from '../../core/errors.ts';
import { languagePair, type LanguageId } from '../../core/language/languages.ts';
import { languageOpening } from '../../core/language/openings.ts';
import { FIT_TASKS } from '../../core/language/prompts/fitTasks.ts';
import { taskPrompt } from '../../core/language/prompts/taskPrompt.ts';
import type { ContrastData, ContrastText } from '../../core/methods/method.ts';
import type { Contrast, FitParams } from '../../protocol/engineService.ts';
import { promptIds } from '../generate/promptIds.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import type { TrialTasks } from './fitBench.ts';

/** Tasks that the directions are means over, and tasks after those that candidates are tried on. */
export const DIRECTION_TASKS = 24;
export const TUNE_TASKS = 14;

/** Tokens at the end of a text whose mean is taken. */
const TAIL = 8;

export interface PreparedContrast {
  readonly data: ContrastData;
  readonly trial: TrialTasks | null;
  readonly target?: string;
  readonly source?: string;
  /** SHA-256 of everything that was fitted on. */
  readonly dataHash: string;
}

export function prepareContrast(model: LoadedModel, { contrast, tuneTasks = TUNE_TASKS }: FitParams): PreparedContrast {
  const prepared = contrast.kind === 'language' ? ofLanguages(model, contrast, tuneTasks) : ofPrompts(model, contrast);
  const dataHash = createHash('sha256')
    .update(JSON.stringify([prepared.data, prepared.trial]))
    .digest('hex');
  return { ...prepared, dataHash };
}

/**
 * The same tasks, answered in one language and in the other, up to the line before the code: the places where a model
 * has settled on a language and has not yet written a word of it.
 */
function ofLanguages(model: LoadedModel, contrast: Contrast & { kind: 'language' }, tuneTasks: number) {
  const { target, source } = languagePair(contrast.target, contrast.source);
  const prompts = FIT_TASKS.map(taskPrompt);
  const last = DIRECTION_TASKS + tuneTasks;
  if (last > prompts.length)
    throw new UsageError(
      'too-many-tasks',
      `there are ${prompts.length - DIRECTION_TASKS} tasks to choose on, not ${tuneTasks}`,
    );
  const texts = (language: LanguageId) =>
    prompts.slice(0, DIRECTION_TASKS).map((prompt) => opened(model, prompt, language));
  return {
    data: { positive: texts(target), negative: texts(source) },
    trial: { tasks: prompts.slice(DIRECTION_TASKS, last), target },
    target,
    source,
  };
}

function opened(model: LoadedModel, prompt: string, language: LanguageId): ContrastText {
  return { ids: promptIds(model, prompt, { mode: 'auto', prefill: languageOpening(language) }, 0), tail: TAIL };
}

function ofPrompts(model: LoadedModel, contrast: Contrast & { kind: 'prompts' }) {
  const texts = (prompts: readonly string[]) =>
    prompts.map((prompt) => ({ ids: promptIds(model, prompt, { mode: 'auto' }, 0), tail: TAIL }));
  return { data: { positive: texts(contrast.positive), negative: texts(contrast.negative) }, trial: null };
}
