/** Subspaces that were planted in differences: how many directions, which, with what sign, and in which layers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layerWindow, projectOnto, shiftSubspace } from '../../../../src/core/methods/subspace.ts';
import { createRandom } from '../../../../src/core/stats/random.ts';
import { norm } from '../../../../src/core/tensor/norm.ts';

const D = 24;
const PAIRS = 40;

/** Pairs that differ by 3 along the first axis, by ±2 along each of the next `more`, and by noise. */
function planted(more: number, noise: number, seed = 1): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: PAIRS * D }, (_, at) => {
    const [pair, i] = [Math.floor(at / D), at % D];
    const sign = (pair >> (i + 1)) & 1 ? 1 : -1;
    return (i === 0 ? 3 : i <= more ? 2 * sign : 0) + noise * random.normal();
  });
}

for (const more of [0, 1, 2])
  test(`finds ${more + 1} planted directions, and the axes that they span`, () => {
    const { directions, rank, gap, mass, stability } = shiftSubspace(planted(more, 0.1), D);
    assert.equal(rank, more + 1);
    assert.ok(gap > 5 && mass > 0.95 && stability > 0.95, [gap, mass, stability].join());
    for (let axis = 0; axis < D; axis++) {
      const unit = Float32Array.from({ length: D }, (_, i) => (i === axis ? 1 : 0));
      const share = norm(projectOnto({ directions }, unit));
      assert.ok(axis <= more ? share > 0.98 : share < 0.2, `axis ${axis}: ${share}`);
    }
  });

test('noise has neither an eigengap nor directions that are found again', () => {
  const { gap, stability } = shiftSubspace(planted(0, 100), D);
  assert.ok(gap < 1.5 && stability < 0.8, `${gap} ${stability}`);
});

test('a projection leads the way that the mean difference leads, whatever sign a singular direction came with', () => {
  const rows = planted(0, 0.1);
  for (const sign of [1, -1]) {
    const { directions } = shiftSubspace(
      rows.map((value) => sign * value),
      D,
    );
    const mean = Float32Array.from({ length: D }, (_, i) => (i === 0 ? 3 * sign : i === 5 ? 1 : 0));
    const shift = projectOnto({ directions }, mean);
    assert.ok(Math.abs(shift[0] - 3 * sign) < 0.1 && Math.abs(shift[5]) < 0.2, shift.join());
  }
});

test('a single pair, and pairs that do not differ', () => {
  const one = shiftSubspace(Float32Array.of(0, 2, 0), 3);
  assert.deepEqual([one.rank, one.mass], [1, 1]);
  assert.ok(Number.isFinite(one.gap));
  const none = shiftSubspace(new Float32Array(6), 3);
  assert.deepEqual([none.rank, none.gap, none.directions.length], [0, 1, 0]);
});

test('the window is where gaps are large and stable, and always has the layer that it must', () => {
  const layers = (gaps: readonly number[], stability = 1) => gaps.map((gap) => ({ gap, stability }));
  const gaps = [1, 1, 9, 9, 9, 1, 1, 1];
  assert.deepEqual(layerWindow(layers(gaps), 3, 3).layers, [2, 3, 4]);
  assert.deepEqual(layerWindow(layers(gaps), 2, 3).layers, [2, 3, 4]);
  assert.deepEqual(layerWindow(layers(gaps), 5, 3).layers, [3, 4, 5]);
  assert.deepEqual(layerWindow(layers(gaps), 7, 3).layers, [5, 6, 7]);
  assert.deepEqual(layerWindow(layers(gaps), 0, 20).layers, [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(layerWindow(layers([1]), 0, 3).layers, [0]);
  const unstable = layers(gaps).map((layer, i) => (i === 4 ? { ...layer, stability: 0 } : layer));
  assert.deepEqual(layerWindow(unstable, 3, 2).layers, [2, 3]);
  assert.ok(Math.abs(layerWindow(unstable, 3, 3).score - 2 * Math.log(9)) < 1e-9);
});
