/** `npm run check`: the fast loop while working. Types, lint, format and the unit tests, in under a minute. */
import { ensureBuilt } from './lib/bundle.mjs';
import { runQuietly } from './lib/children.mjs';
import { ROOT, ensureInstalled, requireNode } from './lib/install.mjs';
import { findTests, runTests } from './lib/tests.mjs';

requireNode();
await ensureInstalled();

const CHECKS = [
  [
    'types',
    'node_modules/typescript/bin/tsc',
    '--noEmit',
    '--incremental',
    '--tsBuildInfoFile',
    '.cache/types.tsbuildinfo',
  ],
  [
    'types of the panels',
    'node_modules/typescript/bin/tsc',
    '--noEmit',
    '--project',
    'webview',
    '--incremental',
    '--tsBuildInfoFile',
    '.cache/types-webview.tsbuildinfo',
  ],
  [
    'lint',
    'node_modules/eslint/bin/eslint.js',
    '.',
    '--cache',
    '--cache-location',
    '.cache/eslint/',
    '--max-warnings=0',
  ],
  [
    'format',
    'node_modules/prettier/bin/prettier.cjs',
    '--check',
    '.',
    '--cache',
    '--cache-location',
    '.cache/prettier',
  ],
];

/** Runs one check and prints its outcome; true where it found nothing. */
async function check([name, program, ...args]) {
  const startMs = performance.now();
  const { status, output } = await runQuietly(process.execPath, [program, ...args], { cwd: ROOT });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  if (status !== 0) console.log(output.trimEnd());
  return status === 0;
}

const results = await Promise.all(CHECKS.map(check));
await ensureBuilt();
const tests = await runTests(findTests('test/unit'), { reporter: 'dot' });
console.log(`${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped`);
process.exitCode = results.every(Boolean) && tests.status === 0 ? 0 : 1;
