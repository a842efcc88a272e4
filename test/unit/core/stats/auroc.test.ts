/** The rank statistic against all pairs, with ties on purpose. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aurocs } from '../../../../src/core/stats/auroc.ts';
import { createRandom } from '../../../../src/core/stats/random.ts';

/** By its definition: the share of pairs that are in order, ties half. */
function byPairs(scores: readonly number[], groups: readonly number[], group: number): number | null {
  let [won, pairs] = [0, 0];
  for (const [i, a] of scores.entries())
    for (const [j, b] of scores.entries()) {
      if (groups[i] !== group || groups[j] === group || groups[j] < 0) continue;
      pairs++;
      won += a > b ? 1 : a === b ? 0.5 : 0;
    }
  return pairs === 0 ? null : won / pairs;
}

test('AUROC is the share of pairs in order, ties half, whatever the number of ties', () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = createRandom(seed);
    const n = 1 + random.below(40);
    const distinct = 1 + random.below(8);
    const scores = Array.from({ length: n }, () => random.below(distinct) / 3);
    const groups = Array.from({ length: n }, () => random.below(4) - 1);
    const found = aurocs(scores, groups, 3);
    for (const group of [0, 1, 2]) {
      const expected = byPairs(scores, groups, group);
      const actual = found[group];
      if (expected === null || actual === null) assert.equal(actual, expected, `seed ${seed}, group ${group}`);
      else assert.ok(Math.abs(actual - expected) < 1e-12, `seed ${seed}, group ${group}: ${actual}, not ${expected}`);
    }
  }
});

test('a score that separates has 1, one that separates the other way 0, one that says nothing a half', () => {
  assert.deepEqual(aurocs([0, 0, 3, 4], [0, 0, 1, 1], 2), [0, 1]);
  assert.deepEqual(aurocs([7, 7, 7, 7], [0, 1, 0, 1], 2), [0.5, 0.5]);
  assert.deepEqual(aurocs([1, 2], [0, 0], 2), [null, null]);
});
