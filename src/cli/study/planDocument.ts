/** The plan of a study as the document that `--plan --json` prints. */
import path from 'node:path';
import { cellName } from '../../core/study/plan.ts';
import type { StudyCell } from '../../core/study/plan.ts';
import type { StudyFolder } from './folder.ts';
import type { StudyState } from './run.ts';

export interface PlanDocument {
  readonly out: string;
  readonly done: number;
  readonly remainingMs: number;
  readonly cells: readonly (StudyCell & {
    readonly name: string;
    /** The file that has it; null where it is to be measured. */
    readonly file: string | null;
    readonly needsFit: boolean;
  })[];
}

export function planDocument({ cells, remainingMs }: StudyState, folder: StudyFolder): PlanDocument {
  return {
    out: folder.path,
    done: cells.filter(({ result }) => result !== undefined).length,
    remainingMs: Math.round(remainingMs),
    cells: cells.map(({ cell, result, needsFit }) => ({
      ...cell,
      name: cellName(cell),
      file: result === undefined ? null : path.relative(folder.path, folder.cellFile(cell, result.key)),
      needsFit,
    })),
  };
}
