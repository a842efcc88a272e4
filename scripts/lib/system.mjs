/**
 * Programs that are no npm packages: finds them on the PATH, and installs their Debian packages where that is possible
 * (root, on Debian or what is made from it). Says what is missing where it is not. Plain Node, no packages.
 */
import fs from 'node:fs';
import path from 'node:path';
import { runQuietly } from './children.mjs';

/** @typedef {{ package: string, programs: string[] }} Need any of the programs will do */

/** The first of the programs that is on the PATH, with its folder; undefined where none is. */
export function findProgram(...names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  for (const name of names)
    for (const folder of folders) {
      const file = path.join(folder, name);
      if (isProgram(file)) return file;
    }
  return undefined;
}

function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    // Not there, or not for us: either way we cannot run it.
    return false;
  }
}

/** Installs what is missing, where it can. Resolves to undefined, or to one line that says what is missing. */
export async function ensureSystem(needs) {
  const missing = () => needs.filter(({ programs }) => findProgram(...programs) === undefined);
  if (missing().length === 0) return undefined;
  const wanted = missing().map((need) => need.package);
  const ask = `missing: ${wanted.join(' ')}`;
  if (process.platform !== 'linux' || findProgram('apt-get') === undefined) return ask;
  if (process.getuid() !== 0) return `${ask} (as root: apt-get install ${wanted.join(' ')})`;
  console.error(`Installing system packages: ${wanted.join(' ')}`);
  const failed = (await apt('update')) ?? (await apt('install', '-y', '--no-install-recommends', ...wanted));
  if (failed !== undefined) return `${ask}; ${failed}`;
  return missing().length === 0 ? undefined : ask;
}

/** Undefined, or the last line of what apt-get said against it. */
async function apt(...args) {
  // Another apt-get may be at work, that of another test run among them.
  const waiting = ['-o', 'DPkg::Lock::Timeout=600', '-qq'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, output } = await runQuietly('apt-get', [...waiting, ...args], { env });
  if (status === 0) return undefined;
  return `apt-get ${args[0]} failed: ${output.trim().split('\n').at(-1) ?? ''}`;
}
