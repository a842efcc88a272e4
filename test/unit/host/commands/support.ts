/** Commands over the fake editor, a home of their own and the fake engine in its process; and the extension as a whole. */
import fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { FakeMemento, catalogueFor, engineFor, fakeLog, freshHome, settled } from '../support.ts';
import { fake } from '../fake/state.ts';
import { run as start } from '../completion/support.ts';
import { showEditors } from '../fake/texts.ts';
import { Uri } from '../fake/values.ts';

const { activate, deactivate } = await import('../../../../src/host/extension.ts');
const { registerCommands } = await import('../../../../src/host/commands/index.ts');
const { WorkedEditor } = await import('../../../../src/host/activeEditor.ts');
const { CompletionState } = await import('../../../../src/host/completion/completionState.ts');
const { SteeringState } = await import('../../../../src/host/steering/steeringState.ts');
const { registerTextDocuments } = await import('../../../../src/host/textDocuments.ts');
const { Tasks } = await import('../../../../src/host/tasks/tasks.ts');

/** The services behind the commands that have no part of their own, with these registered. */
export async function prepare(t: TestContext) {
  const { home, settings } = await freshHome(t);
  showEditors();
  const engine = engineFor(t, settings);
  const [store, shipped] = [path.join(home, 'store'), path.join(home, 'shipped')];
  const directions = catalogueFor(t, settings, engine, shipped);
  const steering = new SteeringState(new FakeMemento() as never, settings, directions);
  const [log, completionState] = [fakeLog(), new CompletionState()];
  const [tasks, workedEditor] = [new Tasks(log), new WorkedEditor()];
  const context = { extensionPath: '/extension', globalStorageUri: Uri.file(path.join(home, 'storage')) };
  const services = { context, log, settings, engine, directions, steering, completionState, tasks, workedEditor };
  const registered = [registerCommands(services as never), registerTextDocuments()];
  t.after(() => {
    for (const one of [...registered, tasks, steering, completionState, workedEditor]) one.dispose();
    showEditors();
  });
  return { ...services, home, store, shipped };
}

/** Activates the whole extension, as the editor does, with the fake engine in place of its own. */
export async function activateExtension(
  t: TestContext,
): Promise<{ readonly home: string; readonly end: () => Promise<void> }> {
  const { home } = await freshHome(t);
  showEditors();
  const extensionPath = path.join(home, 'extension');
  await fs.mkdir(path.join(extensionPath, 'dist'), { recursive: true });
  await fs.writeFile(path.join(extensionPath, 'package.json'), '{"type":"module"}');
  await fs.writeFile(path.join(extensionPath, 'dist', 'engine.js'), engineProgram());
  const subscriptions: { dispose(): unknown }[] = [];
  activate({
    subscriptions,
    extensionPath,
    extensionUri: Uri.file(extensionPath),
    globalStorageUri: Uri.file(path.join(home, 'storage')),
    workspaceState: new FakeMemento(),
  } as never);
  const end = async (): Promise<void> => {
    for (const one of subscriptions.splice(0)) one.dispose();
    await deactivate();
  };
  t.after(end);
  return { home, end };
}

function engineProgram(): string {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')).href;
  const engine = new URL('../fake/engineMain.ts', import.meta.url).href;
  return `import { register } from '${tsx}';\nregister();\nawait import('${engine}');\n`;
}

/** Runs a command by its id without `steerscope.`, until it and what it says have come to an end. */
export async function run(command: string, ...args: readonly unknown[]): Promise<void> {
  await start(command, ...args);
  await settled();
}

/** What the user was told in sentences: errors, warnings, information, and the status bar. */
export function sentences(): string[] {
  const kinds = ['error', 'warning', 'information', 'statusBar'] as const;
  return fake.shown.filter(({ kind }) => (kinds as readonly string[]).includes(kind)).map(({ text }) => text);
}
