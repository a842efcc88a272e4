/** Grey text as the editor asks for it: what is offered and where it goes, the pause before, and how a request ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WRITTEN_SCHEMES } from '../../../../src/host/writtenTexts.ts';
import { complaints, settled } from '../support.ts';
import { CancellationTokenSource } from '../fake/events.ts';
import { provided } from '../fake/languages.ts';
import { fake } from '../fake/state.ts';
import { Range, openMarked, retype } from '../fake/texts.ts';
import { Uri } from '../fake/values.ts';
import { grey, prepare, run, steeredIn, texts } from './support.ts';

const LINE = 'def mean(values):\n    return ‸\n';
/** As long as the setting allows: what waits so long in a test, waits. */
const LONG_MS = 10_000;

/** What is offered by the time when everything that needs no clock has happened. */
async function withoutWaiting(asking: ReturnType<typeof grey>): Promise<string[] | 'it waits'> {
  return Promise.race([asking.then(texts), settled().then(() => 'it waits' as const)]);
}

test('it is asked for texts that somebody writes, and for no others; after it was disposed of, for none', async (t) => {
  const { dispose } = await prepare(t);
  assert.deepEqual(
    provided.inline?.selector.map(({ scheme }) => scheme),
    WRITTEN_SCHEMES,
  );
  dispose();
  assert.equal(provided.inline, undefined);
  assert.equal(fake.commands.size, 0);
});

test('by itself it is short, asked for it is longer, and it goes in at the cursor', async (t) => {
  const { engine } = await prepare(t);
  engine.writes = () => ' sum(values)';
  const editor = openMarked(LINE);
  const [item] = await grey(editor);
  assert.equal(item?.insertText, 'sum(values)');
  assert.deepEqual([item.range.start, item.range.end], [editor.selection.active, editor.selection.active]);
  assert.equal(engine.last.options.maxTokens, 32);
  retype(editor, 'def mode(values):\n    return ‸\n');
  await grey(editor, { isAsked: true });
  assert.equal(engine.last.options.maxTokens, 128);
});

test('it is steered by the choice in force: of the place, else of the file, else of the workspace', async (t) => {
  const { engine, steering } = await prepare(t);
  engine.writes = () => 'rust\nfn main() {}\n```';
  const editor = openMarked('# Print the first ten primes.\n‸\n', 'cpp', Uri.file('/w/a.cpp'));
  const place = openMarked('// Print the first ten primes.\n‸\n', 'cpp', Uri.file('/w/b.cpp'));
  const steered = async (): Promise<string[]> => {
    await grey(place);
    return engine.last.options.steer.map(({ name, strength }) => `${name} ${strength}`);
  };
  assert.deepEqual(await steered(), ['cpp 1']);
  fake.set('steerscope.steering.default', 'rust');
  assert.deepEqual(await steered(), ['rust 1']);
  await steering.choose(steeredIn(place.document), { kind: 'direction', name: 'polite', strength: 2 });
  assert.deepEqual(await steered(), ['polite 2']);
  const at = steeredIn(place.document, 'comment:print the first ten primes.');
  await steering.choose(at, { kind: 'language', language: 'cpp', strength: 0.5 });
  assert.deepEqual(await steered(), ['cpp 0.5']);
  await steering.choose(at, { kind: 'off' });
  assert.deepEqual(await steered(), []);
  // The other file has the choice of the workspace still.
  assert.equal(steering.inForce(steeredIn(editor.document)).scope, 'workspace');
});

test('before it asks it waits for a pause, and a key ends the waiting', async (t) => {
  const { engine } = await prepare(t);
  fake.set('steerscope.completion.delay', LONG_MS);
  const source = new CancellationTokenSource();
  const waiting = grey(openMarked(LINE), { source });
  await settled();
  assert.equal(engine.uses, 0, 'it did not wait');
  source.cancel();
  assert.deepEqual(await waiting, []);
  assert.equal(engine.uses, 0);
  assert.deepEqual(complaints(), []);
});

test('who asks does not wait, nor does who comes back to what was written before', async (t) => {
  const { engine } = await prepare(t);
  engine.writes = () => ' sum(values)';
  fake.set('steerscope.completion.delay', LONG_MS);
  const editor = openMarked(LINE);
  assert.deepEqual(await withoutWaiting(grey(editor, { isAsked: true })), ['sum(values)']);
  // Another offer between, so that it is not the one that is still shown.
  await grey(openMarked('a = ‸\n', 'python', Uri.file('/w/b.py')), { isAsked: true });
  assert.deepEqual(await withoutWaiting(grey(editor)), ['sum(values)']);
  assert.equal(engine.asked.length, 2);
});

