/** The main module of a toy engine. Its argument chooses how it starts: well, never ready, dead at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { runEngineChild } from '../../../src/engine/process/childShell.ts';
import { StoreError } from '../../../src/core/errors.ts';
import { toySchemas } from './toyService.ts';
import type { ToyService } from './toyService.ts';

const never = new Promise<never>(() => {});

const crashes: Record<string, () => void> = {
  exit: () => process.exit(7),
  throw: () => setImmediate(() => fail()),
  memory: () => setImmediate(() => fillMemory()),
  disconnect: () => process.disconnect(),
};

function fail(): never {
  throw new StoreError('toy', 'the toy broke');
}

function fillMemory(): void {
  const kept: unknown[] = [];
  for (;;) kept.push(new Array(10_000).fill({}));
}

const toy: ToyService = {
  square: async (values) => values.map((x) => x * x),
  async tick(_params, { emit, signal }) {
    for (let n = 1; ; n++) {
      emit(n);
      await sleep(1, undefined, { signal });
    }
  },
  hang: () => never,
  async block({ ms }) {
    for (const until = performance.now() + ms; performance.now() < until;);
  },
  async print({ stdout, stderr }) {
    console.log(stdout);
    console.error(stderr);
  },
  crash({ how }) {
    crashes[how]?.();
    return never;
  },
};

const [mode] = process.argv.slice(2);
if (mode === 'dead') throw new StoreError('toy', 'no model today');
await runEngineChild(async (log) => {
  if (mode === 'mute') await never;
  log('info', 'toy at work');
  return toy;
}, toySchemas);
