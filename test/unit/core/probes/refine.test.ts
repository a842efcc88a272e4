import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteerscopeError } from '../../../../src/core/errors.ts';
import { fitCentroids } from '../../../../src/core/probes/centroids.ts';
import { predict, scores, type LinearProbe } from '../../../../src/core/probes/linear.ts';
import { fitLogistic } from '../../../../src/core/probes/logistic.ts';
import { copyProbe, refine, refineOnline, softened } from '../../../../src/core/probes/refine.ts';
import { createRandom } from '../../../../src/core/stats/random.ts';

const D = 12;
const CLASSES = 3;
const withReason = (reason: string) => (error: unknown) => SteerscopeError.is(error, reason);

/**
 * Classes that differ in one feature each, under a noise that is shared by pairs of features and far larger: the nearest
 * mean is misled by it, a probe that may weigh features is not.
 */
function noisyClasses(n: number, seed: number): { X: Float32Array; y: Int32Array } {
  const random = createRandom(seed);
  const y = Int32Array.from({ length: n }, (_, i) => i % CLASSES);
  const X = new Float32Array(n * D);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < D; j += 2) {
      const shared = 4 * random.normal();
      X[i * D + j] = shared + 0.3 * random.normal() + (j === 2 * y[i] ? 2 : 0);
      X[i * D + j + 1] = shared + 0.3 * random.normal();
    }
  return { X, y };
}

function loss(probe: LinearProbe, X: Float32Array, y: Int32Array): number {
  const all = scores(probe, X);
  return -y.reduce((sum, label, i) => sum + Math.log(all[i * CLASSES + label]), 0) / y.length;
}

function accuracy(probe: LinearProbe, X: Float32Array, y: Int32Array): number {
  return predict(probe, X).filter((guess, i) => guess === y[i]).length / y.length;
}

test('a step goes down the gradient: it is what finite differences of the cross-entropy say', () => {
  const { X, y } = noisyClasses(60, 1);
  // A heavy penalty keeps the weights small, so that float32 holds the differences.
  const start = fitLogistic(X, y, { classes: CLASSES, l2: 100 });
  const row = X.slice(5 * D, 6 * D);
  const one = Int32Array.of(y[5]);
  const rate = 0.5;
  const stepped = copyProbe(start);
  const before = refineOnline(stepped, row, y[5], rate);
  assert.ok(Math.abs(before - loss(start, row, one)) < 1e-6);
  const h = 1e-3;
  for (const part of ['weights', 'bias'] as const) {
    let largest = 0;
    for (let at = 0; at < start[part].length; at++) {
      const shifted = (by: number): number => {
        const probe = copyProbe(start);
        probe[part][at] += by;
        return loss(probe, row, one);
      };
      const gradient = (shifted(h) - shifted(-h)) / (2 * h);
      const moved = (start[part][at] - stepped[part][at]) / rate;
      largest = Math.max(largest, Math.abs(gradient));
      assert.ok(Math.abs(moved - gradient) < 1e-3, `${part} ${at}: ${moved} for ${gradient}`);
    }
    assert.ok(largest > 0.1, `nothing to see in ${part}`);
  }
});

test('refinement turns the nearest mean into a probe nearly as good as the converged one', () => {
  const { X, y } = noisyClasses(300, 2);
  const test = noisyClasses(300, 3);
  const start = fitCentroids(X, y, CLASSES);
  const refined = refine(start, X, y, { seed: 1 });
  const converged = fitLogistic(X, y, { classes: CLASSES });
  assert.ok(loss(refined, X, y) < loss(start, X, y) / 2);
  assert.ok(accuracy(start, test.X, test.y) < 0.7, 'the start leaves nothing to refine');
  assert.ok(accuracy(refined, test.X, test.y) > accuracy(converged, test.X, test.y) - 0.05);
});

test('softened class means name the same classes, and where features outnumber rows they refine to a better probe', () => {
  const wide = 300;
  const random = createRandom(7);
  const rows = (n: number) => {
    const y = Int32Array.from({ length: n }, (_, i) => i % CLASSES);
    const X = new Float32Array(n * wide);
    for (let i = 0; i < n; i++) {
      // A few strong nuisances run through many features; the class is in three of the others.
      const nuisances = Array.from({ length: 5 }, () => 3 * random.normal());
      for (let j = 0; j < wide; j++) X[i * wide + j] = nuisances[j % 5] + 0.5 * random.normal() + (j === y[i] ? 4 : 0);
    }
    return { X, y };
  };
  const [fit, heldOut] = [rows(90), rows(300)];
  const start = fitCentroids(fit.X, fit.y, CLASSES);
  assert.deepEqual(predict(softened(start), heldOut.X), predict(start, heldOut.X));
  const [soft, hard] = [softened(start), start].map((probe) =>
    accuracy(refine(probe, fit.X, fit.y, { seed: 1 }), heldOut.X, heldOut.y),
  );
  assert.ok(soft > hard + 0.05, `${soft} from softened means, ${hard} from bare ones`);
});

test('an online step lowers the loss of its own row, and repeating it ends at none', () => {
  const { X, y } = noisyClasses(30, 4);
  const probe = copyProbe(fitCentroids(X, y, CLASSES));
  const row = X.slice(0, D);
  const wrong = (y[0] + 1) % CLASSES;
  const losses = Array.from({ length: 200 }, () => refineOnline(probe, row, wrong, 0.5 / D));
  assert.ok(losses.every((value, i) => i === 0 || value <= losses[i - 1] + 1e-9));
  assert.ok((losses.at(-1) ?? 1) < 0.05);
  assert.equal(predict(probe, row)[0], wrong);
});

test('the seed decides, and the probe that was given stays as it was', () => {
  const { X, y } = noisyClasses(60, 5);
  const start = fitCentroids(X, y, CLASSES);
  const kept = copyProbe(start);
  const first = refine(start, X, y, { seed: 1 });
  assert.deepEqual(start, kept);
  assert.deepEqual(refine(start, X, y, { seed: 1 }), first);
  assert.notDeepEqual(refine(start, X, y, { seed: 2 }).weights, first.weights);
});

test('what does not fit the probe is refused with the reason', () => {
  const { X, y } = noisyClasses(30, 6);
  const probe = fitCentroids(X, y, CLASSES);
  assert.throws(() => refineOnline(probe, X.slice(0, D - 1), 0, 0.1), withReason('shape'));
  assert.throws(() => refineOnline(probe, X.slice(0, D), CLASSES, 0.1), withReason('label'));
  assert.throws(() => refineOnline(probe, new Float32Array(D).fill(NaN), 0, 0.1), withReason('nonfinite'));
  assert.throws(() => refine(probe, X.slice(1), y, { seed: 1 }), withReason('shape'));
});
