/** Features as methods see them, which autoencoder a fit takes, and Neural FOXP2 from end to end, on tiny models. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SteerscopeError } from '../../../src/core/errors.ts';
import { findMethod } from '../../../src/core/methods/registry.ts';
import { encode } from '../../../src/core/sae/features.ts';
import { createFeatureBench } from '../../../src/engine/fit/featureBench.ts';
import { fitArtefact, type FitPlaces } from '../../../src/engine/fit/fitArtefact.ts';
import { saeForFit } from '../../../src/engine/fit/saeForFit.ts';
import { openModel, type LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import { valuesAt } from '../../../src/engine/reading/capture.ts';
import { decodeFeatures } from '../../../src/engine/sae/features/decoderReading.ts';
import { loadSae, saveSae, type SaeDraft } from '../../../src/engine/sae/saeArtefact.ts';
import { DirectionSource } from '../../../src/engine/store/directions.ts';
import { openStore } from '../../../src/engine/store/store.ts';
import { CHATML, writeTinyModel } from '../../tinyModel.ts';
import { sampleSae } from '../core/sae/sample.ts';

const D = 64;
const D_SAE = 192;
const LAYER = 1;

const home = mkdtempSync(join(tmpdir(), 'steerscope-foxp2-'));
after(() => rmSync(home, { recursive: true, force: true }));

const context = { signal: new AbortController().signal, emit: () => undefined };
const foxp2 = findMethod('foxp2');
let model: LoadedModel;
let other: LoadedModel;

/** A store and a folder of shipped autoencoders. */
function placesIn(folder: string): FitPlaces {
  const shippedSaes = join(home, folder, 'shipped');
  const saes = new DirectionSource(openStore(join(home, folder, 'store')), shippedSaes);
  return { store: saes.store, runs: join(home, folder, 'runs'), saes, shippedSaes };
}

const draft = (name: string, change: Partial<SaeDraft> = {}): SaeDraft => ({
  ...{ name, method: 'topk', hook: 'resid_post', layer: LAYER, positions: 'all', seed: 0 },
  ...{ dataHash: 'ab'.repeat(32), figures: {}, medianNorms: [] },
  ...change,
});

const sae = sampleSae('topk', { dIn: D, dSae: D_SAE, k: 24 });

function save(folder: string, name: string, made: LoadedModel, change: Partial<SaeDraft> = {}) {
  return saveSae(openStore(folder), draft(name, change), sae, { model: made });
}

before(async () => {
  const open = (path: string) => openModel({ model: path, precision: 'exact', threads: 1, home, get: false }, context);
  model = await open(writeTinyModel(home, { chatTemplate: CHATML, layers: 3 }, 'tiny'));
  other = await open(writeTinyModel(home, { chatTemplate: CHATML, layers: 3, seed: 2 }, 'other'));
});

describe('the features of a bench', () => {
  test('are the means over the tails of texts, as the reference encodes them', async () => {
    const { saes } = placesIn('bench');
    await save(saes.store.folder, 'one', model);
    const loaded = await loadSae(saes, 'one', model);
    const bench = createFeatureBench(model, loaded, { target: 'c' }, context) ?? assert.fail();
    const texts = ['int main', 'x'].map((text) => ({ ids: model.tokenizer.encode(text), tail: 3 }));
    const found = await bench.activations(texts);
    assert.equal(found.length, texts.length * D_SAE);
    for (const [row, { ids, tail }] of texts.entries()) {
      const values = (await valuesAt(model, ids, [loaded.hook], context.signal)).get(loaded.hook) ?? assert.fail();
      const first = Math.max(0, ids.length - tail);
      const { indices, values: active } = encode(sae, values.slice(first * D));
      const expected = new Float32Array(D_SAE);
      indices.forEach((feature, at) => (expected[feature] += active[at] / (ids.length - first)));
      assert.ok(expected.some((value) => value > 0));
      expected.forEach((value, i) => assert.ok(Math.abs(value - found[row * D_SAE + i]) < 1e-4));
    }
  });

  test('promote what they promote, whichever are asked for; there is no preference where there is no source', async () => {
    const loaded = await loadSae(placesIn('bench').saes, 'one', model);
    const all = await decodeFeatures(model, sae, ['c'], context);
    const bench = createFeatureBench(model, loaded, { target: 'c' }, context) ?? assert.fail();
    const asked = [77, 3, 150];
    assert.deepEqual(
      await bench.lifts(asked),
      asked.map((index) => ({ index, lift: all[index].lifts[0], sourceLift: 1 })),
    );
    assert.equal(createFeatureBench(model, loaded, {}, context), undefined);
  });
});

describe('the autoencoder of a fit', () => {
  const refuses = async (work: Promise<unknown>, reason: string, words: RegExp): Promise<void> => {
    await assert.rejects(work, (error: unknown) => {
      assert.ok(SteerscopeError.is(error, reason), String(error));
      assert.match(`${error.message} ${error.advice}`, words);
      return true;
    });
  };

  test('is the one that is named, else the one that ships for the model', async () => {
    const places = placesIn('choice');
    await refuses(saeForFit(model, places, foxp2, undefined), 'no-sae', /none ships for tiny.*--sae NAME/);
    await save(places.shippedSaes, 'another-models', other);
    await refuses(saeForFit(model, places, foxp2, undefined), 'no-sae', /none ships for tiny/);
    await save(places.shippedSaes, 'shipped', model);
    assert.equal((await saeForFit(model, places, foxp2, undefined))?.manifest.name, 'shipped');
    await save(places.store.folder, 'mine', model);
    assert.equal((await saeForFit(model, places, foxp2, 'mine'))?.manifest.name, 'mine');
  });

  test('is refused where it is of another model or hook, is none, or is of no use', async () => {
    const places = placesIn('choice');
    await save(places.store.folder, 'mlp', model, { hook: 'mlp_out' });
    await refuses(saeForFit(model, places, foxp2, 'another-models'), 'other-model', /tiny/);
    await refuses(saeForFit(model, places, foxp2, 'mlp'), 'other-hook', /mlp_out.*resid_post/);
    await refuses(saeForFit(model, places, foxp2, 'none-such'), 'unknown-artefact', /none-such/);
    await refuses(saeForFit(model, places, findMethod('dim'), 'mine'), 'needless-sae', /Leave --sae out/);
    assert.equal(await saeForFit(model, places, findMethod('dim'), undefined), undefined);
  });
});

test('an artefact of foxp2 has its directions in the window, and says of which autoencoder it is', async () => {
  const places = placesIn('fit');
  const { id } = await save(places.store.folder, 'mine', model);
  const contrast = { kind: 'language', target: 'c', source: 'python' } as const;
  const params = { method: 'foxp2', contrast, name: 'to-c', replace: false, seed: 0, tuneTasks: 1, sae: 'mine' };
  const manifest = await fitArtefact(model, places, params, context);
  assert.deepEqual([manifest.params.sae, manifest.params.saeId], ['mine', id]);
  assert.ok(manifest.layers.includes(LAYER));
  const { directions } = await new DirectionSource(places.store).load('to-c');
  const window = manifest.figures.window as { layers: number[] };
  assert.deepEqual(window.layers, [0, 1, 2]);
  for (const layer of window.layers) assert.ok(directions.get(layer)?.some((value) => value !== 0));
  assert.ok((manifest.figures.features as unknown[]).length > 0);
  const prompts = { kind: 'prompts', positive: ['please'], negative: ['no'] } as const;
  await assert.rejects(fitArtefact(model, places, { ...params, contrast: prompts, replace: true }, context), (error) =>
    SteerscopeError.is(error, 'no-language'),
  );
});
