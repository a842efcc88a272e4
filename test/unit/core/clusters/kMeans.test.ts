import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kMeans, nearestCentroids } from '../../../../src/core/clusters/kMeans.ts';
import { UsageError } from '../../../../src/core/errors.ts';
import { createRandom } from '../../../../src/core/stats/random.ts';

/** `per` points around each of the corners, the corners in turn: row i belongs to corner i % corners. */
function blobs(corners: readonly (readonly number[])[], per: number, spread: number, seed: number): Float32Array {
  const random = createRandom(seed);
  const rows = Array.from({ length: corners.length * per }, (_, i) =>
    corners[i % corners.length].map((value) => value + spread * random.normal()),
  );
  return Float32Array.from(rows.flat());
}

const CORNERS = [
  [0, 0, 0],
  [10, 0, 0],
  [0, 10, 0],
  [0, 0, 10],
] as const;

function inertiaOf(rows: Float32Array, n: number, centroids: Float32Array): number {
  const d = rows.length / n;
  const own = nearestCentroids(rows, n, centroids);
  return rows.reduce((sum, value, at) => sum + (value - centroids[own[Math.floor(at / d)] * d + (at % d)]) ** 2, 0);
}

test('groups that lie apart are found, with their means and the inertia that belongs to them', () => {
  const rows = blobs(CORNERS, 25, 1, 1);
  const { centroids, assignment, inertia } = kMeans(rows, 100, 4, createRandom(2));
  const names = [0, 1, 2, 3].map((corner) => assignment[corner]);
  assert.deepEqual(new Set(names).size, 4);
  for (let i = 0; i < 100; i++) assert.equal(assignment[i], names[i % 4], `row ${i}`);
  for (const [corner, cluster] of names.entries()) {
    for (let j = 0; j < 3; j++) {
      let sum = 0;
      for (let i = corner; i < 100; i += 4) sum += rows[i * 3 + j];
      assert.ok(Math.abs(centroids[cluster * 3 + j] - sum / 25) < 1e-5);
    }
  }
  assert.ok(Math.abs(inertia - inertiaOf(rows, 100, centroids)) < 1e-3);
});

test('what comes out cannot be bettered by a round of Lloyd: every row is at its nearest, every centroid is a mean', () => {
  const rows = blobs([[0, 0]], 60, 1, 3);
  const { centroids, assignment } = kMeans(rows, 60, 6, createRandom(4));
  assert.deepEqual(assignment, nearestCentroids(rows, 60, centroids));
  for (let c = 0; c < 6; c++) {
    const own = [...assignment.keys()].filter((i) => assignment[i] === c);
    assert.ok(own.length > 0, `cluster ${c} is empty`);
    for (let j = 0; j < 2; j++) {
      const mean = own.reduce((sum, i) => sum + rows[i * 2 + j], 0) / own.length;
      assert.ok(Math.abs(centroids[c * 2 + j] - mean) < 1e-5);
    }
  }
});

test('more starts never do worse, and at hard shapes do better', () => {
  const line = Array.from({ length: 12 }, (_, i) => [i * 3, 0]);
  const rows = blobs(line, 8, 0.3, 5);
  const inertias = Array.from({ length: 10 }, (_, seed) => {
    const one = kMeans(rows, 96, 12, createRandom(seed), { starts: 1 }).inertia;
    const many = kMeans(rows, 96, 12, createRandom(seed), { starts: 20 }).inertia;
    return { one, many };
  });
  assert.ok(inertias.every(({ one, many }) => many <= one));
  assert.ok(
    inertias.some(({ one, many }) => many < one / 2),
    'a single start was never caught in a bad minimum',
  );
});

test('one cluster is the mean, as many as rows are the rows', () => {
  const rows = blobs(CORNERS, 3, 2, 6);
  const one = kMeans(rows, 12, 1, createRandom(7));
  for (let j = 0; j < 3; j++) {
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += rows[i * 3 + j];
    assert.ok(Math.abs(one.centroids[j] - sum / 12) < 1e-5);
  }
  const all = kMeans(rows, 12, 12, createRandom(7));
  assert.equal(all.inertia, 0);
  assert.equal(new Set(all.assignment).size, 12);
});

test('the seed decides, and nothing else', () => {
  const rows = blobs([[0, 0, 0]], 40, 1, 8);
  const run = (seed: number) => kMeans(rows, 40, 5, createRandom(seed), { starts: 1 });
  assert.deepEqual(run(1), run(1));
  assert.notDeepEqual(run(1).centroids, run(2).centroids);
});

test('rows that are all alike leave clusters empty and end', () => {
  const { centroids, inertia } = kMeans(new Float32Array(20).fill(3), 10, 4, createRandom(9));
  assert.equal(inertia, 0);
  assert.ok(centroids.every((value) => value === 3));
});

test('what cannot be clustered is refused with the reason', () => {
  const random = createRandom(1);
  const rows = new Float32Array(12);
  const refused = (run: () => unknown, reason: string) => assert.throws(run, (error) => UsageError.is(error, reason));
  refused(() => kMeans(rows, 4, 5, random), 'clusters');
  refused(() => kMeans(rows, 4, 0, random), 'clusters');
  refused(() => kMeans(rows, 4, 1.5, random), 'clusters');
  refused(() => kMeans(rows, 5, 2, random), 'shape');
  refused(() => kMeans(new Float32Array(0), 0, 1, random), 'shape');
  refused(
    () =>
      kMeans(
        rows.map((_, i) => (i === 3 ? NaN : 0)),
        4,
        2,
        random,
      ),
    'nonfinite',
  );
  refused(() => nearestCentroids(rows, 4, new Float32Array(4)), 'shape');
});
