/** Held-out text and activations: what is read of a corpus is what collecting held out, and figures over rows are exact. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { SteerscopeError } from '../../../src/core/errors.ts';
import type { Sae } from '../../../src/core/sae/sae.ts';
import { openModel } from '../../../src/engine/model/loadedModel.ts';
import { collectActivations } from '../../../src/engine/sae/collect.ts';
import { folderCorpus } from '../../../src/engine/sae/corpus/folderCorpus.ts';
import { corpusHash } from '../../../src/engine/sae/corpus/corpus.ts';
import { heldOutCorpus } from '../../../src/engine/sae/corpus/heldOutCorpus.ts';
import { chooseWindows } from '../../../src/engine/sae/corpus/textWindows.ts';
import { openActivationStore } from '../../../src/engine/sae/activationStore.ts';
import { evaluateSae } from '../../../src/engine/sae/evaluateSae.ts';
import { makeEvidence } from '../../../src/engine/sae/features/makeEvidence.ts';
import { saveSae } from '../../../src/engine/sae/saeArtefact.ts';
import { ArtefactSource } from '../../../src/engine/store/artefactSource.ts';
import { openStore } from '../../../src/engine/store/store.ts';
import { scratch } from '../files/support.ts';
import { sampleRows } from '../core/sae/sample.ts';
import { writeTinyModel } from '../../tinyModel.ts';

const context = { signal: new AbortController().signal, emit: () => undefined };
const SEED = 5;
const record = (params: Record<string, string | number> = {}) => ({ name: 'mine', params });
const refused = (reason: string) => (error: unknown) => SteerscopeError.is(error, reason);

/** Two languages, twelve packages each; what a .gitignore names is no part of it. */
async function writeCorpus(folder: string): Promise<void> {
  for (const [ending, line] of [
    ['py', 'def f(x):\n    return x + 1\n'],
    ['rs', 'fn f(x: i32) -> i32 { x + 1 }\n'],
  ])
    // prettier-ignore
    for (let i = 0; i < 12; i++) {
      await fs.mkdir(path.join(folder, `${ending}-${i}`), { recursive: true });
      await fs.writeFile(path.join(folder, `${ending}-${i}`, `main.${ending}`), `${line}# ${i}\n`.repeat(9));
      await fs.writeFile(path.join(folder, `${ending}-${i}`, `left.${ending}`), line.repeat(8 + i));
    }
  await fs.writeFile(path.join(folder, '.gitignore'), 'left.*\n');
}

async function place(t: TestContext) {
  const home = await scratch(t);
  const corpus = path.join(home, 'corpus');
  await writeCorpus(corpus);
  const opening = {
    model: writeTinyModel(home, { layers: 2 }),
    precision: 'exact',
    threads: 1,
    home,
    get: false,
  } as const;
  const model = await openModel(opening, context);
  t.after(async () => {
    await model.main.release();
    await model.observed.release();
    model.source.close();
  });
  return { home, corpus, model, source: new ArtefactSource(openStore(path.join(home, 'store'))) };
}

test('what is held out of a corpus is what collecting holds out, whatever seed is asked for', async (t) => {
  const { home, corpus, model } = await place(t);
  const out = path.join(home, 'acts');
  const params = { hook: 'resid_post', layer: 1, corpus: { kind: 'folder', folder: corpus }, out, tokens: 4000, dtype: 'float32', memoryBytes: 4e7, seed: SEED, window: 32, batch: 2 } as const; // prettier-ignore
  const whole = await folderCorpus(corpus, context);
  const { manifest } = await collectActivations(model, whole, params, context);
  const planned = manifest.plan.files.filter(({ part }) => part === 'heldOut').map(({ package: name }) => name);
  const trained = record({ corpusHash: corpusHash(whole), corpusSeed: SEED });
  const held = await heldOutCorpus(corpus, trained, 99, context);
  const packages = new Set(held.texts.map((text) => text.package));
  assert.deepEqual(new Set(planned), packages);
  assert.deepEqual(new Set(held.texts.map(({ language }) => language)), new Set(['python', 'rust']));
  assert.ok(packages.size < 6 && held.texts.every((text) => text.path.includes('main')));
  assert.deepEqual(held.notes, []);
  const { files, windows } = await chooseWindows(
    model,
    held,
    { tokens: 400, windowTokens: 32, seed: 0 },
    context.signal,
  );
  assert.ok(windows.length > 2 && files.every((file) => held.texts.some((text) => text.path === file.path)));

  const other = await heldOutCorpus(corpus, record({ corpusHash: 'ab', corpusSeed: SEED }), 99, context);
  assert.equal(other.notes.length, 1, 'that it is another corpus is said');
  await fs.rm(corpus, { recursive: true });
  await fs.mkdir(corpus);
  await fs.writeFile(path.join(corpus, 'a.py'), 'x = 1\n');
  await assert.rejects(heldOutCorpus(corpus, record(), 0, context), refused('nothing-held-out'));
});

