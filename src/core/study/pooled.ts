/** A method over all its languages together, beside asking for the same ones. Pure. */
import type { LanguageId } from '../language/languages.ts';
import { median } from '../stats/quantiles.ts';
import { wilson } from '../stats/wilson.ts';
import type { Interval } from '../stats/wilson.ts';
import type { CellAnswer } from './cell.ts';
import { ASKED, UNSTEERED } from './file.ts';
import { answerOutcome } from './outcome.ts';
import type { StudyCell } from './plan.ts';
import { likelihoods, sameConditions } from './rows.ts';
import type { CellAgainst, StudyRow } from './rows.ts';

/** The least that each language must reach of the valid answers that asking gives. */
export const LEAST_OF_ASKING = 0.9;

export interface PooledRow extends Pick<StudyCell, 'method' | 'style' | 'opening' | 'strength' | 'seed'> {
  readonly targets: readonly LanguageId[];
  readonly n: number;
  readonly onTarget: number;
  readonly share: Interval;
  readonly valid: number;
  readonly validShare: Interval;
  /** Over the languages that the machine has a compiler for; null where it has none. */
  readonly syntax: number | null;
  readonly distinct3: number | null;
  readonly perplexity: number | null;
  readonly perplexityRatio: number | null;
  readonly relevance: number | null;
  readonly relevanceRatio: number | null;
  /** Valid answers of asking in the same languages; null where it was not measured in each of them. */
  readonly asked: { readonly onTarget: number; readonly valid: number; readonly n: number } | null;
  /** Languages with fewer valid answers than {@link LEAST_OF_ASKING} of asking's; null without asking. */
  readonly behindAsking: readonly LanguageId[] | null;
}

export function pooledRows(all: readonly CellAgainst[], rows: readonly StudyRow[]): PooledRow[] {
  const groups = new Map<string, number[]>();
  all.forEach(({ method, style, opening, strength, seed }, i) => {
    const key = JSON.stringify([method, style, opening, strength, seed]);
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  return [...groups.values()].map((members) =>
    pooledRow(
      members.map((i) => all[i]),
      members.map((i) => rows[i]),
      all,
    ),
  );
}

function pooledRow(cells: readonly CellAgainst[], rows: readonly StudyRow[], all: readonly CellAgainst[]): PooledRow {
  const [{ method, style, opening, strength, seed }] = rows;
  const n = sum(rows.map((row) => row.n));
  const onTarget = sum(rows.map((row) => row.onTarget));
  const valid = sum(rows.map((row) => row.valid));
  const compiled = rows.flatMap((row) => (row.syntax === null ? [] : [row.syntax]));
  const coded = cells.flatMap(({ result }) => result.answers.filter(({ hasCode }) => hasCode));
  const rivals = cells.flatMap((cell) => sameConditions(cell, all, ASKED) ?? []);
  const isComplete = rivals.length === cells.length && method !== UNSTEERED;
  const asked = isComplete ? cells.map((cell, i) => countsOn(rivals[i], cell)) : null;
  return {
    ...{ method, style, opening, strength, seed },
    targets: rows.map(({ target }) => target),
    ...{ n, onTarget, share: wilson(onTarget, n), valid, validShare: wilson(valid, n) },
    syntax: compiled.length === 0 ? null : sum(compiled),
    distinct3: coded.length === 0 ? null : median(coded.map(({ distinct3 }) => distinct3)),
    ...likelihoods(cells.flatMap(named), rivals.flatMap(named)),
    asked: asked && {
      n: sum(asked.map((counts) => counts.n)),
      onTarget: sum(asked.map((counts) => counts.onTarget)),
      valid: sum(asked.map((counts) => counts.valid)),
    },
    behindAsking:
      asked && rows.flatMap(({ target, valid: own }, i) => (own < LEAST_OF_ASKING * asked[i].valid ? [target] : [])),
  };
}

/** What asking gives on the prompts of a cell. */
function countsOn(rival: CellAgainst, { result }: CellAgainst): { n: number; onTarget: number; valid: number } {
  const ids = new Set(result.answers.map(({ id }) => id));
  const outcomes = rival.result.answers
    .filter(({ id }) => ids.has(id))
    .map((answer) => answerOutcome(answer, rival.target));
  return {
    n: outcomes.length,
    onTarget: outcomes.filter(({ onTarget }) => onTarget).length,
    valid: outcomes.filter(({ valid }) => valid).length,
  };
}

/** The same prompt is asked for each language: told apart, so that answers are paired within their language. */
function named({ target, result }: CellAgainst): CellAnswer[] {
  return result.answers.map((answer) => ({ ...answer, id: `${target} ${answer.id}` }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
