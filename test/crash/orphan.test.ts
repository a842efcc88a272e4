/** An engine never outlives its parent, however the parent ends. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../unit/client/startToy.ts';

const parentModule = fileURLToPath(new URL('./orphanParent.ts', import.meta.url));

for (const [state, signal] of [
  ['idle', 'SIGKILL'],
  ['ticking', 'SIGKILL'],
  ['blocked', 'SIGKILL'],
  ['ticking', 'SIGTERM'],
] as const) {
  test(`the parent of two ${state} engines ends by ${signal}: no engine is left`, async () => {
    const parent = spawn(process.execPath, ['--import', 'tsx', parentModule, state], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const pids = JSON.parse(line) as number[];
    assert.equal(pids.filter(isAlive).length, 2);
    parent.kill(signal);
    await once(parent, 'exit');
    // No figure of merit: a slow machine gets its time, an engine that stays never ends.
    for (let waited = 0; pids.some(isAlive) && waited < 30_000; waited += 50) await sleep(50);
    const left = pids.filter(isAlive);
    for (const pid of left) process.kill(pid, 'SIGKILL');
    assert.deepEqual(left, []);
  });
}
