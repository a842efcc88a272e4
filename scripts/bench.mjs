/**
 * `npm run bench`: measures the figures of docs/figures, side by side with node-llama-cpp, which is installed into a
 * folder of its own (its ready-made CPU binaries from the npm registry; nothing is compiled). `--no-peer` leaves it out.
 */
import fs from 'node:fs';
import path from 'node:path';
import { ensureBuilt } from './lib/bundle.mjs';
import { runProgram, runQuietly } from './lib/children.mjs';
import { ROOT, ensureInstalled, requireNode } from './lib/install.mjs';

const PEER_VERSION = '3.22.1';
const PEER_FOLDER = path.join(ROOT, '.cache', 'bench');
const PEER_BINARIES = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'mac-x64',
  'darwin-arm64': 'mac-arm64-metal',
  'win32-x64': 'win-x64',
  'win32-arm64': 'win-arm64',
};

requireNode();
await ensureInstalled();
await ensureBuilt();
const args = process.argv.slice(2).filter((arg) => arg !== '--no-peer');
if (args.length === process.argv.length - 2) await installPeer();
process.exitCode = await runProgram(process.execPath, ['--import', 'tsx', 'test/bench/main.ts', ...args], {
  cwd: ROOT,
});

/** A peer that cannot be installed is left out of the figures, and the reason said. */
async function installPeer() {
  const manifest = path.join(PEER_FOLDER, 'node_modules', 'node-llama-cpp', 'package.json');
  const binaries = PEER_BINARIES[`${process.platform}-${process.arch}`];
  if (fs.existsSync(manifest) && JSON.parse(fs.readFileSync(manifest, 'utf8')).version === PEER_VERSION) return;
  if (binaries === undefined) return console.error('steerscope: node-llama-cpp has no binaries for this system');
  fs.mkdirSync(PEER_FOLDER, { recursive: true });
  fs.writeFileSync(path.join(PEER_FOLDER, 'package.json'), '{ "private": true }\n');
  // Its optional packages are the binaries of every system and GPU, 1 GB in all; its script would compile what it lacks.
  const flags = [
    '--no-save',
    '--omit=optional',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefix',
    PEER_FOLDER,
  ];
  const packages = [`node-llama-cpp@${PEER_VERSION}`, `@node-llama-cpp/${binaries}@${PEER_VERSION}`];
  const env = { ...process.env, NODE_LLAMA_CPP_SKIP_DOWNLOAD: 'true' };
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  console.error(`Installing node-llama-cpp ${PEER_VERSION} into .cache/bench`);
  const { status, output } = await runQuietly(npm, ['install', ...flags, ...packages], { env, cwd: PEER_FOLDER });
  if (status !== 0)
    console.error(`steerscope: node-llama-cpp is left out, npm could not install it:\n${output.trim()}`);
}
