/**
 * For tests of what touches the disk: a scratch folder that goes away with the test, and a disk that fails on demand.
 */
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { nodeFiles, type FileOperations, type OpenFile } from '../../../src/files/fileOperations.ts';

export async function scratch(t: TestContext): Promise<string> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'steerscope-test-'));
  // What a test began may still write its last file while the folder is emptied.
  t.after(() => fs.rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  return folder;
}

/** The error that the system throws for a code, as node shapes it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code, syscall: 'injected' });
}

export type FileCall = 'open' | 'write' | 'sync' | 'close' | 'rename' | 'remove' | 'makeFolder' | 'list' | 'modifiedMs';

/** The real disk, except that `before` sees every call first and may throw in its place. `calls` lists them in order. */
export function watchedFiles(before: (call: FileCall, index: number) => void): FileOperations & { calls: FileCall[] } {
  const calls: FileCall[] = [];
  const watch = async <T>(call: FileCall, real: () => Promise<T>): Promise<T> => {
    calls.push(call);
    before(call, calls.length - 1);
    return real();
  };
  const watchHandle = (handle: OpenFile): OpenFile => ({
    write: (bytes, offset, length, position) => watch('write', () => handle.write(bytes, offset, length, position)),
    sync: () => watch('sync', () => handle.sync()),
    // A close that fails has closed all the same, as with the system's own.
    close: async () => {
      await handle.close();
      await watch('close', async () => undefined);
    },
  });
  return {
    calls,
    open: async (file, flags) => watchHandle(await watch('open', () => nodeFiles.open(file, flags))),
    rename: (from, to) => watch('rename', () => nodeFiles.rename(from, to)),
    remove: (file) => watch('remove', () => nodeFiles.remove(file)),
    makeFolder: (folder) => watch('makeFolder', () => nodeFiles.makeFolder(folder)),
    list: (folder) => watch('list', () => nodeFiles.list(folder)),
    modifiedMs: (file) => watch('modifiedMs', () => nodeFiles.modifiedMs(file)),
  };
}

/** What has not come in this time never will. No figure of merit: a slow machine has far less to wait for. */
const PATIENCE_MS = 60_000;

/** Waits until `condition` holds. @throws Error where it never does */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`not within ${PATIENCE_MS / 1000} s: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Writes a file anew, at a time that the file system tells apart from its last: some clocks tick every few milliseconds. */
export async function changeFile(file: string, content: string | Uint8Array): Promise<void> {
  const { ctimeMs } = await fs.stat(file);
  do await fs.writeFile(file, content);
  while ((await fs.stat(file)).ctimeMs === ctimeMs);
}
