/** A short run of the trials in `hostTrials.ts`, on the bundle that users run; `npm run crash -- host` does longer ones. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writeTinyModel } from '../tinyModel.ts';
import { scratch } from '../unit/files/support.ts';
import { killHosts } from './hostTrials.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test('three kills of the host: no engine is left, nothing torn, nothing lost', async (t) => {
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'pipe' });
  const folder = await scratch(t);
  const model = writeTinyModel(folder, { layers: 8, dModel: 128, dMlp: 256 });
  const engine = path.join(ROOT, 'dist/engine.js');
  const { acknowledged, engineGoneMs } = await killHosts({ engine, model, folder, kills: 3, seed: 1 });
  assert.ok(acknowledged >= 3);
  t.diagnostic(`engines were gone in ${engineGoneMs.median} ms, at worst ${engineGoneMs.worst} ms`);
});
