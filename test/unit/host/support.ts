/** The host's parts over the fake editor and a home of their own. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'node:test';
import './fake/register.ts';
import { fake } from './fake/state.ts';
import { window } from './fake/vscode.ts';
import { scratch } from '../files/support.ts';

const { Settings } = await import('../../../src/host/settings.ts');
const { EngineHost } = await import('../../../src/host/engine/engineHost.ts');
const { DirectionCatalogue } = await import('../../../src/host/directions/catalogue.ts');

export type SettingsOf = InstanceType<typeof Settings>;
export type EngineHostOf = InstanceType<typeof EngineHost>;

/** A log channel of the fake editor, as the host's parts take it. */
export function fakeLog(): ConstructorParameters<typeof EngineHost>[1] {
  return window.createOutputChannel() as unknown as ConstructorParameters<typeof EngineHost>[1];
}

/** An empty home that goes with the test, and an editor in which nothing was set. */
export async function freshHome(t: TestContext): Promise<{ readonly home: string; readonly settings: SettingsOf }> {
  fake.reset();
  const home = await scratch(t);
  fake.set('steerscope.home', home);
  return { home, settings: new Settings({}) };
}

/** The engine of `engineMain.ts` behind the host's hold on it; its process goes with the test. */
export function engineFor(t: TestContext, settings: SettingsOf): EngineHostOf {
  const program = fileURLToPath(new URL('./fake/engineMain.ts', import.meta.url));
  const engine = new EngineHost(settings, fakeLog(), program, ['--import', 'tsx']);
  t.after(async () => {
    await engine.stop();
    engine.dispose();
  });
  return engine;
}

/** Makes a file that the fake engine takes for a model, and chooses it. */
export async function chooseModel(home: string, name: string): Promise<string> {
  const file = path.join(home, `${name}.gguf`);
  await fs.writeFile(file, 'weights');
  fake.set('steerscope.model', file);
  return file;
}

/** A catalogue over the home, and a folder in place of what ships. */
export function catalogueFor(
  t: TestContext,
  settings: SettingsOf,
  engine: EngineHostOf,
  shipped: string,
): InstanceType<typeof DirectionCatalogue> {
  const catalogue = new DirectionCatalogue(settings, engine, fakeLog(), shipped);
  t.after(() => catalogue.dispose());
  return catalogue;
}

/** What the editor remembers for a workspace. */
export class FakeMemento {
  readonly kept = new Map<string, unknown>();

  keys(): readonly string[] {
    return [...this.kept.keys()];
  }

  get<T>(key: string): T | undefined;
  get<T>(key: string, otherwise: T): T;
  get<T>(key: string, otherwise?: T): T | undefined {
    return (this.kept.get(key) as T | undefined) ?? otherwise;
  }

  async update(key: string, value: unknown): Promise<void> {
    // As the editor keeps it: as JSON.
    this.kept.set(key, JSON.parse(JSON.stringify(value)));
  }
}

/** All that follows from what has happened by now, without a clock. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** What was logged as wrong. */
export function complaints(): string[] {
  return fake.logged.filter(({ level }) => level === 'warn' || level === 'error').map(({ text }) => text);
}
