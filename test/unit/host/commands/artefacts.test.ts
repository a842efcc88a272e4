/** Directions as files: shown, exported and removed; without any, and where the target is taken, it is said what to do. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { steeredIn } from '../completion/support.ts';
import { chooseModel } from '../support.ts';
import { writeDirection } from '../directions.ts';
import { fake } from '../fake/state.ts';
import { openMarked, textWorkspace } from '../fake/texts.ts';
import { Uri } from '../fake/values.ts';
import { prepare as prepareCommands, run, sentences } from './support.ts';

async function prepare(t: TestContext) {
  const services = await prepareCommands(t);
  await chooseModel(services.home, 'mine');
  await writeDirection(services.store, { name: 'polite', model: 'mine' });
  await services.directions.refresh();
  return services;
}

test('where there is none it is said, and what to do', async (t) => {
  await prepareCommands(t);
  for (const command of ['showArtefact', 'exportArtefact', 'removeArtefact']) await run(command);
  const none = 'There are no directions for this model: fit one to a language or to a concept.';
  assert.deepEqual(sentences(), [none, none, 'You have no directions of your own yet.']);
  assert.deepEqual(fake.said('quickPick'), []);
});

test('its manifest is shown as a text', async (t) => {
  const { directions } = await prepare(t);
  fake.answers.push('polite');
  await run('showArtefact');
  const [uri = ''] = fake.said('document');
  const { name } = JSON.parse((await textWorkspace.openTextDocument(Uri.parse(uri))).getText()) as { name: string };
  assert.equal(name, 'polite');
  await run('showArtefact', { direction: directions.named('polite') });
  assert.deepEqual([fake.said('quickPick').length, fake.said('document').length], [1, 2]);
});

test('exported, its files are in the folder, and can be revealed; a second time it is refused', async (t) => {
  const { home, directions } = await prepare(t);
  const node = { direction: directions.named('polite') };
  const folder = path.join(home, 'out');
  await fs.mkdir(folder);
  fake.answers.push([Uri.file(folder)], 'Reveal');
  await run('exportArtefact', node);
  const copy = path.join(folder, 'polite');
  assert.deepEqual(await fs.readdir(copy), ['manifest.json']);
  assert.deepEqual(sentences(), [`polite is in ${copy}.`]);
  assert.equal(fake.executed.at(-1)?.command, 'revealFileInOS');
  await fs.writeFile(path.join(copy, 'manifest.json'), 'mine');
  fake.answers.push([Uri.file(folder)]);
  await run('exportArtefact', node);
  assert.equal(sentences().at(-1), `${copy} is there already. Choose another folder.`);
  assert.equal(await fs.readFile(path.join(copy, 'manifest.json'), 'utf8'), 'mine');
});

test('exporting to what is no folder of this machine is refused; who leaves the dialogue exports nothing', async (t) => {
  const { directions } = await prepare(t);
  const node = { direction: directions.named('polite') };
  await run('exportArtefact', node);
  assert.deepEqual(sentences(), []);
  fake.answers.push([Uri.from({ scheme: 'vscode-vfs', path: '/w' })]);
  await run('exportArtefact', node);
  assert.deepEqual(sentences(), ['The folder must be on this machine. Choose another folder.']);
});

test('removed after a yes, it steers nothing any more; without one it stays', async (t) => {
  const { directions, steering } = await prepare(t);
  const { document } = openMarked('a = ‸\n');
  await steering.choose(steeredIn(document), { kind: 'direction', name: 'polite', strength: 1 });
  fake.answers.push('polite');
  await run('removeArtefact');
  assert.ok(directions.named('polite'));
  fake.answers.push('polite', 'Remove');
  await run('removeArtefact');
  assert.deepEqual(sentences(), ['Remove the direction polite?', 'Remove the direction polite?']);
  assert.equal(directions.named('polite'), undefined);
  assert.equal(steering.inForce(steeredIn(document)).scope, 'workspace');
});
