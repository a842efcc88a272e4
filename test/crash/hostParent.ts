/**
 * Stands for the extension host: starts an engine of the bundle that it is given, prints its process id, then makes one
 * artefact after another and prints the name of each when it has been acknowledged, until it is killed.
 */
import { startEngine } from '../../src/client/engineClient.ts';
import { engineSchemas } from '../../src/protocol/engineSchemas.ts';
import type { EngineService } from '../../src/protocol/engineService.ts';

const [modulePath, model, home, run] = process.argv.slice(2);
const { client, pid } = await startEngine<EngineService>({ modulePath, schemas: engineSchemas });
console.log(`engine ${pid}`);
await client.open({ model, precision: 'fast', threads: 1, home, get: false });
const contrast = { kind: 'prompts', positive: ['please', 'thank you'], negative: ['go away', 'no'] } as const;
for (let n = 0; ; n++) {
  const name = `host-${run}-${n}`;
  await client.fit({ method: 'dim', contrast, name, replace: false, seed: n });
  console.log(`saved ${name}`);
}
