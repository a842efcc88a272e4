/** Guesses at the next tokens from what was there before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NgramDraft } from '../../../../src/core/sampling/ngramDraft.ts';

test('what followed the last tokens where they stood before is guessed', () => {
  const draft = new NgramDraft([1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3]);
  assert.deepEqual(draft.guess(8), [4, 5, 6, 7]);
  assert.deepEqual(draft.guess(1), [4]);
  draft.push(4);
  assert.deepEqual(draft.guess(8), [5, 6, 7, 8, 9, 2]);
});

test('the longest sequence that was seen decides, then the last place of it', () => {
  const draft = new NgramDraft([7, 1, 2, 10, 9, 1, 2, 20, 8, 1, 2, 30, 7, 1, 2]);
  assert.equal(draft.guess(8)[0], 10);
  assert.equal(new NgramDraft([9, 1, 2, 20, 8, 1, 2, 30, 7, 1, 2]).guess(8)[0], 30);
});

test('nothing is guessed from nothing, from a single token, or from what was never seen', () => {
  for (const ids of [[], [1], [1, 1], [1, 2, 3, 4], [1, 2, 1]]) assert.deepEqual(new NgramDraft(ids).guess(8), []);
  assert.deepEqual(new NgramDraft([1, 2, 3, 1, 2]).guess(0), []);
});

test('texts are kept apart: no guess goes across the end of one', () => {
  assert.deepEqual(new NgramDraft([1, 2, 3], [4, 5, 1, 2]).guess(8), [3]);
  assert.deepEqual(new NgramDraft([5, 1], [2, 9, 1, 2]).guess(8), []);
  // What ends a text is followed by nothing; a shorter sequence may be.
  assert.deepEqual(new NgramDraft([1, 2, 8, 0, 1, 2], [3, 0, 1, 2]).guess(8), [8, 0, 1, 2]);
});

test('a run of one token goes on', () => {
  assert.deepEqual(new NgramDraft([3, 3, 3]).guess(8), [3]);
  assert.deepEqual(new NgramDraft([3, 3, 3, 3, 3, 3]).guess(8), [3]);
});
