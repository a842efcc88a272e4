/** The curves of a training run: what is measured seldom has gaps, what never is has no line, and words say the ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TRAINING_CURVES, figuresInShort, trainingCurve } from '../../../../src/core/charts/trainingCurve.ts';
import { isCurvePoint } from '../../../../src/core/sae/training/figures.ts';
import { sampleCurve } from '../../../webview/harness/saeStates.ts';

const POINTS = sampleCurve(8);

test('held-out figures stand beside the others, with gaps where none were measured', () => {
  const { xs, series, table, summary } = trainingCurve(POINTS, 'explained');
  assert.deepEqual(xs, [10, 20, 30, 40, 50, 60, 70, 80]);
  assert.deepEqual(
    series.map(({ name, values }) => [name, values.filter((value) => value !== null).length]),
    [
      ['explained variance', 8],
      ['held out', 2],
    ],
  );
  assert.deepEqual(table.rows[3], [40, '0.290', '0.270']);
  assert.deepEqual(table.rows[4], [50, '0.341', '']);
  assert.equal(summary, 'Lines over 80 steps. explained variance: 0.100 at step 10, 0.465 at step 80. held out: 0.270 at step 40, 0.445 at step 80.'); // prettier-ignore
});

test('without held-out activations there is one line; without a point there are words all the same', () => {
  const plain = POINTS.map(({ heldOut: _, ...figures }) => figures);
  assert.equal(trainingCurve(plain, 'explained').series.length, 1);
  for (const id of TRAINING_CURVES) {
    const { xs, table } = trainingCurve([], id);
    assert.deepEqual([xs, table.rows], [[], []]);
  }
});

test('the newest figures in short', () => {
  const [first] = POINTS;
  assert.equal(figuresInShort(first), 'loss 1.000 · explained variance 0.100 · L0 32.0 · dead features 5.0%');
});

test('a curve has the first step, the last, and at most some hundreds between', () => {
  for (const steps of [1, 7, 200, 1999, 100_000]) {
    const kept = Array.from({ length: steps }, (_, i) => i + 1).filter((step) => isCurvePoint(step, steps));
    assert.deepEqual([kept[0], kept.at(-1)], [1, steps]);
    assert.ok(kept.length <= 202, `${kept.length} of ${steps}`);
  }
});
