/** Fitting: a language, or a concept from marked selections, folders and files; left, cancelled and with too few texts. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { until } from '../../files/support.ts';
import { chooseModel, complaints } from '../support.ts';
import { writeDirection } from '../directions.ts';
import { fake } from '../fake/state.ts';
import { Selection, openMarked } from '../fake/texts.ts';
import { InputBoxValidationSeverity, Uri } from '../fake/values.ts';
import { prepare as prepareCommands, run, sentences } from './support.ts';

async function prepare(t: Parameters<typeof prepareCommands>[0]) {
  const services = await prepareCommands(t);
  await chooseModel(services.home, 'mine');
  return services;
}

test('a language: its direction is there at once, and steering by it is offered', async (t) => {
  const { directions } = await prepare(t);
  fake.answers.push('Rust', 'my-rust', 'Steer by It');
  await run('fitLanguage');
  await until(() => fake.said('quickPick').length === 2);
  assert.deepEqual(sentences(), ['The direction my-rust is fitted: layers 1, 3, strength 1.5.']);
  assert.deepEqual(fake.said('quickPick'), ['Fit a direction to which language?', 'Steer to my-rust: where?']);
  assert.equal(fake.progress[0]?.title, 'Fitting the direction my-rust');
  assert.equal(directions.named('my-rust')?.language, 'rust');
});

test('without a name nothing is fitted; a name is refused, or warned of, with the reason', async (t) => {
  const { store, shipped, directions, engine } = await prepare(t);
  await writeDirection(store, { name: 'own', model: 'mine' });
  await writeDirection(shipped, { name: 'theirs', model: 'mine' });
  await directions.refresh();
  fake.answers.push('C++');
  await run('fitLanguage');
  assert.deepEqual([fake.said('inputBox'), engine.state.engine], [['A name for the direction'], 'idle']);
  const { validateInput } = fake.shown.at(-1)?.choices[0] as { validateInput: (value: string) => unknown };
  assert.equal(validateInput('Not This'), 'Small letters, digits and hyphens; at most 64.');
  assert.equal(validateInput('theirs'), 'A direction that came with Steerscope has this name.');
  const { Warning } = InputBoxValidationSeverity;
  assert.deepEqual(validateInput('own'), { message: 'It takes the place of yours of this name.', severity: Warning });
  assert.equal(validateInput('my-cpp'), undefined);
});

test('cancelled, it says nothing, and there is no direction', async (t) => {
  const { directions, tasks, engine } = await prepare(t);
  fake.answers.push('C++', 'endless');
  const fitting = run('fitLanguage');
  await until(() => tasks.isRunning('fit') && engine.state.model === 'ready');
  fake.progress[0]?.cancel();
  await fitting;
  assert.deepEqual([sentences(), complaints(), directions.named('endless')], [[], [], undefined]);
});

test('marked selections are the two sides; marked too few, it is said how many are needed', async (t) => {
  const { directions } = await prepare(t);
  const editor = openMarked('please do\nthank you\ndo it\nnow\n');
  const mark = async (side: string, line: number): Promise<void> => {
    editor.selection = new Selection(line, 0, line, editor.document.lineAt(line).text.length);
    await run(side);
  };
  await mark('markPositive', 0);
  editor.selection = new Selection(4, 0, 4, 0);
  await run('markPositive');
  assert.equal(sentences().at(-1), '1 positive and 0 negative texts are marked');
  fake.answers.push('The selections that I marked');
  await run('fitConcept');
  assert.equal(
    fake.said('error')[0],
    'There are 1 texts with the concept. Give at least 2 of each; some dozens are better.',
  );
  await mark('markPositive', 1);
  await mark('markNegative', 2);
  await mark('markNegative', 3);
  fake.answers.push('The selections that I marked', 'polite');
  await run('fitConcept');
  assert.ok(directions.named('polite'));
  // The next concept begins with texts of its own.
  await mark('markNegative', 3);
  assert.equal(sentences().at(-1), '0 positive and 1 negative texts are marked');
});

test('a folder has a text in each file, a file one in each line; what is no file of this machine is refused', async (t) => {
  const { home, directions } = await prepare(t);
  const [folder, file] = [path.join(home, 'with'), path.join(home, 'without.txt')];
  await fs.mkdir(folder);
  for (const name of ['a.txt', 'b.txt', '.hidden']) await fs.writeFile(path.join(folder, name), `text of ${name}`);
  await fs.writeFile(file, 'one\n\ntwo\r\n');
  const way = 'Two folders or files';
  fake.answers.push(way, [Uri.file(folder)], [Uri.file(file)], 'concept');
  await run('fitConcept');
  assert.deepEqual(fake.said('openDialog'), ['The texts WITH the concept', 'The texts WITHOUT it']);
  assert.ok(directions.named('concept'));
  fake.answers.push(way, [Uri.from({ scheme: 'vscode-vfs', path: '/w' })]);
  await run('fitConcept');
  assert.deepEqual(fake.said('error'), ['The texts must be files on this machine. Choose a folder or a file of it.']);
});

test('in a restricted workspace no concept is fitted, whatever calls the command', async (t) => {
  const { engine } = await prepare(t);
  fake.isTrusted = false;
  await run('fitConcept');
  assert.deepEqual(sentences(), [
    'This workspace is restricted: no texts of it are fitted on. Trust the workspace first.',
  ]);
  assert.deepEqual([fake.said('quickPick'), engine.state.engine], [[], 'idle']);
});

test('who leaves a dialogue fits nothing', async (t) => {
  const { engine, home } = await prepare(t);
  const file = path.join(home, 'with.txt');
  await fs.writeFile(file, 'one\ntwo\n');
  fake.answers.push('Two folders or files');
  await run('fitConcept');
  fake.answers.push('Two folders or files', [Uri.file(file)]);
  await run('fitConcept');
  assert.deepEqual([sentences(), engine.state.engine], [[], 'idle']);
});
