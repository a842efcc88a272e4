/** Counts over features: densities, their summary, and how many features do the work. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FeatureTally, effectiveFeatures, summariseDensities } from '../../../../src/core/sae/featureTally.ts';

test('a tally counts rows, activations and their sums', () => {
  const tally = new FeatureTally(4);
  tally.add({ starts: Uint32Array.of(0, 2, 2), indices: Uint32Array.of(0, 3), values: Float32Array.of(1, 2) });
  tally.add({ starts: Uint32Array.of(0, 1), indices: Uint32Array.of(3), values: Float32Array.of(4) });
  assert.deepEqual([tally.rows, tally.l0], [3, [2, 0, 1]]);
  assert.deepEqual([...tally.densities()], [1 / 3, 0, 0, 2 / 3]);
  assert.deepEqual([...tally.mass], [1, 0, 0, 6]);
});

test('densities are summed up: dead, dense, and one bin for each that is not dead', () => {
  const { dead, deadBelow, dense, histogram } = summariseDensities([0, 0, 1e-12, 0.009, 0.02, 0.2, 1, 1], 600);
  assert.equal(dead, 0.25);
  assert.equal(deadBelow, 0.005);
  assert.deepEqual(dense, [0.5, 0.375]);
  assert.equal(
    histogram.reduce((sum, { features }) => sum + features, 0),
    6,
  );
  assert.equal(histogram[0].features, 1);
  assert.deepEqual(histogram.at(-1), { from: -0.5, to: 0, features: 2 });
  assert.equal(histogram.find(({ from }) => from === -1)?.features, 1);
});

test('effective features: all where all weigh the same, one where one does everything', () => {
  assert.ok(Math.abs(effectiveFeatures([2, 2, 2, 2, 0]) - 4) < 1e-12);
  assert.equal(effectiveFeatures([0, 7, 0]), 1);
  // p = 1/2, 1/4, 1/4: H = 1.5 ln 2.
  assert.ok(Math.abs(effectiveFeatures([2, 1, 1]) - 2 ** 1.5) < 1e-12);
  assert.ok(Number.isNaN(effectiveFeatures([0, 0])));
});
