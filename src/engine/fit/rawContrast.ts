/**
 * The contrast of languages for raw text: a comment that states a task, and after it the beginning of a body in the
 * language, against what the model goes on with by itself. A small model left alone after a comment writes prose, so that
 * being code at all is most of what the direction has to bring (record 19).
 */
import { ModelError } from '../../core/errors.ts';
import { classifyByKeywords } from '../../core/language/keywords.ts';
import { LANGUAGES, type LanguageId } from '../../core/language/languages.ts';
import type { CodingTask } from '../../core/language/prompts/task.ts';
import { taskComment } from '../../core/language/prompts/taskComment.ts';
import type { ContrastData, ContrastText } from '../../core/methods/method.ts';
import { writeAnswers } from '../generate/answerLoop.ts';
import { promptIds } from '../generate/promptIds.ts';
import { parseCheck } from '../judge/parser.ts';
import { measureOptions } from '../../protocol/measureOptions.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { BODY_TOKENS, bodiesIn } from '../probe/bodies.ts';
import type { WorkContext } from '../workContext.ts';

/** Tokens at the beginning of what follows the comment, whose mean is taken. */
const HEAD = 8;

/** With fewer bodies a mean says more of the tasks than of the language. */
const LEAST_BODIES = 6;

export const RAW_POSITIONS = `the mean over the first ${HEAD} tokens of what follows a comment that states the task`;

export interface RawLanguages {
  readonly target: LanguageId;
  /** Absent for what the model writes by itself. */
  readonly source?: LanguageId;
}

/** @throws ModelError `too-few-bodies` where the model hardly writes the language even when it is asked for it */
export async function rawContrast(
  model: LoadedModel,
  { target, source }: RawLanguages,
  tasks: readonly CodingTask[],
  runs: string,
  context: WorkContext,
): Promise<ContrastData> {
  const prefixes = tasks.map((task) => taskComment(task, target));
  const written = async (language: LanguageId): Promise<ContrastText[]> => {
    const bodies = await bodiesIn(model, language, tasks, { tokens: BODY_TOKENS, runs }, context);
    const kept: ContrastText[] = [];
    for (const [i, body] of bodies.entries())
      if (await stands(body, language)) kept.push(beginning(model, prefixes[i], model.tokenizer.encode(body)));
    if (kept.length >= LEAST_BODIES) return kept;
    throw new ModelError(
      'too-few-bodies',
      `asked for ${LANGUAGES[language].displayName}, this model wrote code that stands in ${kept.length} of ${tasks.length} answers, and ${LEAST_BODIES} are needed`,
      'Take a larger model, or a language that it knows better.',
    );
  };
  const positive = await written(target);
  const negative = source === undefined ? await ownContinuations(model, prefixes, context) : await written(source);
  return { positive, negative };
}

/** Whether a body is code of the language, by its idioms and its grammar. */
async function stands(body: string, language: LanguageId): Promise<boolean> {
  if (body === '' || classifyByKeywords(body).language !== language) return false;
  return (await parseCheck(body, language)).ok;
}

async function ownContinuations(
  model: LoadedModel,
  prefixes: readonly string[],
  { signal }: WorkContext,
): Promise<ContrastText[]> {
  const options = { ...measureOptions, mode: 'raw' as const, maxTokens: HEAD };
  const requests = prefixes.map((prefix, i) => ({
    id: String(i),
    promptIds: promptIds(model, prefix, options, HEAD),
    prefill: '',
    applied: [],
    seed: 0,
    options,
  }));
  const answers = await writeAnswers(model, requests, { batch: options.batch, signal });
  return answers.flatMap(({ ids }, i) => (ids.length === 0 ? [] : [beginning(model, prefixes[i], ids)]));
}

/** The prefix with the first tokens of what follows it, those being what counts. */
function beginning(model: LoadedModel, prefix: string, following: readonly number[]): ContrastText {
  const head = following.slice(0, HEAD);
  return { ids: [...promptIds(model, prefix, { mode: 'raw' }, HEAD), ...head], tail: head.length };
}
