/** Files as byte sources: what is read, and what is said about paths that are no readable file. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FormatError } from '../../../src/core/errors.ts';
import { readGguf } from '../../../src/core/format/gguf/index.ts';
import { openFileSource } from '../../../src/engine/fileSource.ts';
import { sampleGguf } from '../format/samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'steerscope-files-'));
after(() => rmSync(folder, { recursive: true }));

function made(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function refusalOf(action: () => unknown): FormatError {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof FormatError, `not a FormatError: ${String(error)}`);
    return error;
  }
  return assert.fail('nothing was thrown');
}

test('bytes are read from anywhere in the file', () => {
  const source = openFileSource(made('letters.bin', 'abcdefghij'));
  assert.equal(source.size, 10);
  assert.equal(source.name, 'letters.bin');
  const text = (offset: number, length: number): string => Buffer.from(source.read(offset, length)).toString();
  assert.equal(text(7, 3), 'hij');
  assert.equal(text(0, 4), 'abcd');
  assert.equal(text(10, 0), '');
  source.close();
});

test('a model is read through a link to it', () => {
  const bytes = sampleGguf();
  const link = join(folder, 'link.gguf');
  symlinkSync(made('model.gguf', bytes), link);
  const source = openFileSource(link);
  assert.equal(readGguf(source).tensors.size, 4);
  source.close();
});

test('a closed source says so, and closing twice is harmless', () => {
  const source = openFileSource(made('closed.bin', 'x'));
  source.close();
  source.close();
  assert.equal(refusalOf(() => source.read(0, 1)).reason, 'closed');
});

test('a file that is cut while it is open is truncated', () => {
  const path = made('cut.gguf', sampleGguf());
  const source = openFileSource(path);
  truncateSync(path, 1000);
  const error = refusalOf(() => readGguf(source));
  assert.equal(error.reason, 'truncated');
  assert.equal(error.offset, 1000);
  source.close();
});

test('paths that are no readable file are refused with advice', () => {
  const link = join(folder, 'dangling');
  symlinkSync(join(folder, 'nowhere'), link);
  const refused: readonly (readonly [string, string])[] = [
    ['file-missing', join(folder, 'no-such-file.gguf')],
    ['file-missing', join(made('a-file', 'x'), 'inside-it')],
    ['file-missing', link],
    ['file-is-directory', folder],
    ['file-empty', made('empty.gguf', '')],
    ['file-unreadable', `${folder}/nul\0character`],
    ['file-unreadable', join(folder, 'x'.repeat(5000))],
  ];
  for (const [reason, path] of refused) {
    const error = refusalOf(() => openFileSource(path));
    assert.equal(error.reason, reason, path);
    assert.match(error.message, /^[^\n]+$/);
    assert.notEqual(error.advice, '');
  }
});

test('pipes and devices are refused, without waiting for them', { skip: process.platform === 'win32' }, () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  assert.equal(refusalOf(() => openFileSource(pipe)).reason, 'file-special');
  assert.equal(refusalOf(() => openFileSource('/dev/null')).reason, 'file-special');
});

test('a file that may not be read is refused', { skip: process.platform === 'win32' }, () => {
  const path = made('secret.gguf', 'x');
  chmodSync(path, 0o000);
  const isSuperuser = process.geteuid?.() === 0;
  // The superuser may read everything: be nobody for a moment.
  if (isSuperuser) process.seteuid?.(65534);
  try {
    assert.equal(refusalOf(() => openFileSource(path)).reason, 'file-permission');
  } finally {
    if (isSuperuser) process.seteuid?.(0);
  }
});
