/**
 * Trace files: what a panel shows, as one file of the user's that is shared and opened again without the model. The frame is
 * the same for all panels; what is in it is for its panel to check.
 */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { StoreError } from '../../core/errors.ts';
import type { PanelId } from '../../protocol/panels/panel.ts';
import { VERSION } from '../../protocol/version.ts';
import { exportJson } from '../exportJson.ts';

const FORMAT = 'steerscope-trace';
const SCHEMA_VERSION = 1;
/** A reading of 512 tokens has about 5 megabytes. */
const MAX_BYTES = 64 * 1024 * 1024;

const frame = v.object({
  format: v.literal(FORMAT),
  schemaVersion: v.literal(SCHEMA_VERSION),
  panel: v.string(),
  title: v.string(),
  data: v.unknown(),
});

export interface Trace {
  readonly panel: string;
  readonly title: string;
  /** Comes from outside of the program. */
  readonly data: unknown;
}

/** Asks where to, and writes the file; does nothing where the user wants none. */
export async function saveTrace(panel: PanelId, title: string, data: unknown): Promise<void> {
  const name = `${panel}-${new Date().toISOString().slice(0, 10)}.trace`;
  const file = { format: FORMAT, schemaVersion: SCHEMA_VERSION, software: VERSION, panel, title, data };
  const target = await exportJson(vscode.l10n.t('The file to write the trace to'), name, file);
  if (!target) return;
  const said = vscode.l10n.t('The trace is in {0}.', vscode.workspace.asRelativePath(target));
  void vscode.window.setStatusBarMessage(said, 5000);
}

/** Asks which file; undefined where the user wants none. */
export async function pickFile(): Promise<vscode.Uri | undefined> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('The trace to open'),
      filters: { [vscode.l10n.t('Traces')]: ['json'] },
    })) ?? [];
  return file;
}

/** What is in a file of JSON. @throws StoreError `unreadable-trace` */
export async function readJson(file: vscode.Uri): Promise<unknown> {
  const { size } = await vscode.workspace.fs.stat(file);
  if (size > MAX_BYTES) throw unreadable(vscode.l10n.t('it has {0} bytes', size));
  const text = Buffer.from(await vscode.workspace.fs.readFile(file)).toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw unreadable(vscode.l10n.t('it is no JSON'));
  }
}

/** The trace that data from a file are; undefined where they are none. */
export function traceIn(content: unknown): Trace | undefined {
  const read = v.safeParse(frame, content);
  if (!read.success) return undefined;
  const { panel, title, data } = read.output;
  return { panel, title, data };
}

/** What is said of a trace that cannot be shown. */
export function unreadable(reason: string): StoreError {
  return new StoreError(
    'unreadable-trace',
    vscode.l10n.t('this trace cannot be opened: {0}', reason),
    vscode.l10n.t('Choose a file that was saved from a panel of Steerscope.'),
  );
}
