/**
 * The names of our temporary files, and the removal of those that a killed process left behind.
 * A name says who made it, so that nothing is ever removed that a living process may be writing to.
 */
import crypto from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { nodeFiles, type FileOperations } from './fileOperations.ts';
import { systemCode } from './fileErrors.ts';

/** `NAME.PID-HOST-RANDOM.steerscope-tmp` */
const OWN_PATTERN = /\.(\d{1,10})-([0-9a-f]{8})-[0-9a-f]{16}\.steerscope-tmp$/;

/** A temporary file that nobody has written to for this long is nobody's, wherever its maker ran. */
export const LEFT_OVER_MS = 24 * 60 * 60 * 1000;

/** File systems take names of 255 bytes; a name of ours adds 54, and a character is at most 4 bytes. */
const KEPT_CHARACTERS = 48;

/** Says on which machine a process id means something: a home may be shared by containers, or over a network. */
export const hostTag: string = crypto.createHash('sha256').update(os.hostname()).digest('hex').slice(0, 8);

/** A fresh name beside `target`, in the same folder and so on the same file system: a rename to `target` is atomic. */
export function temporaryPath(target: string): string {
  const name = path.basename(target).slice(0, KEPT_CHARACTERS);
  const random = crypto.randomBytes(8).toString('hex');
  return path.join(path.dirname(target), `${name}.${process.pid}-${hostTag}-${random}.steerscope-tmp`);
}

/** True where the process runs, or where that cannot be known. Ids are reused: true is no proof that it is the same one. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, and belongs to another user.
    return systemCode(error) !== 'ESRCH';
  }
}

/**
 * Removes the temporary files and folders in `folder` (not in its subfolders) that bear our name pattern and whose maker
 * is dead, or that nobody has written to for `olderThanMs`. A missing folder, and what cannot be removed, is passed over:
 * tidying must never stop the work. Returns the names that were removed.
 */
export async function cleanTemporaryFiles(
  folder: string,
  olderThanMs: number,
  files: FileOperations = nodeFiles,
): Promise<string[]> {
  const names = await files.list(folder).catch(() => []);
  const removed: string[] = [];
  for (const name of names) {
    const [, pid, host] = OWN_PATTERN.exec(name) ?? [];
    if (pid === undefined) continue;
    const target = path.join(folder, name);
    try {
      const makerIsDead = host === hostTag && !isProcessAlive(Number(pid));
      if (makerIsDead || Date.now() - (await files.modifiedMs(target)) > olderThanMs) {
        await files.remove(target);
        removed.push(name);
      }
    } catch {
      // Another window may be tidying too; what stays is met again at the next start.
    }
  }
  return removed;
}
