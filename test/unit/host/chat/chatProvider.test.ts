/** The local model in the editor's list of chat models: when it is there, how it answers, how an answer ends early. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import { test } from 'node:test';
import type { LanguageModelChatRequestMessage } from '../../../../src/host/chat/chatApi.ts';
import type { GenerateOptions } from '../../../../src/protocol/engineService.ts';
import { until } from '../../files/support.ts';
import { LanguageModelChatToolMode, LanguageModelTextPart } from '../fake/chat.ts';
import { CancellationError, CancellationTokenSource } from '../fake/events.ts';
import { fake } from '../fake/state.ts';
import { chooseModel, complaints } from '../support.ts';
import { MODEL, offered, prepare, provider } from './support.ts';

function user(text: string): LanguageModelChatRequestMessage {
  return { role: 1, content: [new LanguageModelTextPart(text)] };
}

interface Asking {
  readonly options?: object;
  readonly source?: CancellationTokenSource;
  readonly onPart?: (parts: readonly string[]) => void;
}

/** Asks the model that is offered; returns the parts of the answer as they came. */
async function ask(
  messages: readonly LanguageModelChatRequestMessage[],
  { options = {}, source = new CancellationTokenSource(), onPart }: Asking = {},
): Promise<string[]> {
  const [model] = await offered();
  assert.ok(model, 'no model is offered');
  const parts: string[] = [];
  const report = ({ value }: { readonly value: string }): void => {
    parts.push(value);
    onPart?.(parts);
  };
  await provider().provideLanguageModelChatResponse(model, messages, options, { report }, source.token as never);
  return parts;
}

/** What the engine was asked, which is what it answers with. */
async function asked(...messages: readonly LanguageModelChatRequestMessage[]) {
  return JSON.parse((await ask(messages)).join('')) as {
    readonly prompt: string;
    readonly turns: readonly unknown[];
    readonly options: GenerateOptions;
  };
}

test('the chosen model is offered as it is known before it is open, and nothing is started for that', async (t) => {
  const { engine } = await prepare(t);
  assert.deepEqual(await offered(), [
    {
      id: MODEL,
      name: MODEL,
      family: 'llama',
      version: 'fast',
      detail: 'not steered',
      tooltip: 'Runs on this machine, by Steerscope. It calls no tools.',
      maxInputTokens: 2048 - 1024 - 96,
      maxOutputTokens: 1024,
      capabilities: { imageInput: false, toolCalling: false },
    },
  ]);
  assert.equal(engine.state.engine, 'idle');
});

test('once it is open, its own context is told, and the editor hears of that', async (t) => {
  const { engine } = await prepare(t);
  let changes = 0;
  provider().onDidChangeLanguageModelChatInformation(() => changes++);
  await engine.use(async () => undefined);
  const [model] = await offered();
  assert.deepEqual([model?.maxInputTokens, model?.maxOutputTokens], [512 - 256 - 96, 256]);
  assert.equal(changes, 1);
});

test('a model that is not on this machine, or could not be opened, is not offered', async (t) => {
  const { home, engine } = await prepare(t);
  await fs.rm(`${home}/${MODEL}.gguf`);
  await engine.refresh();
  assert.deepEqual(await offered(), []);
  await chooseModel(home, 'bad');
  await engine.refresh();
  assert.equal((await offered())[0]?.id, 'bad');
  await assert.rejects(ask([user('Hello.')]), { message: 'This is no GGUF. Take another file.' });
  assert.deepEqual(await offered(), []);
});

test('the editor hears of another model, another precision and other steering, and of nothing else', async (t) => {
  const { home } = await prepare(t);
  const seen: (readonly string[])[] = [];
  provider().onDidChangeLanguageModelChatInformation(async () => {
    const [model] = await offered();
    seen.push([model?.id ?? '', model?.version ?? '', model?.detail ?? '']);
  });
  fake.set('steerscope.steering.default', 'cpp');
  fake.set('steerscope.steering.strength', 0.5);
  fake.set('steerscope.completion.delay', 10);
  fake.set('steerscope.precision', 'exact');
  await chooseModel(home, 'other');
  await until(() => seen.length === 3);
  assert.deepEqual(seen, [
    [MODEL, 'fast', 'steered: C++'],
    [MODEL, 'exact', 'steered: C++'],
    ['other', 'exact', 'not steered'],
  ]);
});

test('after it was disposed of, nothing is told', async (t) => {
  const { chat } = await prepare(t);
  let changes = 0;
  provider().onDidChangeLanguageModelChatInformation(() => changes++);
  chat.dispose();
  fake.set('steerscope.precision', 'exact');
  assert.equal(changes, 0);
});

test('a conversation is asked as a chat, greedily, with room for the answer, and keeps what was run before', async (t) => {
  await prepare(t);
  const system = { role: 3, content: [new LanguageModelTextPart('Be brief.')] };
  const answer = { role: 2, content: [new LanguageModelTextPart('Hi.')] };
  const { prompt, turns, options } = await asked(system, user('Hello.'), answer, user('Sort a list.'));
  assert.equal(prompt, 'Sort a list.');
  assert.deepEqual(turns, [
    { role: 'user', content: 'Hello.' },
    { role: 'assistant', content: 'Hi.' },
  ]);
  const { mode, maxTokens, temperature, batch, reuse, steer } = options;
  assert.deepEqual(
    { mode, system: options.system, maxTokens, temperature, batch, reuse, steer },
    { mode: 'chat', system: 'Be brief.', maxTokens: 256, temperature: 0, batch: 1, reuse: true, steer: [] },
  );
});

