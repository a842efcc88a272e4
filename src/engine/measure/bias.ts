/** Which languages a model answers in, by the judge. */
import { ANSWER_LANGUAGES } from '../../core/language/languages.ts';
import { wilson } from '../../core/stats/wilson.ts';
import type { BiasResult, GenerateParams, Judged, Share } from '../../protocol/engineService.ts';
import { throwIfCancelled } from '../../core/errors.ts';
import { generate, type GenerateContext } from '../generate/generate.ts';
import { judgeAnswer } from '../judge/judge.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import type { DirectionSource } from '../store/directions.ts';
import type { WorkContext } from '../workContext.ts';

/** Judges answers one by one: the language of the body, and whether it parses. */
export async function judgeAll(
  answers: readonly { readonly id: string; readonly text: string }[],
  { signal, emit }: WorkContext,
): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const { id, text } of answers) {
    throwIfCancelled(signal);
    const { language, confidence, parse } = await judgeAnswer(text);
    judged.push({ id, language, confidence, text, ...(parse === null ? {} : { parses: parse.ok }) });
    emit({ kind: 'progress', phase: 'judging', done: judged.length, total: answers.length, unit: 'answers' });
  }
  return judged;
}

/**
 * Generates an answer to each prompt and counts the languages: all that there are, so that one nobody used has its
 * interval too. Shares are of all answers, those without code included.
 */
export async function measureBias(
  model: LoadedModel,
  directions: DirectionSource,
  params: GenerateParams,
  context: GenerateContext,
): Promise<BiasResult> {
  const answers = await generate(model, directions, params, context);
  const judged = await judgeAll(answers, context);
  const counts: Record<string, number> = Object.fromEntries(ANSWER_LANGUAGES.map((language) => [language, 0]));
  for (const { language } of judged) counts[language] = (counts[language] ?? 0) + 1;
  const n = judged.length;
  const byCount = Object.entries(counts).sort((a, b) => b[1] - a[1]);
  const share: Record<string, Share> = {};
  for (const [language, count] of byCount) share[language] = wilson(count, n);
  const perPrompt = judged.map(({ id, language, confidence }) => ({ id, language, confidence }));
  return { n, counts: Object.fromEntries(byCount), share, perPrompt };
}
