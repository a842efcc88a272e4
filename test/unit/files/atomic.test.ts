import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { CancelledError, ModelError, StoreError } from '../../../src/core/errors.ts';
import { makeFolder, syncFolder, writeFileAtomically } from '../../../src/files/atomic.ts';
import { nodeFiles } from '../../../src/files/fileOperations.ts';
import { scratch, systemError, watchedFiles } from './support.ts';

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

test('every kind of content arrives, and takes the place of what was there', async (t) => {
  const folder = await scratch(t);
  const target = path.join(folder, 'a.json');
  await writeFileAtomically(target, 'ä text');
  assert.equal(await fs.readFile(target, 'utf8'), 'ä text');
  await writeFileAtomically(target, new Uint8Array([0, 1, 255]));
  assert.deepEqual([...(await fs.readFile(target))], [0, 1, 255]);
  await writeFileAtomically(target, pieces('one', '', 'two'));
  assert.equal(await fs.readFile(target, 'utf8'), 'onetwo');
  await writeFileAtomically(target, async (file) => {
    await file.append(Buffer.from('????body'));
    assert.equal(file.length, 8);
    await file.overwrite(0, Buffer.from('head'));
  });
  assert.equal(await fs.readFile(target, 'utf8'), 'headbody');
  await writeFileAtomically(target, '');
  assert.equal((await fs.stat(target)).size, 0);
  assert.deepEqual(await fs.readdir(folder), ['a.json']);
});

test('overwriting what was not appended is refused', async (t) => {
  const target = path.join(await scratch(t), 'a');
  const write = writeFileAtomically(target, async (file) => {
    await file.append(Buffer.from('abc'));
    await file.overwrite(2, Buffer.from('xy'));
  });
  await assert.rejects(write, RangeError);
});

test('a disk that writes a few bytes at a time still writes them all', async (t) => {
  const target = path.join(await scratch(t), 'a');
  const files = {
    ...nodeFiles,
    open: async (file: string, flags: 'wx' | 'r') => {
      const handle = await nodeFiles.open(file, flags);
      return {
        write: (bytes: Uint8Array, offset: number, length: number, position: number) =>
          handle.write(bytes, offset, Math.min(length, 3), position),
        sync: () => handle.sync(),
        close: () => handle.close(),
      };
    },
  };
  await writeFileAtomically(target, pieces('0123456789', 'abcdefg'), { files });
  assert.equal(await fs.readFile(target, 'utf8'), '0123456789abcdefg');
});

test('a disk that takes no more bytes is an error, not an endless loop', async (t) => {
  const folder = await scratch(t);
  const files = {
    ...nodeFiles,
    open: async (file: string, flags: 'wx' | 'r') => {
      const handle = await nodeFiles.open(file, flags);
      return { write: async () => ({ bytesWritten: 0 }), sync: () => handle.sync(), close: () => handle.close() };
    },
  };
  const write = writeFileAtomically(path.join(folder, 'a'), 'text', { files });
  await assert.rejects(write, (error) => StoreError.is(error, 'short-write'));
  assert.deepEqual(await fs.readdir(folder), []);
});

const REASONS: Record<string, string> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EACCES: 'no-permission',
  EPERM: 'no-permission',
  EROFS: 'read-only',
  EIO: 'io-error',
  EMFILE: 'too-many-files',
  ENOENT: 'not-found',
  ENOTDIR: 'not-a-folder',
};

test('a fault at any call: a clear error, the old file or the whole new one, and nothing left over', async (t) => {
  const folder = await scratch(t);
  const target = path.join(folder, 'a');
  const content = (): AsyncIterable<Uint8Array> => pieces('new ', 'content');
  const plain = watchedFiles(() => undefined);
  await writeFileAtomically(target, content(), { files: plain });
  assert.deepEqual(plain.calls, ['open', 'write', 'write', 'sync', 'close', 'rename', 'open', 'sync', 'close']);
  const renameAt = plain.calls.indexOf('rename');

  for (const [code, reason] of Object.entries(REASONS)) {
    for (let failing = 0; failing < plain.calls.length; failing++) {
      await fs.writeFile(target, 'old');
      const files = watchedFiles((_, index) => {
        if (index === failing) throw systemError(code);
      });
      const error: unknown = await writeFileAtomically(target, content(), { files }).catch((thrown: unknown) => thrown);
      const where = `${code} at call ${failing} (${plain.calls[failing]})`;
      if (failing <= renameAt) {
        assert.ok(error instanceof StoreError && error.reason === reason, `${where}: ${String(error)}`);
        assert.ok(error.message.includes(target) && error.advice.length > 0 && !error.message.includes('\n'), where);
        assert.equal(await fs.readFile(target, 'utf8'), 'old', where);
      } else {
        // The file is in place; only that the folder reached the disk may be in doubt, and that is told.
        assert.ok(error === undefined || (error instanceof StoreError && error.reason === reason), where);
        assert.equal(await fs.readFile(target, 'utf8'), 'new content', where);
      }
      assert.deepEqual(await fs.readdir(folder), ['a'], where);
    }
  }
});

