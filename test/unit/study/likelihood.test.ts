import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logSumExp } from '../../../src/engine/study/likelihood.ts';

/** In doubles, from the smallest term to the largest. */
function reference(values: readonly number[]): number {
  const max = Math.max(...values);
  const terms = values.map((value) => Math.exp(value - max)).sort((a, b) => a - b);
  return max + Math.log(terms.reduce((sum, term) => sum + term, 0));
}

test('the normaliser of logits neither overflows nor loses what matters', () => {
  const spread = Array.from({ length: 49_152 }, (_, i) => 40 * Math.sin(i * 12.9898));
  for (const values of [[0], [1000, 1000], [-1000, -1001], [5, -60], spread, new Array<number>(49_152).fill(3)]) {
    const floats = Float32Array.from(values);
    assert.ok(Math.abs(logSumExp(floats) - reference([...floats])) < 1e-6, String(values.slice(0, 3)));
  }
});
