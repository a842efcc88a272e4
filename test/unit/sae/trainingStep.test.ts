/** The gradients of a training step: against the equations in plain TypeScript, and those against finite differences. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../../src/core/stats/random.ts';
import type { TrainingConfig } from '../../../src/core/sae/training/config.ts';
import { isSparse } from '../../../src/core/sae/training/config.ts';
import { loadBatch } from '../../../src/engine/sae/train/batch.ts';
import { DenseStep } from '../../../src/engine/sae/train/denseStep.ts';
import { initialise } from '../../../src/engine/sae/train/initialise.ts';
import { takeMemory, type Training } from '../../../src/engine/sae/train/parameters.ts';
import { SparseStep } from '../../../src/engine/sae/train/sparseStep.ts';
import type { TrainingStep } from '../../../src/engine/sae/train/step.ts';
import {
  across,
  activeMask,
  errorsOf,
  gradientsOf,
  largest,
  lossOf,
  preActivations,
  type Gradients,
  type ReferenceWeights,
} from './trainingReference.ts';

const SHAPE = { dIn: 6, dSae: 20, batch: 8, steps: 10, learningRate: 1e-3, seed: 5 };
const CONFIGS: readonly TrainingConfig[] = [
  { ...SHAPE, architecture: 'topk', k: 3 },
  { ...SHAPE, architecture: 'batchtopk', k: 3 },
  { ...SHAPE, architecture: 'relu', sparsity: 0.7 },
  { ...SHAPE, architecture: 'jumprelu', sparsity: 0.7 },
];

interface Started {
  readonly training: Training;
  readonly step: TrainingStep;
  readonly weights: ReferenceWeights;
  readonly x: number[][];
}

/** A run whose weights are all different from what they begin with, and a batch in its memory. */
async function start(config: TrainingConfig): Promise<Started> {
  const training = takeMemory(config);
  const random = createRandom(11);
  initialise(training, { centre: Float32Array.from({ length: config.dIn }, () => random.normal()), scale: 0.5 });
  const { wEnc, bEnc, logThreshold } = training.weights;
  for (let j = 0; j < config.dSae; j++) {
    for (let i = 0; i < config.dIn; i++) wEnc.p.data[j * training.width + i] += 0.3 * random.normal();
    bEnc.p.data[j] = 0.2 * random.normal();
    logThreshold.p.data[j] = Math.log(0.1 + random.next());
  }
  const rows = Float32Array.from({ length: config.batch * config.dIn }, () => random.normal());
  loadBatch(training, rows, 1);
  const x = Array.from({ length: config.batch }, (_, b) => [...rows.subarray(b * config.dIn, (b + 1) * config.dIn)]);
  const step = isSparse(config)
    ? await SparseStep.open(training, config, 1)
    : await DenseStep.open(training, config.architecture === 'relu' ? 'relu' : 'jumprelu', 1);
  return { training, step, weights: weightsOf(training, 'p', 1), x };
}

/** The weights, or, from the first moments after the first step of Adam (m = 0.1 g), their gradients. */
function weightsOf({ config, width, weights }: Training, part: 'p' | 'm', factor: number): ReferenceWeights {
  const list = (data: Float32Array, length: number, from = 0): number[] =>
    [...data.subarray(from, from + length)].map((value) => value * factor);
  const matrix = (data: Float32Array): number[][] =>
    Array.from({ length: config.dSae }, (_, j) => list(data, config.dIn, j * width));
  return {
    wEnc: matrix(weights.wEnc[part].data),
    wDec: matrix(weights.wDec[part].data),
    bEnc: list(weights.bEnc[part].data, config.dSae),
    bDec: list(weights.bDec[part].data, config.dIn),
    logThreshold: list(weights.logThreshold[part].data, config.dSae),
  };
}

function assertClose(actual: readonly number[], expected: readonly number[], what: string): void {
  const size = Math.max(1e-3, ...expected.map(Math.abs));
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]) <= 2e-5 * size, `${what}[${i}]: ${value}, not ${expected[i]}`);
  });
}

function assertGradients(actual: Gradients, expected: Gradients, weights: ReferenceWeights): void {
  assertClose(actual.wEnc.flat(), expected.wEnc.flat(), 'wEnc');
  assertClose(
    actual.wDec.flat(),
    expected.wDec.flatMap((row, j) => across(row, weights.wDec[j])),
    'wDec',
  );
  for (const name of ['bEnc', 'bDec', 'logThreshold'] as const) assertClose(actual[name], expected[name], name);
}

