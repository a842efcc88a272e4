/** Interventions as tensors: what is written is what is read, and what is torn, misshapen or no number is refused. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { SteerscopeError } from '../../../src/core/errors.ts';
import type { Intervention } from '../../../src/core/methods/method.ts';
import type { GateWeights } from '../../../src/core/steering/gate.ts';
import { resolveSteering } from '../../../src/engine/generate/steerChoice.ts';
import { openModel, type LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import { DirectionSource } from '../../../src/engine/store/directions.ts';
import { isOfLayer, steeringOf, tensorsOf } from '../../../src/engine/store/steeringTensors.ts';
import { openStore, type StoredTensor } from '../../../src/engine/store/store.ts';
import { writeTinyModel } from '../../tinyModel.ts';
import { sampleDraft } from '../core/artefact/sample.ts';
import { sampleGate } from '../engine/sampleGates.ts';
import { scratch } from '../files/support.ts';

const LAYERS = 4;
const WIDTH = 8;

/** The numbers of a gate, without its place. */
function weights(options: { rank: number; choice?: boolean; learns?: boolean; width?: number }): GateWeights {
  const { width = WIDTH, learns = false, ...rest } = options;
  const { layer: _layer, hook: _hook, ...numbers } = sampleGate({ layer: 0, hook: 'resid_post', width, ...rest });
  const row = (from: number) => Float32Array.from({ length: width }, (_, i) => from + i / 4);
  return learns ? { ...numbers, refinement: { mean: row(-1), scale: row(1), wanted: row(2), rate: 0.125 } } : numbers;
}

function ofGates(gates: readonly (readonly [number, GateWeights])[]): Intervention {
  return { kind: 'gates', hook: 'resid_post', gates: new Map(gates) };
}

function refused(tensors: ReadonlyMap<string, StoredTensor>, reason: string, words: RegExp): void {
  assert.throws(
    () => steeringOf(tensors, LAYERS),
    (error) => SteerscopeError.is(error, reason) && words.test(error.message),
  );
}

/** A gate over two features; of a top-k autoencoder it has the encoder of all six. */
function ofFeatures(isTopK: boolean): GateWeights {
  const row = (from: number) => Float32Array.of(from, from + 0.5);
  const encoder = { k: 3, A: new Float32Array(WIDTH * 6).fill(0.25), c: new Float32Array(6) };
  const rule = { threshold: row(0), slope: row(-1), whenActive: row(2), always: row(3) };
  return { ...weights({ rank: 2 }), features: isTopK ? { ...rule, topK: encoder } : rule };
}

const RULE = ['threshold', 'slope', 'whenActive', 'always'];
const ENCODER = ['encoder.A', 'encoder.c', 'encoder.k'];

/** One gate of each kind that a store may hold, and its parts. */
const KINDS: Readonly<Record<string, { readonly gate: GateWeights; readonly parts: readonly string[] }>> = {
  'one direction': { gate: weights({ rank: 1 }), parts: ['A', 'c', 'V'] },
  'a strength for each direction': { gate: weights({ rank: 3 }), parts: ['A', 'c', 'V'] },
  'a choice': { gate: weights({ rank: 3, choice: true }), parts: ['A', 'c', 'V', 'P', 'q'] },
  'a choice that learns': {
    gate: weights({ rank: 2, choice: true, learns: true }),
    parts: ['A', 'c', 'V', 'P', 'q', 'mean', 'scale', 'wanted', 'rate'],
  },
  'one direction that learns': {
    gate: weights({ rank: 1, learns: true }),
    parts: ['A', 'c', 'V', 'mean', 'scale', 'wanted', 'rate'],
  },
  features: { gate: ofFeatures(false), parts: ['A', 'c', 'V', ...RULE] },
  'features of a top-k autoencoder': { gate: ofFeatures(true), parts: ['A', 'c', 'V', ...RULE, ...ENCODER] },
};

test('vectors come back as they went, those of all layers', () => {
  const directions = Array.from({ length: LAYERS }, (_, layer) => new Float32Array(WIDTH).fill(layer + 0.5));
  const tensors = tensorsOf({ kind: 'vectors', directions }, [2]);
  assert.deepEqual(
    [...tensors.keys()].filter((name) => isOfLayer(name, 2)),
    ['direction.2'],
  );
  assert.deepEqual(steeringOf(tensors, LAYERS), { directions: new Map(directions.entries()), gates: new Map() });
});

