/** Completions over the fake editor and an engine that a test answers for: what the editor asks, and what it is given. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { AvailableDirection } from '../../../../src/core/steering/choice.ts';
import type { Steered } from '../../../../src/host/steering/steeringState.ts';
import { FakeMemento, fakeLog, freshHome } from '../support.ts';
import { ScriptedEngine } from '../fake/engine.ts';
import { CancellationTokenSource, EventEmitter } from '../fake/events.ts';
import { InlineCompletionTriggerKind, provided, type InlineCompletionItem } from '../fake/languages.ts';
import { fake } from '../fake/state.ts';
import { showEditors, type FakeDocument, type FakeEditor, type Range } from '../fake/texts.ts';

const { SteeringState } = await import('../../../../src/host/steering/steeringState.ts');
const { CompletionState } = await import('../../../../src/host/completion/completionState.ts');
const { Tasks } = await import('../../../../src/host/tasks/tasks.ts');
const { registerCompletion } = await import('../../../../src/host/completion/index.ts');
const { registerTextDocuments } = await import('../../../../src/host/textDocuments.ts');

/** The directions there are, without files. */
export class FakeDirections {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  all: readonly AvailableDirection[] = [
    { name: 'cpp', surface: 'answer', language: 'cpp' },
    { name: 'cpp-raw', surface: 'raw', language: 'cpp' },
    { name: 'python-raw', surface: 'raw', language: 'python' },
    { name: 'rust', surface: 'answer', language: 'rust' },
    { name: 'polite', surface: 'answer' },
  ];

  /** As after a fit: what was written by them may be another text now. */
  change(): void {
    this.changed.fire();
  }
}

/** The services that completions, lenses and the status bar share. An automatic completion waits for nothing. */
export async function prepareServices(t: TestContext) {
  const { home, settings } = await freshHome(t);
  showEditors();
  fake.set('steerscope.completion.delay', 0);
  const [engine, directions, completionState] = [new ScriptedEngine(), new FakeDirections(), new CompletionState()];
  const steering = new SteeringState(new FakeMemento() as never, settings, directions as never);
  const log = fakeLog();
  const tasks = new Tasks(log);
  t.after(() => {
    for (const one of [tasks, steering, completionState]) one.dispose();
    showEditors();
  });
  return { home, settings, engine, directions, completionState, steering, log, tasks };
}

/** A part of the extension, as `extension.ts` has it in its list. */
type Part = (services: never) => { dispose(): unknown };

/** The same, with parts of the extension registered; `dispose` is called at the end of the test at the latest. */
export async function prepareParts(t: TestContext, ...parts: readonly Part[]) {
  const services = await prepareServices(t);
  const registered = parts.map((register) => register(services as never));
  const dispose = (): void => {
    for (const one of registered.splice(0)) one.dispose();
  };
  t.after(dispose);
  return { ...services, dispose };
}

export function prepare(t: TestContext) {
  return prepareParts(t, registerCompletion, registerTextDocuments);
}

export interface Asking {
  readonly isAsked?: boolean;
  readonly selected?: { readonly range: Range; readonly text: string };
  readonly source?: CancellationTokenSource;
}

/** Asks for grey text where the cursor of an editor is, as the editor does. */
export function grey(editor: FakeEditor, asking: Asking = {}): Promise<readonly InlineCompletionItem[]> {
  const { isAsked = false, selected: selectedCompletionInfo, source = new CancellationTokenSource() } = asking;
  assert.ok(provided.inline, 'no provider is registered');
  const { Invoke, Automatic } = InlineCompletionTriggerKind;
  const context = { triggerKind: isAsked ? Invoke : Automatic, selectedCompletionInfo };
  const { document, selection } = editor;
  return provided.inline.provider.provideInlineCompletionItems(document, selection.active, context, source.token);
}

/** What a document, or a place of it, chooses for. */
export function steeredIn({ uri, languageId }: FakeDocument, placeId?: string): Steered {
  return { uri: uri as unknown as Steered['uri'], languageId, ...(placeId === undefined ? {} : { placeId }) };
}

/** The texts that were offered. */
export function texts(items: readonly InlineCompletionItem[]): string[] {
  return items.map(({ insertText }) => insertText);
}

export function run(command: string, ...args: readonly unknown[]): Promise<unknown> {
  const registered = fake.commands.get(`steerscope.${command}`);
  assert.ok(registered, `${command} is not registered`);
  return Promise.resolve(registered(...args));
}
