/**
 * One at a time, among processes of this machine: a lock is a file that only one can make. Plain Node, no packages.
 * A process that was killed leaves its lock behind; whoever finds that its maker is gone takes it away.
 */
import fs from 'node:fs';
import path from 'node:path';

const POLL_MS = 200;

/** A lock being written has no content for a moment; one that is older has no maker that will ever write it. */
const UNWRITTEN_MS = 10_000;

/** Runs `work` while no other process runs under the lock `file`. `onWait` is called once where another one has it. */
export async function withLock(file, work, onWait = () => undefined) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  for (let isFirst = true; !take(file); isFirst = false) {
    if (isFirst) onWait();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const release = () => fs.rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** True where the lock is ours now. */
function take(file) {
  try {
    fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  removeStale(file);
  return false;
}

/** Only one of those who see a stale lock can rename it, and so none removes a lock that another has just taken. */
function removeStale(file) {
  if (!isStale(file)) return;
  const aside = `${file}.${process.pid}.stale`;
  try {
    fs.renameSync(file, aside);
    if (!isStale(aside)) fs.linkSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  }
  fs.rmSync(aside, { force: true });
}

function isStale(file) {
  try {
    const pid = Number(fs.readFileSync(file, 'utf8'));
    if (pid === 0) return Date.now() - fs.statSync(file).mtimeMs > UNWRITTEN_MS;
    return pid !== process.pid && !isAlive(pid);
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
