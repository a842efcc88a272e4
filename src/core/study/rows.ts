/**
 * The cells of a study as rows: each held against one language, with the figures of its answers, and those relative to
 * asking for the language on the same prompts. The unsteered cell is a row for every language. Pure.
 */
import type { LanguageId } from '../language/languages.ts';
import { median } from '../stats/quantiles.ts';
import { wilson } from '../stats/wilson.ts';
import type { Interval } from '../stats/wilson.ts';
import { answerOutcome } from './outcome.ts';
import type { CellAnswer, CellResult, Nll } from './cell.ts';
import { ASKED, UNSTEERED } from './file.ts';
import { cellName } from './plan.ts';
import type { StudyCell } from './plan.ts';

/** A cell, held against a language. */
export interface CellAgainst extends StudyCell {
  readonly target: LanguageId;
  readonly result: CellResult;
}

/** Prompts that were answered in the target language by the unsteered model, and how many of them still are. */
export interface Stability {
  readonly already: number;
  readonly kept: number;
}

/** Counts are of `n`; null is what was not measured. */
export interface StudyRow extends StudyCell {
  readonly target: LanguageId;
  /** The name of the cell, without its language where it has none. */
  readonly cell: string;
  readonly n: number;
  readonly withCode: number;
  readonly onTarget: number;
  readonly share: Interval;
  readonly valid: number;
  readonly validShare: Interval;
  /** Answers that parse, in whichever language they are in: what steering breaks first. */
  readonly parses: number;
  readonly parseShare: Interval;
  /** Answers in the target that its compiler takes; null where the machine had none. */
  readonly syntax: number | null;
  /** The median over answers with code; null where none has any. */
  readonly distinct3: number | null;
  /** Under the unsteered model that is asked for the language, pooled over tokens. */
  readonly perplexity: number | null;
  /** Over that of the answers it gives when asked, on the same prompts. */
  readonly perplexityRatio: number | null;
  /** What an answer's token costs more after another task's prompt, in nats. */
  readonly relevance: number | null;
  readonly relevanceRatio: number | null;
  readonly dose: number | null;
  readonly tokens: number;
  readonly tokensPerSecond: number;
  readonly stability: Stability | null;
  /** Answers that ended because activations were no finite numbers any more. */
  readonly nonfinite: number;
}

/** Every cell against every language that it is about: its own, or all of the study. */
export function cellsAgainst(results: readonly CellResult[]): CellAgainst[] {
  const targets = [...new Set(results.flatMap(({ cell: { target } }) => (target === null ? [] : [target])))];
  return results.flatMap((result) =>
    (result.cell.target === null ? targets : [result.cell.target]).map((target) => ({
      ...result.cell,
      target,
      result,
    })),
  );
}

/** The row of a cell. @param all the cells of the study, among which are those that it is compared with */
export function rowOf(one: CellAgainst, all: readonly CellAgainst[]): StudyRow {
  const { result, target, ...cell } = one;
  const { answers, ms, dose } = result;
  const outcomes = answers.map((answer) => answerOutcome(answer, target));
  const count = (is: (outcome: (typeof outcomes)[number]) => boolean): number => outcomes.filter(is).length;
  const n = answers.length;
  const [onTarget, valid] = [count((o) => o.onTarget), count((o) => o.valid)];
  const parses = answers.filter((answer) => answer.parses === true).length;
  const coded = answers.filter(({ hasCode }) => hasCode);
  const tokens = answers.reduce((sum, answer) => sum + answer.tokens, 0);
  const asked = sameConditions(one, all, ASKED);
  return {
    ...cell,
    target,
    cell: cellName(result.cell),
    n,
    withCode: coded.length,
    ...{ onTarget, share: wilson(onTarget, n), valid, validShare: wilson(valid, n) },
    ...{ parses, parseShare: wilson(parses, n) },
    syntax: isCompiled(answers, target) ? count((o) => o.syntax === true) : null,
    distinct3: coded.length === 0 ? null : median(coded.map(({ distinct3 }) => distinct3)),
    ...likelihoods(answers, asked?.result.answers),
    ...{ dose, tokens, tokensPerSecond: ms.generate === 0 ? 0 : (tokens / ms.generate) * 1000 },
    stability: stability(one, sameConditions(one, all, UNSTEERED)),
    nonfinite: answers.filter(({ stop }) => stop === 'nonfinite').length,
  };
}

