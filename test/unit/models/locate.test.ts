import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { ModelError } from '../../../src/core/errors.ts';
import { CATALOGUE, DEFAULT_MODEL, findModel } from '../../../src/core/models/catalogue.ts';
import { locateModel, modelPath } from '../../../src/engine/models/locate.ts';
import { changeFile, scratch } from '../files/support.ts';
import { ENTRY, MODEL_BYTES, MODEL_SHA256 } from './support.ts';

const catalogue = [ENTRY];

async function cacheWith(home: string, bytes: Uint8Array): Promise<string> {
  const file = modelPath(ENTRY, home);
  await fs.mkdir(path.dirname(file), { recursive: true });
  await fs.appendFile(file, '');
  await changeFile(file, bytes);
  return file;
}

test('a name finds the cached file, in any letter case, and nothing where there is none', async (t) => {
  const home = await scratch(t);
  assert.equal(await locateModel('tiny-test-model', { home, catalogue }), null);
  assert.deepEqual(await fs.readdir(home), [], 'looking makes nothing');
  const file = await cacheWith(home, MODEL_BYTES);
  const expected = { name: 'tiny-test-model', path: file, source: 'cache', sha256: MODEL_SHA256 };
  assert.deepEqual(await locateModel('tiny-test-model', { home, catalogue }), expected);
  assert.deepEqual(await locateModel('Tiny-Test-Model', { home, catalogue }), expected);
});

test('a cached file of another size or content is damaged, and stays where it is', async (t) => {
  const home = await scratch(t);
  const flipped = Buffer.from(MODEL_BYTES);
  flipped[150_000] = (flipped[150_000] ?? 0) ^ 1;
  for (const bytes of [flipped, MODEL_BYTES.subarray(0, 100), Buffer.alloc(0)]) {
    const file = await cacheWith(home, bytes);
    await assert.rejects(
      locateModel(ENTRY.name, { home, catalogue }),
      (error) => ModelError.is(error, 'damaged-model') && /model --get/.test(error.advice),
    );
    assert.ok((await fs.readFile(file)).equals(bytes));
  }
});

test('a path to any local file is used as it is', async (t) => {
  const home = await scratch(t);
  const file = path.join(home, 'My Model.GGUF');
  await fs.writeFile(file, MODEL_BYTES);
  const expected = { name: 'My Model', path: file, source: 'file', sha256: MODEL_SHA256 };
  assert.deepEqual(await locateModel(file, { home, catalogue }), expected);
  assert.deepEqual(await locateModel(path.relative(process.cwd(), file), { home, catalogue }), expected);
});

test('an unknown name is told with the nearest; a path that leads nowhere as a path', async (t) => {
  const home = await scratch(t);
  const refusal = async (nameOrPath: string): Promise<ModelError> => {
    const error: unknown = await locateModel(nameOrPath, { home }).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof ModelError, String(error));
    return error;
  };
  const unknown = await refusal('smollm2-135m-instrct');
  assert.equal(unknown.reason, 'unknown-model');
  assert.match(unknown.advice, /smollm2-135m-instruct.*--model/);
  assert.equal((await refusal(path.join(home, 'none'))).reason, 'model-not-found');
  assert.equal((await refusal('none.gguf')).reason, 'model-not-found');
  assert.equal((await refusal(home)).reason, 'not-a-file');
});

test('the catalogue is in order', () => {
  assert.equal(findModel('SmolLM2-135M-Instruct'), DEFAULT_MODEL);
  assert.equal(new Set(CATALOGUE.map((entry) => entry.name)).size, CATALOGUE.length);
  assert.equal(new Set(CATALOGUE.map((entry) => entry.fileName)).size, CATALOGUE.length);
  for (const entry of CATALOGUE) {
    assert.match(entry.name, /^[a-z0-9][a-z0-9.-]*$/);
    assert.match(entry.fileName, /^[A-Za-z0-9][A-Za-z0-9._-]*\.gguf$/);
    assert.match(entry.sha256, /^[0-9a-f]{64}$/);
    assert.ok(entry.sizeBytes > 0 && (entry.hub ?? entry.pythonPackage), entry.name);
    assert.match(entry.hub?.revision ?? '0'.repeat(40), /^[0-9a-f]{40}$/, 'a commit, not a branch');
  }
});
