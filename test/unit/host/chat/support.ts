/** The extension's part in a chat, over a home of its own, an engine that repeats what it is asked, and an editor of a kind. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { LanguageModelChatInformation, LanguageModelChatProvider } from '../../../../src/host/chat/chatApi.ts';
import type { Steered } from '../../../../src/host/steering/steeringState.ts';
import { writeDirection } from '../directions.ts';
import type { EDITORS } from '../fake/chat.ts';
import { registered, useEditor } from '../fake/chat.ts';
import { fake } from '../fake/state.ts';
import { Uri } from '../fake/values.ts';
import { FakeMemento, catalogueFor, chooseModel, engineFor, fakeLog, freshHome } from '../support.ts';

const { SteeringState } = await import('../../../../src/host/steering/steeringState.ts');
const { registerChat } = await import('../../../../src/host/chat/index.ts');

/** The model of these tests; its name says that it answers. */
export const MODEL = 'talker';

/** Directions to C++ and Rust, one of raw text, and one that leads to no language. */
const DIRECTIONS = [
  { name: 'cpp', target: 'cpp' },
  { name: 'to-rust', target: 'rust' },
  { name: 'java-raw', target: 'java', surface: 'raw' },
  { name: 'polite' },
] as const;

export async function prepare(t: TestContext, editor: keyof typeof EDITORS = 'all') {
  const { home, settings } = await freshHome(t);
  useEditor(editor);
  await chooseModel(home, MODEL);
  const shipped = path.join(home, 'shipped');
  for (const direction of DIRECTIONS) await writeDirection(shipped, { ...direction, model: MODEL });
  const engine = engineFor(t, settings);
  const directions = catalogueFor(t, settings, engine, shipped);
  await directions.refresh();
  await engine.refresh();
  const steering = new SteeringState(new FakeMemento() as never, settings, directions);
  t.after(() => steering.dispose());
  const services = { log: fakeLog(), settings, engine, directions, steering };
  const chat = registerChat(services as never);
  t.after(() => chat.dispose());
  return { ...services, home, chat };
}

/** Opens a file in the editor; returns its document as the host's parts take it. */
export function open(file: string): Steered {
  const document = { uri: Uri.file(file), languageId: 'python' };
  fake.textDocuments.push(document);
  return document as unknown as Steered;
}

/** The chat model that was registered, and what the editor knows of it. */
export function provider(): LanguageModelChatProvider {
  const [only, ...more] = [...registered.models.values()];
  assert.ok(only && more.length === 0, 'not one provider');
  return only as LanguageModelChatProvider;
}

export async function offered(token = {} as never): Promise<readonly LanguageModelChatInformation[]> {
  return (await provider().provideLanguageModelChatInformation({ silent: true }, token)) ?? [];
}
