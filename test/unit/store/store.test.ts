import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { CancelledError, FormatError, SteerscopeError } from '../../../src/core/errors.ts';
import { openStore } from '../../../src/engine/store/store.ts';
import type { ArtefactStore } from '../../../src/engine/store/store.ts';
import { sampleDraft, sampleTensors } from '../core/artefact/sample.ts';
import { scratch } from '../files/support.ts';

const has =
  (reason: string, message = /./) =>
  (error: unknown) =>
    SteerscopeError.is(error, reason) && message.test(error.message);

async function names(store: ArtefactStore): Promise<string[]> {
  const { artefacts, damaged } = await store.list();
  assert.deepEqual(damaged, []);
  return artefacts.map(({ name }) => name);
}

async function age(file: string, days: number): Promise<void> {
  const then = new Date(Date.now() - days * 86_400_000);
  await fs.utimes(file, then, then);
}

test('what is saved is loaded, bit for bit', async (t) => {
  const store = openStore(path.join(await scratch(t), 'deep', 'store'));
  const saved = await store.save(sampleDraft('dim-cpp', 3), sampleTensors(3));
  const { manifest, tensors } = await store.load('dim-cpp');
  assert.deepEqual(manifest, saved);
  assert.deepEqual(tensors, sampleTensors(3));
  assert.deepEqual(await store.show('dim-cpp'), saved);
  assert.deepEqual(manifest.params, { n: 3, nested: { list: [1, 'two', null, true] } });
  assert.match(manifest.id, /^[0-9a-f]{32}$/);
});

test('a store that does not exist is empty, and looking at it does not make it', async (t) => {
  const folder = path.join(await scratch(t), 'none');
  const store = openStore(folder);
  assert.deepEqual(await store.list(), { artefacts: [], damaged: [] });
  assert.deepEqual(await store.diskUse(), { artefacts: 0, bytes: 0 });
  await store.collectGarbage();
  await assert.rejects(store.load('dim-cpp'), has('unknown-artefact', /there is no artefact "dim-cpp"/));
  await assert.rejects(fs.stat(folder), { code: 'ENOENT' });
});

test('a store that is a file is an error, not an empty store', async (t) => {
  const folder = path.join(await scratch(t), 'file');
  await fs.writeFile(folder, '');
  await assert.rejects(openStore(folder).list(), has('not-a-folder'));
});

test('what a save would refuse is known before, and leaves nothing behind', async (t) => {
  const folder = path.join(await scratch(t), 'store');
  const store = openStore(folder);
  await store.assertSavable('dim-cpp');
  assert.deepEqual(await fs.readdir(folder), []);
  await store.save(sampleDraft('dim-cpp', 1), sampleTensors(1));
  await assert.rejects(store.assertSavable('dim-cpp'), has('name-exists'));
  await store.assertSavable('dim-cpp', { replace: true });
  // Damaged, it still has the name.
  await fs.writeFile(path.join(folder, 'dim-cpp_1', 'manifest.json'), '{');
  await assert.rejects(store.assertSavable('dim-cpp'), has('name-exists'));
  assert.deepEqual(await fs.readdir(folder), ['dim-cpp_1']);
  await fs.writeFile(path.join(folder, 'file'), '');
  await assert.rejects(openStore(path.join(folder, 'file')).assertSavable('dim-cpp'), has('not-a-folder'));
});

test('a name that exists is refused, and replaced where that is asked for', async (t) => {
  const folder = await scratch(t);
  const store = openStore(folder);
  const first = await store.save(sampleDraft('dim-cpp', 1), sampleTensors(1));
  await assert.rejects(store.save(sampleDraft('dim-cpp', 2), sampleTensors(2)), has('name-exists'));
  assert.equal((await store.show('dim-cpp')).id, first.id);
  const second = await store.save(sampleDraft('dim-cpp', 2), sampleTensors(2), { replace: true });
  assert.notEqual(second.id, first.id);
  assert.deepEqual((await store.load('dim-cpp')).tensors, sampleTensors(2));
  assert.deepEqual(await fs.readdir(folder), ['dim-cpp_2']);
  await store.save(sampleDraft('fresh', 1), sampleTensors(1), { replace: true });
  assert.deepEqual(await names(store), ['dim-cpp', 'fresh']);
});

test('of many that save one name at once, one wins; of many that replace it, none is refused', async (t) => {
  const folder = await scratch(t);
  const stores = Array.from({ length: 8 }, () => openStore(folder));
  const saves = await Promise.allSettled(stores.map((store, n) => store.save(sampleDraft('x', n), sampleTensors(n))));
  const won = saves.filter(({ status }) => status === 'fulfilled');
  assert.equal(won.length, 1);
  for (const save of saves) if (save.status === 'rejected') assert.ok(has('name-exists')(save.reason), save.reason);
  await Promise.all(stores.map((store, n) => store.save(sampleDraft('x', n), sampleTensors(n), { replace: true })));
  const { manifest, tensors } = await openStore(folder).load('x');
  assert.deepEqual(tensors, sampleTensors(Number(manifest.params.n)));
  assert.equal((await fs.readdir(folder)).length, 1);
});

