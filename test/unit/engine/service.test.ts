/** The engine's service in this process, on tiny models: calls in turn, calls given up, and one model after another. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CancelledError, SteerscopeError } from '../../../src/core/errors.ts';
import { ANSWER_LANGUAGES } from '../../../src/core/language/languages.ts';
import { assertRoomFor } from '../../../src/engine/model/memory.ts';
import { createEngineService } from '../../../src/engine/service/engineService.ts';
import type { EngineService, GenerateParams } from '../../../src/protocol/engineService.ts';
import { CHATML, writeTinyModel } from '../../tinyModel.ts';
import { GREEDY } from '../../greedy.ts';

const home = mkdtempSync(join(tmpdir(), 'steerscope-service-'));
after(() => rmSync(home, { recursive: true, force: true }));

const chat = writeTinyModel(home, { chatTemplate: CHATML, context: 4096 }, 'chat');
const other = writeTinyModel(home, { seed: 2 }, 'other');

const open = { precision: 'exact', threads: 1, home, get: false } as const;
const quiet = { signal: new AbortController().signal, emit: () => undefined };

async function opened(model: string): Promise<EngineService> {
  const service = createEngineService();
  await service.open({ model, ...open }, quiet);
  return service;
}

function asking(count: number, maxTokens = 200): GenerateParams {
  const prompts = Array.from({ length: count }, (_, i) => ({ id: String(i), prompt: `prompt ${i}` }));
  return { prompts, options: { ...GREEDY, mode: 'auto', maxTokens, ignoreEos: true } };
}

const TEXT = { text: 'the class', special: false, top: 2 };

test('no call works before a model is open', async () => {
  const service = createEngineService();
  // Called in a function of its own: it may throw at once.
  const calls = [
    () => service.logits(TEXT, quiet),
    () => service.facts({}, quiet),
    () => service.tokenize(TEXT, quiet),
  ];
  for (const call of calls)
    await assert.rejects(
      async () => call(),
      (error) => SteerscopeError.is(error, 'not-open'),
    );
});

test('a call that is given up while another has its turn leaves at once, and those behind it keep their place', async () => {
  const service = await opened(chat);
  const [first, second] = [new AbortController(), new AbortController()];
  const ended: string[] = [];
  const note = async (name: string, call: Promise<unknown>): Promise<void> => {
    await call.then(
      () => ended.push(name),
      (error: unknown) => ended.push(`${name} ${error instanceof CancelledError ? 'cancelled' : String(error)}`),
    );
  };
  const long = note('first', service.generate(asking(100_000), { signal: first.signal, emit: () => undefined }));
  const waiting = note('second', service.logits(TEXT, { ...quiet, signal: second.signal }));
  const third = note('third', service.logits(TEXT, quiet));
  const fourth = note('fourth', service.lens({ ...TEXT, layers: 'all' }, quiet));
  second.abort();
  await waiting;
  assert.deepEqual(ended, ['second cancelled']);
  first.abort();
  await Promise.all([long, third, fourth]);
  assert.deepEqual(ended, ['second cancelled', 'first cancelled', 'third', 'fourth']);
});

test('a call that fails or is given up leaves a service that works', async () => {
  const service = await opened(chat);
  const expected = await service.logits(TEXT, quiet);
  await assert.rejects(service.logits({ ...TEXT, text: '' }, quiet), (error) =>
    SteerscopeError.is(error, 'empty-text'),
  );
  const aborted = AbortSignal.abort();
  await assert.rejects(service.logits(TEXT, { ...quiet, signal: aborted }), CancelledError);
  assert.deepEqual(await service.logits(TEXT, quiet), expected);
});

test('opening another model lets the calls of the one before end on it', async () => {
  const service = await opened(chat);
  const before = await service.logits(TEXT, quiet);
  const answers = service.generate(asking(3), quiet);
  const last = service.logits(TEXT, quiet);
  await service.open({ model: other, ...open }, quiet);
  const after = await service.logits(TEXT, quiet);
  assert.equal((await answers).length, 3);
  assert.deepEqual(await last, before);
  assert.notDeepEqual(after.top, before.top);
  assert.deepEqual(after, await (await opened(other)).logits(TEXT, quiet));
});

test('a model that cannot be opened leaves the one that is', async () => {
  const service = await opened(chat);
  const before = await service.logits(TEXT, quiet);
  await assert.rejects(service.open({ model: join(home, 'none.gguf'), ...open }, quiet));
  assert.deepEqual(await service.logits(TEXT, quiet), before);
});

test('bias counts every language, none among them, and its shares are of all answers', async () => {
  const service = await opened(chat);
  const { n, counts, share, perPrompt } = await service.bias(asking(5, 4), quiet);
  assert.equal(n, 5);
  assert.deepEqual(Object.keys(counts).sort(), [...ANSWER_LANGUAGES].sort());
  assert.deepEqual(Object.keys(share).sort(), [...ANSWER_LANGUAGES].sort());
  // A model of random weights writes no code.
  assert.equal(counts['none'], 5);
  assert.deepEqual(share['none']?.[0], 1);
  assert.deepEqual(share['cpp']?.slice(0, 2), [0, 0]);
  assert.deepEqual(
    perPrompt.map(({ id, language }) => [id, language]),
    ['0', '1', '2', '3', '4'].map((id) => [id, 'none']),
  );
});

test('what was remembered is recalled, by its key alone', async () => {
  const service = await opened(chat);
  const key = 'ab'.repeat(32);
  assert.equal(await service.recall({ key }, quiet), null);
  await service.remember({ key, value: { a: [1, 'two'] } }, quiet);
  assert.deepEqual(await service.recall({ key }, quiet), { a: [1, 'two'] });
  assert.equal(await service.recall({ key: 'cd'.repeat(32) }, quiet), null);
});

test('what does not fit the memory is refused with both figures', () => {
  assertRoomFor(5e9, 'this', 'Do less.', 5e9);
  assert.throws(() => assertRoomFor(5e9, 'this', 'Do less.', 4.2e9), {
    reason: 'does-not-fit',
    message: 'this would take about 5000 MB of memory, and 4200 MB are available',
    advice: 'Do less.',
  });
});

test('what was said before is part of a chat, and refused where nothing is said', async () => {
  const service = await opened(chat);
  const { options } = asking(1, 8);
  const turns = [
    { role: 'user', content: 'one' },
    { role: 'assistant', content: 'two' },
  ] as const;
  const ask = async (prompt: GenerateParams['prompts'][number], mode: 'chat' | 'raw') => {
    const [answer] = await service.generate({ prompts: [prompt], options: { ...options, mode } }, quiet);
    return answer;
  };
  const alone = await ask({ id: 'a', prompt: 'three' }, 'chat');
  const after = await ask({ id: 'a', prompt: 'three', turns }, 'chat');
  const turn = (role: string, content: string): string => `<|im_start|>${role}\n${content}<|im_end|>\n`;
  const said = turn('user', 'one') + turn('assistant', 'two');
  const { ids } = await service.tokenize({ text: said, special: true }, quiet);
  assert.equal((after?.promptTokens ?? 0) - (alone?.promptTokens ?? 0), ids.length);
  await assert.rejects(ask({ id: 'a', prompt: 'three', turns }, 'raw'), (error) =>
    SteerscopeError.is(error, 'no-turns'),
  );
});

test('a direction that is used on another surface than it was fitted on says so, and one that is not says nothing', async () => {
  const service = await opened(chat);
  const contrast = { kind: 'prompts', positive: ['the class'], negative: ['a prompt'] } as const;
  const fit = { method: 'dim', contrast, replace: false, seed: 0 };
  await service.fit({ ...fit, name: 'on-answers' }, quiet);
  await service.fit({ ...fit, name: 'on-raw', surface: 'raw' }, quiet);
  const notes = async (name: string, mode: 'auto' | 'raw'): Promise<readonly string[] | undefined> => {
    const { prompts, options } = asking(1, 2);
    const params = { prompts, options: { ...options, mode, steer: [{ name, strength: 1 }] } };
    const [answer] = await service.generate(params, quiet);
    return answer.steer[0].notes;
  };
  assert.match((await notes('on-answers', 'raw'))?.join() ?? '', /^fitted on answers of a chat, used on raw text/);
  assert.match((await notes('on-raw', 'auto'))?.join() ?? '', /^fitted on raw text, used on answers of a chat/);
  assert.equal(await notes('on-answers', 'auto'), undefined);
  assert.equal(await notes('on-raw', 'raw'), undefined);
});
