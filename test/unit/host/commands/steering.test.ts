/** Choosing what steers, for the file and for all, and how strongly: where it is written, and what is said. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { steeredIn } from '../completion/support.ts';
import { writeDirection } from '../directions.ts';
import { fake } from '../fake/state.ts';
import { openMarked } from '../fake/texts.ts';
import { Uri } from '../fake/values.ts';
import { prepare as prepareCommands, run, sentences } from './support.ts';

const MARKED = 'int a = ‸;\n\n// Print the first ten primes.\n\n';

async function prepare(t: TestContext) {
  const services = await prepareCommands(t);
  for (const [name, target, surface] of [
    ['cpp', 'cpp', 'answer'],
    ['cpp-raw', 'cpp', 'raw'],
    ['rust', 'rust', 'answer'],
  ] as const)
    await writeDirection(services.shipped, { name, target, surface });
  await writeDirection(services.store, { name: 'polite' });
  await services.directions.refresh();
  return services;
}

function openCpp() {
  return openMarked(MARKED, 'cpp', Uri.file('/w/a.cpp'));
}

test('the list has the languages that something leads to, where it acts, and the user’s own directions', async (t) => {
  await prepare(t);
  const { document } = openCpp();
  await run('chooseSteering');
  const choices = fake.shown[0]?.choices as { label: string; description?: string }[];
  assert.deepEqual(
    choices.map(({ label, description = '' }) => `${label}: ${description}`),
    [
      '$(check) auto: to the language of the file',
      'off: as the model writes by itself',
      'Languages: ',
      'C++: answers and raw text',
      'Rust: answers',
      'Your directions: ',
      'polite: answers',
    ],
  );
  assert.equal(document.version, 1);
});

test('for this file it is the file’s, and no setting is written', async (t) => {
  const { steering } = await prepare(t);
  const { document } = openCpp();
  fake.answers.push('Rust', 'For this file');
  await run('chooseSteering');
  assert.deepEqual(fake.said('quickPick'), ['Steer completions to…', 'Steer to Rust: where?']);
  const rust = { kind: 'language', language: 'rust', strength: 1 };
  assert.deepEqual(steering.inForce(steeredIn(document)), { choice: rust, scope: 'file' });
  assert.equal(fake.values.global['steerscope.steering.default'], undefined);
});

test('everywhere it is a setting, and takes the file’s own choice away', async (t) => {
  const { steering } = await prepare(t);
  const { document } = openCpp();
  await steering.choose(steeredIn(document), { kind: 'off' });
  fake.answers.push('polite', 'Everywhere');
  await run('chooseSteering');
  assert.equal(fake.values.global['steerscope.steering.default'], 'polite');
  assert.equal(steering.inForce(steeredIn(document)).scope, 'workspace');
});

test('in a workspace it is the workspace’s; in a restricted one the user’s', async (t) => {
  await prepare(t);
  fake.workspaceFolders = [{ uri: Uri.file('/w'), name: 'w' }];
  fake.answers.push('Rust', 'For the workspace');
  await run('chooseSteering');
  assert.equal(fake.values.workspace['steerscope.steering.default'], 'rust');
  fake.isTrusted = false;
  fake.answers.push('off', 'Everywhere');
  await run('chooseSteering');
  assert.equal(fake.values.global['steerscope.steering.default'], 'off');
  assert.equal(fake.values.workspace['steerscope.steering.default'], 'rust');
});

test('a direction of the tree is not asked for again; who leaves a list changes nothing', async (t) => {
  const { directions, steering } = await prepare(t);
  const { document } = openCpp();
  await run('chooseSteering', { direction: directions.named('polite') });
  assert.deepEqual(fake.said('quickPick'), ['Steer to polite: where?']);
  fake.answers.push('Rust');
  await run('chooseSteering');
  assert.equal(steering.inForce(steeredIn(document)).scope, 'workspace');
  assert.equal(fake.values.global['steerscope.steering.default'], undefined);
});

test('stronger and weaker change the choice where it was made: at the place, for the file, in the settings', async (t) => {
  const { steering } = await prepare(t);
  const editor = openCpp();
  const place = steeredIn(editor.document, 'comment:print the first ten primes.');
  await run('increaseStrength');
  assert.equal(fake.values.global['steerscope.steering.strength'], 1.25);
  await steering.choose(steeredIn(editor.document), { kind: 'language', language: 'cpp', strength: 2 });
  await run('decreaseStrength');
  assert.deepEqual(steering.inForce(steeredIn(editor.document)).choice, {
    ...{ kind: 'language', language: 'cpp', strength: 1.75 },
  });
  await steering.choose(place, { kind: 'language', language: 'rust', strength: 1 });
  editor.moveTo(editor.document.positionAt(editor.document.getText().length));
  await run('increaseStrength');
  assert.deepEqual(steering.inForce(place), {
    choice: { kind: 'language', language: 'rust', strength: 1.25 },
    scope: 'place',
  });
  assert.equal(fake.values.global['steerscope.steering.strength'], 1.25);
  assert.deepEqual(sentences(), ['Steering strength 1.25', 'Steering strength 1.75', 'Steering strength 1.25']);
});

test('where nothing steers there is nothing to make stronger, and that is said', async (t) => {
  const { steering } = await prepare(t);
  const { document } = openCpp();
  await steering.choose(steeredIn(document), { kind: 'off' });
  await run('increaseStrength');
  assert.deepEqual(sentences(), ['Nothing steers here.']);
  assert.deepEqual(steering.inForce(steeredIn(document)).choice, { kind: 'off' });
});
