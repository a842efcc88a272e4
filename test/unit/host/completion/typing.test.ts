/** What stays of an offer while it is typed, and what makes it go: another text, another choice, other directions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fake } from '../fake/state.ts';
import { openMarked, retype } from '../fake/texts.ts';
import { grey, prepare, run, steeredIn, texts } from './support.ts';

const LINE = 'def mean(values):\n    return ‸\n';

test('typed as it was suggested, the rest stays, and nobody is asked', async (t) => {
  const { engine } = await prepare(t);
  engine.writes = () => ' sum(values) / len(values)';
  const editor = openMarked(LINE);
  assert.deepEqual(texts(await grey(editor)), ['sum(values) / len(values)']);
  for (const [typed, rest] of [
    ['s', 'um(values) / len(values)'],
    ['sum(values) ', '/ len(values)'],
    // Backwards too, as far as it began.
    ['su', 'm(values) / len(values)'],
    ['', 'sum(values) / len(values)'],
  ] as const) {
    retype(editor, LINE.replace('‸', `${typed}‸`));
    const [item] = await grey(editor);
    assert.equal(item?.insertText, rest, typed);
    assert.deepEqual(item.range.start, editor.selection.active);
  }
  assert.equal(engine.asked.length, 1);
});

test('what the editor closes by itself is taken the place of', async (t) => {
  const { engine } = await prepare(t);
  engine.writes = () => ' sum(values)';
  const editor = openMarked(LINE);
  await grey(editor);
  retype(editor, LINE.replace('‸', 'sum(‸)'));
  const [item] = await grey(editor);
  assert.equal(item?.insertText, 'values)');
  const { start, end } = item.range;
  assert.deepEqual([start.character, end.character], [15, 16]);
});

test('typed otherwise, and typed to its end, it is asked anew', async (t) => {
  const { engine } = await prepare(t);
  engine.writes = () => ' sum(values)';
  const editor = openMarked(LINE);
  await grey(editor);
  retype(editor, LINE.replace('‸', 'x‸'));
  await grey(editor);
  assert.equal(engine.asked.length, 2);
  retype(editor, LINE.replace('‸', 'sum(values)‸'));
  await grey(editor);
  assert.equal(engine.asked.length, 3);
});

test('who asks is given a completion of its own, not the rest of the one before', async (t) => {
  const { engine } = await prepare(t);
  engine.writes = () => ' sum(values)';
  const editor = openMarked(LINE);
  await grey(editor);
  retype(editor, LINE.replace('‸', 's‸'));
  await grey(editor, { isAsked: true });
  assert.equal(engine.asked.length, 2);
});

test('the same text in another file is no typing on', async (t) => {
  const { engine } = await prepare(t);
  engine.writes = () => ' sum(values)';
  await grey(openMarked(LINE));
  const other = openMarked(LINE.replace('‸', 's‸'), 'python', (await import('../fake/values.ts')).Uri.file('/w/b.py'));
  await grey(other);
  assert.equal(engine.asked.length, 2);
});

test('another strength is another completion; back at the first, it is the one of before', async (t) => {
  const { engine, steering } = await prepare(t);
  engine.writes = ({ options }) => ` ${options.steer[0]?.strength ?? 'off'}`;
  const editor = openMarked(LINE);
  const offers: string[] = [];
  for (const strength of [1, 1.25, 1]) {
    await steering.choose(steeredIn(editor.document), { kind: 'auto', strength });
    offers.push(...texts(await grey(editor)));
  }
  assert.deepEqual(offers, ['1', '1.25', '1']);
  assert.equal(engine.asked.length, 2);
});

test('once a direction was fitted again, nothing is offered that the one before wrote', async (t) => {
  const { engine, directions } = await prepare(t);
  engine.writes = () => ' before';
  const editor = openMarked(LINE);
  assert.deepEqual(texts(await grey(editor)), ['before']);
  engine.writes = () => ' after';
  directions.change();
  assert.deepEqual(texts(await grey(editor)), ['after']);
});

test('here, once, by another choice: it holds while its text is typed, and nothing is kept of it', async (t) => {
  const { engine, steering } = await prepare(t);
  engine.writes = ({ options }) => `cpp\nint ${options.steer[0]?.name}() {}\n\`\`\``;
  const marked = '// Print the first ten primes.\n‸\n';
  const editor = openMarked(marked, 'cpp');
  const asked = async (): Promise<string[]> => texts(await grey(editor, { isAsked: true }));
  fake.answers.push('Rust');
  await run('generateIn');
  assert.deepEqual(fake.said('quickPick'), ['Generate here in…']);
  assert.equal(fake.executed.at(-1)?.command, 'editor.action.inlineSuggest.trigger');
  assert.deepEqual(await asked(), ['int rust() {}']);
  retype(editor, marked.replace('‸', 'int ‸'));
  assert.deepEqual(texts(await grey(editor)), ['rust() {}']);
  assert.equal(engine.asked.length, 1);
  assert.equal(steering.inForce(steeredIn(editor.document)).scope, 'workspace');
  // Elsewhere, and here again after that, the choice in force is back.
  retype(editor, '// Print the first ten squares.\n‸\n');
  assert.deepEqual(await asked(), ['int cpp() {}']);
  retype(editor, marked);
  assert.deepEqual(await asked(), ['int cpp() {}']);
});

test('who leaves the list of choices is completed by none', async (t) => {
  const { engine } = await prepare(t);
  openMarked(LINE);
  await run('generateIn');
  assert.deepEqual([engine.uses, fake.executed], [0, []]);
});
