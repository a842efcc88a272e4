/** Looking at the features of a random autoencoder on a tiny model: evidence, lists, labels, and what fires. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { pieceText } from '../../../../src/core/charts/pieces.ts';
import { CancelledError, SteerscopeError } from '../../../../src/core/errors.ts';
import { readTensor } from '../../../../src/core/format/gguf/index.ts';
import { residPost } from '../../../../src/core/graph/hooks.ts';
import { encode } from '../../../../src/core/sae/features.ts';
import type { Sae } from '../../../../src/core/sae/sae.ts';
import { createRandom } from '../../../../src/core/stats/random.ts';
import { openModel, type LoadedModel } from '../../../../src/engine/model/loadedModel.ts';
import { valuesAt } from '../../../../src/engine/reading/capture.ts';
import { exportSae } from '../../../../src/engine/sae/exchange.ts';
import { featuresAtTokens } from '../../../../src/engine/sae/features/fires.ts';
import { labelFeature, listFeatures, showFeature } from '../../../../src/engine/sae/features/listFeatures.ts';
import { makeEvidence } from '../../../../src/engine/sae/features/makeEvidence.ts';
import { saveSae } from '../../../../src/engine/sae/saeArtefact.ts';
import { ArtefactSource } from '../../../../src/engine/store/artefactSource.ts';
import { openStore } from '../../../../src/engine/store/store.ts';
import type { SaeFeaturesParams } from '../../../../src/protocol/saeFeatureTypes.ts';
import { writeTinyModel } from '../../../tinyModel.ts';

const home = mkdtempSync(join(tmpdir(), 'steerscope-features-'));
after(() => rmSync(home, { recursive: true, force: true }));
const corpus = join(home, 'corpus');
const store = openStore(join(home, 'store'));
const source = new ArtefactSource(store);
const context = { signal: new AbortController().signal, emit: () => undefined };
const EVIDENCE = { name: 'tiny', corpus, tokens: 600, windowTokens: 32, contexts: 3, seed: 1 };
const place = { home, store: join(home, 'store') };
const list = (params: Partial<SaeFeaturesParams> = {}) =>
  listFeatures(source, { ...place, name: 'tiny', sort: 'index', limit: 1000, ...params });

let model: LoadedModel;
let sae: Sae;

before(async () => {
  const path = writeTinyModel(home, { layers: 2 });
  model = await openModel({ model: path, precision: 'exact', threads: 1, home, get: false }, context);
  const random = createRandom(3);
  const { dModel: dIn } = model.config;
  const dSae = 48;
  const normals = (n: number) => Float32Array.from({ length: n }, () => random.normal());
  sae = {
    ...{ architecture: 'topk', k: 5, dIn, dSae, applyBDecToInput: true },
    ...{ wEnc: normals(dIn * dSae), bEnc: normals(dSae), wDec: normals(dSae * dIn), bDec: normals(dIn) },
  };
  const draft = {
    name: 'tiny',
    method: 'topk',
    hook: 'resid_post',
    layer: 1,
    positions: 'all',
    seed: 0,
    dataHash: '0'.repeat(64),
    figures: {},
    medianNorms: [],
  } as const;
  await saveSae(store, draft, sae, { model });
  for (const [folder, ending, line] of [
    ['py', 'py', 'def f(x):\n    return x + 1\n'],
    ['rs', 'rs', 'fn f(x: i32) -> i32 { x + 1 }\n'],
    ['.hidden', 'py', 'never_read()\n'],
  ] as const) {
    mkdirSync(join(corpus, folder), { recursive: true });
    for (let i = 0; i < 4; i++) writeFileSync(join(corpus, folder, `${i}.${ending}`), line.repeat(8 + i));
  }
});

test('nothing is known before it was looked at, and what fires is told all the same', async () => {
  await assert.rejects(list(), (error: unknown) => SteerscopeError.is(error, 'no-evidence'));
  const fires = await featuresAtTokens(
    model,
    source,
    { name: 'tiny', text: 'def f(x):', special: false, top: 2 },
    context,
  );
  assert.deepEqual(fires.labels, {});
});

test('evidence is of each feature what plain encoding finds in the same windows', async () => {
  const result = await makeEvidence(model, source, EVIDENCE, context);
  assert.deepEqual(result.card.languages, ['python', 'rust']);
  const { features, found, card } = await list();
  assert.equal(found, sae.dSae);
  assert.ok(card.tokens > 300 && card.tokens <= 640, `${card.tokens}`);
  for (const { index, density, max } of features) {
    const page = await showFeature(source, { ...place, name: 'tiny', index });
    assert.equal(page.density, density);
    assert.equal(page.max, max);
    assert.ok(Math.abs(page.active / card.tokens - density) < 1e-3);
    assert.ok(Object.values(page.files).every(({ path }) => !path.includes('hidden')));
    assert.equal(page.nearest.length, 8);
    assert.ok(page.nearest.every(([other]) => other !== index));
  }
  const total = features.reduce((sum, { density }) => sum + density * card.tokens, 0);
  assert.ok(Math.abs(total - 5 * card.tokens) < 0.01 * card.tokens, 'top-k keeps five of each token');
});

test('contexts say what fires there', async () => {
  const { features } = await list({ sort: 'max' });
  const page = await showFeature(source, { ...place, name: 'tiny', index: features[0].index });
  const [first] = page.contexts;
  assert.ok(first.values[first.at] > 0);
  assert.equal(first.values[first.at], page.max);
});

test('promoted logits are those of the decoder’s row through gain and head, and neighbours those of the largest cosine', async () => {
  const { promoted, suppressed, nearest } = await showFeature(source, { ...place, name: 'tiny', index: 7 });
  const tensorOf = (name: string) => {
    const found = model.file.tensors.get(name);
    assert.ok(found);
    return readTensor(model.source, found);
  };
  const [gain, head] = ['output_norm.weight', 'token_embd.weight'].map(tensorOf);
  const { dIn } = sae;
  const row = (feature: number) => sae.wDec.subarray(feature * dIn, (feature + 1) * dIn);
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i], 0);
  const through = row(7).map((x, i) => x * gain[i]);
  const logits = Array.from({ length: model.config.vocab }, (_, id) =>
    dot(head.subarray(id * dIn, (id + 1) * dIn), through),
  );
  const sorted = logits.toSorted((a, b) => b - a);
  for (const [i, [, logit]] of promoted.entries()) assert.ok(Math.abs(logit - sorted[i]) < 2e-3 * sorted[0]);
  for (const [i, [, logit]] of suppressed.entries())
    assert.ok(Math.abs(logit - (sorted.at(-1 - i) ?? NaN)) < 2e-3 * sorted[0]);
  const cosines = Array.from({ length: sae.dSae }, (_, other) =>
    other === 7 ? -2 : dot(row(7), row(other)) / Math.sqrt(dot(row(7), row(7)) * dot(row(other), row(other))),
  ).toSorted((a, b) => b - a);
  for (const [i, [, cosine]] of nearest.entries()) assert.ok(Math.abs(cosine - cosines[i]) < 1e-3);
});

test('what fires at tokens is what plain encoding of the stream gives, for few positions as for many', async () => {
  const text = 'def f(x):\n\treturn x + 12';
  const params = { name: 'tiny', text, special: false, top: 3 };
  const all = await featuresAtTokens(model, source, params, context);
  const hook = residPost(1);
  const stream = (await valuesAt(model, all.ids, [hook], context.signal)).get(hook);
  assert.ok(stream);
  const expected = encode(sae, stream);
  assert.deepEqual(all.leftOut, [0], 'the first position, whatever its norm');
  assert.deepEqual([all.features[0], all.active[0]], [[], 0]);
  for (const [row, found] of all.features.entries()) {
    if (row === 0) continue;
    const [from, to] = [expected.starts[row], expected.starts[row + 1]];
    const active = Array.from(expected.indices.subarray(from, to), (index, i) => [index, expected.values[from + i]]);
    active.sort(([, a], [, b]) => b - a);
    assert.deepEqual(found.map(([feature]) => feature), active.slice(0, 3).map(([feature]) => feature)); // prettier-ignore
    for (const [i, [, value]] of found.entries()) assert.ok(Math.abs(value - active[i][1]) < 1e-3);
    assert.equal(all.active[row], to - from);
  }
  const last = await featuresAtTokens(model, source, { ...params, last: 2 }, context);
  assert.equal(last.first, all.ids.length - 2);
  assert.deepEqual(
    last.features.map((found) => found.map(([feature]) => feature)),
    all.features.slice(-2).map((found) => found.map(([feature]) => feature)),
  );
  assert.ok(Object.keys(all.labels).length > 0);
});

test('a label of the user’s is found, outlives new evidence, and goes when it is emptied', async () => {
  await labelFeature(source, { ...place, name: 'tiny', index: 4, label: ' my own ' });
  const ownLabel = async () => (await list({ search: 'MY OWN' })).features.map((row) => [row.index, row.ownLabel]);
  assert.deepEqual(await ownLabel(), [[4, 'my own']]);
  await makeEvidence(model, source, EVIDENCE, context);
  assert.deepEqual(await ownLabel(), [[4, 'my own']]);
  await labelFeature(source, { ...place, name: 'tiny', index: 4, label: '' });
  assert.deepEqual(await ownLabel(), []);
  await assert.rejects(labelFeature(source, { ...place, name: 'tiny', index: 48, label: 'x' }), (error: unknown) =>
    SteerscopeError.is(error, 'no-feature'),
  );
});

test('texts are searched, languages too; a language that was not seen is an error', async () => {
  const inRust = await list({ search: 'fn f(x: i32' });
  assert.ok(inRust.found > 0 && inRust.found <= sae.dSae);
  const rust = await list({ language: 'Rust', sort: 'auroc' });
  const python = await list({ language: 'python', sort: 'auroc' });
  assert.equal(
    new Set([...rust.features, ...python.features].map(({ index }) => index)).size,
    rust.found + python.found,
  );
  await assert.rejects(list({ language: 'go' }), (error: unknown) => SteerscopeError.is(error, 'language-not-seen'));
});

test('the same text gives the same evidence, and work that is called off leaves what there was', async () => {
  const before = await showFeature(source, { ...place, name: 'tiny', index: 3 });
  await makeEvidence(model, source, EVIDENCE, context);
  assert.deepEqual(await showFeature(source, { ...place, name: 'tiny', index: 3 }), before);
  const controller = new AbortController();
  const stopping = { signal: controller.signal, emit: ({ phase }: { phase: string }) => void (phase === 'decoding features' && controller.abort()) }; // prettier-ignore
  await assert.rejects(makeEvidence(model, source, { ...EVIDENCE, seed: 2 }, stopping), CancelledError);
  assert.deepEqual(await showFeature(source, { ...place, name: 'tiny', index: 3 }), before);
  const [folder] = readdirSync(join(store.folder, 'features'));
  assert.deepEqual(readdirSync(join(store.folder, 'features', folder)).sort(), ['evidence.safetensors.br', 'labels']);
});

test('Neuronpedia gets what was seen: contexts as text, bins by their middles, logits, and the user’s label first', async () => {
  await labelFeature(source, { ...place, name: 'tiny', index: 4, label: 'my own' });
  const out = join(home, 'neuronpedia');
  const { files, notes } = await exportSae(source, model, { name: 'tiny', out, as: 'neuronpedia' }, context);
  assert.deepEqual(notes, []);
  const lines = (kind: string) => {
    const name = files.find((file) => file.includes(kind));
    assert.ok(name, kind);
    const text = gunzipSync(readFileSync(join(out, name))).toString();
    return text.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
  };
  const page = await showFeature(source, { ...place, name: 'tiny', index: 4 });
  const feature = lines('features')[4];
  assert.deepEqual(feature['freq_hist_data_bar_heights'], page.histogram.counts);
  assert.equal((feature['freq_hist_data_bar_values'] as number[])[0], page.histogram.width / 2);
  assert.deepEqual(feature['pos_values'], page.promoted.map(([, logit]) => logit)); // prettier-ignore
  assert.deepEqual([feature['frac_nonzero'], feature['maxActApprox']], [page.density, page.max]);
  const activations = lines('activations').filter(({ index }) => index === '4');
  assert.equal(activations.length, page.contexts.length);
  assert.deepEqual(activations[0]['values'], page.contexts[0].values);
  assert.deepEqual(activations[0]['tokens'], page.contexts[0].pieces.map(pieceText)); // prettier-ignore
  assert.equal(lines('explanations').find(({ index }) => index === '4')?.['description'], 'my own');
});

test('a folder without source files, and none, are said', async () => {
  const empty = join(home, 'empty');
  mkdirSync(empty);
  for (const [folder, reason] of [
    [empty, 'empty-corpus'],
    [join(home, 'nowhere'), 'not-found'],
  ] as const)
    await assert.rejects(makeEvidence(model, source, { ...EVIDENCE, corpus: folder }, context), (error: unknown) =>
      SteerscopeError.is(error, reason),
    );
});
