/**
 * A lock between processes: a file that one of them has made, with its process id, and touches as long as it works.
 * It spares double work and nothing more: whoever needs it for correctness needs another design, because a lock that
 * looks abandoned (a suspended laptop) is taken over.
 */
import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import { throwIfCancelled } from '../core/errors.ts';
import { pause } from './abortable.ts';
import { asStoreError, explained, systemCode } from './fileErrors.ts';
import { hostTag, isProcessAlive } from './temporary.ts';

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once, when another process holds the lock. */
  readonly onWait?: () => void;
  /** The holder touches the file this often... */
  readonly heartbeatMs?: number;
  /** ...and is taken for dead after this long without a touch. */
  readonly staleMs?: number;
  readonly pollMs?: number;
}

/**
 * Runs `work` while holding the lock file at `path`; waits for as long as a living process holds it.
 *
 * @throws StoreError where the lock file cannot be made; CancelledError where the signal fires while waiting;
 * whatever `work` throws.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const { signal, onWait, heartbeatMs = 5_000, staleMs = 30_000, pollMs = 200 } = options;
  const content = JSON.stringify({ pid: process.pid, host: hostTag, token: crypto.randomUUID() });
  throwIfCancelled(signal);
  for (let waited = false; !(await acquire(path, content));) {
    if (await isAbandoned(path, staleMs)) {
      // Two that wait may both come here, and the second remove the lock of the first: then both work, see above.
      await explained('remove', path, () => fs.rm(path, { force: true }));
      continue;
    }
    if (!waited) onWait?.();
    waited = true;
    await pause(pollMs, signal);
  }
  const heartbeat = setInterval(() => void touch(path), heartbeatMs).unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if ((await fs.readFile(path, 'utf8').catch(() => '')) === content) {
      await fs.rm(path, { force: true }).catch(() => undefined);
    }
  }
}

async function acquire(path: string, content: string): Promise<boolean> {
  try {
    await fs.writeFile(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    // The file is ours and useless: do not leave it to be waited for.
    if (systemCode(error) === 'ENOSPC') await fs.rm(path, { force: true }).catch(() => undefined);
    throw asStoreError(error, 'write', path);
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await fs.utimes(path, now, now).catch(() => undefined);
}

async function isAbandoned(path: string, staleMs: number): Promise<boolean> {
  try {
    const { mtimeMs } = await fs.stat(path);
    if (Date.now() - mtimeMs > staleMs) return true;
    const holder: unknown = JSON.parse(await fs.readFile(path, 'utf8'));
    if (typeof holder !== 'object' || holder === null || !('pid' in holder) || !('host' in holder)) return false;
    return holder.host === hostTag && typeof holder.pid === 'number' && !isProcessAlive(holder.pid);
  } catch {
    // Gone since, or not yet written: the next attempt tells.
    return false;
  }
}
