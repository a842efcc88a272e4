/** A study of the built program on the real default model, and that it goes on from its folder. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { StudyResults } from '../../src/core/study/results.ts';
import { realModelPath, testHome } from '../realModel.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'steerscope-real-study-'));
process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
/** Far more than it takes: only that nothing waits for ever. */
const TIMEOUT_MS = 900_000;

let model = '';
before(async () => {
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'pipe' });
  model = await realModelPath();
});

async function study(file: string): Promise<StudyResults> {
  const args = ['study', file, '--out', path.join(folder, 'out'), '--model', model, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(ROOT, 'dist/cli.js'), ...args], {
    env: { ...process.env, STEERSCOPE_HOME: testHome() },
    maxBuffer: 1e8,
  });
  return JSON.parse(stdout) as StudyResults;
}

test('asking and a fitted direction on four prompts', { timeout: TIMEOUT_MS }, async () => {
  const file = path.join(folder, 'tiny.json');
  const parts = [{ methods: ['none', 'prompt', 'dim'], targets: ['cpp'], prompts: 4 }];
  fs.writeFileSync(file, JSON.stringify({ name: 'tiny', maxTokens: 24, parts }));
  const first = await study(file);
  const [none, asked, dim] = first.rows;
  assert.deepEqual(
    first.rows.map(({ method, n }) => [method, n]),
    [
      ['none', 4],
      ['prompt', 4],
      ['dim', 4],
    ],
  );
  assert.equal(none?.perplexity, null);
  // Greedy answers are likely ones, and likelier after their own prompt than after another's.
  assert.ok(asked?.perplexity && asked.perplexity > 1 && asked.perplexity < 6, String(asked?.perplexity));
  assert.ok(asked.relevance && asked.relevance > 0, String(asked.relevance));
  assert.equal(asked.perplexityRatio, 1);
  assert.ok(dim?.dose && dim.dose > 0 && dim.perplexityRatio && dim.perplexityRatio > 0.5, JSON.stringify(dim));
  assert.equal(first.artefacts[0]?.name, 'dim-cpp');
  assert.ok(first.artefacts[0].fitSeconds);
  assert.ok(first.rows.every(({ tokens }) => tokens > 0 && tokens <= 4 * 24));

  const second = await study(file);
  assert.deepEqual(second.cells, first.cells, 'nothing is measured twice');
  assert.deepEqual(second.rows, first.rows);
});
