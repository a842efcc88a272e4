/** Long work: one of a kind at a time, cancelled from three sides, told in words with what is left. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { CancelledError, SteerscopeError, throwIfCancelled } from '../../../src/core/errors.ts';
import { fake } from './fake/state.ts';
import { fakeLog } from './support.ts';

const { Tasks, describeProgress } = await import('../../../src/host/tasks/tasks.ts');

beforeEach(() => fake.reset());

/** Work that ends when it is cancelled, and says so. */
function untilCancelled({ signal }: { readonly signal: AbortSignal }): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(new CancelledError());
    signal.addEventListener('abort', () => reject(new CancelledError()));
  });
}

test('one of a kind at a time; others run beside it, and another one when it is done', async () => {
  const tasks = new Tasks(fakeLog());
  const changes: boolean[] = [];
  tasks.onDidChange(() => changes.push(tasks.isRunning('fit')));
  const first = tasks.run({ kind: 'fit', title: 'Fitting' }, untilCancelled);
  await assert.rejects(
    tasks.run({ kind: 'fit', title: 'Again' }, async () => assert.fail('it ran')),
    (error) => SteerscopeError.is(error, 'already-running'),
  );
  assert.equal(await tasks.run({ kind: 'bias', title: 'Beside' }, async () => 'done'), 'done');
  tasks.cancel('fit');
  await assert.rejects(first, CancelledError);
  assert.equal(tasks.isRunning('fit'), false);
  assert.deepEqual([changes[0], changes.at(-1)], [true, false]);
  assert.equal(await tasks.run({ kind: 'fit', title: 'Now' }, async () => 'done'), 'done');
});

test('the button, a signal of the caller, one that fired already, and the end of the window cancel', async () => {
  const tasks = new Tasks(fakeLog());
  const byButton = tasks.run({ kind: 'a', title: 'A' }, untilCancelled);
  fake.progress[0]?.cancel();
  await assert.rejects(byButton, CancelledError);
  const abort = new AbortController();
  const bySignal = tasks.run({ kind: 'a', title: 'A', signal: abort.signal }, untilCancelled);
  abort.abort();
  await assert.rejects(bySignal, CancelledError);
  await assert.rejects(tasks.run({ kind: 'a', title: 'A', signal: abort.signal }, untilCancelled), CancelledError);
  const atTheEnd = tasks.run({ kind: 'a', title: 'A' }, untilCancelled);
  tasks.dispose();
  await assert.rejects(atTheEnd, CancelledError);
});

test('what work throws comes back, and the kind is free again', async () => {
  const tasks = new Tasks(fakeLog());
  await assert.rejects(
    tasks.run({ kind: 'a', title: 'A' }, async ({ signal }) => {
      throwIfCancelled(signal);
      throw new Error('broken');
    }),
    /broken/,
  );
  assert.equal(tasks.isRunning('a'), false);
});

test('the bar grows to its end and not further, over phases, and every step is told to who asked', async () => {
  const tasks = new Tasks(fakeLog());
  const told: number[] = [];
  const onProgress = ({ done }: { readonly done: number }): void => void told.push(done);
  await tasks.run({ kind: 'a', title: 'A', onProgress }, async ({ report }) => {
    for (const phase of ['reading', 'writing'])
      for (let done = 0; done <= 50; done++) report({ kind: 'progress', phase, done, total: 50, unit: 'files' });
    report({ kind: 'progress', phase: 'looking', done: 3, unit: 'files' });
  });
  const reports = fake.progress[0]?.reports ?? [];
  const sum = reports.reduce((all, { increment = 0 }) => all + increment, 0);
  assert.ok(Math.abs(sum - 100) < 1e-9, `the bar is at ${sum}`);
  assert.ok(reports.every(({ increment = 0 }) => increment >= 0));
  const said = reports.map(({ message }) => message);
  assert.ok(said.includes('reading: 50 of 50 files') && said.includes('writing: 50 of 50 files'), said.join('; '));
  assert.equal(said.at(-1), 'looking: 3 files');
  assert.equal(told.length, 103);
});

test('progress in words', () => {
  const step = { kind: 'progress', phase: 'fetching', done: 34_000_000, unit: 'bytes' } as const;
  assert.equal(describeProgress({ ...step, total: 98_362_432 }, 3200), 'fetching: 34 of 98 MB, 3 s left');
  assert.equal(describeProgress({ ...step, total: 98_362_432 }, 10), 'fetching: 34 of 98 MB, 1 s left');
  assert.equal(describeProgress(step, undefined), 'fetching: 34 MB');
  const tasks = { kind: 'progress', phase: 'fitting', done: 3, total: 24, unit: 'tasks' } as const;
  assert.equal(describeProgress(tasks, 600_000), 'fitting: 3 of 24 tasks, 10 min left');
});
