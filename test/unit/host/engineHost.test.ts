/** The host's hold on the engine: when it starts one, what it opens, and what it says when that fails. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { CancelledError, SteerscopeError } from '../../../src/core/errors.ts';
import { DEFAULT_MODEL } from '../../../src/core/models/catalogue.ts';
import { fake } from './fake/state.ts';
import { chooseModel, engineFor, freshHome } from './support.ts';
import { until } from '../files/support.ts';

const KEY = 'ab'.repeat(32);

/** The names of the models that the running engine opened. */
function openedBy(engine: ReturnType<typeof engineFor>): Promise<unknown> {
  return engine.withEngine((client) => client.recall({ key: KEY }));
}

test('a model that is not here is an error that says what to do, and starts nothing', async (t) => {
  const { settings } = await freshHome(t);
  const engine = engineFor(t, settings);
  await assert.rejects(
    engine.use(async () => assert.fail('it was used')),
    (error) => SteerscopeError.is(error, 'model-missing') && /Get the Default Model/.test(error.advice),
  );
  assert.deepEqual(engine.state, { engine: 'idle', model: 'missing' });
  fake.set('steerscope.model', '/nowhere/my.gguf');
  await assert.rejects(
    engine.use(async () => assert.fail('it was used')),
    (error) => SteerscopeError.is(error, 'model-missing') && /Select Model/.test(error.advice),
  );
  assert.equal(engine.pid, 0);
});

test('uses at the same time open it once, in one process', async (t) => {
  const { home, settings } = await freshHome(t);
  await chooseModel(home, 'one');
  const engine = engineFor(t, settings);
  const seen: string[] = [];
  engine.onDidChangeState(({ model }) => seen.push(model));
  const uses = [1, 2, 3].map((n) => engine.use(async (_, { name }) => `${n} ${name}`));
  assert.deepEqual(await Promise.all(uses), ['1 one', '2 one', '3 one']);
  assert.deepEqual(await openedBy(engine), ['one']);
  assert.equal(engine.state.model, 'ready');
  assert.equal(engine.state.summary?.name, 'one');
  assert.deepEqual(seen.filter((model, i) => model !== seen[i - 1]).slice(-2), ['opening', 'ready']);
});

test('a change of the settings opens the model anew, in the same process, at the next use', async (t) => {
  const { home, settings } = await freshHome(t);
  await chooseModel(home, 'one');
  const engine = engineFor(t, settings);
  await engine.use(async () => undefined);
  const { pid } = engine;
  await chooseModel(home, 'two');
  await engine.reopen();
  assert.deepEqual(engine.state, { engine: 'running', model: 'closed' });
  assert.equal(await engine.use(async (_, { name }) => name), 'two');
  fake.set('steerscope.precision', 'exact');
  assert.equal(await engine.use(async (_, { precision }) => precision), 'exact');
  assert.deepEqual(await openedBy(engine), ['one', 'two', 'two']);
  assert.equal(engine.pid, pid);
});

test('looking again while what is wanted is open, or opens, changes nothing', async (t) => {
  const { home, settings } = await freshHome(t);
  await chooseModel(home, 'one');
  const engine = engineFor(t, settings);
  const [summary] = await Promise.all([engine.use(async (_, model) => model), engine.reopen(), engine.refresh()]);
  assert.equal(summary.name, 'one');
  await Promise.all([engine.reopen(), engine.refresh()]);
  assert.equal(engine.state.model, 'ready');
  assert.deepEqual(await openedBy(engine), ['one']);
});

test('a model that is chosen while another opens is the one that is used', async (t) => {
  const { home, settings } = await freshHome(t);
  await chooseModel(home, 'one');
  const engine = engineFor(t, settings);
  const first = engine.use(async (_, { name }) => name);
  await until(() => engine.state.model === 'opening');
  await chooseModel(home, 'two');
  await engine.reopen();
  assert.equal(await engine.use(async (_, { name }) => name), 'two');
  assert.equal(await first, 'one');
  assert.equal(engine.state.summary?.name, 'two');
});

test('a model that is chosen again while another opens is not taken for open: the engine has the other by then', async (t) => {
  const { home, settings } = await freshHome(t);
  const one = await chooseModel(home, 'one');
  const engine = engineFor(t, settings);
  await engine.use(async () => undefined);
  await chooseModel(home, 'two');
  const isOpening = new Promise<void>((resolve) =>
    engine.onDidChangeState(({ model }) => model === 'opening' && resolve()),
  );
  const other = engine.use(async (_, { name }) => name);
  await isOpening;
  // By then the engine has been asked for it, and has not answered.
  await setImmediate();
  fake.set('steerscope.model', one);
  const [name, opened] = await engine.use(
    async (client, model) => [model.name, await client.recall({ key: KEY })] as const,
  );
  assert.equal(await other, 'two');
  assert.deepEqual([name, opened], ['one', ['one', 'two', 'one']]);
  assert.equal(engine.state.summary?.name, 'one');
});

