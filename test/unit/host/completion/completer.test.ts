/** Completions without an editor: one at a time, cancelled at every token, and what was written before is not asked again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancelledError, EngineError } from '../../../../src/core/errors.ts';
import { steeredPlace } from '../../../../src/core/completion/plan.ts';
import { chooseSteering, type SteeringChoice } from '../../../../src/core/steering/choice.ts';
import { Completer, type Completion, type CompletionRequest } from '../../../../src/host/completion/completer.ts';
import { DIRECTIONS, cursorIn } from '../../core/completion/cursors.ts';
import { ScriptedEngine } from '../fake/engine.ts';

const LINE = 'def mean(values):\n    return ‸\n';

interface Asking {
  readonly choice?: SteeringChoice;
  readonly languageId?: string;
  readonly maxTokens?: number;
  readonly signal?: AbortSignal;
  readonly isAside?: boolean;
}

function requestFor(marked: string, { choice = { kind: 'off' }, languageId, ...more }: Asking = {}): CompletionRequest {
  const cursor = cursorIn(marked, languageId);
  const steering = chooseSteering(choice, steeredPlace(cursor), DIRECTIONS);
  return { cursor, steering, maxTokens: 32, signal: new AbortController().signal, ...more };
}

function setUp(writes?: string) {
  const [engine, completer] = [new ScriptedEngine(), new Completer()];
  if (writes !== undefined) engine.writes = () => writes;
  const ask = (marked: string, asking?: Asking): Promise<Completion | undefined> =>
    completer.complete(engine, requestFor(marked, asking));
  return { engine, completer, ask };
}

function cpp(strength: number): SteeringChoice {
  return { kind: 'language', language: 'cpp', strength };
}

test('what is asked is greedy, goes on from the request before, and has the tokens that were asked for', async () => {
  const { engine, ask } = setUp('sum(values)');
  const completion = await ask(LINE, { maxTokens: 7 });
  const { mode, temperature, reuse, maxTokens, batch, steer } = engine.last.options;
  assert.deepEqual(
    { mode, temperature, reuse, maxTokens, batch, steer },
    { mode: 'raw', temperature: 0, reuse: true, maxTokens: 7, batch: 1, steer: [] },
  );
  assert.equal(engine.last.prompt, 'def mean(values):\n    return');
  assert.equal(completion?.suggestion?.text, 'sum(values)');
  assert.deepEqual(completion?.answered.engine, { promptTokens: 20, reusedTokens: 12, steer: [] });
});

test('a newer request ends the older one, and is answered itself', async () => {
  const { engine, ask } = setUp();
  const older = assert.rejects(ask('a = ‸'), CancelledError);
  const newer = ask('b = ‸');
  await older;
  assert.deepEqual(
    engine.asked.map(({ signal }) => signal.aborted),
    [true, false],
  );
  engine.last.end('1');
  assert.equal((await newer)?.suggestion?.text, '1');
});

test('what goes on aside ends nothing, and is ended by nothing newer', async () => {
  const { engine, ask } = setUp();
  const typed = ask('a = ‸');
  const aside = ask('b = ‸', { isAside: true });
  const [first, second] = engine.asked;
  first?.end('1');
  assert.equal((await typed)?.suggestion?.text, '1');
  const newer = ask('c = ‸');
  second?.end('2');
  assert.equal((await aside)?.suggestion?.text, '2');
  engine.last.end('3');
  assert.equal((await newer)?.suggestion?.text, '3');
});

for (const pieces of [0, 1, 2, 5])
  test(`cancelled after ${pieces} tokens, the engine is told, and nothing is kept of it`, async () => {
    const { engine, ask } = setUp();
    const abort = new AbortController();
    const cancelled = assert.rejects(ask(LINE, { signal: abort.signal }), CancelledError);
    for (let i = 0; i < pieces; i++) engine.last.write(` + ${i}`);
    assert.equal(engine.last.signal.aborted, false);
    abort.abort();
    assert.equal(engine.last.signal.aborted, true);
    await cancelled;
    const again = ask(LINE);
    assert.equal(engine.asked.length, 2, 'a part of an answer was kept');
    engine.last.end(' 1');
    assert.equal((await again)?.suggestion?.text, '1');
  });

test('one that is cancelled before it begins is not asked, and ends nothing', async () => {
  const { engine, ask } = setUp();
  const typed = ask('a = ‸');
  await assert.rejects(ask('b = ‸', { signal: AbortSignal.abort() }), CancelledError);
  assert.equal(engine.asked.length, 1);
  engine.last.end('1');
  assert.equal((await typed)?.suggestion?.text, '1');
});

test('an answer that came in spite of the cancelling is offered to nobody, and serves the next', async () => {
  const { engine, ask } = setUp();
  engine.isDeaf = true;
  const abort = new AbortController();
  const cancelled = assert.rejects(ask(LINE, { signal: abort.signal }), CancelledError);
  abort.abort();
  engine.last.end(' 1');
  await cancelled;
  assert.equal((await ask(LINE))?.isCached, true);
});

test('cancelling the completer ends what runs', async () => {
  const { engine, completer, ask } = setUp();
  const running = assert.rejects(ask(LINE), CancelledError);
  completer.cancel();
  assert.equal(engine.last.signal.aborted, true);
  await running;
});

test('the same again is not asked again; by another strength it is, and back at the first it is not', async () => {
  const { engine, ask } = setUp('int a = 1;');
  const asked: [number, boolean | undefined, number][] = [];
  for (const strength of [1, 1, 1.25, 1, 1.25]) {
    const completion = await ask('int main() {\n  ‸\n}\n', { choice: cpp(strength), languageId: 'cpp' });
    asked.push([strength, completion?.isCached, engine.asked.length]);
  }
  assert.deepEqual(asked, [[1, false, 1], [1, true, 1], [1.25, false, 2], [1, true, 2], [1.25, true, 2]]); // prettier-ignore
  assert.deepEqual(
    engine.asked.map(({ options }) => options.steer),
    [[{ name: 'cpp-raw', strength: 1 }], [{ name: 'cpp-raw', strength: 1.25 }]],
  );
});

test('unsteered and steered are two; another prompt, model or precision is another too', async () => {
  const { engine, completer, ask } = setUp('1;');
  const marked = 'int a = ‸\n';
  await ask(marked, { languageId: 'cpp' });
  await ask(marked, { languageId: 'cpp', choice: cpp(1) });
  await ask('int b = ‸\n', { languageId: 'cpp' });
  assert.equal(engine.asked.length, 3);
  const request = requestFor(marked, { languageId: 'cpp' });
  const others = [{ fingerprint: 'another' }, { precision: 'exact' as const }];
  assert.equal(completer.cached(engine.model, request)?.suggestion?.text, '1;');
  for (const other of others) assert.equal(completer.cached({ ...engine.model, ...other }, request), undefined);
});

test('a longer answer serves a shorter request; a shorter one that was cut off does not serve a longer', async () => {
  const { engine, ask } = setUp();
  for (const [marked, stop, count] of [
    ['a = ‸', 'length', 2],
    ['b = ‸', 'eos', 1],
  ] as const) {
    // prettier-ignore
    const before = engine.asked.length;
    for (const maxTokens of [16, 32, 16]) {
      const asking = ask(marked, { maxTokens });
      // Ending once more what has ended is nothing.
      engine.last.end('1 + 2', stop);
      assert.equal((await asking)?.suggestion?.text, '1 + 2');
    }
    assert.equal(engine.asked.length - before, count, stop);
  }
});

test('what is forgotten is asked again, also what was on its way then', async () => {
  const { engine, completer, ask } = setUp();
  const onItsWay = ask('a = ‸');
  completer.forget();
  engine.last.end('1');
  assert.equal((await onItsWay)?.suggestion?.text, '1');
  const again = ask('a = ‸');
  assert.equal(engine.asked.length, 2);
  engine.last.end('2');
  assert.equal((await again)?.suggestion?.text, '2');
});

test('the engine is stopped as soon as the block is written, and that is the whole answer', async () => {
  const { engine, ask } = setUp();
  const asking = ask('def mean(values):\n    ‸\n');
  for (const piece of ['total = sum(values)', '\n    return total', '\n\n', 'def other']) engine.last.write(piece);
  assert.equal(engine.last.signal.aborted, true);
  const completion = await asking;
  assert.equal(completion?.suggestion?.text, 'total = sum(values)\n    return total');
  const { tokens, isEnded, promptMs, decodeMs, engine: report } = completion?.answered ?? {};
  assert.deepEqual({ tokens, isEnded, report }, { tokens: 4, isEnded: true, report: undefined });
  assert.ok((promptMs ?? -1) >= 0 && (decodeMs ?? -1) >= 0);
  assert.equal((await ask('def mean(values):\n    ‸\n', { maxTokens: 256 }))?.isCached, true);
});

test('what the engine throws comes to the caller, and is not kept', async () => {
  const { engine, ask } = setUp();
  const failing = ask(LINE);
  engine.last.fail(new EngineError('crashed', 'the engine ended'));
  await assert.rejects(failing, EngineError);
  const again = ask(LINE);
  engine.last.end(' 1');
  assert.equal((await again)?.isCached, false);
});

test('where there is nothing to go on from, nothing is asked', async () => {
  const { engine, ask } = setUp();
  assert.equal(await ask('‸'), undefined);
  assert.equal(await ask('  \n\n‸\n'), undefined);
  assert.equal(engine.asked.length, 0);
});

test('what follows the cursor is not written again, and a model that can is told of it', async () => {
  const marked = 'def f():\n    a = ‸\n    return a\n';
  for (const infill of [false, true]) {
    const { engine, ask } = setUp(' 1\n    return a');
    engine.model = { ...engine.model, infill };
    assert.equal((await ask(marked))?.suggestion?.text, '1');
    assert.equal(engine.last.options.suffix, infill ? '\n    return a\n' : undefined);
  }
});

test('a place that asks is asked as a chat, and what it was opened with is no part of the offer', async () => {
  const { engine, ask } = setUp('cpp\nint main() {}\n```');
  const completion = await ask('// Print the first ten primes.\n‸\n', { choice: cpp(1), languageId: 'cpp' });
  assert.equal(engine.last.prompt, 'Print the first ten primes.');
  assert.deepEqual(engine.last.options.steer, [{ name: 'cpp', strength: 1 }]);
  assert.equal(completion?.suggestion?.text, 'int main() {}');
});
