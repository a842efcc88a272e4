/**
 * `npm test`: installs and builds what is needed, gets the default model where it is missing, and runs every test. Its
 * last line is `N passed, N failed, N skipped`. Arguments are parts of paths: only test files that hold one are run.
 */
import { ensureBuilt } from './lib/bundle.mjs';
import { runQuietly } from './lib/children.mjs';
import { ROOT, ensureInstalled, requireNode } from './lib/install.mjs';
import { findTests, runTests } from './lib/tests.mjs';

requireNode();
await ensureInstalled();
await ensureBuilt();

const files = findTests('test', process.argv.slice(2));
if (files.length === 0) console.error('steerscope: no test file matches');

console.error('Looking for the default model (fetched once, about 93 MB) ...');
const model = await runQuietly(process.execPath, ['--import', 'tsx', 'test/fetchModel.ts'], { cwd: ROOT });
if (model.status >= 128) process.exit(model.status);
// The tests that need the model fail with this reason, at once, instead of each trying to fetch it.
if (model.status !== 0) console.error(model.output.trimEnd());
const env = { ...process.env, ...(model.status === 0 ? {} : { STEERSCOPE_TEST_NO_MODEL: model.output.trim() }) };

const { passed, failed, skipped, status } = await runTests(files, { env });
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = status;
