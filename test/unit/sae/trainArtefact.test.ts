/** From an activation store to an artefact: options, the card, runs that are broken off, and stores of another model. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { SteerscopeError } from '../../../src/core/errors.ts';
import type { SaeTrainEvent, SaeTrainParams } from '../../../src/protocol/saeTrainTypes.ts';
import { loadSae } from '../../../src/engine/sae/saeArtefact.ts';
import { trainArtefact, type TrainPlace } from '../../../src/engine/sae/train/trainArtefact.ts';
import { ArtefactSource } from '../../../src/engine/store/artefactSource.ts';
import { openStore } from '../../../src/engine/store/store.ts';
import { D_IN, samplePlan, writeSampleStore } from './sampleStore.ts';

let folder = '';
let params: SaeTrainParams;
before(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'steerscope-train-'));
  const activations = path.join(folder, 'acts');
  await fs.mkdir(activations);
  await writeSampleStore(activations, { files: 40 });
  params = {
    activations,
    name: 'small',
    replace: false,
    resume: false,
    architecture: 'topk',
    dSae: 32,
    k: 4,
    batch: 64,
    steps: 40,
    seed: 0,
    memoryBytes: 2 ** 24,
    checkpointMinutes: 10,
  };
});
after(() => fs.rm(folder, { recursive: true }));

/** A place whose model is the one that the sample's activations are of. */
function place(fingerprint = samplePlan(1).model.fingerprint): TrainPlace {
  const summary = {
    name: 'tiny',
    path: '/tiny.gguf',
    sha256: fingerprint,
    architecture: 'llama',
    layers: 3,
    dModel: D_IN,
    heads: 1,
    kvHeads: 1,
    headWidth: D_IN,
    vocab: 16,
    context: 64,
    weightTypes: {},
    precision: 'fast',
    fingerprint,
    infill: false,
  } as const;
  const config = { layers: 3, dModel: D_IN, heads: 1, kvHeads: 1, headWidth: D_IN } as TrainPlace['model']['config'];
  const store = openStore(path.join(folder, 'store'));
  return { store, training: path.join(folder, 'training'), model: { summary, config }, threads: 1 };
}

const never = new AbortController().signal;

test('a store of activations becomes an autoencoder of its model, hook and layer, with its card', async () => {
  const events: SaeTrainEvent[] = [];
  const { model, ...rest } = place();
  const at: TrainPlace = { ...rest, model: { ...model, summary: { ...model.summary, precision: 'exact' } } };
  const result = await trainArtefact(at, params, { signal: never, emit: (event) => events.push(event) });
  const { manifest, sae } = await loadSae(new ArtefactSource(at.store), 'small', at.model, {
    hook: 'resid_post',
    layer: 1,
  });
  assert.deepEqual([sae.architecture, sae.k, sae.dIn, sae.dSae], ['topk', 4, D_IN, 32]);
  const last = result.curve.at(-1);
  assert.ok(last?.heldOut !== undefined, 'the held-out part is measured on');
  assert.equal(manifest.figures['explainedVariance'], last.explainedVariance);
  assert.equal(manifest.figures['heldOutExplainedVariance'], last.heldOut);
  assert.equal(manifest.method, 'topk');
  assert.equal(manifest.model.precision, 'fast', 'what the activations were taken in');
  assert.equal(manifest.params['steps'], 40);
  const steps = events.flatMap((event) => (event.kind === 'training' ? [event] : []));
  assert.equal(steps.length, 40);
  assert.ok(steps.every(({ vectorsPerSecond }) => vectorsPerSecond > 0));
  assert.deepEqual(
    await fs.readdir(path.join(folder, 'training')).catch(() => []),
    [],
    'nothing is left to go on with',
  );
});

test('a run that was cancelled must be gone on with or replaced, and is then the same', async () => {
  const at = place();
  const named = { ...params, name: 'stopped', architecture: 'batchtopk' } as const;
  const whole = await trainArtefact(at, { ...named, name: 'whole' }, { signal: never, emit: () => {} });
  const controller = new AbortController();
  const stopAt = (event: SaeTrainEvent): void => {
    if (event.kind === 'training' && event.figures.step === 15) controller.abort();
  };
  const refused = (reason: string) => (error: unknown) => SteerscopeError.is(error, reason);
  await assert.rejects(trainArtefact(at, named, { signal: controller.signal, emit: stopAt }), refused('cancelled'));
  await assert.rejects(trainArtefact(at, named, { signal: never, emit: () => {} }), refused('unfinished-training'));
  const resumed = await trainArtefact(at, { ...named, resume: true }, { signal: never, emit: () => {} });
  assert.equal(resumed.run.steps, 25);
  assert.deepEqual(resumed.curve, whole.curve);
  assert.equal(resumed.manifest.tensors.sha256, whole.manifest.tensors.sha256);
  assert.equal(resumed.manifest.params['architecture'], 'jumprelu');
  assert.equal(resumed.manifest.method, 'batchtopk');
});

test('activations of another model are refused, and so is a name that is taken, before anything is trained', async () => {
  const emit = (): void => assert.fail('nothing was to be trained');
  const refused = (reason: string) => (error: unknown) => SteerscopeError.is(error, reason);
  const other = { ...params, name: 'other' };
  await assert.rejects(trainArtefact(place('ef'.repeat(32)), other, { signal: never, emit }), refused('other-model'));
  await assert.rejects(trainArtefact(place(), params, { signal: never, emit }), refused('name-exists'));
  await assert.rejects(trainArtefact(place(), { ...other, k: 33 }, { signal: never, emit }), refused('bad-training'));
});
