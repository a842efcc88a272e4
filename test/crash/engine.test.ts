/** A short run of the trials in `engineTrials.ts`, on the bundle that users run; `npm run crash` does longer ones. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writeTinyModel } from '../tinyModel.ts';
import { scratch } from '../unit/files/support.ts';
import { PHASES, killEngines } from './engineTrials.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test('twenty kills of the engine: nothing torn, nothing lost, the next one works', async (t) => {
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'pipe' });
  const folder = await scratch(t);
  const model = writeTinyModel(folder, { layers: 8, dModel: 128, dMlp: 256 });
  const engine = path.join(ROOT, 'dist/engine.js');
  const { byPhase, backMs } = await killEngines({ engine, model, folder, kills: 20, seed: 1 });
  assert.deepEqual(byPhase, Object.fromEntries(PHASES.map((phase) => [phase, 5])));
  t.diagnostic(`back in ${backMs.median} ms, at worst ${backMs.worst} ms`);
});
