/** The menu of the status bar, and what is about the engine itself: what can be done now is offered, and done. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseModel } from '../support.ts';
import { shownIn } from '../manifest.ts';
import { fake } from '../fake/state.ts';
import { openMarked } from '../fake/texts.ts';
import { Uri } from '../fake/values.ts';
import { prepare, run, sentences } from './support.ts';

/** The entries of the menu, without their icons. */
async function entries(): Promise<string[]> {
  await run('menu');
  const choices = fake.shown.at(-1)?.choices as { label: string }[];
  return choices.map(({ label }) => label.replace(/^\$\([\w-]+\) /, '')).filter((label) => label !== '');
}

test('without a model it offers to get one, and nothing that needs one', async (t) => {
  await prepare(t);
  openMarked('a = ‸\n');
  const offered = await entries();
  assert.equal(offered[0], 'Get the default model');
  for (const word of ['Complete', 'Compare', 'Measure', 'Fit'])
    assert.ok(!offered.some((label) => label.startsWith(word)), word);
});

test('with one it offers what the model is for, of the cursor only where there is one', async (t) => {
  const { home, engine } = await prepare(t);
  await chooseModel(home, 'mine');
  await engine.refresh();
  const without = await entries();
  assert.ok(without.includes('Measure the language bias') && !without.includes('Get the default model'));
  openMarked('a = ‸\n');
  const more = (await entries()).filter((label) => !without.includes(label));
  assert.deepEqual(more, ['Complete here', 'Compare steered with unsteered here']);
});

test('what was completed can be inspected, and what is paused resumed', async (t) => {
  const { completionState } = await prepare(t);
  const before = await entries();
  assert.ok(before.includes('Snooze completions…') && !before.includes('Inspect the last completion'));
  completionState.offered({ choice: { kind: 'off' } } as never);
  completionState.snooze(Infinity);
  const after = await entries();
  assert.deepEqual(
    after.filter((label) => !before.includes(label)),
    ['Inspect the last completion', 'Layers of the last completion', 'Resume completions'],
  );
});

test('the choice in force at the cursor stands beside its entry', async (t) => {
  const { steering } = await prepare(t);
  const { document } = openMarked('int a = ‸;\n', 'cpp', Uri.file('/w/a.cpp'));
  await steering.choose(document as never, { kind: 'language', language: 'rust', strength: 1.5 });
  await run('menu');
  const choices = fake.shown.at(-1)?.choices as { label: string; description?: string }[];
  assert.equal(choices.find(({ label }) => label.includes('Choose steering'))?.description, 'Rust ×1.5');
});

test('every entry runs a command that the palette has', async (t) => {
  const { home, engine, completionState } = await prepare(t);
  await chooseModel(home, 'mine');
  await engine.refresh();
  openMarked('a = ‸\n');
  completionState.offered({ choice: { kind: 'off' } } as never);
  const ran: string[] = [];
  for (const label of await entries()) {
    fake.commands.forEach((_, id) => {
      if (id !== 'steerscope.menu') fake.commands.delete(id);
    });
    fake.executed.length = 0;
    const choices = fake.shown.at(-1)?.choices as { label: string }[];
    fake.answers.push(choices.find((choice) => choice.label.endsWith(label))?.label);
    await run('menu');
    ran.push(...fake.executed.map(({ command }) => command));
  }
  assert.equal(ran.length, 14);
  // The manifest names there only what the palette hides, by a condition that never holds.
  const hidden = shownIn('commandPalette', { false: true });
  assert.deepEqual(ran.filter((command) => hidden.includes(command)), []); // prettier-ignore
});

test('restarting ends the engine, and says that another starts when it is needed', async (t) => {
  const { home, engine } = await prepare(t);
  await chooseModel(home, 'mine');
  await engine.use(async () => undefined);
  const { pid } = engine;
  await run('restartEngine');
  assert.deepEqual([engine.pid, engine.state], [0, { engine: 'idle', model: 'closed' }]);
  assert.deepEqual(sentences(), ['The engine is started anew when it is next needed.']);
  await engine.use(async () => undefined);
  assert.notEqual(engine.pid, pid);
});

test('settings and the walkthrough are those of this extension; the switches turn a setting over and back', async (t) => {
  await prepare(t);
  await run('openSettings');
  await run('openWalkthrough');
  assert.deepEqual(
    fake.executed.map(({ args }) => args[0]),
    ['@ext:steerscope.steerscope', 'steerscope.steerscope#start'],
  );
  for (const [command, name, isOn] of [
    ['toggleCodeLens', 'steerscope.codeLens.enabled', true],
    ['toggleLanguageLines', 'steerscope.languageLines.enabled', false],
  ] as const) {
    await run(command);
    assert.equal(fake.values.global[name], !isOn);
    await run(command);
    assert.equal(fake.values.global[name], isOn);
  }
});
