import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { SteerscopeError } from '../../../src/core/errors.ts';
import { keptBy, meanNorm, rowsOf } from '../../../src/core/sae/activationManifest.ts';
import { BLOCK_ROWS, RowOrder } from '../../../src/core/sae/rowOrder.ts';
import { openActivationStore } from '../../../src/engine/sae/activationStore.ts';
import { assertDiskHas, assertSamePlan, readStoreManifest } from '../../../src/engine/sae/activationWriter.ts';
import { scratch } from '../files/support.ts';
import { D_IN, MASSIVE_TOKEN, ROWS_A_WINDOW, samplePlan, sampleRow, writeSampleStore } from './sampleStore.ts';

const has = (reason: string, message: RegExp) => (error: unknown) =>
  SteerscopeError.is(error, reason) && message.test(error.message) && error.advice !== '';

/** The content of every file of a folder but what differs from run to run by right: when it began. */
async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await fs.readdir(folder)).sort();
  const texts = await Promise.all(names.map((name) => fs.readFile(path.join(folder, name), 'latin1')));
  return Object.fromEntries(names.map((name, i) => [name, texts[i].replace(/"createdAt":"[^"]*"/, '"createdAt":""')]));
}

for (const dtype of ['float16', 'float32'] as const) {
  test(`rows come back as they were, and lead to file, token and window (${dtype})`, async (t) => {
    const folder = path.join(await scratch(t), 'deep', 'acts');
    await writeSampleStore(folder, { dtype });
    const store = await openActivationStore(folder, { model: 'ab'.repeat(32), hook: 'resid_post', layer: 1 });
    assert.equal(store.rows('heldOut'), 6 * ROWS_A_WINDOW);
    assert.equal(store.rows('train'), 24 * ROWS_A_WINDOW);
    let row = 0;
    for await (const window of store.windows('train')) {
      assert.equal(window.firstRow, row);
      assert.equal(window.file.part, 'train');
      for (const [i, offset] of window.offsets.entries()) {
        const number = store.manifest.plan.files.indexOf(window.file);
        assert.deepEqual([...window.x.subarray(i * D_IN, (i + 1) * D_IN)], sampleRow(number, offset));
        const context = await store.contextOf('train', row++);
        assert.equal(context.file, window.file);
        assert.equal(context.token, offset);
        assert.equal(context.ids[context.at], 100 * number + offset);
        assert.deepEqual(context.ids, window.ids);
      }
      assert.ok(!window.offsets.includes(0) && !window.offsets.includes(MASSIVE_TOKEN));
    }
    assert.equal(row, store.rows('train'));
    await assert.rejects(store.contextOf('train', row), RangeError);
  });
}

test('the manifest counts rows, what was left out, and the mean norm', async (t) => {
  const folder = await scratch(t);
  await writeSampleStore(folder, { files: 10 });
  const manifest = await readStoreManifest(folder);
  assert.ok(manifest);
  assert.deepEqual(manifest.excluded, { first: 10, massive: 10 });
  assert.deepEqual(manifest.kept, Array(10).fill(ROWS_A_WINDOW));
  assert.equal(rowsOf(manifest, 'heldOut'), 2 * ROWS_A_WINDOW);
  const languages = keptBy(manifest, 'language');
  assert.equal(languages.python.train + languages.go.train, rowsOf(manifest, 'train'));
  const norms: number[] = [];
  const store = await openActivationStore(folder);
  for await (const { x } of store.windows('train'))
    for (let at = 0; at < x.length; at += D_IN) norms.push(Math.hypot(...x.subarray(at, at + D_IN)));
  const mean = norms.reduce((sum, norm) => sum + norm, 0) / norms.length;
  assert.ok(Math.abs(meanNorm(manifest, 'train') - mean) < 1e-9);
});

/** Every number of a row that is its own: file and token. */
const keyOf = (batch: Float32Array, i: number) => `${batch[i * D_IN]}/${batch[i * D_IN + 1]}`;

for (const [name, memoryBytes] of [
  ['one pool', 1e6],
  ['several pools', BLOCK_ROWS * (D_IN * 4 + 4)],
] as const)
  test(`an epoch gives every row once, shuffled, whatever the batch (${name})`, async (t) => {
    const folder = await scratch(t);
    await writeSampleStore(folder);
    const store = await openActivationStore(folder);
    const source = store.shuffled('train', { seed: 7, memoryBytes });
    const size = 48;
    const batches = source.rows / size; // 336 rows
    assert.equal(batches, 7);
    const epochs = [0, 1].map(() => [] as string[]);
    for (let index = 0; index < 2 * batches; index++) {
      const batch = await source.batch(index, size);
      assert.equal(batch.length, size * D_IN);
      for (let i = 0; i < size; i++) epochs[Math.floor(index / batches)].push(keyOf(batch, i));
    }
    const sorted = epochs.map((keys) => [...keys].sort());
    assert.equal(new Set(epochs[0]).size, source.rows);
    assert.deepEqual(sorted[0], sorted[1]);
    assert.notDeepEqual(epochs[0], epochs[1]);
    let neighbours = 0;
    for (let i = 1; i < source.rows; i++) {
      const [[file, token], [nextFile, nextToken]] = [epochs[0][i - 1], epochs[0][i]].map((key) => key.split('/'));
      if (file === nextFile && Number(nextToken) === Number(token) + 1) neighbours++;
    }
    assert.ok(neighbours < source.rows / 10, `${neighbours} of ${source.rows} rows follow their neighbour`);
    // The same in a process that begins in the middle, and asked for in another order.
    const again = (await openActivationStore(folder)).shuffled('train', { seed: 7, memoryBytes });
    for (const index of [9, 3, 12]) assert.deepEqual(await again.batch(index, size), await source.batch(index, size));
    const other = store.shuffled('train', { seed: 8, memoryBytes });
    assert.notDeepEqual(await other.batch(0, size), await again.batch(0, size));
  });

test('a batch may span epochs, and be asked for while another is made', async (t) => {
  const folder = await scratch(t);
  await writeSampleStore(folder, { files: 10 });
  const source = (await openActivationStore(folder)).shuffled('train', { seed: 1, memoryBytes: 1e6 });
  const size = source.rows + 5;
  const [first, second] = await Promise.all([source.batch(0, size), source.batch(1, size)]);
  const ones = await source.batch(size, 1);
  assert.deepEqual(ones, second.slice(0, D_IN));
  const keys = new Set(Array.from({ length: source.rows }, (_, i) => keyOf(first, i)));
  assert.equal(keys.size, source.rows);
});

test('a pool takes no more memory than was given', () => {
  const rows = 10_000;
  const order = new RowOrder({ rows, poolRows: 1000, seed: 3 });
  let total = 0;
  for (let pool = 0; pool < order.pools; pool++) {
    const { blocks, order: places } = order.pool(0, pool);
    assert.ok(places.length <= 1000, `${places.length} rows`);
    assert.equal(
      blocks.reduce((sum, { from, to }) => sum + to - from, 0),
      places.length,
    );
    assert.deepEqual(
      [...places].sort((a, b) => a - b),
      Array.from(places, (_, i) => i),
    );
    assert.deepEqual(order.locate(0, total), { pool, row: 0 });
    assert.deepEqual(order.locate(0, total + places.length - 1), { pool, row: places.length - 1 });
    total += places.length;
  }
  assert.equal(total, rows);
  assert.throws(() => order.locate(0, rows), RangeError);
});

test('too little memory is refused with what is enough', async (t) => {
  const folder = await scratch(t);
  await writeSampleStore(folder, { files: 10 });
  const store = await openActivationStore(folder);
  assert.throws(() => store.shuffled('train', { seed: 0, memoryBytes: 100 }), has('memory-too-small', /64 are read/));
});

test('a run that is killed before any of its steps goes on to the very same store', async (t) => {
  const root = await scratch(t);
  await writeSampleStore(path.join(root, 'whole'));
  const whole = await contents(path.join(root, 'whole'));
  assert.ok(Object.keys(whole).length > 6, 'several shards of each part');
  const batches = 15;
  for (let killed = 0; killed < batches; killed++) {
    const folder = path.join(root, String(killed));
    const kill = (batch: number) => {
      if (batch === killed) throw new Error('killed');
    };
    await assert.rejects(writeSampleStore(folder, { beforeBatch: kill }), /killed/);
    await assert.rejects(openActivationStore(folder), has('incomplete-store', /broken off/));
    // A shard that was written when its manifest was not, and half of one.
    const number = (await readStoreManifest(folder))?.shards.filter(({ part }) => part === 'train').length ?? 0;
    await fs.writeFile(path.join(folder, `train-${String(number).padStart(5, '0')}.safetensors`), 'torn');
    await fs.writeFile(path.join(folder, 'train-00099.safetensors'), 'torn');
    await writeSampleStore(folder);
    assert.deepEqual(await contents(folder), whole, `killed before run ${killed}`);
  }
});

test('stores of another model, hook or layer, and folders that hold none, are refused', async (t) => {
  const folder = await scratch(t);
  await assert.rejects(openActivationStore(folder), has('no-store', /no activations/));
  await writeSampleStore(folder, { files: 10 });
  await assert.rejects(openActivationStore(folder, { model: 'ef'.repeat(32) }), has('other-model', /efefefefefef/));
  await assert.rejects(
    openActivationStore(folder, { hook: 'mlp_out' }),
    has('other-hook', /resid_post, not of mlp_out/),
  );
  await assert.rejects(openActivationStore(folder, { layer: 2 }), has('other-layer', /the layer 1, not of 2/));
  const manifest = await readStoreManifest(folder);
  assert.ok(manifest);
  assertSamePlan(folder, manifest, samplePlan(10));
  assert.throws(
    () => assertSamePlan(folder, manifest, { ...samplePlan(10), layer: 2, dtype: 'float16' }),
    has('other-collection', /differs in layer, dtype/),
  );
  const other = await scratch(t);
  await fs.writeFile(path.join(other, 'thesis.txt'), 'mine');
  await assert.rejects(readStoreManifest(other), has('not-a-store', /has files in it/));
  await assert.rejects(openActivationStore(other), (error: unknown) => {
    assert.ok(SteerscopeError.is(error, 'not-a-store'));
    assert.match(error.advice, /sae collect/);
    return true;
  });
});

test('damage is found: missing, cut, changed and foreign shards, manifests of other versions', async (t) => {
  const folder = await scratch(t);
  await writeSampleStore(folder, { files: 10 });
  const shard = path.join(folder, 'train-00000.safetensors');
  const good = await fs.readFile(shard);
  const open = async () => {
    const store = await openActivationStore(folder);
    return store.shuffled('train', { seed: 0, memoryBytes: 1e6 }).batch(0, 4);
  };
  await fs.writeFile(shard, good.subarray(0, good.length - 1));
  await assert.rejects(open(), has('shard-truncated', /bytes in place of/));
  await fs.writeFile(shard, good.with(good.length - 1, good[good.length - 1] ^ 1));
  await assert.rejects(open(), has('shard-corrupt', /not what was written/));
  await fs.rm(shard);
  await assert.rejects(open(), has('shard-missing', /is missing/));
  await fs.writeFile(shard, good);
  assert.equal((await open()).length, 4 * D_IN);
  const manifest = path.join(folder, 'manifest.json');
  const text = await fs.readFile(manifest, 'utf8');
  for (const [from, to, reason] of [
    ['"schemaVersion":1', '"schemaVersion":2', 'schema-version'],
    ['"batch":2', '"batch":0', 'invalid-manifest'],
    ['"kept":[', '"kept":[1,', 'invalid-manifest'],
    ['{', '', 'invalid-json'],
    ['"file":"train-00000', '"file":"../train-00000', 'invalid-manifest'],
  ]) {
    await fs.writeFile(manifest, text.replace(from, to));
    await assert.rejects(open(), has(reason, /./), to);
  }
});

test('a disk that is too small is known before anything is run', async (t) => {
  const folder = await scratch(t);
  await assertDiskHas(folder, 1);
  await assert.rejects(assertDiskHas(folder, 1e18), has('disk-too-small', /1000000000\.0 GB/));
});
