/** The choice of the next token: who wins, who may not, and what is never sampled. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NON_FINITE, chooseToken, topIndices, topLogits } from '../../../../src/core/sampling/sampler.ts';
import type { SamplingOptions } from '../../../../src/core/sampling/sampler.ts';
import { createRandom } from '../../../../src/core/stats/random.ts';

const GREEDY: SamplingOptions = { temperature: 0, topP: 1, topK: 0, repeatPenalty: 1 };
const SAMPLED: SamplingOptions = { ...GREEDY, temperature: 1 };
const NONE: ReadonlySet<number> = new Set();

const never = (): number => assert.fail('the random source was asked');

function choose(
  logits: readonly number[],
  options: Partial<SamplingOptions> = {},
  seen = NONE,
  random = never,
): number {
  const next = { values: Float32Array.from(logits), exact: null };
  return chooseToken(next, seen, { ...GREEDY, ...options }, random);
}

/** How often each token is sampled in 20,000 draws. */
function shares(logits: readonly number[], options: Partial<SamplingOptions>): number[] {
  const { next: random } = createRandom(5);
  const counts = logits.map(() => 0);
  for (let i = 0; i < 20_000; i++) counts[choose(logits, { ...SAMPLED, ...options }, NONE, random)]++;
  return counts.map((count) => count / 20_000);
}

function assertShares(actual: readonly number[], expected: readonly number[]): void {
  // Four standard errors of a share of one half.
  actual.forEach((share, i) =>
    assert.ok(Math.abs(share - expected[i]) < 0.015, `${actual.join()} for ${expected.join()}`),
  );
}

test('greedy takes the largest, and the lower id of equal ones', () => {
  assert.equal(choose([1, 3, 2]), 1);
  assert.equal(choose([1, 3, 3]), 1);
  assert.equal(choose([-5, -6, -5]), 0);
});

test('the penalty divides what is positive and multiplies what is negative, of tokens seen before only', () => {
  const penalty = { repeatPenalty: 2 };
  assert.equal(choose([3, 2], penalty, new Set([0])), 1);
  assert.equal(choose([-1, -1.5], penalty, new Set([0])), 1);
  assert.equal(choose([3, 1], penalty, new Set([0])), 0);
  assert.equal(choose([3, 2], penalty), 0);
});

for (const wrong of [NaN, Infinity, -Infinity]) {
  test(`a logit of ${wrong}, wherever it is, ends the choice before anything is drawn`, () => {
    for (let at = 0; at < 5; at++) {
      const logits = [4, 3, 2, 1, 0];
      logits[at] = wrong;
      for (const options of [GREEDY, SAMPLED, { ...SAMPLED, topK: 1 }, { ...SAMPLED, topP: 0.1 }])
        assert.equal(choose(logits, options), NON_FINITE);
    }
  });
}

test('logits that are all the same are what is left of an overflow', () => {
  for (const value of [0, -0, 7]) assert.equal(choose([value, value, value]), NON_FINITE);
  assert.equal(choose([0, 0, 0], SAMPLED), NON_FINITE);
  assert.equal(choose([0, 0, 1e-30]), 2);
});

test('sampling follows the softmax, and the temperature sharpens or flattens it', () => {
  const logits = [Math.log(6), Math.log(3), Math.log(1)];
  assertShares(shares(logits, {}), [0.6, 0.3, 0.1]);
  assertShares(shares(logits, { temperature: 0.5 }), [36 / 46, 9 / 46, 1 / 46]);
  assertShares(shares(logits, { temperature: 1e6 }), [1 / 3, 1 / 3, 1 / 3]);
  assertShares(shares(logits, { temperature: 1e-300 }), [1, 0, 0]);
});

test('top-k and top-p leave out the rest', () => {
  const logits = [Math.log(1), Math.log(6), Math.log(3)];
  assertShares(shares(logits, { topK: 2 }), [0, 2 / 3, 1 / 3]);
  assertShares(shares(logits, { topK: 99 }), [0.1, 0.6, 0.3]);
  assertShares(shares(logits, { topP: 0.61 }), [0, 2 / 3, 1 / 3]);
  assertShares(shares(logits, { topP: 0.59 }), [0, 1, 0]);
  assertShares(shares(logits, { topP: 1e-9 }), [0, 1, 0]);
});

test('where logits are approximate, the exact ones decide among those that are close', () => {
  const exact = [5, 5.1, 9, 0];
  const asked: number[] = [];
  const next = {
    values: Float32Array.of(5.2, 5, 0, 0),
    exact: (id: number) => {
      asked.push(id);
      return exact[id] ?? NaN;
    },
  };
  assert.equal(chooseToken(next, NONE, GREEDY, never), 1);
  // Too far off to have been the first: it is not worth the asking.
  assert.deepEqual(asked, [0, 1]);
});

test('the penalty holds for exact logits too', () => {
  const next = { values: Float32Array.of(5.2, 5), exact: (id: number) => [5, 4.9][id] ?? NaN };
  assert.equal(chooseToken(next, new Set([0]), { ...GREEDY, repeatPenalty: 1.1 }, never), 1);
});

test('the largest are in order, ties by the lower id, by either way of finding them', () => {
  const { below } = createRandom(2);
  for (let round = 0; round < 200; round++) {
    // Few different values: most of them tie.
    const values = Float32Array.from({ length: 1 + below(60) }, () => below(6));
    const sorted = [...values.keys()].sort((a, b) => values[b] - values[a] || a - b);
    for (const count of [0, 1, 2, 5, 60, 1000]) assert.deepEqual(topIndices(values, count), sorted.slice(0, count));
  }
});

test('the top logits are exact where they can be, and no more than there are', () => {
  const values = Float32Array.of(1, 4, 4.1, 0);
  assert.deepEqual(topLogits({ values: values.slice(), exact: null }, 2), [
    [2, values[2]],
    [1, 4],
  ]);
  assert.deepEqual(topLogits({ values: values.slice(), exact: (id) => (id === 1 ? 4.5 : 4) }, 1), [[1, 4.5]]);
  assert.equal(topLogits({ values: values.slice(), exact: null }, 10).length, 4);
});
