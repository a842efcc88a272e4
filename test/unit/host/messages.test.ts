/** How errors are told: in words that say what to do, once, with what helps a click away; and what is no error, not at all. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { CancelledError, EngineError, FormatError, ModelError } from '../../../src/core/errors.ts';
import { fake } from './fake/state.ts';
import { fakeLog } from './support.ts';
import { CancellationError } from './fake/events.ts';

const { showError, wordsOf } = await import('../../../src/host/messages.ts');

beforeEach(() => fake.reset());

const log = fakeLog();

test('an error in words', () => {
  assert.equal(
    wordsOf(new FormatError('x', 'the file is cut off', 'Get it again.')),
    'The file is cut off. Get it again.',
  );
  assert.equal(wordsOf(new FormatError('x', 'is it a model?', 'Look.')), 'Is it a model? Look.');
  assert.equal(wordsOf(new FormatError('x', 'no advice')), 'No advice');
  assert.equal(wordsOf(new FormatError('x', 'model.gguf: no model')), 'model.gguf: no model');
  assert.equal(wordsOf(new Error('as it is')), 'as it is');
  assert.equal(wordsOf('text'), 'text');
});

test('an error is shown and logged; the stack only of what is a fault of ours', async () => {
  await showError({ log }, new FormatError('x', 'the file is cut off', 'Get it again.'), 'getModel');
  assert.deepEqual(fake.said('error'), ['The file is cut off. Get it again.']);
  const lines = fake.logged.map(({ text }) => text);
  assert.deepEqual(lines, ['getModel: The file is cut off. Get it again.']);
  await showError({ log }, new TypeError('no function'), 'menu');
  assert.ok(
    fake.logged.some(({ text }) => text.includes('messages.test')),
    'no stack',
  );
});

test('a cancellation is told to nobody', async () => {
  await showError({ log }, new CancelledError(), 'fit');
  await showError({ log }, new CancellationError(), 'fit');
  assert.deepEqual(fake.shown, []);
  assert.ok(fake.logged.every(({ level }) => level === 'debug'));
});

test('what helps is offered, and done when it is chosen', async () => {
  fake.answers.push('Select Model…');
  await showError({ log }, new ModelError('model-missing', 'the model is not here'), 'fit');
  fake.answers.push('Restart Engine');
  await showError({ log }, new EngineError('crash-loop', 'it crashed 3 times'), 'fit');
  assert.deepEqual(
    fake.executed.map(({ command }) => command),
    ['steerscope.selectModel', 'steerscope.restartEngine'],
  );
});
