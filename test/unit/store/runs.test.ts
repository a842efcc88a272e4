import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { SteerscopeError } from '../../../src/core/errors.ts';
import { readRun, runKey, writeRun } from '../../../src/engine/store/runs.ts';
import { scratch } from '../files/support.ts';

test('a result is found under the key of its inputs, and under no other', async (t) => {
  const folder = path.join(await scratch(t), 'runs');
  const key = runKey({ model: 'a', options: { seed: 1, layers: [1, 2] } });
  assert.equal(key, runKey({ options: { layers: [1, 2], seed: 1 }, model: 'a' }));
  assert.notEqual(key, runKey({ model: 'a', options: { seed: 1, layers: [2, 1] } }));
  assert.equal(await readRun(folder, key), undefined);
  await writeRun(folder, key, { text: 'int main() {}', n: [1, null] });
  assert.deepEqual(await readRun(folder, key), { text: 'int main() {}', n: [1, null] });
  await writeRun(folder, key, 'newer');
  assert.equal(await readRun(folder, key), 'newer');
});

test('what is damaged, or kept under another key, is not found', async (t) => {
  const folder = await scratch(t);
  const [a, b] = [runKey('a'), runKey('b')];
  await writeRun(folder, a, 1);
  await fs.copyFile(path.join(folder, `${a}.json`), path.join(folder, `${b}.json`));
  assert.equal(await readRun(folder, b), undefined);
  for (const text of ['', '{', 'null', '[]', '{"key":1}', `{"key":"${a}"}`]) {
    await fs.writeFile(path.join(folder, `${a}.json`), text);
    assert.equal(await readRun(folder, a), undefined, text);
  }
});

test('a key that is none is refused', async (t) => {
  const folder = await scratch(t);
  const refused = (error: unknown): boolean => SteerscopeError.is(error, 'bad-key');
  await assert.rejects(readRun(folder, '../../x'), refused);
  await assert.rejects(writeRun(folder, '', 1), refused);
});

test('of many runs the oldest go', async (t) => {
  const folder = await scratch(t);
  const old = runKey('old');
  await writeRun(folder, old, 1);
  const then = new Date(Date.now() - 1e6);
  await fs.utimes(path.join(folder, `${old}.json`), then, then);
  for (let i = 0; i < 199; i++) await fs.writeFile(path.join(folder, `${runKey(i)}.json`), '{}');
  await writeRun(folder, runKey('new'), 2);
  assert.equal((await fs.readdir(folder)).length, 200);
  assert.equal(await readRun(folder, old), undefined);
  assert.equal(await readRun(folder, runKey('new')), 2);
});
