/**
 * Studies that were made, one JSON file each, in the home that editor and terminal share. A file is written whole or not
 * at all and never edited; the index is the listing of the folder. What a study holds is for its panel to check.
 */
import { randomUUID } from 'node:crypto';
import { readFile, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { StoreError } from '../../core/errors.ts';
import type { JsonValue } from '../../core/artefact/json.ts';
import { makeFolder, writeFileAtomically } from '../../files/atomic.ts';
import type { Settings } from '../settings.ts';

/** A study, without its data. */
export interface RunSummary {
  readonly id: string;
  /** Which panel shows it: `bias`. */
  readonly kind: string;
  /** In a few words: "C++, 12 prompts". */
  readonly title: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly model: string;
}

export interface Run extends RunSummary {
  readonly data: unknown;
}

const SCHEMA_VERSION = 1;
const ID = /^[0-9a-f-]{36}$/;
/** A study of a thousand answers has about a megabyte. */
const MAX_RUN_BYTES = 32 * 1024 * 1024;

const runSchema = v.object({
  schemaVersion: v.literal(SCHEMA_VERSION),
  id: v.pipe(v.string(), v.regex(ID)),
  kind: v.string(),
  title: v.string(),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  model: v.string(),
  data: v.unknown(),
});

export class RunStore implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly settings: Settings,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Keeps a study. @throws StoreError where the disk refuses */
  async save(run: Omit<RunSummary, 'id' | 'createdAt'> & { readonly data: JsonValue }): Promise<RunSummary> {
    const id = randomUUID();
    const createdAt = new Date().toISOString();
    await makeFolder(this.folder);
    await writeFileAtomically(this.file(id), JSON.stringify({ schemaVersion: SCHEMA_VERSION, id, createdAt, ...run }));
    this.changed.fire();
    return summaryOf({ ...run, id, createdAt });
  }

  /** The studies there are, the newest first. One that cannot be read is left out, and the log says so. */
  async list(): Promise<RunSummary[]> {
    const names = await readdir(this.folder).catch(() => []);
    const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
    const runs = await Promise.all(ids.filter((id) => ID.test(id)).map((id) => this.readOrLog(id)));
    const summaries = runs.flatMap((run) => (run ? [summaryOf(run)] : []));
    return summaries.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  }

  /** @throws StoreError `unknown-run` where there is none of that id, or it cannot be read */
  async load(id: string): Promise<Run> {
    const run = ID.test(id) ? await this.readOrLog(id) : undefined;
    if (run) return run;
    throw new StoreError(
      'unknown-run',
      vscode.l10n.t('this study is not there any more, or it is damaged'),
      vscode.l10n.t('The log says more.'),
    );
  }

  async remove(id: string): Promise<void> {
    if (ID.test(id)) await rm(this.file(id), { force: true });
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }

  private get folder(): string {
    return path.join(this.settings.home, 'studies');
  }

  private file(id: string): string {
    return path.join(this.folder, `${id}.json`);
  }

  private async readOrLog(id: string): Promise<Run | undefined> {
    try {
      const { size } = await stat(this.file(id));
      if (size > MAX_RUN_BYTES) throw new Error(`it has ${size} bytes`);
      const run = v.parse(runSchema, JSON.parse(await readFile(this.file(id), 'utf8')));
      if (run.id !== id) throw new Error('it was renamed');
      return run;
    } catch (error) {
      this.log.warn(`${this.file(id)}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }
}

function summaryOf({ id, kind, title, createdAt, model }: RunSummary): RunSummary {
  return { id, kind, title, createdAt, model };
}
