/** The status bar: what is shown, and said to a screen reader, in every state of engine, completions and steering. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { FormatError } from '../../../src/core/errors.ts';
import type { EngineState } from '../../../src/host/engine/engineHost.ts';
import { until } from '../files/support.ts';
import { prepareParts, steeredIn } from './completion/support.ts';
import { summaryOf } from './fake/models.ts';
import { fake } from './fake/state.ts';
import { statusBarItems, type FakeStatusBarItem } from './fake/statusBar.ts';
import { CURSOR, FakeEditor, activateEditor, openMarked, showEditors, textEvents } from './fake/texts.ts';
import { Uri } from './fake/values.ts';

const { registerStatusBar } = await import('../../../src/host/statusBar.ts');

const prepare = (t: TestContext) => prepareParts(t, registerStatusBar);

function item(): FakeStatusBarItem {
  const [only] = statusBarItems.values();
  assert.ok(only && statusBarItems.size === 1);
  return only;
}

const READY: EngineState = { engine: 'running', model: 'ready', summary: summaryOf('mine') };

const STATES: readonly (readonly [EngineState, string, string])[] = [
  [{ engine: 'idle', model: 'missing' }, '$(compass) Steerscope', 'No model is on this machine yet.'],
  [{ engine: 'running', model: 'fetching' }, '$(sync~spin) getting the model', 'The model is being fetched.'],
  [{ engine: 'running', model: 'opening' }, '$(sync~spin) opening', 'The model is being opened.'],
  [{ engine: 'idle', model: 'closed' }, '$(compass) Steerscope', 'The model is opened when it is first used.'],
  [READY, '$(compass) mine', 'mine, fast, is ready.'],
  [{ engine: 'running', model: 'failed' }, '$(warning) model not opened', 'The model could not be opened.'],
  [
    { engine: 'running', model: 'failed', error: new FormatError('x', 'this is no GGUF', 'Take another.') },
    '$(warning) model not opened',
    'This is no GGUF. Take another.',
  ],
  [
    { engine: 'failed', model: 'closed' },
    '$(error) engine down',
    'The engine crashed several times in a row. Restart it from the menu.',
  ],
];

for (const [state, text, explained] of STATES)
  test(`shown and said while the engine is ${state.engine} and the model ${state.model}: ${explained}`, async (t) => {
    const { engine } = await prepare(t);
    engine.enter(state);
    const { tooltip, accessibilityInformation, backgroundColor, command, isShown, name } = item();
    assert.equal(item().text, text);
    assert.equal(tooltip, explained);
    assert.deepEqual(accessibilityInformation, { label: `Steerscope: ${explained}`, role: 'button' });
    assert.equal(backgroundColor?.id, state.engine === 'failed' ? 'statusBarItem.errorBackground' : undefined);
    assert.deepEqual([command, isShown, name], ['steerscope.menu', true, 'Steerscope']);
    assert.equal(engine.uses, 0);
  });

test('what completions do is shown: at work, in trouble, snoozed; and over the trouble, ready again', async (t) => {
  const { engine, completionState } = await prepare(t);
  engine.enter(READY);
  let end: () => void = () => {};
  const work = completionState.during(() => new Promise<void>((resolve) => (end = resolve)));
  assert.equal(item().text, '$(sync~spin) mine');
  assert.equal(item().accessibilityInformation?.label, 'Steerscope: mine, fast, is ready. It is completing.');
  end();
  await work;
  assert.equal(item().text, '$(compass) mine');
  completionState.failed('The engine ended. Try again.');
  assert.equal(item().text, '$(warning) mine');
  assert.equal(item().tooltip, 'The last completion failed: The engine ended. Try again.');
  await completionState.during(async () => undefined);
  assert.equal(item().text, '$(compass) mine');
  completionState.snooze(Infinity);
  assert.equal(item().text, '$(bell-slash) mine');
  assert.equal(item().accessibilityInformation?.label, 'Steerscope: Automatic completions are paused.');
  completionState.snooze(0);
  assert.equal(item().text, '$(compass) mine');
});

test('without a usable model nothing is said of completions and steering', async (t) => {
  const { engine, completionState } = await prepare(t);
  openMarked('a = ‸\n');
  engine.enter({ engine: 'idle', model: 'missing' });
  completionState.failed('The engine ended.');
  assert.equal(item().text, '$(compass) Steerscope');
});

test('work that fails is over too', async (t) => {
  const { engine, completionState } = await prepare(t);
  engine.enter(READY);
  await assert.rejects(completionState.during(async () => Promise.reject(new Error('broken'))));
  assert.equal(item().text, '$(compass) mine');
});

test('what steers at the cursor is shown as it comes to there: for the file, by a strength, in words, not at all', async (t) => {
  const { engine, steering } = await prepare(t);
  engine.enter(READY);
  const editor = openMarked('int a = ‸;\n', 'cpp', Uri.file('/w/a.cpp'));
  assert.equal(item().text, '$(compass) mine · auto (C++)');
  assert.equal(item().tooltip, 'mine, fast, is ready.\nSteering here: auto (C++)');
  assert.match(item().accessibilityInformation?.label ?? '', /is ready\. Steering here: auto \(C\+\+\)$/);
  const file = steeredIn(editor.document);
  await steering.choose(file, { kind: 'language', language: 'cpp', strength: 1.25 });
  assert.equal(item().text, '$(compass) mine · C++ ×1.25');
  await steering.choose(file, { kind: 'language', language: 'rust', strength: 1 });
  assert.equal(item().text, '$(compass) mine · Rust (nothing steers here)');
  await steering.choose(file, { kind: 'off' });
  assert.equal(item().text, '$(compass) mine · off');
  showEditors();
  fake.setActiveEditor(undefined);
  assert.equal(item().text, '$(compass) mine');
});

test('it follows the cursor into a place with a choice of its own, once the cursor rests', async (t) => {
  const { engine, steering } = await prepare(t);
  engine.enter(READY);
  const text = `int a = ${CURSOR};\n\n// Print the first ten primes.\n\n`;
  const editor = openMarked(text, 'cpp', Uri.file('/w/a.cpp'));
  await steering.choose(steeredIn(editor.document, 'comment:print the first ten primes.'), { kind: 'off' });
  assert.equal(item().text, '$(compass) mine · auto (C++)');
  editor.moveTo(editor.document.positionAt(editor.document.getText().length));
  assert.equal(item().text, '$(compass) mine · auto (C++)');
  await until(() => item().text === '$(compass) mine · off');
});

test('it follows the active editor at once, and nothing is left of it when it goes', async (t) => {
  const { engine, dispose } = await prepare(t);
  engine.enter(READY);
  const [first] = [openMarked('int a = ‸;\n', 'cpp', Uri.file('/w/a.cpp')), openMarked('a = ‸\n')];
  assert.equal(item().text, '$(compass) mine · auto (Python)');
  activateEditor(first);
  assert.equal(item().text, '$(compass) mine · auto (C++)');
  dispose();
  assert.equal(statusBarItems.size, 0);
  assert.deepEqual([engine.listenerCount, textEvents.selected.listenerCount], [0, 0]);
  activateEditor(new FakeEditor(first.document));
});
