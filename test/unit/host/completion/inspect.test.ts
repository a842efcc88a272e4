/** A completion taken apart: what is asked of the engine for it, and the text that comes of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspectionText, type Inspection } from '../../../../src/host/inspect/inspectionText.ts';
import { complaints, settled } from '../support.ts';
import { fake } from '../fake/state.ts';
import { openMarked, textWorkspace } from '../fake/texts.ts';
import { Uri } from '../fake/values.ts';
import { grey, prepare, run, steeredIn } from './support.ts';

const ASKING = 'int a = 1;\n\n// Print the first ten primes.\n\n';

/** The text that is shown. */
async function shown(): Promise<string> {
  const [{ command, args }] = fake.executed.slice(-1);
  assert.equal(command, 'markdown.showPreviewToSide');
  return (await textWorkspace.openTextDocument(args[0] as Uri)).getText();
}

test('the last that was offered: its prompt, its steering, its price, its language, and every layer twice', async (t) => {
  const { engine } = await prepare(t);
  engine.writes = () => 'return 1;';
  await grey(openMarked('int main() {\n  ‸\n}\n', 'cpp', Uri.file('/w/a.cpp')));
  await run('inspect');
  const text = await shown();
  for (const line of [
    '# The completion at a.cpp:2',
    '- Model: mine, fast',
    '- Asked as text to be continued: 3 tokens, 12 of them kept from the request before; 30 ms to the first token',
    '- Written: 1 tokens in 50 ms',
    '- The language of the code, by guesslang: C++ (0.88)',
    "- Steering: cpp-raw × 1, layers 2, dose 0.25 of the layer's median norm",
    '| 0 | ` return` | `#include` |',
    '| 1 | ` return` | `#include` |',
  ])
    assert.ok(text.split('\n').includes(line), `${line} is not in\n${text}`);
  assert.deepEqual(
    engine.lensed.map(({ text: asked, layers, last, steer = [] }) => [asked, layers, last, steer.length]),
    [
      ['int main() {\n ', 'all', 1, 0],
      ['int main() {\n ', 'all', 1, 1],
    ],
  );
});

test('unsteered there is one column, and an answer is read as the chat that it was', async (t) => {
  const { engine, steering } = await prepare(t);
  engine.writes = () => 'python\nprint(1)\n```';
  const editor = openMarked(`${ASKING}‸`, 'cpp', Uri.file('/w/a.cpp'));
  await steering.choose(steeredIn(editor.document), { kind: 'off' });
  await grey(editor);
  await run('inspect');
  const text = await shown();
  assert.match(text, /^- Asked as a chat, opened neutrally: /m);
  assert.match(text, /^- Steering: none$/m);
  assert.match(text, /^\| layer \| next token \|$/m);
  assert.equal(engine.lensed.length, 1);
  assert.deepEqual(engine.lensed[0]?.asked, { mode: 'chat', prefill: engine.last.options.prefill });
});

test('before anything was completed it is said', async (t) => {
  const { engine } = await prepare(t);
  await run('inspect');
  assert.deepEqual(fake.said('information'), ['Nothing has been completed yet: there is nothing to inspect.']);
  assert.equal(engine.uses, 0);
});

test('a lens completes its place and takes that apart; where nothing is added it says so', async (t) => {
  const { engine, completionState } = await prepare(t);
  const { document } = openMarked(`${ASKING}‸`, 'cpp', Uri.file('/w/a.cpp'));
  const place = { uri: document.uri.toString(), placeId: 'comment:print the first ten primes.' };
  engine.writes = () => 'cpp\n```';
  await run('inspectPlace', place);
  assert.deepEqual(fake.said('information'), ['The model has nothing to add here: there is nothing to inspect.']);
  engine.writes = () => 'cpp\nint main() {}\n```';
  fake.set('steerscope.completion.maxTokensOnRequest', 64);
  fake.set('steerscope.steering.strength', 1.5);
  await run('inspectPlace', place);
  assert.match(await shown(), /^# The completion at a\.cpp:4$/m);
  assert.equal(engine.last.prompt, 'Print the first ten primes.');
  assert.equal(engine.last.options.maxTokens, 64);
  assert.equal(completionState.last?.completion.suggestion?.text, 'int main() {}');
});

test('the lens of the file takes apart what is completed at its cursor', async (t) => {
  const { engine } = await prepare(t);
  engine.writes = () => ' 2;';
  const { document } = openMarked('int a = 1;\nint b =‸\n', 'cpp', Uri.file('/w/a.cpp'));
  await run('inspectPlace', { uri: document.uri.toString() });
  assert.match(await shown(), /^# The completion at a\.cpp:2$/m);
  assert.equal(engine.last.prompt, 'int a = 1;\nint b =');
});

test('cancelled, it shows nothing and says nothing', async (t) => {
  const { engine } = await prepare(t);
  const { document } = openMarked(`${ASKING}‸`, 'cpp', Uri.file('/w/a.cpp'));
  const inspecting = run('inspectPlace', { uri: document.uri.toString() });
  await engine.take();
  fake.progress[0]?.cancel();
  await inspecting;
  await settled();
  assert.deepEqual([fake.shown, fake.executed, complaints()], [[], [], []]);
});

const INSPECTION: Inspection = {
  where: 'a.py:1',
  model: 'mine',
  precision: 'fast',
  surface: 'raw',
  prompt: 'a ``` b',
  prefill: '',
  text: 'x\n~~~~\n`````',
  steer: [],
  language: { name: 'undecided', confidence: 0 },
  figures: { tokens: 11, promptMs: 1.6, decodeMs: 500 },
  plain: { ids: [1], pieces: { 7: '`|\n' }, layers: [{ layer: 3, top: [[[7, 1], [9, 0.5]]] }] }, // prettier-ignore
};

test('no text of the model ends its fence, and no piece of a token its cell', () => {
  const text = inspectionText(INSPECTION);
  assert.ok(text.includes('\n````\na ``` b\n````\n'), text);
  assert.ok(text.includes('\n``````\nx\n~~~~\n`````\n``````\n'), text);
  assert.ok(text.includes('\n| 3 | `ˋ¦\\n` `#9` |\n'), text);
});

test('what the engine did not say of its work is not said: of what was stopped there is no reuse', () => {
  const text = inspectionText(INSPECTION);
  assert.ok(text.includes('- Asked as text to be continued: 1 tokens; 2 ms to the first token\n'), text);
  assert.ok(text.includes('- Written: 11 tokens in 500 ms, 22 tokens a second\n'), text);
});
