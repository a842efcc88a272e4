import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../../../src/core/stats/random.ts';
import { gateFault, type Gate } from '../../../../src/core/steering/gate.ts';
import { OnlineGate } from '../../../../src/core/steering/onlineGate.ts';

const WIDTH = 5;
const RANK = 3;
const RATE = 1e-4;

const random = createRandom(7);
const numbers = (count: number, scale = 1): Float32Array =>
  Float32Array.from({ length: count }, () => scale * random.normal());

function sampleGate(): Gate {
  return {
    layer: 0,
    hook: 'resid_post',
    rank: RANK,
    A: numbers(WIDTH, 0.3),
    c: numbers(1),
    choice: { P: numbers(WIDTH * RANK, 0.3), q: numbers(RANK) },
    V: numbers(RANK * WIDTH),
    refinement: {
      mean: numbers(WIDTH),
      scale: numbers(WIDTH).map((value) => Math.abs(value) + 0.5),
      wanted: numbers(WIDTH),
      rate: RATE,
    },
  };
}

function online(gate: Gate): OnlineGate {
  assert.ok(gate.refinement);
  return new OnlineGate(gate, gate.refinement);
}

function column(h: Float32Array, weights: Float32Array, k: number, columns: number): number {
  return h.reduce((sum, value, i) => sum + value * weights[i * columns + k], 0);
}

/** The centroid nearest to what is missing. */
function rightOne({ V, refinement }: Gate, h: Float32Array): number {
  const missing = h.map((value, i) => (refinement?.wanted[i] ?? NaN) - value);
  const distances = Array.from({ length: RANK }, (_, k) =>
    missing.reduce((sum, value, i) => sum + (value - V[k * WIDTH + i]) ** 2, 0),
  );
  return distances.indexOf(Math.min(...distances));
}

/** The cross-entropies of strength and choice at h. */
function losses(gate: Gate, right: number, h: Float32Array): { strength: number; choice: number } {
  const lacks = 1 / (1 + Math.exp(-(column(h, gate.A, 0, 1) + gate.c[0])));
  const { P, q } = gate.choice ?? { P: new Float32Array(0), q: new Float32Array(0) };
  const logits = Array.from({ length: RANK }, (_, k) => column(h, P, k, RANK) + q[k]);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
  return { strength: -Math.log(lacks), choice: Math.log(sum) - logits[right] };
}

test('a step lowers both cross-entropies by the rate times the squared gradient, and leaves the fitted gate alone', () => {
  for (let trial = 0; trial < 20; trial++) {
    const gate = sampleGate();
    assert.equal(gateFault(gate, WIDTH), undefined);
    const h = numbers(WIDTH);
    const right = rightOne(gate, h);
    const before = losses(gate, right, h);
    const kept = gate.A.slice();
    const learner = online(gate);
    learner.learn(h);
    const after = losses(learner.gate, right, h);
    assert.deepEqual(gate.A, kept);
    const { mean, scale } = gate.refinement ?? { mean: h, scale: h };
    const z2 = h.reduce((sum, value, i) => sum + ((value - mean[i]) / scale[i]) ** 2, 1); // 1 for the bias
    const lacks = Math.exp(-before.strength);
    const strengthFall = RATE * (1 - lacks) ** 2 * z2;
    assert.ok(Math.abs(before.strength - after.strength - strengthFall) < 0.05 * strengthFall + 2e-6);
    assert.ok(after.choice < before.choice + 2e-6);
  }
});

test('seeing a token again and again ends in naming its direction, with the gate open', () => {
  const gate = sampleGate();
  const h = numbers(WIDTH);
  const fast = { ...gate, ...(gate.refinement ? { refinement: { ...gate.refinement, rate: 0.2 } } : {}) };
  const learner = online(fast);
  for (let step = 0; step < 300; step++) learner.learn(h);
  const { strength, choice } = losses(learner.gate, rightOne(gate, h), h);
  assert.ok(strength < 0.05 && choice < 0.05, `${strength}, ${choice}`);
});

test('a refinement of another width, or of a gate with a strength for each direction, is refused', () => {
  const gate = sampleGate();
  const { refinement } = gate;
  assert.ok(refinement);
  assert.match(
    String(gateFault({ ...gate, refinement: { ...refinement, mean: numbers(WIDTH + 1) } }, WIDTH)),
    /do not fit/,
  );
  const { choice: _choice, ...apart } = gate;
  assert.match(String(gateFault({ ...apart, A: numbers(WIDTH * RANK), c: numbers(RANK) }, WIDTH)), /do not fit/);
});
