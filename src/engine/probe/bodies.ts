/**
 * Code that the model wrote when it was asked for a language: what probes are trained on, and directions for raw text. Written once for each model
 * and language, and kept.
 */
import { askFor, type LanguageId } from '../../core/language/languages.ts';
import { askInPrompt, languageOpening } from '../../core/language/openings.ts';
import { extractCode } from '../../core/language/codeBody.ts';
import type { CodingTask } from '../../core/language/prompts/task.ts';
import { taskPrompt } from '../../core/language/prompts/taskPrompt.ts';
import { writeAnswers } from '../generate/answerLoop.ts';
import { promptIds } from '../generate/promptIds.ts';
import { measureOptions } from '../../protocol/measureOptions.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { readRun, runKey, writeRun } from '../store/runs.ts';
import type { WorkContext } from '../workContext.ts';

/** Tokens of a body, unless a caller needs longer ones: enough to probe inside it and to fit on its beginning. */
export const BODY_TOKENS = 56;

export interface BodyOptions {
  /** Tokens of an answer at most, its opening not counted. */
  readonly tokens: number;
  /** Folder of finished work. */
  readonly runs: string;
}

/** Body of the code for each task, in order; an empty one where the model wrote none. */
export async function bodiesIn(
  model: LoadedModel,
  language: LanguageId,
  tasks: readonly CodingTask[],
  { tokens, runs }: BodyOptions,
  { signal, emit }: WorkContext,
): Promise<string[]> {
  const key = bodiesKey(model, language, tasks, tokens);
  const known = await readRun(runs, key);
  if (isListOfText(known, tasks.length)) return known;
  const options = { ...measureOptions, prefill: languageOpening(language), maxTokens: tokens };
  const requests = tasks.map((task) => ({
    id: task.id,
    promptIds: promptIds(model, askInPrompt(taskPrompt(task), askFor(language)), options, tokens),
    prefill: options.prefill,
    applied: [],
    seed: 0,
    options,
  }));
  let done = 0;
  const phase = `writing code in ${language}`;
  const answers = await writeAnswers(model, requests, {
    batch: options.batch,
    signal,
    onAnswer: () => emit({ kind: 'progress', phase, done: ++done, total: tasks.length, unit: 'answers' }),
  });
  const bodies = answers.map((answer) => extractCode(answer.result().text).code ?? '');
  await writeRun(runs, key, bodies);
  return bodies;
}

/** What finished bodies are kept under: everything that they depend on. */
export function bodiesKey(
  { fingerprint, summary: { precision } }: Pick<LoadedModel, 'fingerprint' | 'summary'>,
  language: LanguageId,
  tasks: readonly CodingTask[],
  tokens: number,
): string {
  const prompts = tasks.map((task) => taskPrompt(task));
  return runKey({ what: 'bodies', fingerprint, precision, language, prompts, tokens });
}

function isListOfText(value: unknown, length: number): value is string[] {
  return Array.isArray(value) && value.length === length && value.every((item) => typeof item === 'string');
}
