/** Getting, choosing and removing models: what fails or is left changes nothing, and the model before stays the chosen one. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { DEFAULT_MODEL } from '../../../../src/core/models/catalogue.ts';
import { until } from '../../files/support.ts';
import { chooseModel, complaints } from '../support.ts';
import { fake } from '../fake/state.ts';
import { Uri } from '../fake/values.ts';
import { prepare, run, sentences } from './support.ts';

const NAME = DEFAULT_MODEL.name;

/** Makes the fake engine's fetching fail or wait, for engines that start from now on. */
function fetching(t: TestContext, how: 'offline' | 'slow'): void {
  process.env['STEERSCOPE_FAKE_FETCH'] = how;
  t.after(() => delete process.env['STEERSCOPE_FAKE_FETCH']);
}

/** The value of the setting; undefined where the default model is chosen. */
function chosen(): unknown {
  return fake.values.global['steerscope.model'];
}

function exists(file: string): Promise<boolean> {
  return fs.access(file).then(
    () => true,
    () => false,
  );
}

/** Puts a file where a fetched model would be. */
async function fetched(home: string): Promise<string> {
  const file = path.join(home, 'models', DEFAULT_MODEL.fileName);
  await fs.mkdir(path.dirname(file), { recursive: true });
  await fs.writeFile(file, 'weights');
  return file;
}

test('the default model is got, shown under way with its size, opened, and it is said that it is ready', async (t) => {
  const { home, engine } = await prepare(t);
  await chooseModel(home, 'mine');
  await run('getModel');
  assert.deepEqual(sentences(), [`$(check) ${NAME} is ready`]);
  assert.equal(fake.progress[0]?.title, `Getting ${NAME} (${Math.round(DEFAULT_MODEL.sizeBytes / 1e6)} MB)`);
  assert.deepEqual([chosen(), engine.state.model, engine.state.summary?.name], [undefined, 'ready', NAME]);
});

test('cancelled, getting it says nothing, and the model before is the chosen one again', async (t) => {
  fetching(t, 'slow');
  const { home, engine } = await prepare(t);
  const file = await chooseModel(home, 'mine');
  await engine.refresh();
  const getting = run('getModel');
  await until(() => engine.state.model === 'fetching');
  assert.equal(chosen(), undefined);
  fake.progress[0]?.cancel();
  await getting;
  assert.deepEqual([fake.shown, complaints()], [[], []]);
  assert.deepEqual([chosen(), engine.state.model], [file, 'closed']);
});

test('where it cannot be got, it is said what to do, and the model before is the chosen one again', async (t) => {
  fetching(t, 'offline');
  const { home } = await prepare(t);
  const file = await chooseModel(home, 'mine');
  await run('getModel');
  assert.deepEqual(sentences(), ['Nothing answers. Look at the network.']);
  assert.equal(chosen(), file);
});

test('a second time, while it is under way, it is said so and the first goes on', async (t) => {
  fetching(t, 'slow');
  const { engine } = await prepare(t);
  const getting = run('getModel');
  await until(() => engine.state.model === 'fetching');
  await run('getModel');
  assert.deepEqual(sentences(), ['This is under way already. Wait for it, or cancel it.']);
  assert.equal(engine.state.model, 'fetching');
  fake.progress[0]?.cancel();
  await getting;
});

test('a file is chosen and opened; one that cannot be is not kept', async (t) => {
  const { home, engine } = await prepare(t);
  for (const name of ['mine', 'bad']) await fs.writeFile(path.join(home, `${name}.gguf`), 'weights');
  fake.answers.push([Uri.file(path.join(home, 'mine.gguf'))]);
  await run('useLocalModel');
  assert.deepEqual([chosen(), engine.state.summary?.name], [path.join(home, 'mine.gguf'), 'mine']);
  assert.deepEqual(sentences(), []);
  fake.answers.push([Uri.file(path.join(home, 'bad.gguf'))]);
  await run('useLocalModel');
  assert.deepEqual(sentences(), ['This is no GGUF. Take another file.']);
  assert.equal(chosen(), path.join(home, 'mine.gguf'));
  assert.equal(await engine.use(async (_, { name }) => name), 'mine');
});

test('what is no file of this machine is none, nor, while it is restricted, a file of the workspace', async (t) => {
  const { home } = await prepare(t);
  fake.answers.push([Uri.from({ scheme: 'vscode-vfs', path: '/w/a.gguf' })]);
  await run('useLocalModel');
  fake.workspaceFolders = [{ uri: Uri.file(home), name: 'w' }];
  fake.isTrusted = false;
  fake.answers.push([Uri.file(path.join(home, 'mine.gguf'))]);
  await run('useLocalModel');
  assert.deepEqual(sentences(), [
    'A model must be a file on this machine.',
    'This workspace is restricted: a model that comes from it is not opened until you trust it.',
  ]);
  assert.deepEqual([chosen(), fake.progress], [undefined, []]);
});

test('the list has the models that are here with their size, the chosen one marked, and the ways to others', async (t) => {
  const { home, engine } = await prepare(t);
  const labels = (): string[] => (fake.shown.at(-1)?.choices as { label: string }[]).map(({ label }) => label);
  await run('selectModel');
  assert.deepEqual(labels(), [`$(cloud-download) Get ${NAME}`, '$(folder-opened) Use a local GGUF…']);
  await chooseModel(home, 'mine');
  await fetched(home);
  fake.answers.push(NAME);
  await run('selectModel');
  assert.deepEqual(labels(), [NAME, '$(check) mine.gguf', '$(folder-opened) Use a local GGUF…']);
  assert.deepEqual([chosen(), engine.state.summary?.name], [undefined, NAME]);
});

test('removing says what goes, and without a yes nothing does', async (t) => {
  const { home, engine } = await prepare(t);
  await run('removeModel');
  assert.deepEqual(sentences(), ['Steerscope has fetched no model: there is nothing to remove.']);
  const file = await fetched(home);
  await fs.mkdir(path.join(home, 'packed'), { recursive: true });
  await fs.writeFile(path.join(home, 'packed', 'body.bin'), 'packed');
  await engine.use(async () => undefined);
  fake.answers.push(NAME);
  await run('removeModel');
  assert.equal(sentences().at(-1), `Remove ${DEFAULT_MODEL.fileName}?`);
  assert.ok(await exists(file));
  fake.answers.push(NAME, 'Remove');
  await run('removeModel');
  assert.deepEqual([await exists(file), await exists(path.join(home, 'packed'))], [false, false]);
  assert.equal(engine.state.model, 'missing');
});

test('where the directions of a model cannot be read, the model before is the chosen one again', async (t) => {
  const { home, directions } = await prepare(t);
  const before = await chooseModel(home, 'mine');
  const other = path.join(home, 'other.gguf');
  await fs.writeFile(other, 'weights');
  const refresh = t.mock.method(directions, 'refresh', () => Promise.reject(new Error('the disk is gone')));
  fake.answers.push([Uri.file(other)]);
  await run('useLocalModel');
  assert.equal(chosen(), before);
  assert.equal(refresh.mock.callCount(), 2);
  assert.match(complaints().join(), /the disk is gone/);
});