for (const config of CONFIGS) {
  test(`${config.architecture}: loss, activity and gradients are those of the equations`, async () => {
    const { training, step, weights, x } = await start(config);
    const sparsity = config.sparsity ?? 0;
    const mask = activeMask(config, weights, x);
    const forward = await step.forward(sparsity);
    assertClose([forward.loss], [lossOf(config, weights, x, mask, sparsity)], 'loss');
    assert.equal(forward.active, mask.flat().filter(Boolean).length);
    for (let j = 0; j < config.dSae; j++)
      assert.equal(
        step.isActive(j),
        mask.some((row) => row[j]),
      );
    step.learn(0, config.learningRate, []);
    assertGradients(weightsOf(training, 'm', 10), gradientsOf(config, weights, x, sparsity), weights);
    await step.release();
  });

  test(`${config.architecture}: the equations' gradients are those of finite differences`, async () => {
    const { step, weights, x } = await start(config);
    await step.release();
    const sparsity = config.sparsity ?? 0;
    const mask = activeMask(config, weights, x);
    const gradients = gradientsOf(config, weights, x, sparsity);
    const rows: [string, number[], number[]][] = [
      ...weights.wEnc.map((row, j): [string, number[], number[]] => [`wEnc.${j}`, row, gradients.wEnc[j]]),
      ...weights.wDec.map((row, j): [string, number[], number[]] => [`wDec.${j}`, row, gradients.wDec[j]]),
      ['bEnc', weights.bEnc, gradients.bEnc],
      ['bDec', weights.bDec, gradients.bDec],
    ];
    for (const [name, row, gradient] of rows)
      assertClose(
        gradient,
        differences(row, () => lossOf(config, weights, x, mask, sparsity)),
        name,
      );
  });

  test(`${config.architecture}: decoder rows keep norm 1`, async () => {
    const { training, step } = await start(config);
    for (let at = 0; at < 5; at++) {
      await step.forward(0.5);
      step.learn(at, 0.05, []);
    }
    for (const row of weightsOf(training, 'p', 1).wDec) assertClose([Math.hypot(...row)], [1], 'norm');
    await step.release();
  });
}

/** The gradient of `loss` in the numbers of `row`, which are changed and put back. */
function differences(row: number[], loss: () => number): number[] {
  const h = 1e-5;
  return row.map((value, i) => {
    row[i] = value + h;
    const above = loss();
    row[i] = value - h;
    const below = loss();
    row[i] = value;
    return (above - below) / (2 * h);
  });
}

test('dead features learn from what the live ones leave, and live ones do not', async () => {
  const config = CONFIGS[0];
  const dead = [1, 4, 7, 12, 19];
  const { training, step, weights, x } = await start(config);
  // Dead for certain: never among the largest.
  for (const j of dead) {
    weights.bEnc[j] = 0.05;
    training.weights.bEnc.p.data[j] = Math.fround(0.05);
    for (let i = 0; i < config.dIn; i++) {
      weights.wEnc[j][i] *= 0.05;
      training.weights.wEnc.p.data[j * training.width + i] *= 0.05;
    }
  }
  const mask = activeMask(config, weights, x);
  const left = errorsOf(weights, x, mask);
  const auxiliary = preActivations(weights, x).map((row) => {
    const kept = largest(
      dead.map((j) => row[j]),
      config.k ?? 0,
      -Infinity,
    );
    return row.map((_, j) => dead.includes(j) && kept[dead.indexOf(j)]);
  });
  assert.equal(auxiliary.flat().filter(Boolean).length, config.batch * (config.k ?? 0));
  const loss = (): number => {
    const pre = preActivations(weights, x);
    let sum = 0;
    left.forEach((row, b) =>
      row.forEach((error, i) => {
        const made = dead.reduce((all, j) => all + (auxiliary[b][j] ? pre[b][j] * weights.wDec[j][i] : 0), 0);
        sum += (made + error) ** 2;
      }),
    );
    return sum / x.length / 32;
  };
  const expected = gradientsOf(config, weights, x, 0);
  for (let j = 0; j < config.dSae; j++) {
    differences(weights.wEnc[j], loss).forEach((value, i) => (expected.wEnc[j][i] += value));
    differences(weights.wDec[j], loss).forEach((value, i) => (expected.wDec[j][i] += value));
  }
  differences(weights.bEnc, loss).forEach((value, j) => (expected.bEnc[j] += value));
  differences(weights.bDec, loss).forEach((value, i) => (expected.bDec[i] += value));
  await step.forward(0);
  step.learn(0, config.learningRate, dead);
  assertGradients(weightsOf(training, 'm', 10), expected, weights);
  await step.release();
});
