/** From what the user wants contrasted to texts in tokens, and to the tasks that candidates are tried on. */
import { createHash } from 'node:crypto';
import { UsageError } from '../../core/errors.ts';
import { findLanguage, languagePair, type LanguageId } from '../../core/language/languages.ts';
import { languageOpening } from '../../core/language/openings.ts';
import { CORE_FIT_TASKS } from '../../core/language/prompts/fitTasks.ts';
import { studyTasks } from '../../core/language/prompts/studyTasks.ts';
import type { CodingTask } from '../../core/language/prompts/task.ts';
import { taskPrompt } from '../../core/language/prompts/taskPrompt.ts';
import { taskComment } from '../../core/language/prompts/taskComment.ts';
import type { ContrastData, ContrastText } from '../../core/methods/method.ts';
import type { Surface } from '../../core/steering/choice.ts';
import { DEFAULT_SOURCE_LANGUAGE } from '../../protocol/defaults.ts';
import type { Contrast, FitParams } from '../../protocol/engineService.ts';
import { promptIds } from '../generate/promptIds.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import type { WorkContext } from '../workContext.ts';
import type { TrialTasks } from './fitBench.ts';
import { RAW_POSITIONS, rawContrast } from './rawContrast.ts';

/** Tasks of raw text that the directions are means over, and tasks after those that candidates are tried on. */
export const DIRECTION_TASKS = 24;
const TUNE_TASKS = 14;

/** The same for answers, of the study's 84 tasks. */
const ANSWER_TASKS = 56;
const ANSWER_TUNE_TASKS = 28;

/** Tokens at the end of a text whose mean is taken. */
const TAIL = 8;

export interface PreparedContrast {
  readonly data: ContrastData;
  readonly trial: TrialTasks | null;
  readonly target?: LanguageId;
  readonly source?: LanguageId;
  /** In words, which positions count; absent where they are the method's own. */
  readonly positions?: string;
  /** SHA-256 of everything that was fitted on. */
  readonly dataHash: string;
}

type Prepared = Omit<PreparedContrast, 'dataHash'>;

/** @param runs the folder of finished work, where bodies of code are kept */
export async function prepareContrast(
  model: LoadedModel,
  { contrast, surface = 'answer', tuneTasks }: FitParams,
  runs: string,
  context: WorkContext,
): Promise<PreparedContrast> {
  const prepared = await prepare();
  const dataHash = createHash('sha256')
    .update(JSON.stringify([prepared.data, prepared.trial]))
    .digest('hex');
  return { ...prepared, dataHash };

  async function prepare(): Promise<Prepared> {
    if (contrast.kind === 'prompts') return ofPrompts(model, contrast, surface);
    if (surface === 'raw') {
      const tasks = splitTasks(CORE_FIT_TASKS, DIRECTION_TASKS, tuneTasks ?? TUNE_TASKS);
      return ofRawText(model, contrast, tasks, runs, context);
    }
    return ofAnswers(model, contrast, splitTasks(studyTasks('fit'), ANSWER_TASKS, tuneTasks ?? ANSWER_TUNE_TASKS));
  }
}

interface SplitTasks {
  readonly fit: readonly CodingTask[];
  readonly tune: readonly CodingTask[];
}

/** @throws UsageError `too-many-tasks` */
function splitTasks(tasks: readonly CodingTask[], fitTasks: number, tuneTasks: number): SplitTasks {
  const most = tasks.length - fitTasks;
  if (tuneTasks > most)
    throw new UsageError('too-many-tasks', `there are ${most} tasks to choose on, not ${tuneTasks}`);
  return {
    fit: tasks.slice(0, fitTasks),
    tune: tasks.slice(fitTasks, fitTasks + tuneTasks),
  };
}

type LanguageContrast = Contrast & { kind: 'language' };

/**
 * The same tasks, answered in one language and in the other, up to the line before the code: the places where a model
 * has settled on a language and has not yet written a word of it.
 */
function ofAnswers(model: LoadedModel, contrast: LanguageContrast, { fit, tune }: SplitTasks): Prepared {
  const { target, source } = languagePair(contrast.target, contrast.source ?? DEFAULT_SOURCE_LANGUAGE);
  const texts = (language: LanguageId) => fit.map((task) => opened(model, taskPrompt(task), language));
  return {
    data: { positive: texts(target), negative: texts(source) },
    trial: { surface: 'answer', prompts: tune.map(taskPrompt), target },
    target,
    source,
  };
}

function opened(model: LoadedModel, prompt: string, language: LanguageId): ContrastText {
  return { ids: promptIds(model, prompt, { mode: 'auto', prefill: languageOpening(language) }, 0), tail: TAIL };
}

async function ofRawText(
  model: LoadedModel,
  contrast: LanguageContrast,
  { fit, tune }: SplitTasks,
  runs: string,
  context: WorkContext,
): Promise<Prepared> {
  const languages =
    contrast.source === undefined
      ? { target: findLanguage(contrast.target).id }
      : languagePair(contrast.target, contrast.source);
  return {
    data: await rawContrast(model, languages, fit, runs, context),
    trial: {
      surface: 'raw',
      prompts: tune.map((task) => taskComment(task, languages.target)),
      target: languages.target,
    },
    positions: RAW_POSITIONS,
    ...languages,
  };
}

function ofPrompts(model: LoadedModel, contrast: Contrast & { kind: 'prompts' }, surface: Surface): Prepared {
  const mode = surface === 'raw' ? 'raw' : 'auto';
  const texts = (prompts: readonly string[]) =>
    prompts.map((prompt) => ({ ids: promptIds(model, prompt, { mode }, 0), tail: TAIL }));
  return { data: { positive: texts(contrast.positive), negative: texts(contrast.negative) }, trial: null };
}
