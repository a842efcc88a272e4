/** The probe and its experiment on data whose answer is known. The fit itself is checked in golden/logistic.test.ts. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SteerscopeError } from '../../../../src/core/errors.ts';
import { crossValidate } from '../../../../src/core/probes/crossValidate.ts';
import { foldStandardisation, predict, scores, type LinearProbe } from '../../../../src/core/probes/linear.ts';
import { fitLogistic } from '../../../../src/core/probes/logistic.ts';
import { createRandom } from '../../../../src/core/stats/random.ts';

interface Data {
  readonly X: Float32Array;
  readonly y: Int32Array;
  readonly groups: string[];
}

const withReason = (reason: string) => (error: unknown) => SteerscopeError.is(error, reason);

/** `tasks` times `classes` rows of noise, `signal` added to one feature per class. */
function makeData(tasks: number, classes: number, d: number, signal: number, seed = 1): Data {
  const random = createRandom(seed);
  const n = tasks * classes;
  const y = Int32Array.from({ length: n }, (_, i) => i % classes);
  const X = Float32Array.from({ length: n * d }, () => random.normal());
  y.forEach((label, i) => (X[i * d + label] = (X[i * d + label] ?? 0) + signal));
  return { X, y, groups: Array.from({ length: n }, (_, i) => String(Math.floor(i / classes))) };
}

describe('fitLogistic', () => {
  const { X, y } = makeData(20, 3, 50, 6);

  test('learns what can be learnt, and the same each time', () => {
    const probe = fitLogistic(X, y, { classes: 3 });
    assert.ok(probe.converged);
    assert.deepEqual(predict(probe, X), y);
    assert.deepEqual(fitLogistic(X, y, { classes: 3 }), probe);
  });

  test('gives probabilities, and chooses the likeliest class', () => {
    const probe = fitLogistic(X, y, { classes: 3 });
    const p = scores(probe, X);
    const labels = predict(probe, X);
    for (let i = 0; i < y.length; i++) {
      const row = Array.from(p.subarray(3 * i, 3 * i + 3));
      assert.ok(Math.abs(row.reduce((sum, value) => sum + value) - 1) < 1e-12);
      assert.equal(row[labels[i] ?? -1], Math.max(...row));
    }
  });

  test('does not notice how large the features are, and gives a constant one no say', () => {
    const d = 50;
    const stretched = X.map((value, at) => (at % d === 7 ? 42 : value * 2 ** ((at % d) / 5 - 5) + 3));
    const flat = X.map((value, at) => (at % d === 7 ? 42 : value));
    const plain = scores(fitLogistic(flat, y, { classes: 3 }), flat);
    const probe = fitLogistic(stretched, y, { classes: 3 });
    const other = scores(probe, stretched);
    plain.forEach((value, i) => assert.ok(Math.abs(value - (other[i] ?? NaN)) < 0.02));
    for (let c = 0; c < 3; c++) assert.equal(probe.weights[c * d + 7], 0);
  });

  test('many rows take another path to the same minimum', () => {
    // 7 rows a feature: no Gram matrix. Every row twice at half the penalty has the same minimum as once.
    const many = makeData(28, 3, 12, 1);
    const twice = fitLogistic(Float32Array.from([...many.X, ...many.X]), Int32Array.from([...many.y, ...many.y]), {
      classes: 3,
      l2: 2,
      tolerance: 1e-9,
    });
    const once = fitLogistic(many.X, many.y, { classes: 3, l2: 1, tolerance: 1e-9 });
    once.weights.forEach((weight, i) => assert.ok(Math.abs(weight - (twice.weights[i] ?? NaN)) < 1e-5));
  });

  test('its gradient vanishes at the minimum', () => {
    const probe = fitLogistic(X, y, { classes: 3, l2: 0.5, tolerance: 1e-9 });
    assert.ok(gradientNorm(probe, X, y, 0.5) < 1e-3);
  });

  test('folds its standardisation into weights over raw activations', () => {
    const probe = fitLogistic(X, y, { classes: 3 });
    const { weights, bias } = foldStandardisation(probe);
    const p = scores(probe, X.subarray(0, 50));
    const logits = [0, 1, 2].map((c) =>
      X.subarray(0, 50).reduce((sum, value, j) => sum + value * (weights[c * 50 + j] ?? 0), bias[c] ?? 0),
    );
    assert.ok(Math.abs(Math.log((p[0] ?? 0) / (p[1] ?? 0)) - ((logits[0] ?? 0) - (logits[1] ?? 0))) < 1e-9);
  });

  test('refuses what it cannot fit', () => {
    const options = { classes: 3 };
    assert.throws(() => fitLogistic(X.subarray(1), y, options), withReason('shape'));
    assert.throws(() => fitLogistic(new Float32Array(), new Int32Array(), options), withReason('shape'));
    assert.throws(() => fitLogistic(X, y, { classes: 2 }), withReason('label'));
    assert.throws(() => fitLogistic(X, y, { classes: 1 }), withReason('label'));
    assert.throws(() => fitLogistic(X, y, { classes: 3, l2: 0 }), withReason('l2'));
    for (const value of [NaN, Infinity]) {
      const broken = X.slice();
      broken[77] = value;
      assert.throws(() => fitLogistic(broken, y, options), withReason('nonfinite'));
    }
    assert.throws(() => scores(fitLogistic(X, y, options), X.subarray(1)), withReason('shape'));
  });
});

