/**
 * Makes the probe of languages that ships with Steerscope, on the default model: `npm run fit:probe`. The model writes
 * about 600 pieces of code first, unless it has done so before; from then on it takes about ten minutes.
 */
import { fileURLToPath } from 'node:url';
import { steerscopeHome } from '../src/files/paths.ts';
import { createEngineService } from '../src/engine/service/engineService.ts';
import { DEFAULT_MODEL_NAME } from '../src/protocol/defaults.ts';
import type { Progress } from '../src/protocol/engineService.ts';

const store = fileURLToPath(new URL('../media/probes', import.meta.url));

let shown = '';
const context = {
  signal: new AbortController().signal,
  emit: (event: unknown) => report(event as Progress),
};
const engine = createEngineService();
const model = { model: DEFAULT_MODEL_NAME, precision: 'fast', threads: 2, home: steerscopeHome() } as const;
await engine.open({ ...model, store, get: true }, context);
const { layers, params, figures } = await engine.fitLines({ name: 'languages', replace: true, seed: 0 }, context);
console.log(JSON.stringify({ layers, params, figures }, null, 2));

function report({ kind, phase, done, total }: Progress): void {
  if (kind !== 'progress' || phase === shown) return;
  shown = phase;
  console.error(`${phase}: ${done} of ${total ?? '?'}`);
}
