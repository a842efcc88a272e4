/** The bias panel over a home of its own and an engine that answers at once, and the test as its page. */
import path from 'node:path';
import type { TestContext } from 'node:test';
import { biasSchemas } from '../../../../src/protocol/panels/bias.ts';
import type { BiasPanel, BiasSettings, BiasSnapshot } from '../../../../src/protocol/panels/bias.ts';
import { writeDirection } from '../directions.ts';
import { FakePanel, panels, serializers } from '../fake/panels.ts';
import { fake } from '../fake/state.ts';
import { Uri } from '../fake/values.ts';
import { catalogueFor, engineFor, fakeLog, freshHome } from '../support.ts';
import { FakeEngine } from './fakeEngine.ts';
import { watchSnapshots } from './page.ts';

const { Tasks } = await import('../../../../src/host/tasks/tasks.ts');
const { CompletionState } = await import('../../../../src/host/completion/completionState.ts');
const { WorkedEditor } = await import('../../../../src/host/activeEditor.ts');
const { RunStore } = await import('../../../../src/host/runs/runStore.ts');
const { registerPanels } = await import('../../../../src/host/panels/index.ts');

export const SMALL: BiasSettings = {
  direction: 'cpp',
  tasks: 'core',
  styles: ['instruction'],
  prompts: 2,
  sweep: false,
};

export async function prepare(t: TestContext) {
  const { home, settings } = await freshHome(t);
  panels.length = 0;
  serializers.clear();
  const shipped = path.join(home, 'shipped');
  for (const [name, target] of [
    ['cpp', 'cpp'],
    ['polite', undefined],
    ['rust', 'rust'],
  ] as const)
    await writeDirection(shipped, { name, ...(target ? { target } : {}) });
  await writeDirection(shipped, { name: 'rust-raw', target: 'rust', surface: 'raw' });
  const directions = catalogueFor(t, settings, engineFor(t, settings), shipped);
  await directions.refresh();
  const engine = new FakeEngine();
  const log = fakeLog();
  const [tasks, runs] = [new Tasks(log), new RunStore(settings, log)];
  const workedEditor = new WorkedEditor();
  t.after(() => workedEditor.dispose());
  const context = { extensionUri: Uri.file('/extension') };
  const completionState = new CompletionState();
  const services = { context, log, settings, engine, directions, tasks, runs, completionState, workedEditor };
  const registered = registerPanels(services as never);
  t.after(() => registered.dispose());
  const run = async (command: string, ...args: unknown[]): Promise<unknown> =>
    fake.commands.get(`steerscope.${command}`)?.(...args);
  return { home, engine, directions, tasks, runs, run, completionState, studies: path.join(home, 'studies') };
}

/** What a page keeps of its settings. */
export function keptBy(settings: BiasSettings, study: string | null = null): unknown {
  return { settings, study };
}

/** Opens the panel without a study of its own, and is its page. */
export async function restored(state: unknown) {
  const panel = new FakePanel('steerscope.bias', '');
  await serializers.get('steerscope.bias')?.deserializeWebviewPanel(panel, state);
  return { panel, ...watchPage(panel) };
}

export function watchPage(panel: FakePanel) {
  return watchSnapshots<BiasPanel, BiasSnapshot>(panel, biasSchemas);
}

/** Holds the engine before a batch until it is let go. */
export function hold(engine: FakeEngine, batch: number): () => void {
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  engine.before = (n) => (n === batch ? held : undefined);
  return release;
}

export const isDone = ({ work, studyId }: BiasSnapshot): boolean => work === undefined && studyId !== undefined;
