import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancelledError, SteerscopeError } from '../../../src/core/errors.ts';
import { isAlive, startToy } from './startToy.ts';

/** The rejection of a promise that must not resolve. */
async function rejection(promise: Promise<unknown>): Promise<SteerscopeError> {
  const error: unknown = await promise.then(
    () => assert.fail('resolved'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SteerscopeError, String(error));
  return error;
}

test('a call crosses to the process and back with its typed array', async (t) => {
  const engine = await startToy();
  t.after(() => engine.kill());
  assert.deepEqual(await engine.client.square(new Float32Array([1, 2, 3])), new Float32Array([1, 4, 9]));
  assert.ok(isAlive(engine.pid));
  await engine.dispose();
  assert.deepEqual(await engine.exited, { code: 0, signal: null, isExpected: true });
  assert.ok(!isAlive(engine.pid));
  assert.equal((await rejection(engine.client.square(new Float32Array(1)))).reason, 'engine-closed');
});

test('what the process prints and logs arrives in the log, and is printed nowhere', async (t) => {
  const lines: string[] = [];
  const engine = await startToy({ onLog: (level, text) => lines.push(`${level}: ${text}`) });
  t.after(() => engine.kill());
  await engine.client.print({ stdout: 'to stdout', stderr: 'to stderr' });
  await engine.dispose();
  for (const line of ['info: toy at work', 'info: to stdout', 'info: to stderr']) assert.ok(lines.includes(line), line);
});

test('cancelling stops the call and the engine goes on', async (t) => {
  const engine = await startToy();
  t.after(() => engine.kill());
  const abort = new AbortController();
  const seen: number[] = [];
  const onEvent = (n: number): void => {
    seen.push(n);
    if (n === 3) abort.abort();
  };
  assert.ok((await rejection(engine.client.tick(null, { signal: abort.signal, onEvent }))) instanceof CancelledError);
  assert.deepEqual(seen, [1, 2, 3]);
  assert.deepEqual(await engine.client.square(new Float32Array([5])), new Float32Array([25]));
});

test('a call that does not stop when cancelled costs the process its life, and the others learn it', async (t) => {
  const engine = await startToy({ cancelGraceMs: 20 });
  t.after(() => engine.kill());
  const abort = new AbortController();
  const stuck = rejection(engine.client.hang(null, { signal: abort.signal }));
  const other = rejection(engine.client.tick(null));
  abort.abort();
  assert.equal((await stuck).reason, 'unresponsive');
  assert.equal((await other).reason, 'engine-died');
  assert.deepEqual(await engine.exited, { code: null, signal: 'SIGKILL', isExpected: false });
});

test('SIGKILL during a call: the call is rejected, with the cause', async (t) => {
  const engine = await startToy();
  t.after(() => engine.kill());
  const call = rejection(engine.client.block({ ms: 60_000 }));
  process.kill(engine.pid, 'SIGKILL');
  const error = await call;
  assert.equal(error.reason, 'engine-died');
  assert.match(error.message, /SIGKILL/);
});

test('dispose ends a process that is stuck in a native call', async (t) => {
  const engine = await startToy({ disposeGraceMs: 20 });
  t.after(() => engine.kill());
  const call = rejection(engine.client.block({ ms: 600_000 }));
  await engine.dispose();
  assert.equal((await call).reason, 'engine-closed');
  assert.ok(!isAlive(engine.pid));
});

for (const [how, expected] of [
  ['exit', /exited with code 7/],
  ['throw', /the toy broke/],
  // The child notices the end of the pipe too, and may be quicker to leave than the parent to kill it.
  ['disconnect', /SIGKILL|code 0/],
] as const) {
  test(`a process that ends by ${how} rejects its calls and says so`, async (t) => {
    const engine = await startToy();
    t.after(() => engine.kill());
    const error = await rejection(engine.client.crash({ how }));
    assert.equal(error.reason, 'engine-died');
    assert.match(error.message, expected);
    assert.equal((await engine.exited).isExpected, false);
  });
}

test('a process out of memory is told apart, with advice', async (t) => {
  const engine = await startToy({ heapMb: 64 });
  t.after(() => engine.kill());
  const error = await rejection(engine.client.crash({ how: 'memory' }));
  assert.match(error.message, /ran out of memory/);
  assert.match(error.advice, /smaller model/);
});

test('a process that dies at the start is reported with its last words', async () => {
  const error = await rejection(startToy({ args: ['dead'] }));
  assert.equal(error.reason, 'start-failed');
  assert.match(error.message, /no model today/);
});

test('a program that is not there is reported', async () => {
  const error = await rejection(startToy({ modulePath: '/nowhere/engine.js', execArgv: [] }));
  assert.equal(error.reason, 'start-failed');
  assert.match(error.message, /Cannot find module/);
});

test('a process that is never ready is given up', async () => {
  const error = await rejection(startToy({ args: ['mute'], readyTimeoutMs: 50 }));
  assert.equal(error.reason, 'start-timeout');
});

test('a start can be cancelled', async () => {
  const abort = new AbortController();
  const start = rejection(startToy({ args: ['mute'], signal: abort.signal }));
  abort.abort();
  assert.ok((await start) instanceof CancelledError);
  assert.ok((await rejection(startToy({ signal: abort.signal }))) instanceof CancelledError);
});
