/** Where and when completions are wanted: by mode, language and file, while nothing is selected, until they are snoozed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fake } from '../fake/state.ts';
import { Selection, openMarked } from '../fake/texts.ts';
import { Uri } from '../fake/values.ts';
import { grey, prepare, run, texts } from './support.ts';

const LINE = 'def mean(values):\n    return ‸\n';

async function prepareWriting(t: Parameters<typeof prepare>[0]) {
  const services = await prepare(t);
  services.engine.writes = () => ' 1';
  return services;
}

/** What is offered by itself, and to who asks. */
async function offers(editor = openMarked(LINE)): Promise<[number, number]> {
  return [(await grey(editor)).length, (await grey(editor, { isAsked: true })).length];
}

test('automatic offers by itself, manual only when asked, off never', async (t) => {
  const { engine } = await prepareWriting(t);
  const seen: unknown[] = [];
  for (const mode of ['automatic', 'manual', 'off']) {
    fake.set('steerscope.completion.mode', mode);
    seen.push([mode, ...(await offers())]);
  }
  assert.deepEqual(seen, [['automatic', 1, 1], ['manual', 0, 1], ['off', 0, 0]]); // prettier-ignore
  assert.equal(engine.uses, 3);
});

test('off for one language is on for the others', async (t) => {
  const { engine } = await prepareWriting(t);
  fake.set('steerscope.completion.mode', 'off', 'global', 'python');
  assert.deepEqual(await offers(), [0, 0]);
  assert.equal(engine.uses, 0);
  assert.deepEqual(await offers(openMarked('int a = ‸;\n', 'cpp', Uri.file('/w/a.cpp'))), [1, 1]);
});

test('files of the list are shown to no model, however it is asked', async (t) => {
  const { engine, steering } = await prepareWriting(t);
  fake.set('steerscope.completion.exclude', ['**/secret.py']);
  const editor = openMarked(LINE, 'python', Uri.file('/w/secret.py'));
  assert.deepEqual(await offers(editor), [0, 0]);
  const uri = editor.document.uri.toString();
  for (const command of ['triggerCompletion', 'generateIn', 'compare', 'inspectPlace']) {
    await run(command, { uri });
    assert.equal(engine.uses, 0, command);
  }
  const said = 'This file is never completed: see the setting “steerscope.completion.exclude”.';
  assert.deepEqual(fake.said('information'), [said, said, said, said]);
  assert.deepEqual(fake.said('quickPick'), []);
  assert.equal(steering.inForce({ uri: editor.document.uri, languageId: 'python' } as never).scope, 'workspace');
  assert.deepEqual(await offers(openMarked(LINE, 'python', Uri.file('/w/other.py'))), [1, 1]);
});

for (const [state, words] of [
  [{ engine: 'idle', model: 'missing' }, 'There is no model to complete with: get one, or select another.'],
  [{ engine: 'running', model: 'fetching' }, 'There is no model to complete with: get one, or select another.'],
] as const)
  test(`while the model is ${state.model} nothing is asked, and who asks by command is told what to do`, async (t) => {
    const { engine } = await prepareWriting(t);
    engine.enter(state);
    const editor = openMarked(LINE);
    assert.deepEqual(await offers(editor), [0, 0]);
    await run('triggerCompletion');
    assert.deepEqual(fake.said('information'), [words]);
    assert.equal(engine.uses, 0);
  });

test('after its crashes the engine is not started at every key, but for who asks it is tried', async (t) => {
  const { engine } = await prepareWriting(t);
  engine.enter({ engine: 'failed', model: 'closed' });
  const editor = openMarked(LINE);
  assert.deepEqual(await grey(editor), []);
  assert.equal(engine.uses, 0);
  assert.deepEqual(texts(await grey(editor, { isAsked: true })), ['1']);
});

test('while something is selected nothing comes by itself', async (t) => {
  await prepareWriting(t);
  const editor = openMarked(LINE);
  editor.selection = new Selection(0, 0, 1, 11);
  assert.deepEqual(await offers(editor), [0, 1]);
});

test('snoozed, nothing comes by itself until the time is over; who asks is answered', async (t) => {
  const { completionState } = await prepareWriting(t);
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  fake.answers.push('15 minutes');
  await run('snooze');
  assert.equal(completionState.snoozedUntil, 1_000_000 + 15 * 60_000);
  let changes = 0;
  completionState.onDidChange(() => changes++);
  assert.deepEqual(await offers(), [0, 1]);
  t.mock.timers.tick(15 * 60_000 - 1);
  assert.equal(completionState.isSnoozed, true);
  changes = 0;
  t.mock.timers.tick(1);
  assert.deepEqual([completionState.isSnoozed, completionState.snoozedUntil, changes], [false, 0, 1]);
  t.mock.timers.reset();
  assert.deepEqual(await offers(), [1, 1]);
});

test('a snooze without an end lasts until it is resumed, and a shorter one takes the place of a longer', async (t) => {
  const { completionState } = await prepareWriting(t);
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  fake.answers.push('Until I resume them');
  await run('snooze');
  t.mock.timers.tick(1e9);
  assert.deepEqual([completionState.isSnoozed, completionState.snoozedUntil], [true, Infinity]);
  await run('resume');
  assert.equal(completionState.isSnoozed, false);
  fake.answers.push('An hour', '5 minutes');
  await run('snooze');
  await run('snooze');
  t.mock.timers.tick(5 * 60_000);
  assert.equal(completionState.isSnoozed, false);
  fake.answers.push('5 minutes');
  await run('snooze');
  // The timer of the hour is gone: it does not end this one.
  await run('resume');
  fake.answers.push('Until I resume them');
  await run('snooze');
  t.mock.timers.tick(60 * 60_000);
  assert.equal(completionState.isSnoozed, true);
});

test('who leaves the list of pauses has none', async (t) => {
  const { completionState } = await prepareWriting(t);
  await run('snooze');
  assert.equal(completionState.isSnoozed, false);
});

test('switched between automatic and manual, for the language where it is set for that, and said so', async (t) => {
  const { settings } = await prepareWriting(t);
  const { document } = openMarked(LINE);
  const mode = (): string => settings.completion(document as never).mode;
  await run('toggleAutomatic');
  assert.deepEqual([mode(), fake.values.global['steerscope.completion.mode']], ['manual', 'manual']);
  await run('toggleAutomatic');
  assert.equal(mode(), 'automatic');
  assert.deepEqual(fake.said('statusBar'), [
    'Completions come when asked for.',
    'Completions come after a pause in typing.',
  ]);
  fake.set('steerscope.completion.mode', 'off', 'workspace', 'python');
  await run('toggleAutomatic');
  assert.equal(fake.values.workspace['[python]steerscope.completion.mode'], 'automatic');
  assert.equal(fake.values.global['steerscope.completion.mode'], 'automatic');
});
