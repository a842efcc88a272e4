/** Choosing a token: ties, the penalty, the nucleus, what is not finite, and the exact rescue of approximate logits. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  NON_FINITE,
  chooseToken,
  topIndices,
  topLogits,
  type SamplingOptions,
} from '../../../../src/core/sampling/sampler.ts';
import { createRandom } from '../../../../src/core/stats/random.ts';

const greedy: SamplingOptions = { temperature: 0, topP: 1, topK: 0, repeatPenalty: 1 };
const noRandom = (): number => assert.fail('greedy choice must not draw');
const plain = (...values: number[]) => ({ values: Float32Array.from(values), exact: null });

describe('greedy', () => {
  test('takes the largest, the lower id of equals', () => {
    assert.equal(chooseToken(plain(1, 3, 3, 2), new Set(), greedy, noRandom), 1);
  });

  test('divides positive and multiplies negative logits that were seen', () => {
    const options = { ...greedy, repeatPenalty: 1.5 };
    assert.equal(chooseToken(plain(3, 2.5, 0), new Set([0]), options, noRandom), 1);
    assert.equal(chooseToken(plain(-2, -2.5), new Set([0]), options, noRandom), 1);
    assert.equal(chooseToken(plain(-2, -3.5), new Set([0]), options, noRandom), 0);
  });

  test('refuses to choose where any logit is infinite or no number', () => {
    for (const bad of [NaN, Infinity, -Infinity])
      assert.equal(chooseToken(plain(1, bad, 0), new Set(), greedy, noRandom), NON_FINITE);
  });
});

describe('exact values of close candidates', () => {
  test('decide between tokens that the approximation has the wrong way round', () => {
    const truth = [5, 5.2, 1];
    const next = { values: Float32Array.of(5.3, 5.1, 1), exact: (id: number) => truth[id] };
    assert.equal(chooseToken(next, new Set(), greedy, noRandom), 1);
  });

  test('are penalised as the approximate ones were', () => {
    const truth = [5, 4.9];
    const next = { values: Float32Array.of(5, 4.9), exact: (id: number) => truth[id] };
    assert.equal(chooseToken(next, new Set([0]), { ...greedy, repeatPenalty: 1.1 }, noRandom), 1);
  });

  test('are not asked for where a token is far behind', () => {
    const asked: number[] = [];
    const exact = (id: number): number => asked.push(id) && 9;
    chooseToken({ values: Float32Array.of(9, 2, 8.5), exact }, new Set(), greedy, noRandom);
    assert.deepEqual(asked, [0, 2]);
  });
});

describe('sampling', () => {
  const draw = (options: SamplingOptions, logits: number[], n = 4000): number[] => {
    const random = createRandom(7);
    const counts = logits.map(() => 0);
    for (let i = 0; i < n; i++) counts[chooseToken(plain(...logits), new Set(), options, random.next)]++;
    return counts.map((count) => count / n);
  };

  test('follows the softmax at its temperature', () => {
    const logits = [0, 1, 2];
    for (const temperature of [0.5, 1, 2]) {
      const weights = logits.map((logit) => Math.exp(logit / temperature));
      const total = weights.reduce((a, b) => a + b);
      draw({ ...greedy, temperature }, logits).forEach((share, i) =>
        assert.ok(Math.abs(share - weights[i] / total) < 0.03, `${temperature}: ${share}`),
      );
    }
  });

  test('top-k and top-p leave the rest at nothing, and always leave one', () => {
    assert.equal(draw({ ...greedy, temperature: 1, topK: 2 }, [0, 1, 2])[0], 0);
    assert.deepEqual(draw({ ...greedy, temperature: 1, topP: 0.5 }, [0, 0, 3]), [0, 0, 1]);
    assert.deepEqual(draw({ ...greedy, temperature: 1, topP: 1e-9 }, [0, 0, 3]), [0, 0, 1]);
  });
});

describe('the largest logits', () => {
  test('are the same by either way of finding them, ties by the lower id', () => {
    const random = createRandom(3);
    for (let round = 0; round < 50; round++) {
      const values = Float32Array.from({ length: 400 }, () => random.below(40));
      const sorted = [...values.keys()].sort((a, b) => values[b] - values[a] || a - b);
      for (const count of [1, 7, 60, 400]) assert.deepEqual(topIndices(values, count), sorted.slice(0, count));
    }
  });

  test('are exact where they can be', () => {
    const next = { values: Float32Array.of(3, 2.9, -5), exact: (id: number) => [2.8, 3.1, -5][id] };
    assert.deepEqual(
      topLogits(next, 2).map(([id]) => id),
      [1, 0],
    );
  });
});
