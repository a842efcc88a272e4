/** Singular values of matrices whose decomposition is known, and what defines one for a matrix where it is not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../../../src/core/stats/random.ts';
import { singularValues, symmetricEigen } from '../../../../src/core/tensor/singular.ts';

function near(actual: ArrayLike<number>, expected: readonly number[], within = 1e-5): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, i) => assert.ok(Math.abs(actual[i] - value) < within, Array.from(actual).join()));
}

test('a symmetric matrix of known eigenvalues', () => {
  const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 0, 1, 2, 0, 0, 0, 7), 3);
  near(values, [7, 3, 1]);
  const half = Math.SQRT1_2;
  near(vectors.map(Math.abs), [0, 0, 1, half, half, 0, half, half, 0]);
  assert.ok(vectors[3] * vectors[4] > 0 && vectors[6] * vectors[7] < 0);
});

test('a matrix with its singular values on the diagonal, the largest first', () => {
  const { values, right } = singularValues(Float32Array.of(0, 2, 0, 0, -5, 0, 0, 0), 4);
  near(values, [5, 2]);
  near(right.map(Math.abs), [1, 0, 0, 0, 0, 1, 0, 0]);
});

test('rows that are multiples of one have one direction; rows of zeros have none', () => {
  const { values, right } = singularValues(Float32Array.of(3, 4, 0, -6, -8, 0, 1.5, 2, 0), 3);
  near(values, [Math.sqrt(25 + 100 + 6.25)]);
  near(right.map(Math.abs), [0.6, 0.8, 0]);
  const nothing = singularValues(new Float32Array(6), 3);
  assert.deepEqual([nothing.values.length, nothing.right.length], [0, 0]);
});

for (const [rows, width] of [
  [1, 5],
  [12, 40],
  [56, 30],
])
  test(`[${rows}, ${width}]: orthonormal directions that give back every product of the matrix`, () => {
    const random = createRandom(rows);
    const matrix = Float32Array.from({ length: rows * width }, () => random.normal());
    const { values, right } = singularValues(matrix, width);
    assert.equal(values.length, Math.min(rows, width));
    const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
    const row = (of: Float32Array, at: number): Float32Array => of.subarray(at * width, (at + 1) * width);
    values.forEach((value, k) => {
      assert.ok(k === 0 || value <= values[k - 1]);
      for (let j = 0; j <= k; j++) near([dot(row(right, j), row(right, k))], [j === k ? 1 : 0]);
    });
    // AᵀA = V S² Vᵀ, tried on vectors.
    for (let trial = 0; trial < 3; trial++) {
      const x = Float32Array.from({ length: width }, () => random.normal());
      let expected = 0;
      for (let i = 0; i < rows; i++) expected += dot(row(matrix, i), x) ** 2;
      const found = values.reduce((sum, value, k) => sum + (value * dot(row(right, k), x)) ** 2, 0);
      near([found / expected], [1], 1e-4);
    }
  });
