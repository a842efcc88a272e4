/** What a study says in the terminal: its plan, each cell as it is done, and the end. Lines only. */
import { duration, languageLabel, percent } from '../../core/charts/format.ts';
import type { CellResult } from '../../core/study/cell.ts';
import { totalMs } from '../../core/study/estimate.ts';
import { artefactName, cellName } from '../../core/study/plan.ts';
import type { StudyCell } from '../../core/study/plan.ts';
import { cellsAgainst, rowOf } from '../../core/study/rows.ts';
import { countLanguages } from '../../core/bias/answers.ts';
import type { StudyResults } from '../../core/study/results.ts';
import { table } from '../table.ts';
import { leftInWords } from './progress.ts';
import type { StudyState } from './run.ts';

/** `3 of 40` and the name of a cell. */
export function cellHeading(cell: StudyCell, { cells }: StudyState): string {
  const number = cells.findIndex((one) => one.cell === cell) + 1;
  return `${number} of ${cells.length}, ${cellName(cell)}`;
}

/** One line of a cell that has just been measured. */
export function cellLine(result: CellResult, state: StudyState): string {
  const left = state.remainingMs > 0 ? `; ${leftInWords(state.remainingMs)} left` : '';
  return `${cellHeading(result.cell, state)}: ${inShort(result)} (${duration(totalMs(result.ms))}${left})`;
}

function inShort(result: CellResult): string {
  const { answers, cell } = result;
  if (cell.target === null) {
    const counts = Object.entries(countLanguages(answers)).sort((a, b) => b[1] - a[1]);
    return counts.map(([language, count]) => `${count} ${languageLabel(language)}`).join(', ');
  }
  const [one] = cellsAgainst([result]);
  const { onTarget, valid, n, perplexity } = rowOf(one, [one]);
  const cost = perplexity === null ? '' : `, perplexity ${perplexity.toFixed(2)}`;
  return `${onTarget} of ${n} in ${languageLabel(cell.target)}, ${valid} valid${cost}`;
}

/** The cells, what there is of each, and what the rest will take. */
export function planLines({ cells, remainingMs }: StudyState): string[] {
  const rows = cells.map(({ cell, result, needsFit }, i) => [
    String(i + 1),
    cellName(cell),
    `${cell.prompts} prompts`,
    result !== undefined
      ? `done ${result.at.slice(0, 10)}`
      : needsFit
        ? `to do, fits ${artefactName(cell)} first`
        : 'to do',
  ]);
  const done = cells.filter(({ result }) => result !== undefined).length;
  return [
    ...table(rows, ['right', 'left', 'right']),
    '',
    `${done} of ${cells.length} cells are done; the rest takes ${done === cells.length ? 'no time' : leftInWords(remainingMs)}.`,
  ];
}

/** The methods over all languages together, and where the results are. */
export function endLines({ pooled }: StudyResults, files: readonly string[]): string[] {
  const rows = pooled.map(({ method, style, opening, strength, seed, n, onTarget, valid, perplexityRatio }) => [
    [
      method,
      style,
      opening,
      ...(strength > 0 && strength !== 1 ? [`x${strength}`] : []),
      ...(seed > 0 ? [`s${seed}`] : []),
    ].join(' '),
    `${onTarget} of ${n}`,
    percent(onTarget / n),
    `${valid} valid`,
    perplexityRatio === null ? '' : `perplexity x${perplexityRatio.toFixed(2)}`,
  ]);
  return [...table(rows, ['left', 'right', 'right', 'right']), '', ...files];
}
