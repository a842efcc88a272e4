/**
 * `npm test`: installs and builds what is needed, gets the default model and the VS Code of the tests where they are
 * missing, and runs every test. Its last line is `N passed, N failed, N skipped`. Arguments are parts of paths: only test
 * files that hold one are run.
 */
import path from 'node:path';
import { ensureBuilt } from './lib/bundle.mjs';
import { runQuietly } from './lib/children.mjs';
import { ROOT, ensureInstalled, requireNode } from './lib/install.mjs';
import { findTests, runTests } from './lib/tests.mjs';
import { ensureBrowser, ensureVSCode } from './lib/vscode.mjs';

requireNode();
await ensureInstalled();
await ensureBuilt();

const files = findTests('test', process.argv.slice(2));
if (files.length === 0) console.error('steerscope: no test file matches');

const fetchModel = ['--import', 'tsx', 'test/fetchModel.ts'];
const model = await runQuietly(process.execPath, fetchModel, { cwd: ROOT, stderr: 'inherit' });
if (model.status >= 128) process.exit(model.status);
const env = { ...process.env };
if (model.status !== 0) {
  const reason = model.output.trim() || 'the default model could not be fetched';
  console.error(`steerscope: ${reason}`);
  // The tests that need the model fail with this reason, at once, instead of each trying to fetch it.
  env.STEERSCOPE_TEST_NO_MODEL = reason;
}

const areIn = (folder) => files.some((file) => file.startsWith(path.join('test', folder) + path.sep));

if (areIn('webview')) {
  const missing = await ensureBrowser();
  if (missing !== undefined) {
    console.error(`steerscope: ${missing}`);
    // The tests of the panels are skipped with this reason; where CI is set they fail with it.
    env.STEERSCOPE_TEST_NO_BROWSER = missing;
  }
}

if (areIn('vscode')) {
  const { missing } = await ensureVSCode();
  if (missing !== undefined) {
    console.error(`steerscope: ${missing}`);
    // The tests in VS Code are skipped with this reason; where CI is set they fail with it.
    env.STEERSCOPE_TEST_NO_VSCODE = missing;
  }
}

const { passed, failed, skipped, status } = await runTests(files, { env });
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = status;
