/** What a study has come to, as one document: what was run, on what, and every figure. No texts of the model. Pure. */
import type { JsonObject } from '../artefact/json.ts';
import type { ArtefactManifest } from '../artefact/manifest.ts';
import { biasRows } from './biasRows.ts';
import type { BiasRow } from './biasRows.ts';
import type { CellResult } from './cell.ts';
import type { StudyFile } from './file.ts';
import { frontier } from './frontier.ts';
import { groupsBy } from './groups.ts';
import { comparisons } from './pairs.ts';
import type { Comparison } from './pairs.ts';
import { cellName } from './plan.ts';
import { pooledRows } from './pooled.ts';
import type { PooledRow } from './pooled.ts';
import { cellsAgainst, rowOf } from './rows.ts';
import type { StudyRow } from './rows.ts';

export const RESULTS_VERSION = 1;

/** What the figures are of, beside the answers. */
export interface StudyFacts {
  readonly study: StudyFile;
  readonly command: string;
  readonly software: string;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  readonly model: { readonly name: string; readonly fingerprint: string; readonly precision: string };
  readonly repeatPenalty: number;
  readonly scoredTokens: number;
  readonly artefacts: readonly ArtefactFacts[];
  /** Cells of the plan that are not measured yet. */
  readonly missing: readonly string[];
}

/** An artefact of the study: what the fit chose, and what it cost. */
export interface ArtefactFacts extends Pick<
  ArtefactManifest,
  'name' | 'id' | 'method' | 'layers' | 'strength' | 'scope' | 'seed' | 'positions' | 'dataHash' | 'createdAt'
> {
  readonly target: string;
  readonly params: JsonObject;
  readonly figures: JsonObject;
  /** null where nobody noted it. */
  readonly fitSeconds: number | null;
}

/** A cell as it was measured: when, where and how fast. */
export interface MeasuredCell {
  readonly cell: string;
  readonly key: string;
  readonly at: string;
  readonly machine: string;
  readonly batch: number;
  readonly ms: CellResult['ms'];
}

/** A row with whether it is on the frontier of its method, and of all. */
export interface ResultRow extends StudyRow {
  readonly isBestOfMethod: boolean;
  readonly isBestOfAll: boolean;
}

export interface StudyResults extends StudyFacts {
  readonly version: typeof RESULTS_VERSION;
  readonly cells: readonly MeasuredCell[];
  /** Every machine that measured a cell. */
  readonly machines: readonly string[];
  readonly bias: readonly BiasRow[];
  readonly rows: readonly ResultRow[];
  readonly pooled: readonly PooledRow[];
  readonly pairs: readonly Comparison[];
}

export function studyResults(results: readonly CellResult[], facts: StudyFacts): StudyResults {
  // Language by language; the order within a language is the plan's.
  const all = groupsBy(cellsAgainst(results), ({ target }) => target).flatMap(({ members }) => members);
  const rows = all.map((one) => rowOf(one, all));
  return {
    version: RESULTS_VERSION,
    ...facts,
    cells: results.map(({ cell, key, at, machine, batch, ms }) => ({
      cell: cellName(cell),
      ...{ key, at, machine, batch, ms },
    })),
    machines: [...new Set(results.map(({ machine }) => machine))],
    bias: biasRows(results),
    rows: frontier(rows).map(({ row, ...best }) => ({ ...row, ...best })),
    pooled: pooledRows(all, rows),
    pairs: comparisons(all),
  };
}
