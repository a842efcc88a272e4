/** Signals, and pipes that close, as a process meets them. No test here waits for a clock: what is late is not wrong. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { seen, start } from './support.ts';

const ANSWERING = ['generate', '--verbose', '--prompt'];

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  for (const how of ['wait', 'hang']) {
    test(`${signal} during a work that would ${how} ends with ${status}`, async () => {
      const { child, outcome } = start(...ANSWERING, how);
      await seen(child.stderr, /engine: waiting/);
      child.kill(signal);
      const { status: actual, stdout, stderr } = await outcome;
      assert.match(stderr, /^steerscope: interrupted$/m);
      assert.doesNotMatch(stderr, /the engine (was|exited)/);
      assert.equal(actual, status);
      assert.equal(stdout, '');
    });
  }
}

test('many signals at once end it no less', async () => {
  const { child, outcome } = start(...ANSWERING, 'hang');
  await seen(child.stderr, /engine: waiting/);
  const again = setInterval(() => child.kill('SIGINT'), 10);
  assert.equal((await outcome).status, 130);
  clearInterval(again);
});

test('a signal while the model is opened', async () => {
  const { child, outcome } = start('tokenize', '--text', 'a', '--model', 'progress', '--json');
  await seen(child.stderr, /engine warning/);
  child.kill('SIGINT');
  const { status, stdout } = await outcome;
  assert.equal(status, 130);
  assert.equal(stdout, '');
});

test('progress goes to stderr in lines where that is no terminal', async () => {
  const { child, outcome } = start('tokenize', '--text', 'a', '--model', 'progress', '--json');
  await seen(child.stderr, /^preparing weights: \d+(\.\d)? of 30 MB$/m);
  child.kill('SIGINT');
  assert.equal((await outcome).stdout, '');
});

test('a reader that goes away ends the work quietly', async () => {
  const { child, outcome } = start('generate', '--prompt', 'go on');
  await seen(child.stdout, /and on and on/);
  child.stdout?.destroy();
  assert.deepEqual(await outcome, { status: 0, stdout: '', stderr: 'steerscope: warning: an engine warning\n' });
});

test('text appears while it is written', async () => {
  const { child, outcome } = start('generate', '--prompt', 'go on');
  await seen(child.stdout, /^and on and on/);
  child.kill('SIGINT');
  assert.equal((await outcome).status, 130);
});
