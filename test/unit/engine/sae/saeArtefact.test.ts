/** Autoencoders in the store: kept and loaded, in full and in halves, and refused where they do not belong. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { SteerscopeError } from '../../../../src/core/errors.ts';
import { ARCHITECTURES } from '../../../../src/core/sae/sae.ts';
import { openModelFile, summarise } from '../../../../src/engine/model/loadedModel.ts';
import { exportSae, importSae } from '../../../../src/engine/sae/exchange.ts';
import { loadSae, repackSae, saveSae, type SaeDraft } from '../../../../src/engine/sae/saeArtefact.ts';
import { ArtefactSource } from '../../../../src/engine/store/artefactSource.ts';
import { openStore } from '../../../../src/engine/store/store.ts';
import { writeTinyModel, type TinyOptions } from '../../../tinyModel.ts';
import { sampleDraft, sampleTensors } from '../../core/artefact/sample.ts';
import { sampleSae } from '../../core/sae/sample.ts';
import { scratch } from '../../files/support.ts';

const DIM = 64;
const context = { signal: new AbortController().signal, emit: () => undefined };

async function tiny(folder: string, options: TinyOptions = {}, name = 'tiny') {
  const model = writeTinyModel(folder, options, name);
  const file = await openModelFile({ model, precision: 'exact', threads: 1, home: folder, get: false }, context);
  file.source.close();
  return { summary: summarise(file, 'exact'), config: file.config };
}

const draft = (name: string, change: Partial<SaeDraft> = {}): SaeDraft => ({
  name,
  method: 'topk',
  hook: 'resid_post',
  layer: 1,
  positions: 'all',
  seed: 3,
  dataHash: 'ab'.repeat(32),
  figures: { l0: 4 },
  medianNorms: [],
  ...change,
});

async function place(t: TestContext) {
  const folder = await scratch(t);
  const store = openStore(path.join(folder, 'store'));
  return { folder, store, source: new ArtefactSource(store), model: await tiny(folder) };
}

async function refused(work: Promise<unknown>, reason: string, words: RegExp): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(SteerscopeError.is(error, reason), String(error));
    assert.match(error.message, words);
    assert.notEqual(error.advice, '');
    return true;
  });
}

for (const architecture of ARCHITECTURES)
  test(`a ${architecture} is loaded as it was saved`, async (t) => {
    const { store, source, model } = await place(t);
    const sae = sampleSae(architecture, { dIn: DIM, applyBDecToInput: architecture === 'topk' });
    const sparsity = new Float32Array(24).fill(-3);
    await saveSae(store, draft('one', { sparsity, params: { tokens: 5 } }), sae, { model });
    const loaded = await loadSae(source, 'one', model);
    assert.deepEqual(loaded.sae, sae);
    assert.deepEqual(loaded.sparsity, sparsity);
    assert.equal(loaded.hook, 'blocks.1.hook_resid_post');
    assert.equal(loaded.manifest.params.tokens, 5);
    assert.equal(loaded.manifest.params.architecture, architecture);
    assert.deepEqual(loaded.notes, []);
  });

test('in halves it takes half the room, each weight is rounded by at most one part in 2048, and biases are exact', async (t) => {
  const { folder, store, source, model } = await place(t);
  const sae = sampleSae('jumprelu', { dIn: DIM, dSae: 1024 });
  await saveSae(store, draft('half', { dtype: 'float16' }), sae, { model });
  await saveSae(store, draft('full'), sae, { model });
  const bytes = async (name: string) =>
    (await fs.stat(path.join(folder, 'store', `${name}_1`, 'tensors.safetensors'))).size;
  assert.ok((await bytes('half')) < 0.55 * (await bytes('full')));
  const { sae: half } = await loadSae(source, 'half', model);
  half.wEnc.forEach((value, i) => assert.ok(Math.abs(value - sae.wEnc[i]) <= Math.abs(sae.wEnc[i]) / 2048 + 1e-7));
  assert.deepEqual([half.bEnc, half.bDec, half.threshold], [sae.bEnc, sae.bDec, sae.threshold]);
  const large = { ...sae, wEnc: sae.wEnc.map((value) => 1e6 * value) };
  await refused(saveSae(store, draft('large', { dtype: 'float16' }), large, { model }), 'no-half', /too large/);
});

test('what does not belong to the model, hook or layer is refused, and so is what is no autoencoder', async (t) => {
  const { folder, store, source, model } = await place(t);
  const sae = sampleSae('topk', { dIn: DIM });
  await saveSae(store, draft('one'), sae, { model });
  await store.save(sampleDraft('direction'), sampleTensors());
  const load = (name: string, other = model, where = {}) => loadSae(source, name, other, where);
  await refused(load('direction'), 'not-an-sae', /is a steering/);
  await refused(load('onne'), 'unknown-artefact', /nearest: one/);
  await refused(load('one', await tiny(folder, { seed: 2 }, 'other')), 'other-model', /fingerprint/);
  await refused(load('one', await tiny(folder, { layers: 3 }, 'deep')), 'other-depth', /layers/);
  await refused(load('one', await tiny(folder, { dModel: 32 }, 'narrow')), 'other-width', /width of 64/);
  await refused(load('one', model, { layer: 0 }), 'other-layer', /layer 1, and 0/);
  await refused(load('one', model, { hook: 'mlp_out' }), 'other-hook', /resid_post, and mlp_out/);
  await refused(saveSae(store, draft('wide', { hook: 'post' }), sae, { model }), 'other-width', /width of 64/);
  await refused(saveSae(store, draft('deep', { layer: 7 }), sae, { model }), 'bad-layer', /layer 7/);
  await refused(saveSae(store, draft('one'), sae, { model }), 'name-exists', /one/);
});

test('a folder that was exported is imported as the same autoencoder, and for no other model', async (t) => {
  const { folder, store, source, model } = await place(t);
  const sae = sampleSae('jumprelu', { dIn: DIM });
  const sparsity = new Float32Array(24).fill(-1);
  await saveSae(store, draft('one', { sparsity }), sae, { model });
  const out = path.join(folder, 'out');
  const { files } = await exportSae(source, model, { name: 'one', out, as: 'saelens' }, context);
  assert.deepEqual((await fs.readdir(out)).sort(), [...files].sort());
  const { notes, manifest } = await importSae(source, model, { folder: out, name: 'two', replace: false }, context);
  assert.deepEqual(notes, []);
  assert.equal(manifest.method, 'imported');
  const back = await loadSae(source, 'two', model);
  assert.deepEqual([back.sae, back.layer, back.site, back.sparsity], [sae, 1, 'resid_post', sparsity]);
  const import_ = (other = model, hook?: string) =>
    importSae(source, other, { folder: out, name: 'three', replace: false, ...(hook ? { hook } : {}) }, context);
  await refused(
    exportSae(source, model, { name: 'one', out, as: 'saelens' }, context),
    'folder-not-empty',
    /has files/,
  );
  await refused(import_(await tiny(folder, { seed: 2 }, 'other')), 'other-model', /fingerprint/);
  await refused(import_(model, 'blocks.1.mlp.hook_post'), 'other-width', /64, and post of tiny.* is 96 wide/);
  await refused(import_(model, 'blocks.9.hook_resid_post'), 'bad-layer', /no layer 9/);
  await refused(import_(model, 'blocks.1.hook_resid_pree'), 'unsupported-hook', /hook_resid_pree/);
  await refused(import_(model, 'blocks.0.hook_resid_pre'), 'unsupported-hook', /resid_pre/);
});

test('another model name, or none, is told; an owner, an ending or a stored type makes no difference', async (t) => {
  const { folder, store, source, model } = await place(t);
  await saveSae(store, draft('one'), sampleSae('topk', { dIn: DIM }), { model });
  const out = path.join(folder, 'out');
  await exportSae(source, model, { name: 'one', out, as: 'saelens' }, context);
  const config = path.join(out, 'cfg.json');
  const cfg = JSON.parse(await fs.readFile(config, 'utf8')) as { metadata: Record<string, unknown> };
  delete cfg.metadata.steerscope_fingerprint;
  const notes = async (name: string | undefined) => {
    await fs.writeFile(config, JSON.stringify({ ...cfg, metadata: { ...cfg.metadata, model_name: name } }));
    return (await importSae(source, model, { folder: out, name: 'x', replace: true }, context)).notes;
  };
  assert.deepEqual(await notes('Owner/Tiny-Q4_1.gguf'), []);
  assert.match((await notes('gpt2-small'))[0] ?? '', /of "gpt2-small"; the model here is/);
  assert.match((await notes(undefined))[0] ?? '', /does not say of which model/);
});

test('as bytes it takes a quarter of the room, each weight within half a step of its row', async (t) => {
  const { folder, store, source, model } = await place(t);
  const sae = sampleSae('jumprelu', { dIn: DIM, applyBDecToInput: true });
  // A row of zeros, and one of another size than the rest.
  sae.wDec.fill(0, 0, DIM);
  for (let i = 0; i < sae.dSae; i++) sae.wEnc[i] *= 1000;
  await saveSae(store, draft('exact'), sae, { model });
  const packed = openStore(path.join(folder, 'packed'));
  await repackSae(store, packed, 'exact', 'int8');
  const found = (await loadSae(new ArtefactSource(packed), 'exact', model)).sae;
  for (const [key, width] of [
    ['wEnc', sae.dSae],
    ['wDec', DIM],
  ] as const)
    // prettier-ignore
    for (let row = 0; row < sae[key].length; row += width) {
      const weights = sae[key].subarray(row, row + width);
      const step = weights.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
      weights.forEach((value, i) => assert.ok(Math.abs(found[key][row + i] - value) <= 0.501 * step, `${key} ${row}`));
    }
  assert.deepEqual([found.bEnc, found.bDec, found.threshold], [sae.bEnc, sae.bDec, sae.threshold]);
  const bytes = async (of: typeof store) => (await of.diskUse()).bytes;
  assert.ok((await bytes(packed)) < 0.5 * (await bytes(store)), 'vectors and manifest take the rest');
  await repackSae(packed, source.store, 'exact', 'int8').then(
    () => assert.fail('a name that is taken'),
    (error: unknown) => assert.ok(SteerscopeError.is(error, 'name-exists')),
  );
});
