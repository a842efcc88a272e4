/** The kernels against the same sums in plain TypeScript, and the selection against sorting. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../../src/core/stats/random.ts';
import { ADAM } from '../../../src/core/sae/training/config.ts';
import { ActiveColumns } from '../../../src/core/sae/training/activeColumns.ts';
import { inputScale } from '../../../src/core/sae/training/centre.ts';
import { Largest } from '../../../src/core/sae/training/largest.ts';
import { learningRateAt, sparsityAt } from '../../../src/core/sae/training/schedule.ts';
import { allocate } from '../../../src/engine/sae/train/arena.ts';
import { largest } from './trainingReference.ts';

const LENGTH = 48;
const BYTES = 4 * LENGTH;

function rows(...names: readonly string[]) {
  const random = createRandom(3);
  const arena = allocate(Object.fromEntries(names.map((name) => [name, LENGTH])));
  for (const name of names) arena.blocks[name].data.set(Array.from({ length: LENGTH }, () => random.normal()));
  return arena;
}

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-5 * Math.max(1, Math.abs(expected)), `${actual}, not ${expected}`);
}

test('dot, axpy and scale', () => {
  const { kernels, blocks } = rows('x', 'y', 'after');
  const [x, y] = [[...blocks.x.data], [...blocks.y.data]];
  const beyond = [...blocks.after.data];
  close(
    kernels.dot(blocks.x.address, blocks.y.address, BYTES),
    x.reduce((sum, value, i) => sum + value * y[i], 0),
  );
  kernels.axpy(blocks.y.address, blocks.x.address, BYTES, -1.5);
  blocks.y.data.forEach((value, i) => close(value, y[i] - 1.5 * x[i]));
  kernels.scale(blocks.x.address, BYTES, 0.25);
  blocks.x.data.forEach((value, i) => assert.equal(value, x[i] * 0.25));
  assert.deepEqual([...blocks.after.data], beyond, 'what lies behind a row is not touched');
});

test('Adam, over several steps with other gradients each', () => {
  const { kernels, blocks } = rows('p', 'm', 'v', 'g');
  const random = createRandom(8);
  const p = [...blocks.p.data];
  const [m, v] = [Array<number>(LENGTH).fill(0), Array<number>(LENGTH).fill(0)];
  blocks.m.data.fill(0);
  blocks.v.data.fill(0);
  const { beta1, beta2, epsilon } = ADAM;
  for (let t = 1; t <= 20; t++) {
    const g = blocks.g.data.map(() => random.normal() * 10 ** (t % 3));
    blocks.g.data.set(g);
    const [rate, correction] = [0.01 / (1 - beta1 ** t), 1 / Math.sqrt(1 - beta2 ** t)];
    const at = (name: string): number => blocks[name].address;
    kernels.adam(at('p'), at('m'), at('v'), at('g'), BYTES, beta1, beta2, rate, correction, epsilon);
    for (let i = 0; i < LENGTH; i++) {
      m[i] = beta1 * m[i] + (1 - beta1) * g[i];
      v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2;
      p[i] -= (0.01 * (m[i] / (1 - beta1 ** t))) / (Math.sqrt(v[i] / (1 - beta2 ** t)) + epsilon);
      close(blocks.p.data[i], p[i]);
    }
  }
});

test('the largest of lists are those of sorting, whatever was looked at before', () => {
  const random = createRandom(21);
  const found = new Largest();
  for (let round = 0; round < 400; round++) {
    const length = 1 + random.below(200);
    const level = 4 * (random.next() - 0.5);
    // Few different values, so that there are ties.
    const values = Float32Array.from({ length }, () => Math.round(level + 4 * random.normal()) / 2);
    const k = 1 + random.below(20);
    const floor = random.below(3) === 0 ? -Infinity : 0;
    found.find(values, k, floor);
    const expected = largest([...values], k, floor).flatMap((isKept, i) => (isKept ? [i] : []));
    assert.deepEqual([...found.indices.subarray(0, found.count)], expected);
    assert.equal(
      found.least,
      Math.min(...expected.map((i) => values[i])) === Infinity ? 0 : Math.min(...expected.map((i) => values[i])),
    );
  }
});

test('entries come out by column, also more of them than there was room for', () => {
  const columns = new ActiveColumns(7);
  for (const count of [3, 5000, 10]) {
    columns.clear();
    const entries = Array.from({ length: count }, (_, i) => ({ row: i >> 2, feature: (i * 5) % 7, value: i + 0.5 }));
    for (const { row, feature, value } of entries) columns.add(row, feature, value);
    columns.sort();
    for (let j = 0; j < 7; j++) {
      const [from, to] = [columns.starts[j], columns.starts[j + 1]];
      const expected = entries.filter(({ feature }) => feature === j);
      assert.deepEqual(
        [...columns.rows.subarray(from, to)],
        expected.map(({ row }) => row),
      );
      assert.deepEqual(
        [...columns.values.subarray(from, to)],
        expected.map(({ value }) => value),
      );
    }
  }
});

test('the centre is not moved by a few rows of enormous norm, and the scale brings numbers to a mean square of 1', () => {
  const random = createRandom(2);
  const [n, dIn] = [500, 8];
  const rowsOf = Float32Array.from({ length: n * dIn }, (_, at) => 3 + (at % dIn) + random.normal());
  for (let i = 0; i < dIn; i++) rowsOf[i] = 1e5;
  const { centre } = inputScale(rowsOf, dIn);
  centre.forEach((value, i) => assert.ok(Math.abs(value - 3 - i) < 0.2, `${value}, not ${3 + i}`));
  const clean = rowsOf.subarray(dIn);
  const { centre: middle, scale } = inputScale(clean, dIn);
  const square = clean.reduce((sum, value, at) => sum + ((value - middle[at % dIn]) * scale) ** 2, 0) / clean.length;
  close(square, 1);
});

test('the learning rate rises, stays and falls; the price of sparsity rises and stays', () => {
  const config = {
    architecture: 'relu',
    dIn: 4,
    dSae: 8,
    steps: 1000,
    batch: 16,
    learningRate: 0.5,
    sparsity: 3,
    seed: 0,
  } as const;
  const rates = Array.from({ length: 1000 }, (_, step) => learningRateAt(config, step));
  assert.equal(rates[0], 0.01);
  assert.deepEqual([rates[49], rates[500], rates[800]], [0.5, 0.5, 0.5]);
  assert.equal(rates[900], 0.25);
  assert.ok(rates[999] > 0 && rates.every((rate) => rate <= 0.5));
  assert.deepEqual([sparsityAt(config, 49), sparsityAt(config, 99), sparsityAt(config, 999)], [1.5, 3, 3]);
});
