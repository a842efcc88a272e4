/** The context keys that `when` clauses ask for are true to the state, from the start and after every change of it. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { until } from '../files/support.ts';
import { prepareParts, steeredIn } from './completion/support.ts';
import { summaryOf } from './fake/models.ts';
import { fake } from './fake/state.ts';
import { openMarked, showEditors, textEvents } from './fake/texts.ts';
import { Uri } from './fake/values.ts';

const { registerContextKeys } = await import('../../../src/host/contextKeys.ts');

const prepare = (t: TestContext) => prepareParts(t, registerContextKeys);

function key(name: string): unknown {
  return fake.context.get(`steerscope.${name}`);
}

test('hasModel: while there is one that can be used', async (t) => {
  const { engine } = await prepare(t);
  assert.equal(key('hasModel'), true);
  for (const [model, isUsable] of [
    ['missing', false],
    ['fetching', false],
    ['closed', true],
    ['opening', true],
    ['failed', false],
  ] as const) {
    engine.enter({ engine: 'running', model });
    assert.equal(key('hasModel'), isUsable, model);
  }
  engine.enter({ engine: 'running', model: 'ready', summary: summaryOf('mine') });
  assert.equal(key('hasModel'), true);
});

test('isGettingModel: while it is fetched, and not while other work goes on', async (t) => {
  const { tasks } = await prepare(t);
  const ends: (() => void)[] = [];
  const running = ['get', 'fit'].map((kind) =>
    tasks.run({ kind, title: kind }, () => new Promise<void>((resolve) => ends.push(resolve))),
  );
  assert.equal(key('isGettingModel'), true);
  ends[0]?.();
  await running[0];
  assert.equal(key('isGettingModel'), false);
  ends[1]?.();
  await running[1];
  assert.equal(key('isGettingModel'), false);
});

test('isSteering: where the choice in force at the cursor is not off', async (t) => {
  const { steering } = await prepare(t);
  assert.equal(key('isSteering'), false);
  const text = 'int a = ‸;\n\n// Print the first ten primes.\n\n';
  const editor = openMarked(text, 'cpp', Uri.file('/w/a.cpp'));
  assert.equal(key('isSteering'), true);
  fake.set('steerscope.steering.default', 'off');
  assert.equal(key('isSteering'), false);
  const place = steeredIn(editor.document, 'comment:print the first ten primes.');
  await steering.choose(place, { kind: 'auto', strength: 1 });
  assert.equal(key('isSteering'), false);
  editor.moveTo(editor.document.positionAt(text.length - 1));
  await until(() => key('isSteering') === true);
  showEditors();
  fake.setActiveEditor(undefined);
  assert.equal(key('isSteering'), false);
});

test('isCompleting and hasCompletion: while nothing is snoozed, and once something was offered', async (t) => {
  const { completionState } = await prepare(t);
  assert.deepEqual([key('isCompleting'), key('hasCompletion')], [true, false]);
  completionState.snooze(Infinity);
  assert.equal(key('isCompleting'), false);
  completionState.snooze(0);
  assert.equal(key('isCompleting'), true);
  completionState.offered({ choice: { kind: 'off' } } as never);
  assert.equal(key('hasCompletion'), true);
});

test('nothing listens any more once it is disposed of', async (t) => {
  const { engine, dispose } = await prepare(t);
  dispose();
  engine.enter({ engine: 'idle', model: 'missing' });
  assert.equal(key('hasModel'), true);
  assert.deepEqual([engine.listenerCount, textEvents.selected.listenerCount], [0, 0]);
});