test('a pause of nothing asks at once', async (t) => {
  const { engine } = await prepare(t);
  engine.writes = () => ' 1';
  assert.deepEqual(texts(await grey(openMarked(LINE))), ['1']);
});

for (const pieces of [0, 1, 3])
  test(`cancelled after ${pieces} tokens it offers nothing, says nothing, and the engine stops`, async (t) => {
    const { engine, completionState } = await prepare(t);
    const source = new CancellationTokenSource();
    const asking = grey(openMarked(LINE), { source });
    const asked = await engine.take();
    assert.equal(completionState.isWorking, true);
    for (let i = 0; i < pieces; i++) asked.write(` ${i}`);
    source.cancel();
    assert.equal(asked.signal.aborted, true);
    assert.deepEqual(await asking, []);
    assert.deepEqual([completionState.isWorking, completionState.problem], [false, undefined]);
    assert.deepEqual([fake.shown, complaints()], [[], []]);
  });

test('a request that was cancelled before it came asks nobody', async (t) => {
  const { engine } = await prepare(t);
  const source = new CancellationTokenSource();
  source.cancel();
  for (const isAsked of [false, true]) assert.deepEqual(await grey(openMarked(LINE), { source, isAsked }), []);
  assert.equal(engine.uses, 0);
});

test('a newer request ends the older, which offers nothing and says nothing', async (t) => {
  const { engine } = await prepare(t);
  const editor = openMarked(LINE);
  const older = grey(editor);
  await engine.take();
  retype(editor, 'def mode(values):\n    return ‸\n');
  const newer = grey(editor);
  assert.deepEqual(await older, []);
  (await engine.take()).end(' 1');
  assert.deepEqual(texts(await newer), ['1']);
  assert.deepEqual([fake.shown, complaints()], [[], []]);
});

test('the entry that is selected in the editor’s own list is gone on from, and replaced by itself', async (t) => {
  const { engine } = await prepare(t);
  engine.writes = () => '(values)';
  const editor = openMarked('def mean(values):\n    return su‸\n');
  const range = new Range(1, 11, 1, 13);
  const [item] = await grey(editor, { selected: { range, text: 'sum' } });
  assert.equal(engine.last.prompt, 'def mean(values):\n    return sum');
  assert.equal(item?.insertText, 'sum(values)');
  assert.deepEqual([item.range.start, item.range.end], [range.start, range.end]);
});

test('in the middle of a line nothing comes by itself, unless the editor has closed something there', async (t) => {
  const { engine } = await prepare(t);
  engine.writes = () => 'a';
  const middle = openMarked('x = f(‸ + 1)\n');
  assert.deepEqual(await grey(middle), []);
  assert.equal(engine.uses, 0);
  assert.deepEqual(texts(await grey(middle, { isAsked: true })), ['a']);
  assert.deepEqual(texts(await grey(openMarked('x = f(‸);\n'))), ['a']);
});

test('steered and asked for, the unsteered one stands behind it where it is known and another', async (t) => {
  const { engine, steering } = await prepare(t);
  engine.writes = ({ options }) => (options.steer.length > 0 ? ' steered' : ' plain');
  const editor = openMarked(LINE);
  assert.deepEqual(texts(await grey(editor, { isAsked: true })), ['steered']);
  await steering.choose(steeredIn(editor.document), { kind: 'off' });
  assert.deepEqual(texts(await grey(editor, { isAsked: true })), ['plain']);
  await steering.choose(steeredIn(editor.document), { kind: 'auto', strength: 1 });
  assert.deepEqual(texts(await grey(editor, { isAsked: true })), ['steered', 'plain']);
  assert.equal(engine.asked.length, 2);
});

test('where the model has nothing to add, who asked is told, and who typed is not', async (t) => {
  const { engine } = await prepare(t);
  engine.writes = () => '';
  const editor = openMarked(LINE);
  assert.deepEqual(await grey(editor), []);
  assert.deepEqual(fake.shown, []);
  assert.deepEqual(await grey(editor, { isAsked: true }), []);
  assert.deepEqual(fake.said('statusBar'), ['The model has nothing to add here.']);
});

test('the command hides what is shown, so that the editor asks again', async (t) => {
  await prepare(t);
  openMarked(LINE);
  await run('triggerCompletion');
  assert.deepEqual(
    fake.executed.map(({ command }) => command),
    ['editor.action.inlineSuggest.hide', 'editor.action.inlineSuggest.trigger'],
  );
});

test('inside of a word nothing is asked: whatever came would tear it in two', async (t) => {
  const { engine } = await prepare(t);
  const editor = openMarked('largest = do|uble(values)');
  assert.deepEqual(await grey(editor, { isAsked: true }), []);
  assert.equal(engine.asked.length, 0);
  assert.deepEqual(fake.said('statusBar'), ['The model has nothing to add here.']);
});
