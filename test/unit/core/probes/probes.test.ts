/** The probe and its experiment on data whose answer is known. The fit itself is checked in golden/logistic.test.ts. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SteerscopeError } from '../../../../src/core/errors.ts';
import { probeExperiment, splitByGroup } from '../../../../src/core/probes/experiment.ts';
import {
  fitLogistic,
  foldStandardisation,
  predict,
  scores,
  type LogisticProbe,
} from '../../../../src/core/probes/logistic.ts';
import { createRandom } from '../../../../src/core/stats/random.ts';

interface Data {
  readonly X: Float32Array;
  readonly y: Int32Array;
  readonly groups: number[];
}

const withReason = (reason: string) => (error: unknown) => SteerscopeError.is(error, reason);

/** `tasks` times `classes` rows of noise, `signal` added to one feature per class. */
function makeData(tasks: number, classes: number, d: number, signal: number, seed = 1): Data {
  const random = createRandom(seed);
  const n = tasks * classes;
  const y = Int32Array.from({ length: n }, (_, i) => i % classes);
  const X = Float32Array.from({ length: n * d }, () => random.normal());
  y.forEach((label, i) => (X[i * d + label] = (X[i * d + label] ?? 0) + signal));
  return { X, y, groups: Array.from({ length: n }, (_, i) => Math.floor(i / classes)) };
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
function gradientNorm(probe: LogisticProbe, X: Float32Array, y: Int32Array, l2: number): number {
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

describe('splitByGroup', () => {
  const groups = ['a', 'a', 'b', 'c', 'b', 'd', 'e', 'e', 'f', 'g'];

  test('keeps each task on one side, and loses no row', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { train, test: held } = splitByGroup(groups, { seed });
      const trainTasks = new Set(Array.from(train, (row) => groups[row]));
      assert.ok(Array.from(held).every((row) => !trainTasks.has(groups[row])));
      assert.deepEqual(
        [...train, ...held].sort((a, b) => a - b),
        [...groups.keys()],
      );
      assert.equal(new Set(Array.from(held, (row) => groups[row])).size, 2);
    }
  });

  test('is a function of the seed', () => {
    assert.deepEqual(splitByGroup(groups, { seed: 3 }), splitByGroup(groups, { seed: 3 }));
    const splits = Array.from({ length: 10 }, (_, seed) => splitByGroup(groups, { seed }).test.join());
    assert.ok(new Set(splits).size > 3);
  });

  test('leaves something on both sides, or refuses', () => {
    assert.equal(splitByGroup(['a', 'b'], { seed: 0, testShare: 0.01 }).test.length, 1);
    assert.equal(splitByGroup(['a', 'b'], { seed: 0, testShare: 0.99 }).train.length, 1);
    assert.throws(() => splitByGroup(['a', 'a'], { seed: 0 }), withReason('groups'));
    assert.throws(() => splitByGroup(['a', 'b'], { seed: 0, testShare: 1 }), withReason('share'));
  });
});

describe('probeExperiment', () => {
  test('finds a signal on tasks it was not fitted on; shuffled labels do not', () => {
    const { X, y, groups } = makeData(60, 4, 80, 5);
    const { accuracy, majority, shuffled, n } = probeExperiment(X, y, groups, { seed: 1 });
    assert.equal(n, 72);
    assert.equal(majority, 0.25);
    assert.ok(accuracy[0] > 0.9 && accuracy[1] < accuracy[0] && accuracy[0] <= accuracy[2], accuracy.join());
    assert.ok(shuffled > 0.1 && shuffled < 0.4, `${shuffled}`);
  });

  test('finds nothing in noise', () => {
    const { X, y, groups } = makeData(60, 4, 80, 0);
    const [p, lo, hi] = probeExperiment(X, y, groups, { seed: 1 }).accuracy;
    assert.ok(lo < 0.25 && hi > 0.25, `${p}`);
  });

  test('does not profit from what is peculiar to a task', () => {
    // Each task has a mark of its own, the same in its two rows, and its two rows have the same label.
    const tasks = 40;
    const d = tasks;
    const X = new Float32Array(2 * tasks * d);
    for (let row = 0; row < 2 * tasks; row++) X[row * d + (row >> 1)] = 1;
    const y = Int32Array.from({ length: 2 * tasks }, (_, row) => (row >> 1) % 2);
    const byTask = probeExperiment(
      X,
      y,
      Array.from(y, (_, row) => row >> 1),
      { seed: 0, classes: 2 },
    );
    const byRow = probeExperiment(
      X,
      y,
      Array.from(y, (_, row) => row),
      { seed: 0, classes: 2 },
    );
    assert.ok(
      byRow.accuracy[0] > byTask.accuracy[0] + 0.15,
      `${byRow.accuracy[0]} by row, ${byTask.accuracy[0]} by task`,
    );
  });

  test('the number of shuffles does not change the split or the probe', () => {
    const { X, y, groups } = makeData(20, 2, 10, 2);
    const one = probeExperiment(X, y, groups, { seed: 4, shuffles: 1 });
    const five = probeExperiment(X, y, groups, { seed: 4, shuffles: 5 });
    assert.deepEqual(one.accuracy, five.accuracy);
    assert.deepEqual(one.probe, five.probe);
  });

  test('refuses groups that do not belong to the rows', () => {
    const { X, y } = makeData(4, 2, 3, 1);
    assert.throws(() => probeExperiment(X, y, [1, 2], { seed: 0 }), withReason('shape'));
  });
});