test('an artefact is removed, damaged or not; the nearest names help with a mistyped one', async (t) => {
  const folder = await scratch(t);
  const store = openStore(folder);
  const saved = await store.save(sampleDraft('dim-cpp'), sampleTensors());
  await store.save(sampleDraft('dim-rust'), sampleTensors());
  await assert.rejects(store.remove('dim-cp'), has('unknown-artefact', /nearest: dim-cpp, dim-rust/));
  assert.deepEqual(await store.remove('dim-cpp'), saved);
  await fs.writeFile(path.join(folder, 'dim-rust_1', 'manifest.json'), 'gone bad');
  assert.equal(await store.remove('dim-rust'), undefined);
  assert.deepEqual(await fs.readdir(folder), []);
});

test('disk use counts the files of the artefacts', async (t) => {
  const folder = await scratch(t);
  const store = openStore(folder);
  await store.save(sampleDraft('a'), sampleTensors());
  const files = ['manifest.json', 'tensors.safetensors'].map((name) => fs.stat(path.join(folder, 'a_1', name)));
  const bytes = (await Promise.all(files)).reduce((sum, { size }) => sum + size, 0);
  assert.deepEqual(await store.diskUse(), { artefacts: 1, bytes });
});

const damages: readonly [string, (slot: string) => Promise<void>, RegExp][] = [
  ['a bit flipped in the tensors', (slot) => flipLastByte(path.join(slot, 'tensors.safetensors')), /is not the file/],
  ['tensors cut short', (slot) => fs.truncate(path.join(slot, 'tensors.safetensors'), 40), /is not the file/],
  ['tensors missing', (slot) => fs.rm(path.join(slot, 'tensors.safetensors')), /no such file/],
  ['the manifest empty', (slot) => fs.truncate(path.join(slot, 'manifest.json'), 0), /is not JSON/],
  ['the manifest missing', (slot) => fs.rm(path.join(slot, 'manifest.json')), /no such file/],
  ['the manifest too large', (slot) => fs.truncate(path.join(slot, 'manifest.json'), 2 ** 21), /at most 1048576/],
  ['the manifest a folder', (slot) => replaceByFolder(path.join(slot, 'manifest.json')), /no regular file/],
  ['the slot a file', (slot) => replaceByFile(slot), /no folder/],
];

async function flipLastByte(file: string): Promise<void> {
  const bytes = await fs.readFile(file);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await fs.writeFile(file, bytes);
}
async function replaceByFolder(file: string): Promise<void> {
  await fs.rm(file);
  await fs.mkdir(file);
}
async function replaceByFile(slot: string): Promise<void> {
  await fs.rm(slot, { recursive: true });
  await fs.writeFile(slot, '');
}

for (const [what, damage, message] of damages) {
  test(`damage is told and does not hide the others: ${what}`, async (t) => {
    const folder = await scratch(t);
    const store = openStore(folder);
    await store.save(sampleDraft('bad'), sampleTensors());
    await store.save(sampleDraft('good'), sampleTensors());
    await damage(path.join(folder, 'bad_1'));
    await assert.rejects(store.load('bad'), has('damaged-artefact', message));
    const { artefacts, damaged } = await store.list();
    assert.ok(artefacts.some(({ name }) => name === 'good'));
    assert.equal(artefacts.length + damaged.length, 2);
    for (const { error } of damaged) assert.match(error.advice, /steerscope remove bad/);
    await store.save(sampleDraft('bad', 5), sampleTensors(5), { replace: true });
    assert.deepEqual((await store.load('bad')).tensors, sampleTensors(5));
  });
}

test('a manifest that is whole but not of these tensors or this name is damage', async (t) => {
  const folder = await scratch(t);
  const store = openStore(folder);
  await store.save(sampleDraft('one', 1), sampleTensors(1));
  await store.save(sampleDraft('two', 2), sampleTensors(2));
  await fs.cp(path.join(folder, 'one_1'), path.join(folder, 'copy_1'), { recursive: true });
  await assert.rejects(store.load('copy'), has('damaged-artefact', /is that of "one"/));
  await fs.copyFile(
    path.join(folder, 'one_1', 'tensors.safetensors'),
    path.join(folder, 'two_1', 'tensors.safetensors'),
  );
  await assert.rejects(store.load('two'), has('damaged-artefact', /is not the file/));
});

test('a manifest with the right hash and other tensor entries is damage', async (t) => {
  const folder = await scratch(t);
  const store = openStore(folder);
  await store.save(sampleDraft('one'), sampleTensors());
  const file = path.join(folder, 'one_1', 'manifest.json');
  await fs.writeFile(file, (await fs.readFile(file, 'utf8')).replace('direction.3', 'direction.2'));
  await assert.rejects(store.load('one'), has('damaged-artefact', /other tensors/));
});

