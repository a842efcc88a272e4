/** How long the rest of a study will take, told from its cells that are done. Pure. */
import type { CellResult } from './cell.ts';
import { isFitted } from './plan.ts';
import type { StudyCell } from './plan.ts';

/** Where nothing is measured yet: about what two cores take for a prompt of the default model, its scoring included. */
const MS_PER_TOKEN = 5;
const MS_PER_FIT = 90_000;

export interface Remaining {
  readonly cells: readonly StudyCell[];
  /** How many artefacts are to be made yet. */
  readonly fits: number;
}

/**
 * Milliseconds for what remains.
 * @param done cells that were measured, by whichever machine
 * @param fitMs how long fits took
 */
export function estimateMs(
  { cells, fits }: Remaining,
  done: readonly Pick<CellResult, 'cell' | 'ms'>[],
  fitMs: readonly number[],
  maxTokens: number,
): number {
  const perPrompt = (cell: StudyCell): number => {
    const alike = done.filter((one) => isFitted(one.cell.method) === isFitted(cell.method));
    const known = alike.length > 0 ? alike : done;
    if (known.length === 0) return maxTokens * MS_PER_TOKEN;
    return sum(known.map(({ ms }) => totalMs(ms))) / sum(known.map((one) => one.cell.prompts));
  };
  const perFit = fitMs.length === 0 ? MS_PER_FIT : sum(fitMs) / fitMs.length;
  return sum(cells.map((cell) => cell.prompts * perPrompt(cell))) + fits * perFit;
}

export function totalMs({ generate, judge, likelihood }: CellResult['ms']): number {
  return generate + judge + likelihood;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
