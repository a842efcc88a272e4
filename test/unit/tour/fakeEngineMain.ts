/** The engine of `fakeEngine.ts` as a process, for tests of the verb: behind the real RPC, with the real schemas. */
import { setTimeout as sleep } from 'node:timers/promises';
import { runEngineChild } from '../../../src/engine/process/childShell.ts';
import { engineSchemas } from '../../../src/protocol/engineSchemas.ts';
import type { EngineService } from '../../../src/protocol/engineService.ts';
import type { CallContext } from '../../../src/protocol/rpc.ts';
import { FakeEngine, fakeModel } from './fakeEngine.ts';

type Call = (params: unknown, options: { signal: AbortSignal; onEvent: (event: unknown) => void }) => Promise<unknown>;
type Handler = (params: unknown, context: CallContext<unknown>) => Promise<unknown>;

function createService(): EngineService {
  const methods = Object.entries(new FakeEngine().client).map(([name, call]): [string, Handler] => [
    name,
    (params, { signal, emit }) => (call as Call)(params, { signal, onEvent: emit }),
  ]);
  const service = Object.fromEntries(methods) as unknown as EngineService;
  return {
    ...service,
    open: async ({ precision }) => ({ ...fakeModel(), precision }),
    // Long enough to be interrupted, and it looks at its signal as the real one does.
    probe: async (params, context) => {
      if (process.env.FAKE_SLOW_PROBE) await sleep(60_000, undefined, { signal: context.signal });
      return service.probe(params, context);
    },
  };
}

await runEngineChild<EngineService>(createService, engineSchemas);
