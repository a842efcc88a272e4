/** The user's artefacts before the shipped ones: which counts, which is listed, and what is said of a name that is neither. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { SteerscopeError } from '../../../src/core/errors.ts';
import { DirectionSource } from '../../../src/engine/store/directions.ts';
import { openStore } from '../../../src/engine/store/store.ts';
import { sampleDraft, sampleTensors } from '../core/artefact/sample.ts';
import { scratch } from '../files/support.ts';

/** `mine` and `both` are the user's, `shipped` and `both` came with Steerscope; `params.n` tells whose: 1 or 2. */
async function twoStores(t: TestContext): Promise<{ source: DirectionSource; own: string; shipped: string }> {
  const folder = await scratch(t);
  const [own, shipped] = [path.join(folder, 'own'), path.join(folder, 'shipped')];
  for (const name of ['mine', 'both']) await openStore(own).save(sampleDraft(name, 1), sampleTensors(1));
  for (const name of ['shipped', 'both']) await openStore(shipped).save(sampleDraft(name, 2), sampleTensors(2));
  return { source: new DirectionSource(openStore(own), shipped), own, shipped };
}

async function refusal(promise: Promise<unknown>): Promise<SteerscopeError> {
  const error = await promise.then(
    () => assert.fail('resolved'),
    (thrown: unknown) => thrown,
  );
  assert.ok(SteerscopeError.is(error));
  return error;
}

test("the user's come first and hide the shipped ones of their names", async (t) => {
  const { source } = await twoStores(t);
  for (const [name, n] of [
    ['mine', 1],
    ['both', 1],
    ['shipped', 2],
  ] as const) {
    assert.equal((await source.show(name)).params.n, n);
    const { manifest, directions } = await source.load(name);
    assert.equal(manifest.params.n, n);
    assert.deepEqual([...directions.keys()], [1, 3]);
    assert.equal(directions.get(1)?.[0], n + 0.25);
  }
  const { artefacts, damaged } = await source.list();
  assert.deepEqual(damaged, []);
  assert.deepEqual(
    artefacts.map(({ name, params }) => [name, params.n]),
    [
      ['both', 1],
      ['mine', 1],
      ['shipped', 2],
    ],
  );
});

test('a name that is nowhere is refused with the nearest of both, and a name that is none as a wrong call', async (t) => {
  const { source } = await twoStores(t);
  for (const call of ['load', 'show', 'remove'] as const) {
    const { reason, message, kind } = await refusal(source[call]('shiped'));
    assert.deepEqual([reason, kind], ['unknown-artefact', 'store']);
    assert.match(message, /; nearest: shipped, /);
  }
  assert.equal((await refusal(source.load('../own/mine'))).kind, 'usage');
});

test('a damaged one of the user is told as such: the shipped one does not silently take its place', async (t) => {
  const { source, own } = await twoStores(t);
  await fs.truncate(path.join(own, 'both_1', 'manifest.json'), 20);
  assert.equal((await refusal(source.load('both'))).reason, 'damaged-artefact');
  const { artefacts, damaged } = await source.list();
  assert.deepEqual(
    artefacts.map(({ name }) => name),
    ['mine', 'shipped'],
  );
  assert.deepEqual(
    damaged.map(({ name }) => name),
    ['both'],
  );
  assert.equal(await source.remove('both'), null);
  assert.equal((await source.show('both')).params.n, 2);
});

test('a shipped one cannot be removed', async (t) => {
  const { source, shipped } = await twoStores(t);
  assert.equal((await refusal(source.remove('shipped'))).reason, 'shipped-artefact');
  assert.deepEqual((await fs.readdir(shipped)).sort(), ['both_1', 'shipped_1']);
});

test('what is no steering artefact cannot steer', async (t) => {
  const { source, own } = await twoStores(t);
  await openStore(own).save(
    sampleDraft('no-directions', 1),
    new Map([['other', { shape: [1], data: new Float32Array(1) }]]),
  );
  assert.equal((await refusal(source.load('no-directions'))).reason, 'not-a-direction');
});
