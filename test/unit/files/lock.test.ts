import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { CancelledError, StoreError } from '../../../src/core/errors.ts';
import { withLock } from '../../../src/files/lock.ts';
import { hostTag } from '../../../src/files/temporary.ts';
import { scratch, until } from './support.ts';

const deadPid = spawnSync(process.execPath, ['--version']).pid;

test('those who want the lock work one after the other, and it is gone afterwards', async (t) => {
  const folder = await scratch(t);
  const lock = path.join(folder, 'a.lock');
  let working = 0;
  let waits = 0;
  const work = async (i: number): Promise<number> => {
    working++;
    assert.equal(working, 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    working--;
    return i;
  };
  const options = { pollMs: 1, onWait: () => waits++ };
  const results = await Promise.all([0, 1, 2, 3].map((i) => withLock(lock, () => work(i), options)));
  assert.deepEqual(results, [0, 1, 2, 3]);
  assert.equal(waits, 3);
  assert.deepEqual(await fs.readdir(folder), []);
});

test('work that fails frees the lock and passes its error on', async (t) => {
  const folder = await scratch(t);
  await assert.rejects(
    withLock(path.join(folder, 'a.lock'), () => Promise.reject(new Error('no luck'))),
    /no luck/,
  );
  assert.deepEqual(await fs.readdir(folder), []);
});

test('the lock of a dead process, and one untouched for long, is taken over', async (t) => {
  const lock = path.join(await scratch(t), 'a.lock');
  const untouched = new Date(Date.now() - 60_000);
  await fs.writeFile(lock, JSON.stringify({ pid: deadPid, host: hostTag }));
  assert.equal(await withLock(lock, async () => 'done'), 'done');
  for (const content of ['', 'garbage', 'null', JSON.stringify({ pid: process.pid, host: hostTag })]) {
    await fs.writeFile(lock, content);
    await fs.utimes(lock, untouched, untouched);
    assert.equal(await withLock(lock, async () => 'done', { staleMs: 30_000 }), 'done', content);
  }
});

test('who works keeps touching the lock', async (t) => {
  const lock = path.join(await scratch(t), 'a.lock');
  const work = async (): Promise<void> => {
    await fs.utimes(lock, new Date(0), new Date(0));
    await until(async () => (await fs.stat(lock)).mtimeMs > 0);
  };
  await withLock(lock, work, { heartbeatMs: 1 });
});

test('waiting for a living holder can be cancelled, and leaves its lock alone', async (t) => {
  const lock = path.join(await scratch(t), 'a.lock');
  const content = JSON.stringify({ pid: process.pid, host: hostTag });
  await fs.writeFile(lock, content);
  const controller = new AbortController();
  const waiting = withLock(lock, async () => 'never', {
    signal: controller.signal,
    onWait: () => setImmediate(() => controller.abort()),
  });
  await assert.rejects(waiting, CancelledError);
  assert.equal(await fs.readFile(lock, 'utf8'), content);
});

test('a lock that cannot be made is an error that says why', async (t) => {
  const lock = path.join(await scratch(t), 'none', 'a.lock');
  await assert.rejects(
    withLock(lock, async () => 'never'),
    (error) => StoreError.is(error, 'not-found'),
  );
});

test('a lock that another has taken over meanwhile is not removed', async (t) => {
  const lock = path.join(await scratch(t), 'a.lock');
  await withLock(lock, () => fs.writeFile(lock, 'another’s'));
  assert.equal(await fs.readFile(lock, 'utf8'), 'another’s');
});
