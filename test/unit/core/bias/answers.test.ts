import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countAnswers, isValid, languagesSeen, shareOf } from '../../../../src/core/bias/answers.ts';
import type { Answer } from '../../../../src/core/bias/answers.ts';

function answer(change: Partial<Answer> = {}): Answer {
  const text = '```cpp\nint main() {\n  int sum = 0;\n  return sum + 1;\n}\n```\n';
  return { id: 'a', text, tokens: 20, stop: 'eos', language: 'cpp', confidence: 0.9, parses: true, ...change };
}

test('valid: in the language, taken by its parser, and no loop', () => {
  assert.equal(isValid(answer(), 'cpp'), true);
  assert.equal(isValid(answer(), 'rust'), false);
  assert.equal(isValid(answer({ parses: false }), 'cpp'), false);
  assert.equal(isValid(answer({ text: `\`\`\`cpp\n${'#include <vector>\n'.repeat(30)}\`\`\`\n` }), 'cpp'), false);
  assert.equal(isValid(answer({ text: 'I cannot write code.' }), 'cpp'), false);
});

test('valid without a target: code of any language with a parser', () => {
  assert.equal(isValid(answer()), true);
  assert.equal(isValid(answer({ language: 'rust' })), true);
  assert.equal(
    isValid({ id: 'a', text: answer().text, tokens: 20, stop: 'eos', language: 'other', confidence: 1 }),
    false,
  );
});

test('counts and shares are of all answers', () => {
  const condition = countAnswers([answer(), answer({ language: 'none' }), answer({ parses: false })], 'cpp');
  assert.deepEqual(condition.counts, { cpp: 2, none: 1 });
  assert.equal(condition.valid[0], 1 / 3);
  assert.equal(shareOf(condition, 'cpp')[0], 2 / 3);
  assert.equal(shareOf(condition, 'go')[0], 0);
  assert.ok(shareOf(condition, 'go')[2] > 0.5);
});

test('languages: the ends first, then by the registry, then what is no language', () => {
  const counts = [
    { n: 3, counts: { none: 1, go: 1, java: 1, c: 0 } },
    { n: 1, counts: { other: 1 } },
  ];
  assert.deepEqual(languagesSeen(counts, ['rust', 'go']), ['rust', 'go', 'java', 'none', 'other']);
});
