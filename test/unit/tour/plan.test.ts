import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIT_TASKS } from '../../../src/core/language/prompts/fitTasks.ts';
import { UsageError } from '../../../src/core/errors.ts';
import { MAX_PROMPTS, heldOutPrompts } from '../../../src/core/language/prompts/heldOutPrompts.ts';
import { planTour } from '../../../src/cli/tour/plan.ts';

test('prompts are held out, different, and of both kinds however few', () => {
  const fitted = new Set(FIT_TASKS.map(({ id }) => id));
  for (const count of [1, 2, 12, 39, MAX_PROMPTS]) {
    const prompts = heldOutPrompts(count);
    assert.equal(new Set(prompts.map(({ id }) => id)).size, count);
    assert.ok(prompts.every(({ id }) => !fitted.has(id)));
  }
});

test('a language goes by any of its names', () => {
  const { target, source, request, askingPrompts, prompts } = planTour({
    target: 'C++',
    source: 'py',
    prompts: 2,
    seed: 0,
  });
  assert.deepEqual(
    [target, source],
    [
      { id: 'cpp', name: 'C++' },
      { id: 'python', name: 'Python' },
    ],
  );
  assert.equal(request, 'Use C++.');
  assert.deepEqual(
    askingPrompts,
    prompts.map(({ id, prompt }) => ({ id, prompt: `${prompt} Use C++.` })),
  );
});

test('the prompts name no language, and every answer is opened in the same neutral way', () => {
  const { prompts, answers } = planTour({ target: 'rust', prompts: MAX_PROMPTS, seed: 7 });
  for (const { prompt } of prompts) assert.doesNotMatch(prompt, /python|c\+\+|rust|java|julia|typescript/i);
  assert.equal(answers.prefill?.endsWith('```'), true);
  assert.deepEqual([answers.temperature, answers.repeatPenalty, answers.maxTokens, answers.seed], [0, 1.1, 96, 7]);
});

const WRONG: readonly (readonly [string, Parameters<typeof planTour>[0], RegExp])[] = [
  ['an unknown language', { target: 'cobolt', prompts: 2, seed: 0 }, /no language is called/],
  ['the same language twice', { target: 'python', prompts: 2, seed: 0 }, /both python/],
  ['more prompts than there are', { target: 'cpp', prompts: 4000, seed: 0 }, /there are \d+ prompts/],
];
for (const [name, options, message] of WRONG) {
  test(`${name} is refused at once`, () => {
    assert.throws(
      () => planTour(options),
      (error) => error instanceof UsageError && message.test(error.message) && error.advice !== '',
    );
  });
}
