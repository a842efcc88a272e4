/** Studies on the disk: whole or not there, the newest first, and one that is damaged harms no other. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { SteerscopeError } from '../../../src/core/errors.ts';
import { fake } from './fake/state.ts';
import { fakeLog, freshHome } from './support.ts';

const { RunStore } = await import('../../../src/host/runs/runStore.ts');

const STUDY = { kind: 'bias', title: 'C++, 12 prompts', model: 'tiny', data: { shares: [0.5, null, 'x'] } };

async function prepare(t: TestContext) {
  const { home, settings } = await freshHome(t);
  const runs = new RunStore(settings, fakeLog());
  t.after(() => runs.dispose());
  return { runs, folder: path.join(home, 'studies') };
}

/** Writes a study as another window might have. */
async function write(folder: string, id: string, change: object = {}): Promise<void> {
  const run = { schemaVersion: 1, id, createdAt: '2026-01-01T00:00:00.000Z', ...STUDY, ...change };
  await fs.mkdir(folder, { recursive: true });
  await fs.writeFile(path.join(folder, `${id}.json`), JSON.stringify(run));
}

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

test('a study is kept as it was, is listed without its data, and goes when it is removed', async (t) => {
  const { runs, folder } = await prepare(t);
  let fired = 0;
  runs.onDidChange(() => fired++);
  assert.deepEqual(await runs.list(), []);
  const saved = await runs.save(STUDY);
  assert.deepEqual(await runs.list(), [saved]);
  assert.deepEqual(await runs.load(saved.id), { ...saved, schemaVersion: 1, data: STUDY.data });
  assert.deepEqual(await fs.readdir(folder), [`${saved.id}.json`], 'something was left beside it');
  await runs.remove(saved.id);
  assert.deepEqual([await runs.list(), fired], [[], 2]);
  await runs.remove(saved.id);
  await assert.rejects(runs.load(saved.id), (error) => SteerscopeError.is(error, 'unknown-run'));
});

test('the newest is the first', async (t) => {
  const { runs, folder } = await prepare(t);
  for (const [n, day] of [2, 9, 5].entries())
    await write(folder, id(n), { createdAt: `2026-01-0${day}T00:00:00.000Z` });
  assert.deepEqual(
    (await runs.list()).map((run) => run.id),
    [id(1), id(2), id(0)],
  );
});

test('what is damaged, of another version, too large, renamed or foreign is left out, and the log names it', async (t) => {
  const { runs, folder } = await prepare(t);
  await write(folder, id(0));
  await write(folder, id(1), { schemaVersion: 2 });
  await write(folder, id(2), { createdAt: 'yesterday' });
  await write(folder, id(3), { id: id(0) });
  await write(folder, id(4), { title: undefined });
  await fs.writeFile(path.join(folder, `${id(5)}.json`), '{"schemaVersion": 1, "id"');
  await fs.writeFile(path.join(folder, `${id(6)}.json`), ' '.repeat(32 * 1024 * 1024 + 1));
  await fs.mkdir(path.join(folder, `${id(7)}.json`));
  await fs.writeFile(path.join(folder, 'notes.json'), '{}');
  assert.deepEqual(
    (await runs.list()).map((run) => run.id),
    [id(0)],
  );
  const warned = fake.logged.filter(({ level }) => level === 'warn').map(({ text }) => text);
  for (let n = 1; n <= 7; n++) assert.equal(warned.filter((text) => text.includes(id(n))).length, 1, `study ${n}`);
  await assert.rejects(runs.load(id(5)), (error) => SteerscopeError.is(error, 'unknown-run'));
});

test('no id leads out of the folder', async (t) => {
  const { runs, folder } = await prepare(t);
  await fs.mkdir(folder, { recursive: true });
  const outside = path.join(folder, '..', 'precious.json');
  await fs.writeFile(outside, '{}');
  await runs.remove('../precious');
  await fs.access(outside);
  await assert.rejects(runs.load('../precious'), (error) => SteerscopeError.is(error, 'unknown-run'));
});

test('a disk that refuses is an error of the store', async (t) => {
  const { runs, folder } = await prepare(t);
  await fs.writeFile(folder, 'in the way');
  await assert.rejects(runs.save(STUDY), (error) => error instanceof SteerscopeError && error.kind === 'store');
});
