/** Every file call of the store is made to fail in turn, in each of the ways a disk has. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import { test } from 'node:test';
import { SteerscopeError } from '../../../src/core/errors.ts';
import { openStore } from '../../../src/engine/store/store.ts';
import type { ArtefactStore } from '../../../src/engine/store/store.ts';
import { readRun, runKey, writeRun } from '../../../src/engine/store/runs.ts';
import { sampleDraft, sampleTensors } from '../core/artefact/sample.ts';
import { scratch, systemError } from '../files/support.ts';
import { watchedStoreFiles } from './faultyFiles.ts';

const CODES = ['ENOSPC', 'EACCES', 'EROFS', 'EIO', 'ENOENT'] as const;

interface Operation {
  readonly what: string;
  readonly run: (store: ArtefactStore) => Promise<unknown>;
}

const operations: readonly Operation[] = [
  { what: 'save', run: (store) => store.save(sampleDraft('new', 2), sampleTensors(2)) },
  { what: 'replace', run: (store) => store.save(sampleDraft('old', 2), sampleTensors(2), { replace: true }) },
  { what: 'assertSavable', run: (store) => store.assertSavable('new') },
  { what: 'load', run: (store) => store.load('old') },
  { what: 'list', run: (store) => store.list() },
  { what: 'remove', run: (store) => store.remove('old') },
  { what: 'diskUse', run: (store) => store.diskUse() },
  { what: 'collectGarbage', run: (store) => store.collectGarbage() },
];

for (const { what, run } of operations) {
  for (const code of CODES) {
    test(`${what}: ${code} at each file call`, async (t) => {
      let calls = Infinity;
      for (let failing = 0; failing < calls; failing++) {
        const folder = await scratch(t);
        await openStore(folder).save(sampleDraft('old', 1), sampleTensors(1));
        const files = watchedStoreFiles((_call, index) => {
          if (index === failing) throw systemError(code);
        });
        const error = await run(openStore(folder, { files })).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        calls = files.count;
        if (error !== undefined) {
          assert.ok(error instanceof SteerscopeError, `call ${failing}: ${String(error)}`);
          assert.notEqual(error.reason, 'internal');
          assert.notEqual(error.advice, '');
        }
        await checkStore(folder, what, error === undefined);
      }
      assert.ok(calls > 0);
    });
  }
}

/** After any failure the store holds the old state or the new one, whole; after a success, the new one. */
async function checkStore(folder: string, what: string, done: boolean): Promise<void> {
  const store = openStore(folder);
  const { artefacts, damaged } = await store.list();
  assert.deepEqual(damaged, []);
  const found = artefacts.map(({ name, params }) => `${name}=${String(params.n)}`);
  const before = ['old=1'];
  const after = { save: ['new=2', 'old=1'], replace: ['old=2'], remove: [] }[what] ?? before;
  const isAfter = found.join() === after.join();
  assert.ok(isAfter || (!done && found.join() === before.join()), `found ${found.join() || 'nothing'}`);
  for (const { name, params } of artefacts) {
    assert.deepEqual((await store.load(name)).tensors, sampleTensors(Number(params.n)));
  }
}

test('a full disk and a read-only one tell what to do', async (t) => {
  const folder = await scratch(t);
  const failing = (code: string): ArtefactStore =>
    openStore(folder, {
      files: watchedStoreFiles((call) => {
        if (call === 'makeFolder' || call === 'write') throw systemError(code);
      }),
    });
  const save = (code: string): Promise<unknown> => failing(code).save(sampleDraft('a'), sampleTensors());
  await assert.rejects(save('ENOSPC'), (e) => SteerscopeError.is(e, 'disk-full') && /Free some space/.test(e.advice));
  await assert.rejects(save('EROFS'), (e) => SteerscopeError.is(e, 'read-only') && /--store/.test(e.advice));
  assert.deepEqual(await fs.readdir(folder), []);
});

test('a kept run: failing reads are misses, failing writes are told and leave the old one', async (t) => {
  const key = runKey({ what: 'bias' });
  for (const code of CODES) {
    let calls = Infinity;
    for (let failing = 0; failing < calls; failing++) {
      const folder = await scratch(t);
      await writeRun(folder, key, { n: 1 });
      const files = watchedStoreFiles((_call, index) => {
        if (index === failing) throw systemError(code);
      });
      const error: unknown = await writeRun(folder, key, { n: 2 }, files).catch((reason: unknown) => reason);
      assert.ok(error === undefined || error instanceof SteerscopeError, String(error));
      const kept = await readRun(folder, key);
      assert.ok(JSON.stringify(kept) === '{"n":2}' || (error && JSON.stringify(kept) === '{"n":1}'));
      calls = files.count;
    }
    const broken = watchedStoreFiles(() => {
      throw systemError(code);
    });
    assert.equal(await readRun(await scratch(t), key, broken), undefined);
  }
});
