/** Training runs: what they find, that they go on where they were, and how they end. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { SteerscopeError } from '../../../src/core/errors.ts';
import type { ActivationSource } from '../../../src/core/sae/activations.ts';
import { decode, encode } from '../../../src/core/sae/features.ts';
import { checkSae } from '../../../src/core/sae/sae.ts';
import type { TrainingConfig } from '../../../src/core/sae/training/config.ts';
import type { TrainingFigures } from '../../../src/core/sae/training/figures.ts';
import { learningRateAt } from '../../../src/core/sae/training/schedule.ts';
import { inputScale } from '../../../src/core/sae/training/centre.ts';
import { loadBatch } from '../../../src/engine/sae/train/batch.ts';
import { initialise } from '../../../src/engine/sae/train/initialise.ts';
import { takeMemory } from '../../../src/engine/sae/train/parameters.ts';
import { RunState } from '../../../src/engine/sae/train/runState.ts';
import { SparseStep } from '../../../src/engine/sae/train/sparseStep.ts';
import { trainSae, type TrainingRequest } from '../../../src/engine/sae/train/train.ts';
import { meanMaxCosine, memorySource, planted } from './plantedSource.ts';

let folder = '';
before(async () => (folder = await fs.mkdtemp(path.join(os.tmpdir(), 'steerscope-training-'))));
after(() => fs.rm(folder, { recursive: true }));

const SHAPE = { dIn: 24, dSae: 64, batch: 128, learningRate: 3e-3, seed: 3 };
const PLANTED = { dIn: 24, count: 40, active: 3, rows: 6000, seed: 1 };

const CONFIGS: readonly TrainingConfig[] = [
  { ...SHAPE, architecture: 'topk', k: 3, steps: 1000 },
  { ...SHAPE, architecture: 'batchtopk', k: 3, steps: 1000 },
  { ...SHAPE, architecture: 'relu', sparsity: 1.5, steps: 1500 },
  { ...SHAPE, architecture: 'jumprelu', sparsity: 0.7, steps: 1500 },
];
const [TOPK] = CONFIGS;

for (const config of CONFIGS) {
  test(`${config.architecture} finds the directions that activations are made of, and is right for activations as they are`, async () => {
    const { source, rows, directions } = planted({ ...PLANTED, scale: 40, offset: 7 });
    const heldOut = planted({ ...PLANTED, scale: 40, offset: 7 }).source;
    const { sae, curve } = await trainSae({ config, source, heldOut, sourceName: 'planted', threads: 1 });
    checkSae(sae);
    const cosine = meanMaxCosine(directions, sae.wDec, sae.dIn);
    assert.ok(cosine > 0.9, `mean max cosine ${cosine}`);
    // What the plain reference makes of the unscaled rows is what training measured on the scaled ones.
    const some = rows.subarray(0, 1000 * sae.dIn);
    const features = encode(sae, some);
    const explained = varianceExplained(some, decode(sae, features), sae.dIn);
    const last = curve.at(-1);
    assert.ok(last && Math.abs(explained - last.explainedVariance) < 0.06, `${explained}, ${last?.explainedVariance}`);
    assert.ok(last.heldOut !== undefined && Math.abs(explained - last.heldOut) < 0.06);
    assert.ok(Math.abs(features.indices.length / 1000 - last.l0) < 1, `${features.indices.length / 1000}, ${last.l0}`);
  });
}

function varianceExplained(x: Float32Array, xHat: Float32Array, dIn: number): number {
  const n = x.length / dIn;
  const mean = new Float64Array(dIn);
  x.forEach((value, at) => (mean[at % dIn] += value / n));
  let [residual, total] = [0, 0];
  x.forEach((value, at) => {
    residual += (value - xHat[at]) ** 2;
    total += (value - mean[at % dIn]) ** 2;
  });
  return 1 - residual / total;
}

/** A run that is stopped after so many steps, by its signal; resolves to what it was ended by. */
async function stoppedAfter(steps: number, request: TrainingRequest): Promise<unknown> {
  const controller = new AbortController();
  const report = ({ step }: TrainingFigures): void => {
    if (step === steps) controller.abort();
  };
  return trainSae(request, { signal: controller.signal, report }).then(
    () => assert.fail('the run was not stopped'),
    (error: unknown) => error,
  );
}

for (const config of CONFIGS.map((one) => ({ ...one, steps: 160 }))) {
  test(`${config.architecture}: a run that was stopped and goes on has the bits of one that was not`, async () => {
    const request = { config, source: planted(PLANTED).source, sourceName: 'planted', threads: 2 };
    const whole = await trainSae(request);
    const file = path.join(folder, `${config.architecture}.safetensors`);
    const checkpoints = { file, everyMs: Infinity, resume: true };
    for (const steps of [37, 90]) {
      const error = await stoppedAfter(steps, { ...request, checkpoints });
      assert.ok(SteerscopeError.is(error, 'cancelled'), String(error));
    }
    const steps: number[] = [];
    const resumed = await trainSae({ ...request, checkpoints }, { report: ({ step }) => steps.push(step) });
    assert.equal(steps[0], 91);
    assert.deepEqual(resumed.curve, whole.curve);
    assert.deepEqual(resumed.sae, whole.sae);
  });
}