test('a file that is no model fails with its reason, is not tried again, and another one can be chosen', async (t) => {
  const { home, settings } = await freshHome(t);
  await chooseModel(home, 'bad');
  const engine = engineFor(t, settings);
  const isBad = (error: unknown): boolean => SteerscopeError.is(error, 'bad-magic');
  await assert.rejects(
    engine.use(async () => undefined),
    isBad,
  );
  assert.equal(engine.state.model, 'failed');
  assert.ok(isBad(engine.state.error));
  await assert.rejects(
    engine.use(async () => undefined),
    isBad,
  );
  assert.deepEqual(await openedBy(engine), ['bad']);
  assert.ok(isBad(engine.state.error), 'the reason is forgotten by another change of state');
  await engine.reopen();
  assert.equal(engine.state.model, 'closed');
  await assert.rejects(
    engine.use(async () => undefined),
    isBad,
  );
  assert.deepEqual(await openedBy(engine), ['bad', 'bad']);
  await chooseModel(home, 'good');
  assert.equal(await engine.use(async (_, { name }) => name), 'good');
});

test('a cancelled opening is no failure, and who waited for it too opens it', async (t) => {
  const { home, settings } = await freshHome(t);
  const slow = await chooseModel(home, 'slow');
  const engine = engineFor(t, settings);
  const abort = new AbortController();
  const cancelled = engine.use(async () => assert.fail('it was used'), { signal: abort.signal });
  await until(async () => engine.state.engine === 'running' && engine.state.model === 'opening');
  const waiting = engine.use(async (_, { name }) => name);
  await chooseModel(home, 'quick');
  abort.abort();
  await assert.rejects(cancelled, CancelledError);
  assert.equal(await waiting, 'quick');
  fake.set('steerscope.model', slow);
  const again = new AbortController();
  again.abort();
  await assert.rejects(
    engine.use(async () => assert.fail('it was used'), { signal: again.signal }),
    CancelledError,
  );
  assert.deepEqual((await openedBy(engine)) as string[], ['slow', 'quick']);
});

test('after a crash the model is closed, and the next use opens it in another process', async (t) => {
  const { home, settings } = await freshHome(t);
  await chooseModel(home, 'one');
  const engine = engineFor(t, settings);
  await engine.use(async () => undefined);
  const { pid } = engine;
  await assert.rejects(
    engine.use((client) => client.gap({})),
    (error) => error instanceof SteerscopeError && error.kind === 'engine',
  );
  await until(() => engine.state.model === 'closed');
  assert.equal(await engine.use(async (_, { name }) => name), 'one');
  assert.notEqual(engine.pid, pid);
  assert.equal(engine.state.model, 'ready');
});

test('an engine that dies of a model says so, gives up after three times, and can be restarted', async (t) => {
  const { home, settings } = await freshHome(t);
  await chooseModel(home, 'deadly');
  const engine = engineFor(t, settings);
  const reasons: string[] = [];
  while (!reasons.includes('crash-loop') && reasons.length < 10)
    await engine
      .use(async () => assert.fail('it was used'))
      .catch((error) => reasons.push(SteerscopeError.is(error) ? error.reason : String(error)));
  assert.equal(reasons.at(-1), 'crash-loop');
  assert.equal(engine.state.engine, 'failed');
  assert.equal(engine.state.model, 'closed', 'the model is not what failed');
  await chooseModel(home, 'good');
  await engine.restart();
  assert.deepEqual(engine.state, { engine: 'idle', model: 'closed' });
  assert.equal(await engine.use(async (_, { name }) => name), 'good');
});

test('getting a model fetches, says so, and opens it', async (t) => {
  const { home, settings } = await freshHome(t);
  const engine = engineFor(t, settings);
  const seen: string[] = [];
  engine.onDidChangeState(({ model }) => seen.push(model));
  assert.equal((await engine.get({})).name, DEFAULT_MODEL.name);
  assert.deepEqual([...new Set(seen)], ['fetching', 'ready']);
  await engine.restart();
  await fs.rm(path.join(home, 'models', DEFAULT_MODEL.fileName));
  await engine.refresh();
  assert.equal(engine.state.model, 'missing');
});

test('an engine that ended by itself leaves nothing behind, and one that was stopped starts no more', async (t) => {
  const { home, settings } = await freshHome(t);
  await chooseModel(home, 'one');
  const engine = engineFor(t, settings);
  await engine.use(async () => undefined);
  const { pid } = engine;
  await engine.stop();
  assert.throws(() => process.kill(pid, 0), 'it is alive');
  await assert.rejects(engine.use(async () => undefined));
  assert.equal(engine.state.engine, 'stopped');
});
