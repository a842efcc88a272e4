/**
 * The engine as the process that it is, on a tiny model: what comes over the pipe while it works is read while it works.
 * Nothing here is timed: work that is called off would go on for many minutes.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startEngine, type EngineHandle } from '../../../src/client/engineClient.ts';
import { CancelledError } from '../../../src/core/errors.ts';
import { createTokenizer } from '../../../src/core/tokenizer/index.ts';
import { readGguf } from '../../../src/core/format/gguf/readGguf.ts';
import { openFileSource } from '../../../src/engine/fileSource.ts';
import { engineSchemas } from '../../../src/protocol/engineSchemas.ts';
import type { EngineService, GenerateEvent, GenerateParams } from '../../../src/protocol/engineService.ts';
import { writeTinyModel } from '../../tinyModel.ts';
import { GREEDY } from '../../greedy.ts';

const home = mkdtempSync(join(tmpdir(), 'steerscope-pipe-'));
const model = writeTinyModel(home, { context: 4096 });
let engine: EngineHandle<EngineService>;

before(async () => {
  engine = await startEngine<EngineService>({
    modulePath: fileURLToPath(new URL('../../../src/engine/main.ts', import.meta.url)),
    execArgv: ['--import', 'tsx'],
    schemas: engineSchemas,
    // No test may fail because the machine is slow; one that does not stop at all fails by the runner's patience.
    cancelGraceMs: 120_000,
  });
  await engine.client.open({ model, precision: 'exact', threads: 1, home, get: false });
});
after(async () => {
  await engine.dispose();
  rmSync(home, { recursive: true, force: true });
});

function asking(count: number, maxTokens: number, prompt = 'the class'): GenerateParams {
  const prompts = Array.from({ length: count }, (_, i) => ({ id: String(i), prompt }));
  return { prompts, options: { ...GREEDY, mode: 'raw', maxTokens, reuse: true, ignoreEos: true } };
}

/** Many minutes of it. */
const ENDLESS = asking(5000, 4000);

/** A call under way; `begun` resolves when its first text has come over the pipe. No test leaves one behind. */
function begin(t: TestContext, params: GenerateParams) {
  const abort = new AbortController();
  t.after(() => abort.abort());
  let ended = false;
  let say: () => void = () => {};
  const begun = new Promise<void>((resolve) => (say = resolve));
  const onEvent = (event: GenerateEvent): void => {
    if (event.kind === 'text') say();
  };
  const call = engine.client.generate(params, { signal: abort.signal, onEvent });
  const done = call.then(
    () => assert.fail('it was not cancelled'),
    (error: unknown) => {
      ended = true;
      assert.ok(error instanceof CancelledError, String(error));
    },
  );
  return { abort, begun, done, isEnded: () => ended };
}

test('text comes while the answer is being written, and a cancellation is heard between two tokens', async (t) => {
  const work = begin(t, ENDLESS);
  await work.begun;
  work.abort.abort();
  await work.done;
  // The engine is the same and idle: nothing else ends this call.
  assert.equal((await engine.client.facts({})).precision, 'exact');
});

test('each token that completes a text sends it', async () => {
  const source = openFileSource(model);
  const tokenizer = createTokenizer(readGguf(source).metadata);
  source.close();
  const texts: string[] = [];
  const onEvent = (event: GenerateEvent) => void (event.kind === 'text' && texts.push(event.text));
  const [answer] = await engine.client.generate(asking(1, 60), { onEvent });
  const decoder = tokenizer.createStreamDecoder();
  const pieces = [...answer.ids.map((id) => decoder.push(id)), decoder.end()];
  assert.deepEqual(
    texts,
    pieces.filter((piece) => piece !== ''),
  );
  assert.ok(texts.length > 5);
});

test('a call that waits its turn leaves at once when it is called off, while the one before goes on', async (t) => {
  const working = begin(t, ENDLESS);
  await working.begun;
  const waiting = begin(t, ENDLESS);
  const last = begin(t, ENDLESS);
  waiting.abort.abort();
  await waiting.done;
  assert.ok(!working.isEnded() && !last.isEnded());
  last.abort.abort();
  await last.done;
  assert.ok(!working.isEnded());
  const after = engine.client.generate(asking(1, 2));
  working.abort.abort();
  await working.done;
  assert.equal((await after).length, 1);
});

test('a keystroke: the call before is called off in the same moment as the next is made', async (t) => {
  const typed = 'for the class return '.repeat(20);
  for (let letters = 300; letters < 320; letters++) {
    const work = begin(t, asking(5000, 1000, typed.slice(0, letters)));
    await work.begun;
    work.abort.abort();
    const [next] = await engine.client.generate(asking(1, 3, typed.slice(0, letters + 1)));
    const [alone] = await engine.client.generate(asking(1, 3, typed.slice(0, letters + 1)));
    await work.done;
    assert.ok((next.reusedTokens ?? 0) > 0, `${letters} letters`);
    assert.deepEqual(next.ids, alone.ids);
  }
});
