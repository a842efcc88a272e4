/** Errors of completions: while somebody types they are in the status bar and the log, and only who asked is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancelledError, EngineError, FormatError, ModelError } from '../../../../src/core/errors.ts';
import { complaints, settled } from '../support.ts';
import { fake } from '../fake/state.ts';
import { openMarked } from '../fake/texts.ts';
import { grey, prepare, texts } from './support.ts';

const LINE = 'def mean(values):\n    return ‸\n';

const TROUBLES = [
  [new EngineError('crashed', 'the engine ended', 'Try again.'), 'The engine ended. Try again.'],
  [new ModelError('too-long', 'the text is too long', 'Shorten it.'), 'The text is too long. Shorten it.'],
  [new TypeError('x is not a function'), 'x is not a function'],
] as const;

for (const [error, words] of TROUBLES) {
  test(`while typing nothing pops up: ${error.message}`, async (t) => {
    const { engine, completionState } = await prepare(t);
    const asking = grey(openMarked(LINE));
    (await engine.take()).fail(error);
    assert.deepEqual(await asking, []);
    await settled();
    assert.deepEqual(fake.shown, []);
    assert.equal(completionState.problem, words);
    assert.equal(complaints()[0], `completion: ${words}`);
    assert.equal(completionState.isWorking, false);
  });

  test(`who asked is told: ${error.message}`, async (t) => {
    const { engine, completionState } = await prepare(t);
    const asking = grey(openMarked(LINE), { isAsked: true });
    (await engine.take()).fail(error);
    assert.deepEqual(await asking, []);
    assert.deepEqual(fake.said('error'), [words]);
    assert.equal(completionState.problem, words);
  });
}

test('a model that cannot be opened is told in the same way', async (t) => {
  const { engine, completionState } = await prepare(t);
  engine.refusal = new FormatError('bad-magic', 'this is no GGUF', 'Take another file.');
  const editor = openMarked(LINE);
  await grey(editor);
  assert.deepEqual(fake.shown, []);
  await grey(editor, { isAsked: true });
  assert.deepEqual(fake.said('error'), ['This is no GGUF. Take another file.']);
  assert.equal(completionState.problem, 'This is no GGUF. Take another file.');
});

test('what helps is offered with the error, and done when it is chosen', async (t) => {
  const { engine } = await prepare(t);
  engine.refusal = new ModelError('model-missing', 'there is no model', 'Choose another.');
  fake.answers.push('Select Model…');
  await grey(openMarked(LINE), { isAsked: true });
  await settled();
  assert.deepEqual(fake.shown[0]?.choices, ['Select Model…', 'Show Log']);
  assert.equal(fake.executed.at(-1)?.command, 'steerscope.selectModel');
});

test('a cancellation by the engine is no trouble, not even to who asked', async (t) => {
  const { engine, completionState } = await prepare(t);
  const asking = grey(openMarked(LINE), { isAsked: true });
  (await engine.take()).fail(new CancelledError());
  assert.deepEqual(await asking, []);
  assert.deepEqual([fake.shown, completionState.problem, complaints()], [[], undefined, []]);
});

for (const [written, offered] of [
  [' sum(values)', ['sum(values)']],
  ['', []],
] as const)
  test(`the trouble is over with the next completion that works, offering ${offered.length}`, async (t) => {
    const { engine, completionState } = await prepare(t);
    const editor = openMarked(LINE);
    const failing = grey(editor);
    (await engine.take()).fail(new EngineError('crashed', 'the engine ended'));
    await failing;
    assert.equal(completionState.problem, 'The engine ended');
    const again = grey(editor);
    (await engine.take()).end(written);
    assert.deepEqual(texts(await again), offered);
    assert.equal(completionState.problem, undefined);
  });
