/**
 * The packages of this clone: sees whether those of package-lock.json are there, and installs them where they are not.
 * Runs in a fresh clone, so it may use nothing but Node itself.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runQuietly } from './children.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Ends the process where this Node is too old to go on. */
export function requireNode() {
  const wanted = readJson('package.json').engines.node.replace('>=', '');
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  console.error(`steerscope: this is Node ${process.versions.node}; Node ${wanted} or newer is needed`);
  console.error('Get it from nodejs.org or your package manager, and run this again.');
  process.exit(1);
}

/** Installs the packages where they are missing or of other versions. Ends the process where that fails. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  console.error('Installing packages (once; a minute or so) ...');
  const args = ['ci', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  const { status, output } = await runNpm(args);
  if (status === 0) return;
  if (status < 128) {
    console.error(output.trimEnd().split('\n').slice(-20).join('\n'));
    console.error('steerscope: the packages could not be installed, see above');
    console.error('Check the network and the free space of the disk, and run this again.');
  }
  process.exit(status);
}

/** npm writes this list last of all, so an installation that was broken off has none. */
const INSTALLED_LIST = 'node_modules/.package-lock.json';

function isInstalled() {
  if (!fs.existsSync(path.join(ROOT, INSTALLED_LIST))) return false;
  const { packages: installed } = readJson(INSTALLED_LIST);
  // Optional ones are those of other platforms.
  return Object.entries(readJson('package-lock.json').packages).every(
    ([name, wanted]) =>
      name === '' || wanted.optional || wanted.devOptional || installed[name]?.version === wanted.version,
  );
}

/** Runs npm, the one that runs us where it does, quietly: its exit status and what it printed. */
export function runNpm(args, options = {}) {
  const { npm_execpath: npm } = process.env;
  const inRoot = { cwd: ROOT, ...options };
  if (npm && /\.c?js$/.test(npm)) return runQuietly(process.execPath, [npm, ...args], inRoot);
  return runQuietly('npm', args, { ...inRoot, shell: process.platform === 'win32' });
}

function readJson(name) {
  return JSON.parse(fs.readFileSync(path.join(ROOT, name), 'utf8'));
}