/** The cell of another method under the same conditions, strength and seed aside. */
export function sameConditions(
  { target, style, opening }: StudyCell,
  all: readonly CellAgainst[],
  method: string,
): CellAgainst | undefined {
  return all.find(
    (other) => other.method === method && other.target === target && other.style === style && other.opening === opening,
  );
}

/** Whether the machine had a compiler: it has said something of an answer in the target, or there was none to say it of. */
function isCompiled(answers: readonly CellAnswer[], target: LanguageId): boolean {
  const onTarget = answers.filter(({ language }) => language === target);
  return onTarget.length === 0 || onTarget.some(({ syntax }) => syntax !== null);
}

type Likelihoods = Pick<StudyRow, 'perplexity' | 'perplexityRatio' | 'relevance' | 'relevanceRatio'>;

/** @param asked the answers to the same prompts, asked for the language; absent where that was not measured */
export function likelihoods(answers: readonly CellAnswer[], asked: readonly CellAnswer[] = []): Likelihoods {
  const perplexity = perplexityOf(answers);
  const relevance = relevanceOf(answers);
  const [own, others] = onCommonPrompts(answers, asked);
  return {
    perplexity,
    relevance,
    perplexityRatio: ratio(perplexityOf(own), perplexityOf(others)),
    relevanceRatio: ratio(relevanceOf(own), relevanceOf(others)),
  };
}

function perplexityOf(answers: readonly CellAnswer[]): number | null {
  const { sum, tokens } = total(answers.map(({ nll }) => nll));
  return tokens === 0 ? null : Math.exp(sum / tokens);
}

function relevanceOf(answers: readonly CellAnswer[]): number | null {
  const scored = answers.filter(({ nll, otherNll }) => nll !== undefined && otherNll !== undefined);
  const own = total(scored.map(({ nll }) => nll));
  const other = total(scored.map(({ otherNll }) => otherNll));
  return own.tokens === 0 ? null : other.sum / other.tokens - own.sum / own.tokens;
}

function total(scores: readonly (Nll | undefined)[]): Nll {
  return scores.reduce<Nll>(
    (all, one) => ({ sum: all.sum + (one?.sum ?? 0), tokens: all.tokens + (one?.tokens ?? 0) }),
    { sum: 0, tokens: 0 },
  );
}

/** The answers of two cells to the prompts that both were scored on. */
function onCommonPrompts(
  first: readonly CellAnswer[],
  second: readonly CellAnswer[],
): readonly [CellAnswer[], CellAnswer[]] {
  const scored = (answers: readonly CellAnswer[]): Set<string> =>
    new Set(answers.filter(({ nll }) => nll !== undefined).map(({ id }) => id));
  const [inFirst, inSecond] = [scored(first), scored(second)];
  const isCommon = ({ id }: CellAnswer): boolean => inFirst.has(id) && inSecond.has(id);
  return [first.filter(isCommon), second.filter(isCommon)];
}

function ratio(value: number | null, reference: number | null): number | null {
  return value === null || reference === null || reference === 0 ? null : value / reference;
}

function stability({ method, target, result }: CellAgainst, unsteered: CellAgainst | undefined): Stability | null {
  if (unsteered === undefined || method === UNSTEERED) return null;
  const before = new Set(unsteered.result.answers.filter(({ language }) => language === target).map(({ id }) => id));
  const already = result.answers.filter(({ id }) => before.has(id));
  return { already: already.length, kept: already.filter(({ language }) => language === target).length };
}