test('a fault in removing the temporary file does not hide the first one', async (t) => {
  const folder = await scratch(t);
  const files = watchedFiles((call) => {
    if (call === 'write') throw systemError('ENOSPC');
    if (call === 'remove' || call === 'close') throw systemError('EIO');
  });
  const write = writeFileAtomically(path.join(folder, 'a'), 'text', { files });
  await assert.rejects(write, (error) => StoreError.is(error, 'disk-full'));
});

test('a folder that cannot be synced is told, unless the file system just cannot do that', async (t) => {
  const folder = await scratch(t);
  const failing = (code: string): Promise<void> =>
    syncFolder(
      folder,
      watchedFiles((call) => {
        if (call === 'sync') throw systemError(code);
      }),
    );
  await failing('EINVAL');
  await assert.rejects(failing('EIO'), (error) => StoreError.is(error, 'io-error'));
});

test('what the content throws passes as it is, and leaves nothing', async (t) => {
  const folder = await scratch(t);
  const target = path.join(folder, 'a');
  const trouble = new ModelError('wrong-hash', 'not this file');
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('some');
    throw trouble;
  }
  await assert.rejects(writeFileAtomically(target, broken()), (error) => error === trouble);
  await assert.rejects(
    writeFileAtomically(target, () => Promise.reject(systemError('ECONNRESET'))),
    /ECONNRESET: injected/,
  );
  assert.deepEqual(await fs.readdir(folder), []);
});

test('cancelling works before, between and while the content keeps us waiting', async (t) => {
  const folder = await scratch(t);
  const target = path.join(folder, 'a');
  await fs.writeFile(target, 'old');
  await assert.rejects(writeFileAtomically(target, 'new', { signal: AbortSignal.abort() }), CancelledError);

  const between = new AbortController();
  async function* cancelling(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('some');
    between.abort();
    yield Buffer.from('more');
  }
  await assert.rejects(writeFileAtomically(target, cancelling(), { signal: between.signal }), CancelledError);

  const waiting = new AbortController();
  async function* hanging(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('some');
    setImmediate(() => waiting.abort());
    await new Promise(() => undefined);
  }
  await assert.rejects(writeFileAtomically(target, hanging(), { signal: waiting.signal }), CancelledError);

  const atTheEnd = new AbortController();
  const files = watchedFiles((call) => {
    if (call === 'sync') atTheEnd.abort();
  });
  await assert.rejects(writeFileAtomically(target, 'new', { signal: atTheEnd.signal, files }), CancelledError);

  assert.equal(await fs.readFile(target, 'utf8'), 'old');
  assert.deepEqual(await fs.readdir(folder), ['a']);
});

test('places that cannot be written to', async (t) => {
  const folder = await scratch(t);
  await fs.writeFile(path.join(folder, 'file'), '');
  await fs.mkdir(path.join(folder, 'folder', 'inner'), { recursive: true });
  const reasonOf = async (attempt: Promise<void>): Promise<string> => {
    const error: unknown = await attempt.catch((thrown: unknown) => thrown);
    return error instanceof StoreError ? error.reason : String(error);
  };
  assert.equal(await reasonOf(writeFileAtomically(path.join(folder, 'none', 'a'), '')), 'not-found');
  assert.equal(await reasonOf(writeFileAtomically(path.join(folder, 'file', 'a'), '')), 'not-a-folder');
  assert.equal(await reasonOf(makeFolder(path.join(folder, 'file', 'a'))), 'not-a-folder');
  assert.equal(await reasonOf(makeFolder(path.join(folder, 'file'))), 'not-a-folder');
  const ontoFolder = await reasonOf(writeFileAtomically(path.join(folder, 'folder'), ''));
  assert.ok(['is-a-folder', 'no-permission'].includes(ontoFolder), ontoFolder);
  assert.deepEqual((await fs.readdir(folder)).sort(), ['file', 'folder']);
});

test('many writers of one file: the last rename wins, whole', async (t) => {
  const folder = await scratch(t);
  const target = path.join(folder, 'a');
  const texts = Array.from({ length: 20 }, (_, i) => String.fromCharCode(97 + i).repeat(100_000));
  await Promise.all(
    texts.map((text) => writeFileAtomically(target, pieces(text.slice(0, 50_000), text.slice(50_000)))),
  );
  assert.ok(texts.includes(await fs.readFile(target, 'utf8')));
  assert.deepEqual(await fs.readdir(folder), ['a']);
});

test('a name of the greatest length still gets a temporary one', async (t) => {
  const target = path.join(await scratch(t), '模'.repeat(85));
  await writeFileAtomically(target, 'x');
  assert.equal(await fs.readFile(target, 'utf8'), 'x');
});

test(
  'a folder that takes no children is an error at once, not a call that never returns',
  { timeout: 60_000 },
  async (t) => {
    if (process.platform !== 'linux') return t.skip('needs /proc');
    await assert.rejects(makeFolder('/proc/nothere/deep/er'));
  },
);

test('folders are made with their parents, by several callers at once', async (t) => {
  const folder = await scratch(t);
  const deep = path.join(folder, 'a', 'b', 'c');
  await Promise.all(Array.from({ length: 8 }, () => makeFolder(deep)));
  await makeFolder(deep);
  assert.deepEqual(await fs.readdir(path.join(folder, 'a', 'b')), ['c']);
});
