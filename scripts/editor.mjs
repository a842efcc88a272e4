/**
 * `npm run editor`: opens the extension on a copy of samples/, with the default model ready. In the VS Code of this machine
 * where `code` is on the PATH, in a profile of its own; else, or with `--browser`, in the VS Code of the tests, whose address is
 * printed. When the window is closed, or on Ctrl-C in the browser's case, nothing is left of it.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBuilt } from './lib/bundle.mjs';
import { runProgram, runQuietly } from './lib/children.mjs';
import { ROOT, ensureInstalled, requireNode } from './lib/install.mjs';
import { ensurePackage } from './lib/package.mjs';
import { ownTarget } from './lib/packageFiles.mjs';
import { findProgram } from './lib/system.mjs';
import { ensureVSCode } from './lib/vscode.mjs';
import {
  LISTENING,
  SERVER_ENVIRONMENT,
  outsideOfVSCode,
  profileFolders,
  serverArguments,
} from './lib/vscodeServer.mjs';

requireNode();
await ensureInstalled();
await ensureBuilt();

const profile = profileFolders(fs.mkdtempSync(path.join(os.tmpdir(), 'steerscope-editor-')));
process.once('exit', () => fs.rmSync(profile.folder, { recursive: true, force: true, maxRetries: 5 }));
fs.cpSync(path.join(ROOT, 'samples'), profile.workspace, { recursive: true });
writeSettings({ 'workbench.startupEditor': 'none', 'editor.minimap.enabled': false });

// The terminal program's model, in the user's own home: fetched where it is missing, with its progress on stderr.
const getModel = [`${ROOT}/dist/cli.js`, 'model', '--get'];
const model = await runQuietly(process.execPath, getModel, { stderr: 'inherit' });
if (model.status !== 0) process.exit(model.status);

const file = path.join(profile.workspace, 'statistics.cpp');
const code = process.argv.includes('--browser') ? undefined : findProgram('code', 'codium');
process.exitCode = code === undefined ? await openInBrowser() : await openInWindow(code);

/** The sources as they are built, in a window that knows no other extension and none of the user's settings. */
async function openInWindow(program) {
  const { userData, extensions, workspace } = profile;
  const own = ['--user-data-dir', userData, '--extensions-dir', extensions, '--disable-workspace-trust'];
  console.log('Close the window to end.');
  const args = ['--new-window', '--wait', ...own, `--extensionDevelopmentPath=${ROOT}`, workspace, file];
  return runProgram(program, args, { env: outsideOfVSCode(process.env), shell: process.platform === 'win32' });
}

/** The package, installed as a user would, in the VS Code of the tests. */
async function openInBrowser() {
  const target = ownTarget();
  const { vscode, missing } = await ensureVSCode({ browser: false });
  if (missing !== undefined || target === undefined) {
    console.error(`steerscope: there is no \`code\` on the PATH, and ${missing ?? 'no package for this platform'}`);
    return 1;
  }
  const { file: vsix } = await ensurePackage(target);
  const env = { ...outsideOfVSCode(process.env), ...SERVER_ENVIRONMENT };
  const installing = serverArguments(vscode, profile, ['--install-extension', vsix]);
  const installed = await runQuietly(process.execPath, installing, { env });
  if (installed.status !== 0) {
    console.error(installed.output.trim());
    return installed.status;
  }
  return serve(serverArguments(vscode, profile, ['--disable-workspace-trust']), env);
}

/** Runs the server until Ctrl-C, and everything that it has started ends with it. */
function serve(args, env) {
  // A group of its own, so that one signal reaches the windows' hosts and their engines too.
  const server = spawn(process.execPath, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => endGroup(server.pid);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
  let said = '';
  const listen = (text) => {
    const before = LISTENING.test(said);
    said += text;
    const [, address] = LISTENING.exec(said) ?? [];
    if (before || address === undefined) return;
    const query = new URLSearchParams({ folder: profile.workspace });
    console.log(`\nOpen ${address}/?${query}\n\nOnly this machine can reach it. Ctrl-C ends it.`);
  };
  for (const stream of [server.stdout, server.stderr]) stream.setEncoding('utf8').on('data', listen);
  return new Promise((resolve) => {
    server.once('close', (status, signal) => {
      endGroup(server.pid);
      if (!LISTENING.test(said)) console.error(said.trim());
      resolve(signal === null ? status : 0);
    });
  });
}

function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGTERM');
  } catch (error) {
    // All of them have ended.
    if (error.code !== 'ESRCH') throw error;
  }
}

function writeSettings(settings) {
  const folder = path.join(profile.userData, 'User');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'settings.json'), JSON.stringify(settings));
}
