/**
 * What a short study came to when its figures were last accepted, and whether a fresh one is worse. Greedy answers repeat
 * themselves, so that prompt by prompt most pairs agree; kernels of another processor round otherwise, so that a few may
 * not. Pure.
 */
import type { CellResult } from '../../src/core/study/cell.ts';
import { answerOutcome } from '../../src/core/study/outcome.ts';
import { likelihoods } from '../../src/core/study/rows.ts';
import { cellName } from '../../src/core/study/plan.ts';
import { mcnemar } from '../../src/core/stats/mcnemar.ts';
import { median } from '../../src/core/stats/quantiles.ts';

/** A cell without its texts. */
export interface BaselineCell {
  readonly name: string;
  readonly distinct3: number;
  /** Under the model that is asked for the language; null where nothing was scored. */
  readonly perplexity: number | null;
  readonly answers: readonly { readonly id: string; readonly language: string; readonly valid: boolean }[];
}

export interface Baseline {
  readonly date: string;
  readonly machine: string;
  readonly cells: readonly BaselineCell[];
}

export function baselineCell({ cell, answers }: CellResult): BaselineCell {
  const { target } = cell;
  return {
    name: cellName(cell),
    distinct3: median(answers.map(({ distinct3 }) => distinct3)),
    perplexity: likelihoods(answers).perplexity,
    answers: answers.map((answer) => ({
      id: answer.id,
      language: answer.language,
      valid: target !== null && answerOutcome(answer, target).valid,
    })),
  };
}

/** As much may change without a reason: of a perplexity, as a ratio; of distinct-3. */
const PERPLEXITY_RATIO = 1.05;
const DISTINCT_LOSS = 0.03;
/** Pairs that differ in one direction, and could hardly do so by chance. */
const LEAST_P = 0.05;

export interface Verdict {
  readonly name: string;
  readonly before: number;
  readonly now: number;
  readonly n: number;
  /** What is worse, in words; none where nothing is. */
  readonly worse: readonly string[];
}

/** Each cell of the baseline held against the fresh one of its name. */
export function compare(baseline: Baseline, fresh: readonly BaselineCell[]): Verdict[] {
  return baseline.cells.map((before) => {
    const now = fresh.find(({ name }) => name === before.name);
    const count = ({ answers }: BaselineCell): number => answers.filter(({ valid }) => valid).length;
    const facts = { name: before.name, before: count(before), n: before.answers.length };
    if (now === undefined) return { ...facts, now: 0, worse: ['it was not measured'] };
    return { ...facts, now: count(now), worse: [...losses(before, now)] };
  });
}

function* losses(before: BaselineCell, now: BaselineCell): Generator<string> {
  const validNow = new Map(now.answers.map(({ id, valid }) => [id, valid]));
  const missing = before.answers.filter(({ id }) => !validNow.has(id));
  if (missing.length > 0) return yield `${missing.length} prompts were not answered`;
  const { onlyFirst, onlySecond, p } = mcnemar(
    before.answers.map(({ valid }) => valid),
    before.answers.map(({ id }) => validNow.get(id) === true),
  );
  if (onlyFirst > onlySecond && p < LEAST_P)
    yield `${onlyFirst} valid answers are lost and ${onlySecond} won (p = ${p.toFixed(3)})`;
  if (before.perplexity !== null && now.perplexity !== null && now.perplexity > PERPLEXITY_RATIO * before.perplexity)
    yield `perplexity ${now.perplexity.toFixed(2)}, was ${before.perplexity.toFixed(2)}`;
  if (now.distinct3 < before.distinct3 - DISTINCT_LOSS)
    yield `distinct-3 ${now.distinct3.toFixed(2)}, was ${before.distinct3.toFixed(2)}`;
}
