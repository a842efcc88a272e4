/** Which directions there are: read from the disk without an engine, for the model that is chosen. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { fake } from './fake/state.ts';
import { writeDirection } from './directions.ts';
import { catalogueFor, chooseModel, engineFor, freshHome } from './support.ts';

async function prepare(t: TestContext) {
  const { home, settings } = await freshHome(t);
  const engine = engineFor(t, settings);
  const [own, shipped] = [path.join(home, 'store'), path.join(home, 'shipped')];
  return { home, settings, engine, own, shipped, catalogue: catalogueFor(t, settings, engine, shipped) };
}

test('nothing is there before anything was read, and no store is no error', async (t) => {
  const { catalogue } = await prepare(t);
  assert.deepEqual(catalogue.all, []);
  await catalogue.refresh();
  assert.deepEqual([catalogue.all, fake.logged], [[], []]);
});

test('the newest of a name counts, one of the user hides one that shipped, and other kinds are none', async (t) => {
  const { catalogue, own, shipped } = await prepare(t);
  await writeDirection(shipped, { name: 'cpp', target: 'cpp' });
  await writeDirection(shipped, { name: 'rust', target: 'rust' });
  await writeDirection(shipped, { name: 'rust-raw', target: 'rust', surface: 'raw' });
  await writeDirection(own, { name: 'cpp', target: 'cpp', generation: 2, strength: 2 });
  const newest = await writeDirection(own, { name: 'cpp', target: 'cpp', generation: 10, strength: 10 });
  await writeDirection(own, { name: 'polite' });
  await writeDirection(own, { name: 'probe', kind: 'probe' });
  let fired = 0;
  catalogue.onDidChange(() => fired++);
  await catalogue.refresh();
  assert.deepEqual(
    catalogue.all.map(({ name, isOwn, surface, language }) => [name, isOwn, surface, language]),
    [
      ['rust', false, 'answer', 'rust'],
      ['rust-raw', false, 'raw', 'rust'],
      ['cpp', true, 'answer', 'cpp'],
      ['polite', true, 'answer', undefined],
    ],
  );
  assert.equal(catalogue.named('cpp')?.folder, newest);
  assert.equal(catalogue.named('cpp')?.manifest.strength, 10);
  assert.equal(catalogue.named('probe'), undefined);
  assert.equal(fired, 1);
});

test('a manifest that cannot be read is left out, and the log says why', async (t) => {
  const { catalogue, own } = await prepare(t);
  await writeDirection(own, { name: 'good' });
  const broken = await writeDirection(own, { name: 'broken' });
  await fs.writeFile(path.join(broken, 'manifest.json'), '{"schemaVersion": 1');
  const empty = await writeDirection(own, { name: 'empty' });
  await fs.rm(path.join(empty, 'manifest.json'));
  const large = await writeDirection(own, { name: 'large' });
  await fs.writeFile(path.join(large, 'manifest.json'), ' '.repeat(1024 * 1024 + 1));
  await fs.mkdir(path.join(own, 'no slot'));
  await catalogue.refresh();
  assert.deepEqual(
    catalogue.all.map(({ name }) => name),
    ['good'],
  );
  const warned = fake.logged.filter(({ level }) => level === 'warn').map(({ text }) => text);
  for (const name of ['broken_1', 'empty_1', 'large_1'])
    assert.equal(warned.filter((text) => text.includes(name)).length, 1, name);
});

test('directions of another model are not offered: by its name until one is open, then by its fingerprint', async (t) => {
  const { catalogue, engine, home, own } = await prepare(t);
  await chooseModel(home, 'mine');
  await writeDirection(own, { name: 'of-default', target: 'cpp' });
  await writeDirection(own, { name: 'of-mine', target: 'cpp', model: 'mine' });
  const impostor = await writeDirection(own, { name: 'of-impostor', target: 'cpp', model: 'mine' });
  const file = path.join(impostor, 'manifest.json');
  const manifest = JSON.parse(await fs.readFile(file, 'utf8')) as { model: { fingerprint: string } };
  manifest.model.fingerprint = '00'.repeat(32);
  await fs.writeFile(file, JSON.stringify(manifest));
  await catalogue.refresh();
  const names = (): string[][] => [catalogue.all, catalogue.unfit].map((all) => all.map(({ name }) => name));
  assert.deepEqual(names(), [['of-impostor', 'of-mine'], ['of-default']]);
  let fired = 0;
  catalogue.onDidChange(() => fired++);
  await engine.use(async () => undefined);
  assert.deepEqual(names(), [['of-mine'], ['of-default', 'of-impostor']]);
  assert.equal(fired, 1, 'the change was not told, or more than once');
});
