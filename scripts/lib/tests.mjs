/** Runs test files through tsx and says how many passed, failed and were skipped. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runProgram } from './children.mjs';
import { ROOT } from './install.mjs';

/** The test files under a folder of the clone whose path holds one of `filters`; all of them where there is no filter. */
export function findTests(folder, filters = []) {
  return fs
    .readdirSync(path.join(ROOT, folder), { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join(folder, name))
    .filter((name) => filters.length === 0 || filters.some((filter) => name.includes(filter)))
    .sort();
}

/** Runs the files, two at a time. Resolves to `{passed, failed, skipped, status}`; the status is 0 where all is well. */
export async function runTests(files, { env = process.env, reporter = 'spec' } = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'steerscope-tests-'));
  const countFile = path.join(folder, 'counts.json');
  try {
    const reporters = [
      [reporter, 'stdout'],
      [new URL('./countReporter.mjs', import.meta.url).href, countFile],
    ].flatMap(([name, to]) => [`--test-reporter=${name}`, `--test-reporter-destination=${to}`]);
    const args = ['--import', 'tsx', '--test', '--test-concurrency=2', ...reporters, ...files];
    const status = files.length === 0 ? 1 : await runProgram(process.execPath, args, { cwd: ROOT, env });
    const counts = readCounts(countFile);
    const isGood = status === 0 && counts.failed === 0 && counts.passed > 0;
    return { ...counts, status: isGood ? 0 : status || 1 };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function readCounts(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    // The runner itself was ended.
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
