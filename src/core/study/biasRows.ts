/** Which languages the unsteered model answers in, by style, opening and kind of task. Pure. */
import { countLanguages } from '../bias/answers.ts';
import type { TaskKind } from '../language/prompts/task.ts';
import { wilson } from '../stats/wilson.ts';
import type { Interval } from '../stats/wilson.ts';
import type { CellResult } from './cell.ts';
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

const KINDS = ['all', 'high-level', 'performance', 'general'] as const;

export function biasRows(results: readonly CellResult[]): BiasRow[] {
  return results
    .filter(({ cell }) => cell.method === UNSTEERED)
    .flatMap((result) => KINDS.flatMap((kind) => biasRow(result, kind) ?? []));
}

function biasRow({ cell, answers }: CellResult, kind: BiasRow['kind']): BiasRow | undefined {
  const counted = answers.filter((answer) => kind === 'all' || answer.kind === kind);
  const n = counted.length;
  if (n === 0) return undefined;
  const byCount = Object.entries(countLanguages(counted)).sort((a, b) => b[1] - a[1]);
  return {
    cell: cellName(cell),
    ...{ style: cell.style, opening: cell.opening, kind, n },
    withCode: counted.filter(({ hasCode }) => hasCode).length,
    counts: Object.fromEntries(byCount),
    share: Object.fromEntries(byCount.map(([language, count]) => [language, wilson(count, n)])),
  };
}
