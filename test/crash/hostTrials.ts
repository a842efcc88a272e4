/**
 * Trials of the host as a process: killed by SIGKILL at a seeded moment while its engine saves artefacts. The engine must
 * be gone within five seconds, what was acknowledged must be there, and nothing may be torn.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRandom } from '../../src/core/stats/random.ts';
import { quantile } from '../../src/core/stats/quantiles.ts';
import { openStore } from '../../src/engine/store/store.ts';
import { homeFolders } from '../../src/files/paths.ts';
import { isAlive } from '../unit/client/startToy.ts';
import type { KillOptions } from './engineTrials.ts';

const parentModule = fileURLToPath(new URL('./hostParent.ts', import.meta.url));

export interface HostKillReport {
  readonly kills: number;
  readonly seed: number;
  readonly acknowledged: number;
  /** Artefacts that were saved, and whose name the killed host had not printed yet. */
  readonly savedUnsaid: number;
  /** From the kill to the end of the engine, in milliseconds. */
  readonly engineGoneMs: { readonly median: number; readonly p95: number; readonly worst: number };
}

/** After its first save the host lives so long at the most. */
const LONGEST_LIFE_MS = 300;
/** No figure of merit: an engine that stays never ends, and a slow machine gets its time. */
const MOST_GONE_MS = 30_000;

/** @throws AssertionError for whatever was torn, lost or left running */
export async function killHosts({ engine, model, folder, kills, seed, onKill }: KillOptions): Promise<HostKillReport> {
  const random = createRandom(seed);
  const home = path.join(folder, 'host');
  const store = openStore(homeFolders(home).store);
  const acknowledged = new Set<string>();
  const gone: number[] = [];
  let savedUnsaid = 0;
  for (let kill = 1; kill <= kills; kill++) {
    const { pid, names } = await killedHost([engine, model, home, String(kill)], random.next() * LONGEST_LIFE_MS);
    for (const name of names) acknowledged.add(name);
    gone.push(await untilGone(pid));
    const { artefacts, damaged } = await store.list();
    assert.deepEqual(damaged, [], 'an artefact is torn');
    const there = new Set(artefacts.map(({ name }) => name));
    for (const name of acknowledged) assert.ok(there.has(name), `${name} was acknowledged, and is lost`);
    for (const name of there) {
      if (acknowledged.has(name)) continue;
      assert.ok(name.startsWith(`host-${kill}-`), `${name} is there, and nobody has made it`);
      await store.load(name);
      acknowledged.add(name);
      savedUnsaid++;
    }
    onKill?.(kill);
  }
  const at = (q: number): number => Math.round(quantile(gone, q));
  return {
    kills,
    seed,
    acknowledged: acknowledged.size,
    savedUnsaid,
    engineGoneMs: { median: at(0.5), p95: at(0.95), worst: at(1) },
  };
}

/** Runs a host until so long after its first save. */
async function killedHost(args: readonly string[], lifeMs: number): Promise<{ pid: number; names: readonly string[] }> {
  const host = spawn(process.execPath, ['--import', 'tsx', parentModule, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const names: string[] = [];
  let pid = 0;
  const ended = once(host, 'exit');
  const lines = createInterface({ input: host.stdout });
  const firstSave = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      const [what, value] = line.split(' ');
      if (what === 'engine') pid = Number(value);
      else {
        names.push(value);
        resolve();
      }
    });
  });
  await Promise.race([firstSave, ended]);
  assert.equal(host.exitCode, null, 'the host ended by itself');
  await sleep(lifeMs);
  host.kill('SIGKILL');
  await ended;
  return { pid, names };
}

/** How long the engine outlived its host. */
async function untilGone(pid: number): Promise<number> {
  const killedMs = performance.now();
  while (isAlive(pid)) {
    assert.ok(performance.now() - killedMs < MOST_GONE_MS, 'an engine outlived its host');
    await sleep(5);
  }
  return performance.now() - killedMs;
}
