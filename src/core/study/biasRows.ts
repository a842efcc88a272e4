/** Which languages the unsteered model answers in, by style, opening and kind of task. Pure. */
import { countByKind } from '../bias/byKind.ts';
import type { KindCounts } from '../bias/byKind.ts';
import type { TaskKind } from '../language/prompts/task.ts';
import { wilson } from '../stats/wilson.ts';
import type { Interval } from '../stats/wilson.ts';
import type { CellAnswer, CellResult } from './cell.ts';
import { UNSTEERED } from './file.ts';
import { cellName } from './plan.ts';
import type { StudyCell } from './plan.ts';

export interface BiasRow extends Pick<StudyCell, 'style' | 'opening'> {
  readonly cell: string;
  readonly kind: TaskKind | 'all';
  readonly n: number;
  readonly withCode: number;
  /** The most frequent first; `none` is no code. */
  readonly counts: Readonly<Record<string, number>>;
  readonly share: Readonly<Record<string, Interval>>;
}

export function biasRows(results: readonly CellResult[]): BiasRow[] {
  return results
    .filter(({ cell }) => cell.method === UNSTEERED)
    .flatMap(({ cell, answers }) => countByKind(answers, ({ kind }) => kind).map((counted) => biasRow(cell, counted)));
}

function biasRow(cell: StudyCell, { kind, n, counts, answers }: KindCounts<CellAnswer>): BiasRow {
  const byCount = Object.entries(counts).sort((a, b) => b[1] - a[1]);
  return {
    cell: cellName(cell),
    ...{ style: cell.style, opening: cell.opening, kind, n },
    withCode: answers.filter(({ hasCode }) => hasCode).length,
    counts: Object.fromEntries(byCount),
    share: Object.fromEntries(byCount.map(([language, count]) => [language, wilson(count, n)])),
  };
}