test('an artefact of another format version is told as such', async (t) => {
  const folder = await scratch(t);
  const store = openStore(folder);
  await store.save(sampleDraft('one'), sampleTensors());
  const file = path.join(folder, 'one_1', 'manifest.json');
  await fs.writeFile(file, (await fs.readFile(file, 'utf8')).replace('"schemaVersion": 1', '"schemaVersion": 9'));
  await assert.rejects(store.load('one'), has('schema-version', /version 9/));
});

test('symbolic links are refused, wherever they are, and removing one leaves its goal alone', async (t) => {
  const [folder, outside] = [await scratch(t), await scratch(t)];
  const store = openStore(folder);
  await openStore(outside).save(sampleDraft('a'), sampleTensors());
  await fs.symlink(path.join(outside, 'a_1'), path.join(folder, 'a_1'));
  await assert.rejects(store.load('a'), has('damaged-artefact', /link or no folder/));
  assert.deepEqual(await store.diskUse(), { artefacts: 1, bytes: 0 });
  await store.remove('a');

  await store.save(sampleDraft('b'), sampleTensors());
  const tensors = path.join(folder, 'b_1', 'tensors.safetensors');
  await fs.rename(tensors, path.join(outside, 'moved'));
  await fs.symlink(path.join(outside, 'moved'), tensors);
  await assert.rejects(store.load('b'), has('damaged-artefact', /a link or no regular file/));
  await store.remove('b');
  assert.deepEqual(await fs.readdir(folder), []);
  assert.deepEqual((await fs.readdir(outside)).sort(), ['a_1', 'moved']);
  assert.deepEqual((await openStore(outside).load('a')).tensors, sampleTensors());
});

test('no name leads out of the store', async (t) => {
  const outer = await scratch(t);
  const store = openStore(path.join(outer, 'store'));
  for (const name of ['..', '../x', '/etc', 'a/b', 'a\\b', 'C:\\x', 'a\0b', 'x_1', '', '.', '~', 'con.txt']) {
    const is = has('bad-name');
    await assert.rejects(store.save(sampleDraft(name), sampleTensors()), is, JSON.stringify(name));
    await assert.rejects(store.save(sampleDraft(name), sampleTensors(), { replace: true }), is);
    await assert.rejects(async () => store.load(name), is);
    await assert.rejects(async () => store.show(name), is);
    await assert.rejects(store.remove(name), is);
  }
  assert.deepEqual(await fs.readdir(outer), []);
});

test('strange company in the folder is ignored and left alone', async (t) => {
  const folder = await scratch(t);
  const store = openStore(folder);
  const company = ['.DS_Store', 'A_1', 'a_0', 'a_01', 'a_x', 'notes.txt', 'x_1.old', '_1'];
  for (const name of company) await fs.writeFile(path.join(folder, name), 'x');
  await store.save(sampleDraft('a'), sampleTensors());
  for (const name of company) await age(path.join(folder, name), 30);
  await store.collectGarbage();
  assert.deepEqual(await names(store), ['a']);
  assert.deepEqual((await fs.readdir(folder)).sort(), [...company, 'a_1'].sort());
});

test('a draft that could not be read back is refused before anything is written', async (t) => {
  const folder = await scratch(t);
  const store = openStore(folder);
  const short = new Map([['v', { shape: [9], data: new Float32Array(8) }]]);
  const badName = new Map([['../v', { shape: [8], data: new Float32Array(8) }]]);
  const invalid = (error: unknown): boolean => error instanceof FormatError;
  await assert.rejects(store.save({ ...sampleDraft('a'), strength: NaN }, sampleTensors()), invalid);
  await assert.rejects(store.save({ ...sampleDraft('a'), layers: [9] }, sampleTensors()), invalid);
  await assert.rejects(store.save(sampleDraft('a'), short), invalid);
  await assert.rejects(store.save(sampleDraft('a'), badName), invalid);
  assert.deepEqual(await fs.readdir(folder), []);
});

test('a save that is cancelled leaves nothing', async (t) => {
  const folder = await scratch(t);
  const save = openStore(folder).save(sampleDraft('a'), sampleTensors(), { signal: AbortSignal.abort() });
  await assert.rejects(save, CancelledError);
  assert.deepEqual(await fs.readdir(folder), []);
});

test('garbage: superseded generations and old folders without a manifest go, all else stays', async (t) => {
  const folder = await scratch(t);
  const store = openStore(folder);
  await store.save(sampleDraft('a', 1), sampleTensors(1));
  await fs.cp(path.join(folder, 'a_1'), path.join(folder, 'a_3'), { recursive: true });
  for (const name of ['young_1', 'old_1']) await fs.mkdir(path.join(folder, name));
  await age(path.join(folder, 'old_1'), 2);
  await store.collectGarbage();
  assert.deepEqual((await fs.readdir(folder)).sort(), ['a_3', 'young_1']);
});
