/**
 * The VS Code of the tests: code-server, which is the workbench and the extension host of VS Code for a browser, with its
 * native parts compiled here. Installed once into the user's cache, for every clone, from the npm registry alone. Owns
 * where it is and how it gets there; how it is started is the business of test/vscode. Plain Node, no packages.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runQuietly } from './children.mjs';
import { ROOT, runNpm } from './install.mjs';
import { withLock } from './lock.mjs';
import { ensureSystem, findProgram } from './system.mjs';

/** 4.100.3 is VS Code 1.100.3, the oldest that the extension says it runs in. Its shrinkwrap pins all the rest. */
const VERSION = '4.100.3';
const INTEGRITY = 'sha512-q/Fh2DOxCRNhC/WiG/6sAhSKnj7ZACTVBaeeZ+rWjol//0FCbl/qg1ln5ecZ99jYcfqMxZZAyWcN+YBIo0DgpA==';
/** code-server of this version knows no other Node. */
const NODE_MAJOR = 20;
/** Counts up where the steps below change, so that nobody goes on with what older ones made. */
const RECIPE = 1;

const CHROMIUM = {
  package: 'chromium',
  programs: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
};
const TOOLS = [
  { package: 'ripgrep', programs: ['rg'] },
  { package: 'g++', programs: ['g++', 'c++'] },
  { package: 'make', programs: ['make'] },
  { package: 'python3', programs: ['python3'] },
];

/** Parts of VS Code that are compiled; kerberos is left out, it is loaded for one kind of proxy only. */
const NATIVES = ['node-pty', '@vscode/spdlog', 'native-watchdog'];

/** The browser that shows it, and the panels in their tests: its file, or undefined. */
export function findBrowser() {
  return findProgram(...CHROMIUM.programs);
}

/** Installs the browser where it is missing and can be. Resolves to undefined, or to one line that says what is missing. */
export function ensureBrowser() {
  return ensureSystem([CHROMIUM]);
}

/** What of it is there: `{vscode, chromium}`, a folder and a program; `{missing}`, one line, where something is not. */
export function findVSCode({ browser = true } = {}) {
  const unfit = unfitSystem();
  if (unfit !== undefined) return { missing: unfit };
  const vscode = installed();
  if (vscode === undefined) return { missing: 'VS Code is not installed for the tests (npm run vscode:install)' };
  const chromium = findBrowser();
  if (chromium === undefined && browser) return { missing: 'missing: chromium' };
  return { vscode, chromium };
}

/**
 * Installs what is missing; without `browser` no browser is. Resolves to what `findVSCode` finds then; throws only what a
 * defect of ours would throw.
 */
export async function ensureVSCode({ browser = true } = {}) {
  const unfit = unfitSystem();
  if (unfit !== undefined) return { missing: unfit };
  const isInstalled = installed() !== undefined;
  const missing = await ensureSystem([...(browser ? [CHROMIUM] : []), ...(isInstalled ? [] : TOOLS)]);
  if (missing !== undefined) return { missing };
  if (isInstalled) return findVSCode({ browser });
  const folder = homes().find((home) => isWritable(path.dirname(home)));
  const wait = () => console.error('Another run installs VS Code for the tests; waiting for it ...');
  const failure = await withLock(`${folder}.lock`, () => install(folder), wait);
  return failure === undefined ? findVSCode({ browser }) : { missing: failure };
}

function installed() {
  return homes().find((folder) => fs.existsSync(path.join(folder, 'installed.json')));
}

/** Where it may be, the best place first: the cache of the user, or where that cannot be written, of the clone. */
function homes() {
  const name = `code-server-${VERSION}-${process.arch}-abi${process.versions.modules}-${RECIPE}`;
  const ofUser = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return [path.join(ofUser, 'steerscope-tests', name), path.join(ROOT, '.cache', 'vscode', name)];
}

function unfitSystem() {
  if (process.platform !== 'linux') return 'the VS Code of the tests is for Linux';
  const { node } = process.versions;
  if (Number(node.split('.')[0]) !== NODE_MAJOR)
    return `the VS Code of the tests needs Node ${NODE_MAJOR}; this is ${node}`;
  return undefined;
}

function isWritable(folder) {
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
    return true;
  } catch {
    // Whatever it is that stands against it, the next place is tried.
    return false;
  }
}

