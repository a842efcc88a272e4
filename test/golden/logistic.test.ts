/** The linear probe against scikit-learn's fits of the same data (data/logistic.json, made by make_logistic.py). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { scores } from '../../src/core/probes/linear.ts';
import { fitLogistic } from '../../src/core/probes/logistic.ts';

interface Case {
  readonly name: string;
  readonly classes: number;
  readonly l2: number;
  readonly X: number[][];
  readonly y: number[];
  readonly weights: number[][];
  readonly testX: number[][];
  readonly probabilities: number[][];
}

const { cases } = JSON.parse(readFileSync(new URL('data/logistic.json', import.meta.url), 'utf8')) as { cases: Case[] };

function largestGap(ours: ArrayLike<number>, theirs: number[][]): number {
  const flat = theirs.flat();
  assert.equal(ours.length, flat.length);
  return Math.max(...flat.map((value, i) => Math.abs(value - (ours[i] ?? NaN))));
}

for (const { name, classes, l2, X, y, weights, testX, probabilities } of cases) {
  test(`logistic regression agrees with scikit-learn: ${name}`, () => {
    const probe = fitLogistic(Float32Array.from(X.flat()), Int32Array.from(y), { classes, l2, tolerance: 1e-9 });
    assert.ok(probe.converged);
    const weightGap = largestGap(probe.weights, weights);
    assert.ok(weightGap < 1e-5, `weights differ by ${weightGap}`);
    const gap = largestGap(scores(probe, Float32Array.from(testX.flat())), probabilities);
    assert.ok(gap < 1e-5, `probabilities differ by ${gap}`);
  });
}
