/**
 * The extension's entry: makes the services and registers each part with them. Activation reads no file, starts no
 * process and waits for nothing.
 */
import path from 'node:path';
import * as vscode from 'vscode';
import { registerChat } from './chat/index.ts';
import { registerCommands } from './commands/index.ts';
import { registerCompletion } from './completion/index.ts';
import { WorkedEditor } from './activeEditor.ts';
import { CompletionState } from './completion/completionState.ts';
import { DirectionCatalogue } from './directions/catalogue.ts';
import { EngineHost } from './engine/engineHost.ts';
import { registerContextKeys } from './contextKeys.ts';
import { registerLanguageLines } from './languageLines/index.ts';
import { registerLenses } from './lenses/index.ts';
import { registerMeasure } from './measure.ts';
import { registerPanels } from './panels/index.ts';
import { RunStore } from './runs/runStore.ts';
import { SECTION, Settings } from './settings.ts';
import type { Services } from './services.ts';
import { registerStatusBar } from './statusBar.ts';
import { registerTextDocuments } from './textDocuments.ts';
import { registerViews } from './views/index.ts';
import { SteeringState } from './steering/steeringState.ts';
import { Tasks } from './tasks/tasks.ts';

let engine: EngineHost | undefined;

/** Every part of the extension: adding one is a file and a line. */
const PARTS: readonly ((services: Services) => vscode.Disposable)[] = [
  registerContextKeys,
  registerCommands,
  registerCompletion,
  registerStatusBar,
  registerTextDocuments,
  registerLenses,
  registerViews,
  registerLanguageLines,
  registerPanels,
  registerChat,
  registerMeasure,
];

export function activate(context: vscode.ExtensionContext): void {
  const services = createServices(context);
  engine = services.engine;
  const { tasks, steering, directions, completionState, runs, log, workedEditor } = services;
  // Disposed of in this order: what uses the services goes before them, and the log last.
  for (const register of PARTS) context.subscriptions.push(register(services));
  context.subscriptions.push(
    reopenOnChange(services),
    tasks,
    steering,
    directions,
    completionState,
    workedEditor,
    runs,
    services.engine,
    log,
  );
  // What is known without an engine; drawn when it is there.
  void directions.refresh();
  void services.engine.refresh();
}

/** Resolves when the engine's process is gone: none is left behind. */
export async function deactivate(): Promise<void> {
  await engine?.stop();
}

function createServices(context: vscode.ExtensionContext): Services {
  const log = vscode.window.createOutputChannel('Steerscope', { log: true });
  const settings = new Settings();
  const engineHost = new EngineHost(settings, log, path.join(context.extensionPath, 'dist', 'engine.js'));
  const shipped = path.join(context.extensionPath, 'media', 'directions');
  const directions = new DirectionCatalogue(settings, engineHost, log, shipped);
  const steering = new SteeringState(context.workspaceState, settings, directions);
  const runs = new RunStore(settings, log);
  const tasks = new Tasks(log);
  log.debug(`${SECTION}: home ${settings.home}`);
  const completionState = new CompletionState();
  return {
    context,
    log,
    settings,
    engine: engineHost,
    directions,
    steering,
    completionState,
    runs,
    tasks,
    workedEditor: new WorkedEditor(),
  };
}

/** Settings that say how a model is opened: what is open by others is let go of. */
function reopenOnChange({ settings, engine: engineHost, directions }: Services): vscode.Disposable {
  const reopen = async (): Promise<void> => {
    await engineHost.reopen();
    await directions.refresh();
  };
  const names = ['model', 'precision', 'threads', 'home'];
  return vscode.Disposable.from(...names.map((name) => settings.onDidChange(name, () => void reopen())));
}