/** The gradient of the objective over (W, b), worked out from the definition. */
function gradientNorm(probe: LinearProbe, X: Float32Array, y: Int32Array, l2: number): number {
  const d = probe.mean.length;
  const p = scores(probe, X);
  let squares = 0;
  for (let c = 0; c < probe.classes; c++) {
    const error = (i: number): number => (p[i * probe.classes + c] ?? NaN) - (y[i] === c ? 1 : 0);
    let biasGradient = 0;
    y.forEach((_, i) => (biasGradient += error(i)));
    squares += biasGradient ** 2;
    for (let j = 0; j < d; j++) {
      let gradient = l2 * (probe.weights[c * d + j] ?? NaN);
      y.forEach((_, i) => {
        gradient += (error(i) * ((X[i * d + j] ?? NaN) - (probe.mean[j] ?? NaN))) / (probe.scale[j] ?? NaN);
      });
      squares += gradient ** 2;
    }
  }
  return Math.sqrt(squares);
}

describe('crossValidate', () => {
  test('finds a signal on tasks it was not fitted on; shuffled labels do not', () => {
    const { X, y, groups } = makeData(60, 4, 80, 5);
    const { accuracy, majority, shuffled } = crossValidate(X, y, groups, { seed: 1, classes: 4 });
    assert.equal(majority, 0.25);
    assert.ok(accuracy[0] > 0.9 && accuracy[1] < accuracy[0] && accuracy[0] <= accuracy[2], accuracy.join());
    assert.ok(shuffled > 0.1 && shuffled < 0.4, `${shuffled}`);
  });

  test('tells which class was taken for which, and what class means get right of the same rows', () => {
    const { X, y, groups } = makeData(60, 4, 80, 5);
    const { accuracy, centroids, confusion } = crossValidate(X, y, groups, { seed: 1, classes: 4 });
    assert.deepEqual(
      confusion.map((counts) => counts.reduce((sum, count) => sum + count, 0)),
      [60, 60, 60, 60],
    );
    const right = confusion.reduce((sum, counts, i) => sum + (counts[i] ?? 0), 0);
    assert.equal(right / y.length, accuracy[0]);
    assert.ok(centroids[0] > 0.9 && centroids[1] < centroids[0], centroids.join());
  });

  test('counts a mistake where it was made', () => {
    // Classes 1 and 2 look alike and are told from class 0 at once.
    const tasks = 12;
    const X = Float32Array.from({ length: 3 * tasks }, (_, row) => (row % 3 === 0 ? -1 : 1));
    const y = Int32Array.from({ length: 3 * tasks }, (_, row) => row % 3);
    const groups = Array.from(y, (_, row) => String(Math.floor(row / 3)));
    const { confusion, accuracy } = crossValidate(X, y, groups, { seed: 0, classes: 3 });
    assert.deepEqual(confusion[0], [tasks, 0, 0]);
    assert.deepEqual([confusion[1]?.[0], confusion[2]?.[0]], [0, 0]);
    assert.ok(Math.abs(accuracy[0] - 2 / 3) < 1e-9, accuracy.join());
  });

  test('finds nothing in noise', () => {
    const { X, y, groups } = makeData(60, 4, 80, 0);
    const [p, lo, hi] = crossValidate(X, y, groups, { seed: 1, classes: 4 }).accuracy;
    assert.ok(lo < 0.3 && hi > 0.2, `${p}`);
  });

  test('does not profit from what is peculiar to a task', () => {
    // Each task has a mark of its own, the same in its two rows, and its two rows have the same label.
    const tasks = 40;
    const X = new Float32Array(2 * tasks * tasks);
    for (let row = 0; row < 2 * tasks; row++) X[row * tasks + (row >> 1)] = 1;
    const y = Int32Array.from({ length: 2 * tasks }, (_, row) => (row >> 1) % 2);
    const accuracyBy = (groupOf: (row: number) => number) =>
      crossValidate(
        X,
        y,
        Array.from(y, (_, row) => String(groupOf(row))),
        { seed: 0, classes: 2 },
      ).accuracy[0];
    const byTask = accuracyBy((row) => row >> 1);
    const byRow = accuracyBy((row) => row);
    assert.ok(byRow > byTask + 0.15, `${byRow} by row, ${byTask} by task`);
  });

  test('is a function of the seed', () => {
    const { X, y, groups } = makeData(20, 2, 10, 1);
    const run = (seed: number) => crossValidate(X, y, groups, { seed, classes: 2 });
    assert.deepEqual(run(3), run(3));
    assert.ok(new Set(Array.from({ length: 6 }, (_, seed) => JSON.stringify(run(seed)))).size > 1);
  });

  test('refuses rows that cannot be split by task', () => {
    const { X, y } = makeData(4, 2, 3, 1);
    assert.throws(() => crossValidate(X, y, Array<string>(8).fill('a'), { seed: 0, classes: 2 }), withReason('groups'));
    assert.throws(() => crossValidate(X, y, ['a', 'b'], { seed: 0, classes: 2 }), withReason('shape'));
  });
});