/** Undefined, or why it could not be installed. The folder appears when all of it is there. */
async function install(folder) {
  if (fs.existsSync(path.join(folder, 'installed.json'))) return undefined;
  removeLeftOvers(folder);
  const building = `${folder}.${process.pid}.tmp`;
  console.error('Installing VS Code for the tests (once; a minute or two) ...');
  fs.mkdirSync(building);
  try {
    for (const [what, step] of STEPS) {
      const { status, output } = await step(building);
      if (status >= 128) process.exit(status);
      if (status !== 0) return `VS Code could not be installed for the tests: ${what}\n${lastLines(output)}`;
    }
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(building, folder);
    return undefined;
  } finally {
    fs.rmSync(building, { recursive: true, force: true });
  }
}

/** What runs that were killed have left; under the lock nobody is at work on any of it. */
function removeLeftOvers(folder) {
  const parent = path.dirname(folder);
  for (const name of fs.readdirSync(parent))
    if (name.startsWith(`${path.basename(folder)}.`) && name.endsWith('.tmp'))
      fs.rmSync(path.join(parent, name), { recursive: true, force: true });
}

function lastLines(output) {
  return output.trimEnd().split('\n').slice(-20).join('\n');
}

/** Each by its name: a function of the folder that resolves to `{status, output}`. */
const STEPS = [
  ['its package', fetchPackage],
  ['its packages', fetchDependencies],
  ['its native parts', compile],
  ['its places of files', linkFiles],
  ['its start', tryStart],
];

const server = (folder) => path.join(folder, 'node_modules', 'code-server');
const workbench = (folder) => path.join(server(folder), 'lib', 'vscode');

async function fetchPackage(folder) {
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  // Its own install script asks npm to compile more than is needed.
  const result = await npm(['install', '--ignore-scripts', `code-server@${VERSION}`], folder);
  if (result.status !== 0) return result;
  const lock = JSON.parse(fs.readFileSync(path.join(folder, 'package-lock.json'), 'utf8'));
  const { integrity } = lock.packages['node_modules/code-server'];
  return integrity === INTEGRITY ? result : { status: 1, output: `its hash is ${integrity}` };
}

function fetchDependencies(folder) {
  const install = (place) => npm(['install', '--ignore-scripts', '--omit=dev'], place);
  return inTurn([() => install(workbench(folder)), () => install(path.join(workbench(folder), 'extensions'))]);
}

/** Node's headers are beside the program, wherever it was unpacked or installed; nothing is downloaded for it. */
async function compile(folder) {
  const headers = path.resolve(path.dirname(fs.realpathSync(process.execPath)), '..');
  if (!fs.existsSync(path.join(headers, 'include', 'node', 'node.h')))
    return { status: 1, output: `the headers of Node are not in ${headers}/include/node` };
  const env = {
    ...process.env,
    npm_config_nodedir: headers,
    npm_config_build_from_source: 'true',
    // Without it, an npx inside node-pty's script asks, and waits.
    npm_config_yes: 'true',
    JOBS: 'max',
  };
  return inTurn([
    () => npm(['rebuild', 'argon2'], folder, env),
    () => npm(['rebuild', ...NATIVES], workbench(folder), env),
  ]);
}

/** What code-server's and ripgrep's install scripts would have done. */
async function linkFiles(folder) {
  const modules = path.join(workbench(folder), 'node_modules');
  const search = path.join(modules, '@vscode', 'ripgrep', 'bin');
  fs.mkdirSync(search, { recursive: true });
  fs.copyFileSync(findProgram('rg'), path.join(search, 'rg'));
  fs.symlinkSync('node_modules', path.join(workbench(folder), 'node_modules.asar'));
  return { status: 0, output: '' };
}

async function tryStart(folder) {
  const natives = `for (const name of ${JSON.stringify(NATIVES)}) require(name)`;
  const result = await inTurn([
    () => runQuietly(process.execPath, ['-e', natives], { cwd: workbench(folder) }),
    () => runQuietly(process.execPath, [path.join(server(folder), 'out', 'node', 'entry.js'), '--version']),
  ]);
  if (result.status !== 0) return result;
  const stamp = { version: VERSION, node: process.version, says: result.output.trim() };
  fs.writeFileSync(path.join(folder, 'installed.json'), `${JSON.stringify(stamp, null, 2)}\n`);
  return result;
}

async function inTurn(steps) {
  let result = { status: 0, output: '' };
  for (const step of steps) {
    result = await step();
    if (result.status !== 0) break;
  }
  return result;
}

function npm(args, cwd, env = process.env) {
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  return runNpm([...args, ...quiet], { cwd, env });
}
