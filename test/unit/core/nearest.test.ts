import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editDistance, nearestNames } from '../../../src/core/nearest.ts';

test('edit distance of known pairs', () => {
  const pairs: [string, string, number][] = [
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['flaw', 'lawn', 2],
    ['same', 'same', 0],
  ];
  for (const [a, b, distance] of pairs) assert.equal(editDistance(a, b), distance, `${a} to ${b}`);
});

test('the nearest name comes first, ties in the order given', () => {
  const hooks = ['hook_resid_pre', 'hook_resid_mid', 'hook_resid_post', 'hook_attn_out'];
  assert.deepEqual(nearestNames('hook_resid_pst', hooks, 2), ['hook_resid_post', 'hook_resid_pre']);
  assert.deepEqual(nearestNames('b', ['x', 'y', 'z'], 2), ['x', 'y']);
});

test('case is ignored, and a part of a name finds the whole', () => {
  const names = ['tiny', 'smollm2-135m-instruct'];
  assert.deepEqual(nearestNames('SmolLM2', names, 1), ['smollm2-135m-instruct']);
});

test('no candidates, none asked for, duplicates', () => {
  assert.deepEqual(nearestNames('a', []), []);
  assert.deepEqual(nearestNames('a', ['b'], 0), []);
  assert.deepEqual(nearestNames('a', ['b', 'b']), ['b']);
});

test('a very long name does not stall', () => {
  const long = 'x'.repeat(1_000_000);
  assert.deepEqual(nearestNames(long, [`${long}y`, 'short'], 1), [`${long}y`]);
});