for (const [kind, { gate, parts }] of Object.entries(KINDS)) {
  test(`${kind}: a gate comes back as it went, through a store as well`, async (t) => {
    const tensors = tensorsOf(ofGates([[1, gate]]), [1]);
    assert.deepEqual(
      [...tensors.keys()],
      parts.map((part) => `gate.1.${part}`),
    );
    assert.ok([...tensors.keys()].every((name) => isOfLayer(name, 1) && !isOfLayer(name, 11)));
    assert.deepEqual(steeringOf(tensors, LAYERS), { directions: new Map(), gates: new Map([[1, gate]]) });
    const folder = await scratch(t);
    const store = openStore(folder);
    await store.save({ ...sampleDraft('gated'), layers: [1] }, tensors);
    const loaded = await new DirectionSource(store, path.join(folder, 'none')).load('gated');
    assert.deepEqual(loaded.gates, new Map([[1, gate]]));
    assert.equal(loaded.directions.size, 0);
  });

  test(`${kind}: a gate that lacks any of its tensors is refused`, () => {
    const groups = [['A', 'c', 'V'], ['P', 'q'], ['mean', 'scale', 'wanted', 'rate'], RULE, ENCODER];
    for (const part of parts) {
      const tensors = tensorsOf(ofGates([[1, gate]]), [1]);
      tensors.delete(`gate.1.${part}`);
      refused(tensors, 'gate', /layer 1 .*lacks a tensor/);
    }
    // What is left of a gate when all of it is gone but one group is no gate either.
    for (const group of groups.slice(1)) {
      const left = [...tensorsOf(ofGates([[1, gate]]), [1])].filter(([name]) =>
        group.some((part) => name === `gate.1.${part}`),
      );
      if (left.length > 0) refused(new Map(left), 'gate', /layer 1 .*lacks a tensor/);
    }
  });

  test(`${kind}: a number that is none is refused, wherever it is`, () => {
    for (const part of parts)
      for (const value of [NaN, Infinity, -Infinity]) {
        const tensors = tensorsOf(ofGates([[1, gate]]), [1]);
        const tensor = tensors.get(`gate.1.${part}`);
        assert.ok(tensor);
        const data = tensor.data.slice();
        data[data.length - 1] = value;
        tensors.set(`gate.1.${part}`, { ...tensor, data });
        refused(tensors, 'gate', /layer 1 .*not finite/);
      }
  });

  test(`${kind}: tensors of other lengths are refused`, () => {
    for (const part of parts) {
      const tensors = tensorsOf(ofGates([[1, gate]]), [1]);
      const tensor = tensors.get(`gate.1.${part}`);
      assert.ok(tensor);
      const isOne = part === 'rate' || part === 'encoder.k';
      const data = isOne ? Float32Array.of(0) : new Float32Array(tensor.data.length + 1).fill(1);
      tensors.set(`gate.1.${part}`, { ...tensor, data });
      refused(tensors, 'gate', /layer 1 .*do not fit a width of 8/);
    }
  });
}

test('of gates only those of the chosen layers are written', () => {
  const { gate } = KINDS['a choice'];
  const tensors = tensorsOf(ofGates([0, 1, 3].map((layer) => [layer, gate] as const)), [1, 2, 3]);
  assert.deepEqual([...steeringOf(tensors, LAYERS).gates.keys()], [1, 3]);
});

test('a direction with a number that is none is refused', () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    const directions = Array.from({ length: LAYERS }, () => new Float32Array(WIDTH));
    const tensors = tensorsOf({ kind: 'vectors', directions }, [0]);
    directions[2][5] = value;
    refused(tensors, 'direction', /layer 2 .*not finite/);
    assert.throws(
      () => tensorsOf({ kind: 'vectors', directions }, [0]),
      (error) => SteerscopeError.is(error, 'nonfinite-fit') && /direction\.2/.test(error.message),
    );
  }
});

test('a standardisation that divides by nothing is refused', () => {
  const { gate } = KINDS['a choice that learns'];
  const tensors = tensorsOf(ofGates([[1, gate]]), [1]);
  tensors.set('gate.1.scale', { shape: [WIDTH], data: new Float32Array(WIDTH) });
  refused(tensors, 'gate', /do not fit/);
});

test('an artefact steers at hooks that there are, and of the width that they have', async (t) => {
  const folder = await scratch(t);
  const model = await openTiny(folder);
  const { dModel, layers } = model.config;
  const store = openStore(path.join(folder, 'store'));
  const source = new DirectionSource(store, path.join(folder, 'none'));
  const { name, fingerprint, architecture, precision, weightTypes } = model.summary;
  const record = { name, fingerprint, architecture, dModel, layers, precision, weightTypes };
  const directions = Array.from({ length: layers }, () => new Float32Array(dModel).fill(0.5));
  const vectors: Intervention = { kind: 'vectors', directions };
  const gated = ofGates([[1, weights({ rank: 2, choice: true, width: dModel })]]);
  const narrow = ofGates([[1, weights({ rank: 2, choice: true, width: dModel - 1 })]]);
  const resolve = async (intervention: Intervention, hook: string) => {
    const draft = { ...sampleDraft('a'), model: record, hook, layers: [1], medianNorms: Array<number>(layers).fill(1) };
    await store.save(draft, tensorsOf(intervention, [1]), { replace: true });
    return resolveSteering(model, source, { steer: [{ name: 'a', strength: 1 }] });
  };
  const refusal = (reason: string, words: RegExp) => (error: unknown) =>
    SteerscopeError.is(error, reason) && words.test(error.message);

  for (const hook of ['resid_post', 'resid_mid', 'z']) {
    const { gates, parts } = await resolve(gated, hook);
    assert.deepEqual([gates.map((gate) => [gate.layer, gate.hook]), parts.length], [[[1, hook]], 1]);
  }
  assert.equal((await resolve(vectors, 'resid_post')).parts.length, 1);
  for (const hook of ['resid_mid', 'z'])
    await assert.rejects(resolve(vectors, hook), refusal('no-such-hook', /added at resid_post/));
  for (const intervention of [vectors, gated])
    await assert.rejects(
      resolve(intervention, 'mlp_out'),
      (error) => SteerscopeError.is(error) && /mlp_out/.test(error.message),
    );
  await assert.rejects(resolve(narrow, 'resid_post'), refusal('other-width', /layer 1: .*do not fit a width of 64/));
});

function openTiny(folder: string): Promise<LoadedModel> {
  const params = {
    model: writeTinyModel(folder, { layers: 3 }),
    precision: 'exact',
    threads: 1,
    home: folder,
    get: false,
  } as const;
  return openModel(params, { signal: new AbortController().signal, emit: () => undefined });
}
