/** Starts the toy engine from its TypeScript source. */
import { fileURLToPath } from 'node:url';
import { startEngine } from '../../../src/client/engineClient.ts';
import type { EngineHandle, EngineOptions } from '../../../src/client/engineClient.ts';
import { toySchemas } from './toyService.ts';
import type { ToyService } from './toyService.ts';

export function startToy(options: Partial<EngineOptions<ToyService>> = {}): Promise<EngineHandle<ToyService>> {
  return startEngine<ToyService>({
    modulePath: fileURLToPath(new URL('./toyEngine.ts', import.meta.url)),
    execArgv: ['--import', 'tsx'],
    schemas: toySchemas,
    // No test may fail because the machine is slow; the tests of these times set their own.
    cancelGraceMs: 60_000,
    disposeGraceMs: 60_000,
    ...options,
  });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
