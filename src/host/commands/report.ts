/**
 * The report: the terminal program's tour, run in a terminal of the editor, where its progress is seen and Ctrl-C ends
 * it. What was measured before is not measured again.
 */
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { LANGUAGES, type LanguageId } from '../../core/language/languages.ts';
import type { Services } from '../services.ts';
import type { Commands } from './register.ts';

const { t } = vscode.l10n;

const TARGETS: readonly LanguageId[] = ['cpp', 'rust', 'java', 'javascript'];

export function reportCommands(services: Services): Commands {
  return { openReport: () => openReport(services) };
}

async function openReport(services: Services): Promise<void> {
  const items = TARGETS.map((id) => ({ label: LANGUAGES[id].displayName, id }));
  const title = t('A report on steering to which language? It takes some minutes, the second time seconds.');
  const target = await vscode.window.showQuickPick(items, { title });
  if (!target) return;
  const file = path.join(services.context.globalStorageUri.fsPath, `report-${target.id}.html`);
  await vscode.workspace.fs.createDirectory(services.context.globalStorageUri);
  if ((await runTour(services, target.id, file)) !== 0) return;
  await vscode.env.openExternal(vscode.Uri.file(file));
}

/** Resolves to the exit status of the tour; undefined where its terminal was closed. */
async function runTour({ context, settings }: Services, target: LanguageId, file: string): Promise<number | undefined> {
  const { model, precision, threads, home } = settings.model;
  const program = path.join(context.extensionPath, 'dist', 'cli.js');
  const options = [
    '--target',
    target,
    '--report',
    file,
    '--model',
    model,
    '--precision',
    precision,
    '--threads',
    String(threads),
  ];
  const env = { ELECTRON_RUN_AS_NODE: '1', STEERSCOPE_HOME: home };
  const execution = new vscode.ProcessExecution(process.execPath, [program, 'tour', ...options], {
    env,
    cwd: os.homedir(),
  });
  const task = new vscode.Task(
    { type: 'steerscope', target },
    vscode.TaskScope.Workspace,
    t('Report: {0}', target),
    'Steerscope',
    execution,
  );
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Dedicated };
  // Listened to before it begins: it may end before the editor has said that it runs.
  let end: (status: number | undefined) => void = () => {};
  const ended = new Promise<number | undefined>((resolve) => (end = resolve));
  const ends = vscode.tasks.onDidEndTaskProcess(({ execution: { task: of }, exitCode }) => {
    if (of.source === task.source && of.name === task.name) end(exitCode);
  });
  try {
    await vscode.tasks.executeTask(task);
    return await ended;
  } finally {
    ends.dispose();
  }
}