test('a checkpoint of other options or of other activations is refused, and so is a damaged one', async () => {
  const config = { ...TOPK, steps: 50 };
  const file = path.join(folder, 'refused.safetensors');
  const checkpoints = { file, everyMs: Infinity, resume: true };
  const request = { config, source: planted(PLANTED).source, sourceName: 'planted', threads: 1, checkpoints };
  await stoppedAfter(5, request);
  const refused = (change: Partial<TrainingRequest>, reason: string, words: RegExp) =>
    assert.rejects(
      trainSae({ ...request, ...change }),
      (error) => SteerscopeError.is(error, reason) && words.test(error.message),
    );
  await refused({ config: { ...config, learningRate: 1e-4 } }, 'other-training', /learningRate 0.003, not 0.0001/);
  await refused({ sourceName: 'another' }, 'other-training', /activations planted, not another/);
  const bytes = await fs.readFile(file);
  await fs.writeFile(file, bytes.subarray(0, bytes.length - 1000));
  await refused({}, 'damaged-checkpoint', /cannot be read/);
  const flipped = Buffer.from(bytes);
  flipped[flipped.length - 40] ^= 1;
  await fs.writeFile(file, flipped);
  await refused({}, 'damaged-checkpoint', /not those that were written/);
  await fs.writeFile(file, 'no safetensors at all');
  await refused({}, 'damaged-checkpoint', /cannot be read/);
  await fs.writeFile(file, bytes);
  await stoppedAfter(8, request);
});

test('activations that are no numbers end a run, and the checkpoint from before stays', async () => {
  const { source } = planted(PLANTED);
  const poisoned: ActivationSource = {
    ...source,
    batch: async (index, size) => (index < 10 ? source.batch(index, size) : new Float32Array(size * 24).fill(NaN)),
  };
  const config = { ...TOPK, steps: 50 };
  const file = path.join(folder, 'poisoned.safetensors');
  const checkpoints = { file, everyMs: 0, resume: true };
  const request = { config, source: poisoned, sourceName: 'planted', threads: 1, checkpoints };
  await assert.rejects(trainSae(request), (error) => SteerscopeError.is(error, 'nonfinite-loss'));
  const steps: number[] = [];
  await trainSae({ ...request, source }, { report: ({ step }) => steps.push(step) });
  assert.equal(steps[0], 11, 'it goes on after the last step that was good');
});

/** A run in which 40 of 64 features were killed at the start; resolves to how many of these are dead in the end. */
async function deadAfterKilling(revive: boolean): Promise<number> {
  const config = { ...SHAPE, architecture: 'topk', k: 3, steps: 900 } as const;
  const { source } = planted(PLANTED);
  const training = takeMemory(config);
  const start = inputScale(await source.batch(0, 1000), config.dIn);
  initialise(training, start);
  // A bias so low that no input makes them active.
  training.weights.bEnc.p.data.fill(-5, 0, 40);
  const state = new RunState(config);
  const step = await SparseStep.open(training, config, 1);
  while (state.step < config.steps) {
    loadBatch(training, await source.batch(state.step, config.batch), start.scale);
    await step.forward();
    step.learn(state.step, learningRateAt(config, state.step), revive ? state.dead() : []);
    state.advance((feature) => step.isActive(feature), 0);
  }
  await step.release();
  return state.dead().filter((feature) => feature < 40).length;
}

test('features that have died come back, and by themselves they would not', async () => {
  assert.equal(await deadAfterKilling(false), 40);
  const left = await deadAfterKilling(true);
  assert.ok(left <= 20, `${left} of 40 are dead still`);
});

test('what cannot be trained is refused before anything is done', async () => {
  const request = { config: TOPK, source: planted(PLANTED).source, sourceName: 'planted', threads: 1 };
  const refused = (change: Partial<TrainingRequest>, reason: string) =>
    assert.rejects(trainSae({ ...request, ...change }), (error) => SteerscopeError.is(error, reason));
  await refused({ config: { ...TOPK, k: 65 } }, 'bad-training');
  await refused({ config: { ...TOPK, k: 0 } }, 'bad-training');
  await refused({ config: { ...TOPK, architecture: 'relu' } }, 'bad-training');
  await refused({ config: { ...TOPK, steps: 0 } }, 'bad-training');
  await refused({ config: { ...TOPK, learningRate: NaN } }, 'bad-training');
  await refused({ config: { ...TOPK, dIn: 25 } }, 'wrong-width');
  await refused({ source: memorySource(new Float32Array(0), 24) }, 'no-activations');
});