for (const [setting, steer] of [
  ['auto', []],
  ['off', []],
  ['rust', [{ name: 'to-rust', strength: 0.75 }]],
  ['polite', [{ name: 'polite', strength: 0.75 }]],
  // Of raw text: a chat is none.
  ['java', []],
  ['java-raw', []],
] as const)
  test(`a workspace that is steered to ${setting} answers steered by ${steer.map(({ name }) => name).join() || 'nothing'}`, async (t) => {
    await prepare(t);
    fake.set('steerscope.steering.default', setting);
    fake.set('steerscope.steering.strength', 0.75);
    assert.deepEqual((await asked(user('Sort a list.'))).options.steer, steer);
  });

test('the answer comes in the parts in which the engine writes it', async (t) => {
  await prepare(t);
  const parts = await ask([user('Sort a list.')]);
  assert.ok(parts.length > 10, `${parts.length} parts`);
  assert.ok(parts.every((part) => part.length <= 16));
});

test('cancelled in the middle, it ends as cancelled, shows no part more, and the engine is free', async (t) => {
  await prepare(t);
  const source = new CancellationTokenSource();
  const shown: string[] = [];
  const onPart = (parts: readonly string[]): void => {
    shown.splice(0, shown.length, ...parts);
    if (parts.length === 3) source.cancel();
  };
  await assert.rejects(ask([user('endless')], { source, onPart }), CancellationError);
  assert.deepEqual(shown, ['0 ', '1 ', '2 ']);
  assert.equal((await asked(user('Next.'))).prompt, 'Next.');
  assert.deepEqual(complaints(), []);
});

test('cancelled before it begins, nothing is started', async (t) => {
  const { engine } = await prepare(t);
  const source = new CancellationTokenSource();
  source.cancel();
  await assert.rejects(ask([user('Hello.')], { source }), CancellationError);
  assert.equal(engine.state.engine, 'idle');
});

for (const [prompt, message] of [
  ['too long', 'The text has 900 tokens. Begin a new chat, or attach less to it.'],
  ['no template', 'This model has no chat template. Choose another: “Steerscope: Select Model…”.'],
  ['nonfinite', 'The steering is too strong for the model. Steer less strongly.'],
] as const)
  test(`what cannot be answered is told in the chat’s words: ${prompt}`, async (t) => {
    await prepare(t);
    await assert.rejects(ask([user(prompt)]), { message });
    assert.deepEqual(complaints(), [`chat: ${message}`]);
  });

test('a fault of the engine is called one', async (t) => {
  await prepare(t);
  await assert.rejects(ask([user('a fault')]), {
    message: 'A fault inside of Steerscope, whose log says more: X is not a function',
  });
});

test('an engine that dies is told, and the next question starts another', async (t) => {
  const { engine } = await prepare(t);
  await assert.rejects(
    ask([user('crash')]),
    (error: Error) => error.message.length > 0 && !(error instanceof CancellationError),
  );
  await until(() => engine.state.engine !== 'running');
  assert.equal((await asked(user('Next.'))).prompt, 'Next.');
});

test('a model that the list still shows, and that is not the chosen one any more, is not asked', async (t) => {
  const { home, engine } = await prepare(t);
  const [old] = await offered();
  assert.ok(old);
  await chooseModel(home, 'other');
  const message =
    'Talker is not the model that Steerscope uses now. Ask other, or choose another: “Steerscope: Select Model…”.';
  const { token } = new CancellationTokenSource();
  const answer = provider().provideLanguageModelChatResponse(
    old,
    [user('a')],
    {},
    { report: () => {} },
    token as never,
  );
  await assert.rejects(answer, { message });
  await assert.rejects(provider().provideTokenCount(old, 'a', token as never), { message });
  assert.equal(engine.state.engine, 'idle');
});

test('tools that may be called are not; tools that must be called are refused', async (t) => {
  await prepare(t);
  const tools = [{ name: 'tool' }];
  const { Auto: auto, Required: required } = LanguageModelChatToolMode;
  assert.ok((await ask([user('Hello.')], { options: { tools, toolMode: auto } })).length > 0);
  assert.ok((await ask([user('Hello.')], { options: { tools: [], toolMode: required } })).length > 0);
  await assert.rejects(ask([user('Hello.')], { options: { tools, toolMode: required } }), {
    message: 'This model calls no tools. Choose a model that does.',
  });
});

test('tokens are counted by the engine, of a text and of a message', async (t) => {
  await prepare(t);
  const [model] = await offered();
  assert.ok(model);
  const source = new CancellationTokenSource();
  const count = (text: string | LanguageModelChatRequestMessage): Promise<number> =>
    provider().provideTokenCount(model, text, source.token as never);
  assert.equal(await count('for i in range'), 4);
  assert.equal(await count(user('two words')), 2);
  assert.equal(await count(''), 0);
  assert.equal(await count('half \ud83d'), 2);
  source.cancel();
  await assert.rejects(count('a'), CancellationError);
});
