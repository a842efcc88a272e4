/**
 * Runs a study cell by cell: what is kept is taken, the rest is measured and kept at once, so that whoever breaks it off
 * loses at most the cell under way. Prints nothing and draws nothing.
 */
import type { ArtefactManifest } from '../../core/artefact/manifest.ts';
import type { CellResult } from '../../core/study/cell.ts';
import { estimateMs } from '../../core/study/estimate.ts';
import type { StudyFile } from '../../core/study/file.ts';
import { artefactName, planCells } from '../../core/study/plan.ts';
import type { StudyCell } from '../../core/study/plan.ts';
import type { ModelSummary } from '../../protocol/engineService.ts';
import { StudyArtefacts } from './artefacts.ts';
import type { StudyCalls } from './calls.ts';
import type { FitRecord, StudyFolder } from './folder.ts';
import { measureCell } from './measureCell.ts';
import { cellKey, requestOf } from './request.ts';

export interface StudyInput {
  readonly calls: StudyCalls;
  readonly study: StudyFile;
  readonly folder: StudyFolder;
  readonly model: ModelSummary;
  readonly home: string;
  readonly machine: string;
  /** The most rows that are decoded together. */
  readonly batch: number;
}

/** What there is of a cell. */
export interface CellState {
  readonly cell: StudyCell;
  /** Absent where it is to be measured. */
  readonly result?: CellResult;
  /** True where its artefact is to be made first. */
  readonly needsFit: boolean;
}

/** What a study has come to. */
export interface StudyState {
  readonly cells: readonly CellState[];
  readonly artefacts: readonly ArtefactManifest[];
  readonly fits: readonly (FitRecord & { readonly name: string })[];
  /** What the rest will take. */
  readonly remainingMs: number;
}

/** Told of a cell when it begins, and of the whole study when one is done. */
export interface StudyListener {
  begin(cell: StudyCell, state: StudyState): void;
  fitting(cell: StudyCell, state: StudyState): void;
  done(result: CellResult, state: StudyState): Promise<void>;
}

export class StudyRun {
  private readonly cells: StudyCell[];
  private readonly results = new Map<StudyCell, CellResult>();
  private readonly fits = new Map<string, FitRecord>();

  private constructor(
    private readonly input: StudyInput,
    private readonly artefacts: StudyArtefacts,
  ) {
    this.cells = planCells(input.study);
  }

  /** Sees what is there of the study. Runs no model. */
  static async open(input: StudyInput): Promise<StudyRun> {
    const run = new StudyRun(input, await StudyArtefacts.open(input.calls, input.folder, input));
    for (const cell of run.cells) {
      await run.noteFit(cell);
      await run.recall(cell);
    }
    return run;
  }

  state(): StudyState {
    const cells = this.cells.map((cell): CellState => {
      const result = this.results.get(cell);
      return { cell, needsFit: this.artefacts.isMissing(cell), ...(result === undefined ? {} : { result }) };
    });
    const artefacts = [...new Set(this.cells.map((cell) => this.artefacts.of(cell)))].filter(
      (manifest) => manifest !== undefined,
    );
    const fits = [...this.fits].map(([name, record]) => ({ name, ...record }));
    return { cells, artefacts, fits, remainingMs: this.remainingMs(cells, fits) };
  }

  /** Measures the cells that are not there yet, in their order. */
  async measure(listener: StudyListener): Promise<StudyState> {
    const { calls, study, folder, model, machine, batch } = this.input;
    const missing = this.cells.filter((cell) => !this.results.has(cell));
    // The model is loaded before the first clock starts.
    if (missing.length > 0) await calls.engine.facts({}, { signal: calls.signal, onEvent: calls.onStep });
    for (const cell of missing) {
      if (this.artefacts.isMissing(cell)) {
        listener.fitting(cell, this.state());
        await this.artefacts.fit(cell);
        await this.noteFit(cell);
      }
      listener.begin(cell, this.state());
      const artefact = this.artefacts.of(cell);
      const request = requestOf(cell, study.maxTokens, artefact);
      const key = cellKey(model, request, artefact);
      const steeredBy = artefact === undefined ? {} : { artefact };
      const result = await measureCell(calls, { cell, key, request, batch, machine, ...steeredBy });
      await folder.writeCell(result);
      this.results.set(cell, result);
      await listener.done(result, this.state());
    }
    return this.state();
  }

  /** Takes what is kept of a cell; nothing can be where its artefact is yet to be made. */
  private async recall(cell: StudyCell): Promise<void> {
    if (this.artefacts.isMissing(cell)) return;
    const { study, folder, model } = this.input;
    const artefact = this.artefacts.of(cell);
    const key = cellKey(model, requestOf(cell, study.maxTokens, artefact), artefact);
    const result = await folder.readCell(cell, key);
    if (result !== undefined) this.results.set(cell, result);
  }

  private async noteFit(cell: StudyCell): Promise<void> {
    const artefact = this.artefacts.of(cell);
    const record = artefact && (await this.artefacts.fitRecord(artefact));
    if (artefact && record) this.fits.set(artefact.name, record);
  }

  private remainingMs(cells: readonly CellState[], fits: readonly FitRecord[]): number {
    const todo = cells.filter(({ result }) => result === undefined);
    const toFit = new Set(todo.filter(({ needsFit }) => needsFit).map(({ cell }) => artefactName(cell)));
    return estimateMs(
      { cells: todo.map(({ cell }) => cell), fits: toFit.size },
      [...this.results.values()],
      fits.map(({ ms }) => ms),
      this.input.study.maxTokens,
    );
  }
}
