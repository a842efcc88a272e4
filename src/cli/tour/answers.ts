/** Answers to the tour's prompts under one condition, judged and counted. */
import { wilson } from '../../core/stats/wilson.ts';
import type { GenerateOptions, Prompt, Share } from '../../protocol/engineService.ts';
import type { Answer, Condition } from '../report/data.ts';
import type { TourCalls } from './calls.ts';

/** Generates and judges. The judge sees the answers and nothing of how they came about. */
export async function collectAnswers(
  { engine, signal, onStep }: TourCalls,
  prompts: readonly Prompt[],
  options: GenerateOptions,
  phase: string,
): Promise<readonly Answer[]> {
  // Answers of one batch end together, so tokens say more of the progress than answers do.
  const total = prompts.length * options.maxTokens;
  let pieces = 0;
  let ended = 0;
  const generated = await engine.generate(
    { prompts, options },
    {
      signal,
      onEvent: (event) => {
        if (event.kind === 'text') pieces++;
        // Not every token is a piece of text of its own, and an answer may end early: then its share is complete.
        else if (event.kind === 'answer') ended += options.maxTokens;
        onStep({ kind: 'progress', phase, done: Math.min(total, Math.max(pieces, ended)), total, unit: 'tokens' });
      },
    },
  );
  const answers = generated.map(({ id, text }) => ({ id, text }));
  const judged = await engine.judge({ answers }, { signal, onEvent: onStep });
  const verdicts = new Map(judged.map((verdict) => [verdict.id, verdict]));
  return generated.map(({ id, text, tokens, stop }) => {
    const { language = 'undecided', confidence = 0, parses } = verdicts.get(id) ?? {};
    return { id, text, tokens, stop, language, confidence, ...(parses === undefined ? {} : { parses }) };
  });
}

/** Counts and shares, as `bias` gives them, and how many answers are valid code in the target language. */
export function countAnswers(answers: readonly Answer[], target: string): Condition {
  const counts: Record<string, number> = {};
  for (const { language } of answers) counts[language] = (counts[language] ?? 0) + 1;
  const n = answers.length;
  const share: Record<string, Share> = {};
  for (const [language, count] of Object.entries(counts)) share[language] = wilson(count, n);
  const valid = answers.filter(({ language, parses }) => language === target && parses === true).length;
  return { n, counts, share, valid: wilson(valid, n), answers };
}
