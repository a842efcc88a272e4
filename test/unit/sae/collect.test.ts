/** Collecting from end to end, with a tiny model and a small folder of sources. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { CancelledError, SteerscopeError } from '../../../src/core/errors.ts';
import { residPost, type HookName } from '../../../src/core/graph/hooks.ts';
import { chunksOf, rowsIn, windowsOf } from '../../../src/core/sae/corpus/windows.ts';
import { openModel, type LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import { openActivationStore } from '../../../src/engine/sae/activationStore.ts';
import { readStoreManifest } from '../../../src/engine/sae/activationWriter.ts';
import { layOutBuffers } from '../../../src/engine/sae/buffers.ts';
import { collectActivations, type Collected } from '../../../src/engine/sae/collect.ts';
import { writtenCorpus } from '../../../src/engine/sae/corpus/writtenCorpus.ts';
import { folderCorpus } from '../../../src/engine/sae/corpus/folderCorpus.ts';
import type { Progress } from '../../../src/protocol/engineService.ts';
import type { SaeCollectParams } from '../../../src/protocol/saeCollectTypes.ts';
import { relativeError } from '../../golden/measures.ts';
import { CHATML, writeTinyModel } from '../../tinyModel.ts';

const home = mkdtempSync(path.join(tmpdir(), 'steerscope-collect-'));
const corpusFolder = path.join(home, 'corpus');
after(() => rmSync(home, { recursive: true, force: true }));

const context = (signal = new AbortController().signal, emit: (progress: Progress) => void = () => undefined) => ({
  signal,
  emit,
});
const has = (reason: string) => (error: unknown) => SteerscopeError.is(error, reason);

let model: LoadedModel;

before(async () => {
  for (let i = 0; i < 60; i++) {
    const [language, extension] = i % 2 === 0 ? ['python', 'py'] : ['go', 'go'];
    const folder = path.join(corpusFolder, `${language}-${i >> 3}`);
    await fs.mkdir(folder, { recursive: true });
    const lines = Array.from({ length: 2 + (i % 7) }, (_, line) => `return class import ${i} ${line} def é`);
    await fs.writeFile(path.join(folder, `file${i}.${extension}`), lines.join('\n'));
  }
  const file = writeTinyModel(home, { type: 'Q8_0', layers: 3 });
  model = await openModel({ model: file, precision: 'exact', threads: 1, home, get: false }, context());
});

const params = (out: string, more: Partial<SaeCollectParams> = {}): SaeCollectParams => ({
  hook: 'resid_post',
  layer: 1,
  corpus: { kind: 'folder', folder: corpusFolder },
  out: path.join(home, out),
  tokens: 4000,
  dtype: 'float32',
  memoryBytes: 200_000,
  seed: 5,
  window: 64,
  batch: 3,
  ...more,
});

async function collect(
  asked: SaeCollectParams,
  { signal, emit, on = model }: { signal?: AbortSignal; emit?: (progress: Progress) => void; on?: LoadedModel } = {},
): Promise<Collected> {
  return collectActivations(on, await folderCorpus(corpusFolder, context()), asked, context(signal, emit));
}

async function shardsIn(folder: string): Promise<Record<string, string>> {
  const names = (await fs.readdir(folder)).filter((name) => name.endsWith('.safetensors')).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await fs.readFile(path.join(folder, name), 'latin1')] as const)),
  );
}

test('rows are what the model has at these tokens, each text run by itself, and lead to them', async () => {
  const { manifest } = await collect(params('whole'));
  const store = await openActivationStore(params('whole').out, { model: model.fingerprint, layer: 1 });
  assert.ok(manifest.shards.length > 3, `${manifest.shards.length} shards`);
  const packages = { heldOut: new Set<string>(), train: new Set<string>() };
  let [windows, shorter] = [0, 0];
  for (const part of ['heldOut', 'train'] as const) {
    let row = 0;
    for await (const { file, start, ids, offsets, x, firstRow } of store.windows(part)) {
      windows++;
      if (ids.length < 64) shorter++;
      packages[part].add(file.package);
      assert.equal(firstRow, row);
      assert.deepEqual(
        [...offsets],
        Array.from({ length: ids.length - 1 }, (_, i) => i + 1),
      );
      const all = model.tokenizer.encode(await fs.readFile(path.join(corpusFolder, file.path), 'utf8'));
      assert.deepEqual([...ids], all.slice(start, start + ids.length));
      const { values } = await model.observed.run({ ids: [...ids], hooks: [residPost(1)] });
      const expected = values.get(residPost(1))?.subarray(model.config.dModel) ?? [];
      assert.ok(relativeError(x, expected) < 1e-5, `${file.path} at ${start}`);
      const place = await store.contextOf(part, row + 2);
      assert.deepEqual([place.file, place.token, place.at], [file, start + 3, 3]);
      row += offsets.length;
    }
    assert.equal(row, store.rows(part));
  }
  assert.equal(manifest.excluded.first, windows);
  assert.ok(shorter > 5, 'windows that were filled up are among them');
  assert.ok(packages.heldOut.size > 0 && ![...packages.heldOut].some((name) => packages.train.has(name)));
  const run = manifest.plan.files.reduce((sum, { tokens }) => sum + tokens, 0);
  assert.ok(run <= 4000 && run > 3000, `${run} tokens`);
  assert.equal(
    store.rows('train') + store.rows('heldOut'),
    manifest.plan.files.reduce((sum, { tokens }) => sum + rowsIn(tokens, manifest.plan), 0),
  );
});

test('what is broken off at any batch goes on to the very same shards', async () => {
  const asked = params('broken');
  const { manifest } = await collect(params('unbroken'));
  const whole = await shardsIn(params('unbroken').out);
  for (let kept = -1, calls = 0; ; calls++) {
    assert.ok(calls < 60, 'it never ends');
    // Some batches further each time, so that it breaks off in mid-shard and at the ends of shards.
    const abort = new AbortController();
    let batches = 0;
    const emit = ({ phase }: Progress) => {
      if (phase === 'collecting activations' && ++batches > 5 + (calls % 3)) abort.abort();
    };
    const result = await collect(asked, { signal: abort.signal, emit }).catch((error: unknown) => {
      assert.ok(error instanceof CancelledError, String(error));
      return undefined;
    });
    if (result) {
      assert.deepEqual(result.manifest.shards, manifest.shards);
      assert.deepEqual(result.manifest.kept, manifest.kept);
      assert.deepEqual(result.manifest.normSum, manifest.normSum);
      assert.ok(calls > 1, 'it was broken off');
      break;
    }
    const now = (await readStoreManifest(asked.out))?.batchesDone ?? -1;
    assert.ok(now >= kept, `${now} after ${kept}`);
    kept = now;
  }
  assert.deepEqual(await shardsIn(asked.out), whole);
  const again = await collect(asked);
  assert.deepEqual(again.run, { tokens: 0, ms: 0 });
});

test('positions of a huge norm are left out, counted, and named in the threshold', async () => {
  const runRows = async (rows: readonly (readonly number[])[], hooks: readonly HookName[]) => {
    const run = await model.observed.runRows(rows, hooks);
    const { dModel } = model.config;
    const length = rows[0].length;
    // The first position as models have it, and one more in windows that are long enough.
    for (const values of run.values())
      rows.forEach((_, row) => {
        for (const at of [0, 20]) {
          const from = (row * length + at) * dModel;
          if (at < length) for (let i = from; i < from + dModel; i++) values[i] *= 500;
        }
      });
    return run;
  };
  const observed = Object.assign(Object.create(model.observed) as LoadedModel['observed'], { runRows });
  const { manifest } = await collect(params('massive'), { on: { ...model, observed } });
  assert.ok(manifest.excluded.massive > 10, `${manifest.excluded.massive} left out`);
  const store = await openActivationStore(params('massive').out);
  const threshold = manifest.massive.multiple * manifest.massive.medianNorm;
  for await (const { ids, offsets, x } of store.windows('train')) {
    assert.ok(!offsets.includes(20) && !offsets.includes(0));
    assert.ok(offsets.includes(19) || ids.length < 20);
    const { dModel } = model.config;
    for (let at = 0; at < x.length; at += dModel) assert.ok(Math.hypot(...x.subarray(at, at + dModel)) <= threshold);
  }
});

test('other options, hooks that are none, and too little memory are refused before anything is run', async () => {
  const asked = params('refused', { tokens: 1000 });
  await collect(asked);
  const kept = await shardsIn(asked.out);
  await assert.rejects(collect({ ...asked, layer: 2 }), has('other-collection'));
  await assert.rejects(collect({ ...asked, seed: 6 }), has('other-collection'));
  await assert.rejects(collect({ ...asked, tokens: 2000 }), has('other-collection'));
  assert.deepEqual(await shardsIn(asked.out), kept);
  for (const [more, reason] of [
    [{ layer: 3 }, 'bad-layers'],
    [{ hook: 'resid_pots' }, 'unknown-hook'],
    [{ hook: 'attn.hook_pattern' }, 'bad-hook'],
    [{ memoryBytes: 50_000 }, 'memory-too-small'],
    [{ window: 8 }, 'bad-window'],
    [{ window: 1000, memoryBytes: 1e9 }, 'bad-window'],
  ] as const)
    await assert.rejects(collect(params('none', more)), has(reason), reason);
  await assert.rejects(fs.stat(params('none').out), { code: 'ENOENT' });
});

test('other hooks and halves: heads one after the other, rounded to the nearest half', async () => {
  const asked = params('heads', { hook: 'attn.hook_z', layer: 0, dtype: 'float16', tokens: 1000 });
  await collect(asked);
  const store = await openActivationStore(asked.out, { hook: 'attn.hook_z', layer: 0 });
  const hook = 'blocks.0.attn.hook_z' as HookName;
  for await (const { ids, x } of store.windows('heldOut')) {
    const { values } = await model.observed.run({ ids: [...ids], hooks: [hook] });
    assert.ok(relativeError(x, values.get(hook)?.subarray(store.manifest.plan.dIn) ?? []) < 1e-3);
  }
});

test('buffers take no more than was asked for', () => {
  for (const memoryBytes of [2_000_000, 10_000_000, 1_000_000_000]) {
    const { bytes, shardRows, batchRows } = layOutBuffers({
      dIn: 576,
      dtype: 'float16',
      window: 64,
      batch: 4,
      memoryBytes,
    });
    assert.ok(bytes <= memoryBytes && bytes <= 66_000_000, `${bytes} bytes`);
    assert.ok(shardRows >= batchRows);
  }
});

test('windows cover a text once; batches have windows of one length, all of them, in one part', () => {
  for (const bos of [false, true])
    for (const tokens of [0, 7, 8, 63, 64, 65, 71, 72, 500]) {
      const windows = windowsOf(0, tokens, { window: 64, bos });
      let at = 0;
      for (const window of windows) {
        assert.equal(window.start, at);
        at += window.tokens;
        assert.ok(window.tokens + (bos ? 1 : 0) <= 64);
      }
      assert.ok(tokens - at < 8);
    }
  const files = Array.from({ length: 200 }, (_, i) => ({
    ...{ path: String(i), package: 'p', language: 'go' },
    part: i < 20 ? ('heldOut' as const) : ('train' as const),
    tokens: (i * 37) % 900,
  }));
  const plan = { files, window: 64, bos: false, batch: 4 };
  const batches = [...chunksOf(plan)].flatMap((chunk) => chunk.batches);
  const seen = batches.flatMap(({ windows }) => windows).map(({ file, start }) => `${file}/${start}`);
  const wanted = files
    .flatMap(({ tokens }, i) => windowsOf(i, tokens, plan))
    .map(({ file, start }) => `${file}/${start}`);
  assert.deepEqual([...seen].sort(), [...wanted].sort());
  for (const { part, length, windows } of batches) {
    assert.ok(windows.length > 0 && windows.length <= 4);
    assert.ok(
      windows.every(({ file, tokens }) => files[file].part === part && tokens <= length && tokens > length - 32),
    );
  }
  assert.ok(
    batches.findLastIndex(({ part }) => part === 'heldOut') < batches.findIndex(({ part }) => part === 'train'),
  );
});

test('what the model writes is a corpus too: kept, by language, a package for each task', async () => {
  const file = writeTinyModel(home, { chatTemplate: CHATML, context: 2048 }, 'writer');
  const writer = await openModel({ model: file, precision: 'exact', threads: 1, home, get: false }, context());
  const written = () => writtenCorpus(writer, { tokens: 1000, runs: path.join(home, 'runs') }, context());
  const corpus = await written();
  assert.ok(corpus.texts.length > 0 && corpus.texts.length <= 9, `${corpus.texts.length} texts`);
  assert.equal(new Set(corpus.texts.map(({ package: name }) => name)).size, 1);
  assert.equal(new Set(corpus.texts.map(({ language }) => language)).size, corpus.texts.length);
  assert.deepEqual((await written()).texts, corpus.texts);
  const { manifest } = await collectActivations(writer, corpus, params('written', { tokens: 1000 }), context());
  assert.equal(manifest.plan.corpus.splitBy, 'file');
  assert.ok(manifest.shards.length > 0);
});
