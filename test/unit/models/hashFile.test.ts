import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { CancelledError, ModelError } from '../../../src/core/errors.ts';
import { homeFolders } from '../../../src/files/paths.ts';
import { fileSha256, hashFile, rememberSha256 } from '../../../src/engine/models/hashFile.ts';
import { changeFile, scratch } from '../files/support.ts';

const sha256 = (bytes: Uint8Array | string): string => crypto.createHash('sha256').update(bytes).digest('hex');

test('hashes of known contents', async (t) => {
  const file = path.join(await scratch(t), 'a');
  await fs.writeFile(file, 'abc');
  assert.equal(await hashFile(file), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  await fs.writeFile(file, '');
  assert.equal(await hashFile(file), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('a file of several pieces, with progress to its end, and cancelled between two', async (t) => {
  const file = path.join(await scratch(t), 'a');
  const bytes = Buffer.alloc(3_500_000, 'steer');
  await fs.writeFile(file, bytes);
  const seen: [number, number][] = [];
  assert.equal(await hashFile(file, { onProgress: (done, total) => seen.push([done, total]) }), sha256(bytes));
  assert.ok(seen.length > 1);
  assert.deepEqual(seen.at(-1), [bytes.length, bytes.length]);

  const controller = new AbortController();
  const cancelled = hashFile(file, { signal: controller.signal, onProgress: () => controller.abort() });
  await assert.rejects(cancelled, CancelledError);
});

test('a hash is remembered until the file changes, whatever its size and date say', async (t) => {
  const home = await scratch(t);
  const file = path.join(home, 'a.gguf');
  await fs.writeFile(file, 'one');
  let reads = 0;
  const hash = (): Promise<string> => fileSha256(file, { home, onProgress: () => reads++ });
  assert.equal(await hash(), sha256('one'));
  assert.equal(await hash(), sha256('one'));
  assert.equal(reads, 1);

  const { atime, mtime } = await fs.stat(file);
  await changeFile(file, 'two');
  await fs.utimes(file, atime, mtime);
  assert.equal(await hash(), sha256('two'));
  assert.equal(reads, 2);

  await rememberSha256(file, home, sha256('claimed'));
  assert.equal(await hash(), sha256('claimed'));
  assert.equal(reads, 2);
});

test('a damaged or foreign record, or none that can be kept, means reading again', async (t) => {
  const home = await scratch(t);
  const file = path.join(home, 'a.gguf');
  await fs.writeFile(file, 'one');
  await fileSha256(file, { home });
  const { hashes } = homeFolders(home);
  const [name = ''] = await fs.readdir(hashes);
  const record = path.join(hashes, name);
  const good = await fs.readFile(record, 'utf8');
  const bad = [
    '',
    '{',
    'null',
    '[]',
    '{"path":1}',
    good.replace('a.gguf', 'b.gguf'),
    good.replace(/[0-9a-f]{64}/, 'x'),
  ];
  for (const text of bad) {
    await fs.writeFile(record, text);
    assert.equal(await fileSha256(file, { home }), sha256('one'), text);
    assert.equal(await fs.readFile(record, 'utf8'), good, 'the record is put right');
  }
  await fs.rm(hashes, { recursive: true });
  await fs.writeFile(hashes, 'in the way');
  assert.equal(await fileSha256(file, { home }), sha256('one'));
});

test('what is no model file is refused by kind', async (t) => {
  const home = await scratch(t);
  const refusal = async (file: string): Promise<string> => {
    const error: unknown = await fileSha256(file, { home }).catch((thrown: unknown) => thrown);
    return error instanceof ModelError ? error.reason : String(error);
  };
  await fs.writeFile(path.join(home, 'file'), '');
  assert.equal(await refusal(path.join(home, 'none.gguf')), 'model-not-found');
  assert.equal(await refusal(path.join(home, 'file', 'none.gguf')), 'model-not-found');
  assert.equal(await refusal(home), 'not-a-file');
  if (process.platform !== 'win32') assert.equal(await refusal('/dev/null'), 'not-a-file');
});
