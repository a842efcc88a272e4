/** Where two runs part, and what distributions cost, on numbers that are counted by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstDivergence, partingLayer, relativeDifference } from '../../../src/core/compare/divergence.ts';
import { klDivergence, logSoftmax } from '../../../src/core/stats/distributions.ts';
import { gateStrengths } from '../../../src/core/steering/gate.ts';

test('texts part at the first token that differs, or where the shorter one ends', () => {
  assert.equal(firstDivergence([1, 2, 3], [1, 2, 3]), null);
  assert.equal(firstDivergence([1, 2, 3], [1, 5, 3]), 1);
  assert.equal(firstDivergence([1, 2], [1, 2, 3]), 2);
  assert.equal(firstDivergence([], [4]), 0);
  assert.equal(firstDivergence([], []), null);
});

test('the relative difference is of the first vector', () => {
  assert.equal(relativeDifference(Float32Array.of(3, 4), Float32Array.of(3, 4)), 0);
  assert.equal(relativeDifference(Float32Array.of(3, 4), Float32Array.of(0, 0)), 1);
  assert.equal(relativeDifference(Float32Array.of(0, 5), Float32Array.of(0, 7.5)), 0.5);
  assert.equal(relativeDifference(Float32Array.of(0, 0), Float32Array.of(0, 0)), 0);
  assert.ok(Number.isNaN(relativeDifference(Float32Array.of(1), Float32Array.of(NaN))));
});

test('runs part in the lowest layer in which a token exceeds the threshold, and at the first such token', () => {
  const difference = [
    [0, 0.1, null],
    [0.1, 0.2, 0.3],
    [0.5, 0.5, 0.5],
  ];
  assert.deepEqual(partingLayer(difference, 0.15), { layer: 1, token: 1 });
  assert.deepEqual(partingLayer(difference, 0.2), { layer: 1, token: 2 });
  assert.deepEqual(partingLayer(difference, 0), { layer: 0, token: 1 });
  assert.equal(partingLayer(difference, 0.5), null);
});

test('KL is in nats, not the same both ways, and exactly 0 for equal logits', () => {
  const logits = (p: readonly number[]) => Float32Array.from(p, Math.log);
  const [p, q] = [
    [0.5, 0.25, 0.25],
    [0.25, 0.25, 0.5],
  ];
  assert.ok(Math.abs(klDivergence(logits(p), logits(q)) - 0.25 * Math.log(2)) < 1e-6);
  assert.equal(klDivergence(Float32Array.of(3, 1, -2), Float32Array.of(3, 1, -2)), 0);
  assert.ok(Math.abs(logSoftmax(Float32Array.of(7, 7))[0] + Math.log(2)) < 1e-12);
  assert.ok(Number.isNaN(klDivergence(Float32Array.of(1, NaN), Float32Array.of(1, 2))));
});

test("a gate's strength is its probe's word, of several the largest", () => {
  const gate = {
    rank: 2,
    A: Float32Array.of(1, 0, 0, 2), // [width 2, 2]
    c: Float32Array.of(0, -1),
    V: new Float32Array(4),
  };
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const strengths = gateStrengths(gate, Float32Array.of(1, 0, 0, 1));
  assert.deepEqual(strengths, [sigmoid(1), sigmoid(1)]);
  assert.deepEqual(gateStrengths(gate, Float32Array.of(-1, 0)), [sigmoid(-1)]);
});
