/** Steered beside unsteered: two completions of one place, which typing does not end, in the editor that compares. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ModelError } from '../../../../src/core/errors.ts';
import { complaints, settled } from '../support.ts';
import { fake } from '../fake/state.ts';
import { openMarked, textWorkspace } from '../fake/texts.ts';
import { Uri } from '../fake/values.ts';
import { grey, prepare, run, steeredIn, texts } from './support.ts';

const LINE = 'int main() {\n  ‸\n}\n';

function openCpp() {
  return openMarked(LINE, 'cpp', Uri.file('/w/a.cpp'));
}

/** The two texts that the editor was given to compare, and its title. */
async function compared(): Promise<{ readonly sides: readonly string[]; readonly title: unknown }> {
  const [{ command, args }] = fake.executed.slice(-1);
  assert.equal(command, 'vscode.diff');
  const [left, right, title] = args;
  const sides = await Promise.all([left, right].map((uri) => textWorkspace.openTextDocument(uri as Uri)));
  return { sides: sides.map((document) => document.getText()), title };
}

test('both are asked, the steered one by the choice in force, and each stands in the whole text', async (t) => {
  const { engine, completionState } = await prepare(t);
  engine.writes = ({ options }) => (options.steer.length > 0 ? 'return 1;' : 'pass');
  openCpp();
  await run('compare');
  const { sides, title } = await compared();
  assert.deepEqual(sides, ['int main() {\n  pass\n}\n', 'int main() {\n  return 1;\n}\n']);
  assert.equal(title, 'a.cpp: unsteered ↔ auto (C++)');
  assert.deepEqual(
    engine.asked.map(({ options }) => [options.maxTokens, options.steer.length]),
    [
      [128, 0],
      [128, 1],
    ],
  );
  assert.equal(completionState.last?.completion.suggestion?.text, 'return 1;');
});

test('where nothing is in force, it is asked what to compare with, and nothing is kept of it', async (t) => {
  const { engine, steering } = await prepare(t);
  engine.writes = () => 'return 1;';
  const { document } = openCpp();
  await steering.choose(steeredIn(document), { kind: 'off' });
  await run('compare');
  assert.deepEqual(fake.said('quickPick'), ['Compare unsteered with steered to…']);
  assert.equal(engine.uses, 0);
  fake.answers.push('C++');
  await run('compare');
  assert.equal((await compared()).title, 'a.cpp: unsteered ↔ C++');
  assert.deepEqual(steering.inForce(steeredIn(document)).choice, { kind: 'off' });
});

test('who types on while it is made ends nothing, and is completed', async (t) => {
  const { engine } = await prepare(t);
  openCpp();
  const comparing = run('compare');
  const unsteered = await engine.take();
  const typing = grey(openMarked('a = ‸\n'));
  const typed = await engine.take();
  typed.end(' 1');
  assert.deepEqual(texts(await typing), ['1']);
  unsteered.end('pass');
  (await engine.take()).end('return 1;');
  await comparing;
  assert.equal((await compared()).sides[1], 'int main() {\n  return 1;\n}\n');
});

test('where neither adds anything it is said, and nothing is compared', async (t) => {
  const { engine } = await prepare(t);
  engine.writes = () => '';
  openCpp();
  await run('compare');
  assert.deepEqual(fake.said('information'), ['The model has nothing to add here, steered or not.']);
  assert.deepEqual(fake.executed, []);
});

test('cancelled, it shows nothing and says nothing', async (t) => {
  const { engine } = await prepare(t);
  openCpp();
  const comparing = run('compare');
  const asked = await engine.take();
  fake.progress[0]?.cancel();
  assert.equal(asked.signal.aborted, true);
  await comparing;
  await settled();
  assert.deepEqual([fake.shown, fake.executed, complaints()], [[], [], []]);
});

test('an error is told, with what to do', async (t) => {
  const { engine } = await prepare(t);
  engine.refusal = new ModelError('no-memory', 'the model does not fit', 'Take a smaller one.');
  openCpp();
  await run('compare');
  await settled();
  assert.deepEqual(fake.said('error'), ['The model does not fit. Take a smaller one.']);
});
