/**
 * The folder of a study: a file for each cell that was measured, how long fits took, and the results. Everything in it
 * can be taken to another machine and gone on with there. It knows files, not what is in a study.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { readCell } from '../../core/study/cell.ts';
import type { CellResult } from '../../core/study/cell.ts';
import { cellName } from '../../core/study/plan.ts';
import type { StudyCell } from '../../core/study/plan.ts';
import { makeFolder, writeFileAtomically } from '../../files/atomic.ts';
import { explained, systemCode } from '../../files/fileErrors.ts';

/** How long an artefact of the study took to make. */
export interface FitRecord {
  /** The artefact's id: a name may come to mean another one. */
  readonly id: string;
  readonly ms: number;
  readonly machine: string;
}

const fitSchema: v.GenericSchema<unknown, FitRecord> = v.strictObject({
  id: v.string(),
  ms: v.pipe(v.number(), v.finite(), v.minValue(0)),
  machine: v.string(),
});

export class StudyFolder {
  /** @param warn told of what is there and cannot be used */
  constructor(
    readonly path: string,
    private readonly warn: (message: string) => void,
  ) {}

  /** The store of the study's own artefacts. */
  get artefacts(): string {
    return path.join(this.path, 'artefacts');
  }

  /** Where a cell of this key is or would be. */
  cellFile(cell: StudyCell, key: string): string {
    return path.join(this.path, 'cells', `${cellName(cell)}-${key.slice(0, 8)}.json`);
  }

  /** The cell of this key, or undefined where it is to be measured. */
  async readCell(cell: StudyCell, key: string): Promise<CellResult | undefined> {
    const file = this.cellFile(cell, key);
    const value = await readJson(file);
    if (value === undefined) return undefined;
    const result = readCell(value);
    if (result?.key === key) return result;
    this.warn(`${file} is damaged, and is measured again`);
    return undefined;
  }

  async writeCell(result: CellResult): Promise<void> {
    await this.write(this.cellFile(result.cell, result.key), `${JSON.stringify(result)}\n`);
  }

  /** How long the artefact with this id took; undefined where nobody knows. */
  async readFit(name: string, id: string): Promise<FitRecord | undefined> {
    const read = v.safeParse(fitSchema, await readJson(this.fitFile(name)));
    return read.success && read.output.id === id ? read.output : undefined;
  }

  async writeFit(name: string, record: FitRecord): Promise<void> {
    await this.write(this.fitFile(name), `${JSON.stringify(record)}\n`);
  }

  /** Writes a result, such as `study.json`; its path. */
  async writeResult(name: string, text: string): Promise<string> {
    const file = path.join(this.path, name);
    await this.write(file, text);
    return file;
  }

  private fitFile(name: string): string {
    return path.join(this.path, 'fits', `${name}.json`);
  }

  private async write(file: string, text: string): Promise<void> {
    await makeFolder(path.dirname(file));
    await writeFileAtomically(file, text);
  }
}

/** What a file holds; undefined where there is none, null where it is no JSON. */
async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await fs.readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    return explained('read', file, () => Promise.reject(error as Error));
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
