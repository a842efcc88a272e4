/** What a study says of itself in words: what it was run on, and how its figures are to be read. */
import { languageLabel, plural, whole } from '../../core/charts/format.ts';
import type { StudyResults } from '../../core/study/results.ts';

export function factsOf(results: StudyResults): readonly (readonly [string, string])[] {
  const { model, study, machines, cells, missing, command, software } = results;
  const dates = cells.map(({ at }) => at.slice(0, 10)).sort();
  return [
    ['Model', `${model.name}, ${model.precision}, fingerprint ${model.fingerprint.slice(0, 12)}`],
    [
      'Cells',
      missing.length === 0 ? plural(cells.length, 'cell') : `${cells.length} of ${cells.length + missing.length}`,
    ],
    ['Measured', dates.length === 0 ? 'nothing yet' : [...new Set([dates[0], dates.at(-1)])].join(' to ')],
    ['Machine', machines.join('; ') || 'none yet'],
    ['Answers', `${whole(study.maxTokens)} tokens at most, greedy, repetition penalty ${results.repeatPenalty}`],
    ['Software', `Steerscope ${software}`],
    ['Command', command],
  ];
}

/** How figures came about, and what is wrong with them. */
export function notes({ scoredTokens, rows, missing }: StudyResults): string[] {
  const uncompiled = [
    ...new Set(rows.filter(({ syntax }) => syntax === null).map(({ target }) => languageLabel(target))),
  ];
  return [
    'The language is that of the body of the first code block, told by guesslang, which no fit and no choice of layers or strengths ever consulted. It misses correct code too, more of some languages than of others, so read shares relative to asking.',
    'Valid: in the language, no error of its parser after cutting at the last complete top-level node, two real lines, distinct-3 of at least 0.7. Compiles: in the language, and its compiler takes the syntax (g++ and gcc check types too).',
    `Perplexity: of the first ${scoredTokens} tokens of an answer under the unsteered model that is asked for the language in the prompt, pooled over tokens; measured on half of the prompts (of every four the first two). Asking’s is that of the answers it gives itself when asked, so the comparison favours asking.`,
    'Relevance: what a token of the answer costs more after the prompt of the next task than after its own, in nats, on the same half.',
    'Already there: answers that were in the language unsteered, and how many of them still are.',
    'Intervals are 95% Wilson intervals. p is McNemar’s exact two-sided one, not corrected for how many comparisons there are.',
    'Tokens a second are those of whole batches, prompts included, on a machine that may have been doing other things.',
    ...(uncompiled.length === 0 ? [] : [`This machine had no compiler for ${uncompiled.join(', ')}.`]),
    ...(missing.length === 0
      ? []
      : [`The study is not complete: ${plural(missing.length, 'cell')} are not measured yet.`]),
  ];
}