test('on rows, what is given back is counted over all of them, and without a model the same as with one', async (t) => {
  const { home, corpus, model, source } = await place(t);
  const out = path.join(home, 'acts');
  const params = { hook: 'resid_post', layer: 1, corpus: { kind: 'folder', folder: corpus }, out, tokens: 4000, dtype: 'float32', memoryBytes: 4e7, seed: SEED, window: 32, batch: 2 } as const; // prettier-ignore
  await collectActivations(model, await folderCorpus(corpus, context), params, context);
  const store = await openActivationStore(out);
  const { dModel: dIn } = model.config;
  const dSae = 3 * dIn;
  const [wEnc, wDec] = [sampleRows(dIn, dSae), sampleRows(dSae, dIn).map((x) => x / 50)];
  const sae: Sae = { architecture: 'topk', k: 4, dIn, dSae, wEnc, wDec, bEnc: new Float32Array(dSae), bDec: new Float32Array(dIn), applyBDecToInput: false }; // prettier-ignore
  const draft = { name: 'mine', method: 'topk', hook: 'resid_post', positions: 'all', seed: 0, dataHash: 'ab'.repeat(32), figures: {}, medianNorms: [] } as const; // prettier-ignore
  await saveSae(source.store, { ...draft, layer: 1 }, sae, { model });
  const asked = { name: 'mine', window: 32, maxTokens: 100, seed: 0 };
  const all = await evaluateSae(model, source, { ...asked, on: { kind: 'activations', folder: out } }, context);
  assert.equal(all.rows, store.rows('heldOut'));
  assert.equal(all.l0[0], 4);
  assert.equal(all.splice, undefined);
  assert.equal(all.density.deadBelow, 3 / all.rows);
  assert.deepEqual([all.excluded.first + all.excluded.massive], [store.manifest.excluded.first + store.manifest.excluded.massive - (await leftOutOfTraining(store))]); // prettier-ignore

  // The variance about the mean, by the book.
  const x: number[][] = [];
  for await (const window of store.windows('heldOut'))
    for (let row = 0; row < window.offsets.length; row++) x.push([...window.x.subarray(row * dIn, (row + 1) * dIn)]);
  const mean = x[0].map((_, i) => x.reduce((sum, row) => sum + row[i], 0) / x.length);
  const variance = x.flat().reduce((sum, value, i) => sum + (value - mean[i % dIn]) ** 2, 0);
  assert.ok(variance > 0);
  const none = { ...sae, wDec: new Float32Array(dSae * dIn), bDec: Float32Array.from(mean) };
  await saveSae(source.store, { ...draft, name: 'mean', layer: 1 }, none, { model });
  const flat = await evaluateSae(
    model,
    source,
    { ...asked, name: 'mean', on: { kind: 'activations', folder: out } },
    context,
  );
  assert.ok(Math.abs(flat.explainedVariance[0]) < 1e-4, 'the mean alone explains nothing');

  const some = await evaluateSae(
    model,
    source,
    { ...asked, on: { kind: 'activations', folder: out, rows: 150 } },
    context,
  );
  assert.ok(some.rows < all.rows && some.rows > 30, `${some.rows} of ${all.rows}`);
  await saveSae(source.store, { ...draft, name: 'other', layer: 0 }, sae, { model });
  await assert.rejects(
    evaluateSae(model, source, { ...asked, name: 'other', on: { kind: 'activations', folder: out } }, context),
    refused('other-layer'),
  );

  const evidence = { name: 'mine', corpus, heldOut: true, tokens: 400, windowTokens: 32, contexts: 2, seed: SEED };
  const { card, notes } = await makeEvidence(model, source, evidence, context);
  assert.ok(
    card.files > 0 && card.files <= 4 && notes.length === 1,
    'only held-out files, of a corpus that the record does not name',
  );
  assert.equal(card.excluded.first, card.windows.reduce((sum, n) => sum + n, 0)); // prettier-ignore
  const known = async () => (await fs.readdir(path.join(source.store.folder, 'features'))).length;
  assert.equal(await known(), 1);
  await saveSae(source.store, { ...draft, layer: 1 }, sae, { model, replace: true });
  assert.equal(await known(), 0, 'what was known of the one before went with it');
});

/** First and massive positions of the part that is trained on. */
async function leftOutOfTraining(store: Awaited<ReturnType<typeof openActivationStore>>): Promise<number> {
  let count = 0;
  for await (const { ids, offsets } of store.windows('train')) count += ids.length - offsets.length;
  return count;
}
