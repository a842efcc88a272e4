/**
 * Trials of the artefact store with real processes: writers that are killed at random moments, and two writers at once.
 * `npm test` runs short ones, `npm run crash -- store` longer ones.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../src/engine/store/store.ts';
import { sampleTensors } from '../unit/core/artefact/sample.ts';

const writerModule = fileURLToPath(new URL('./storeWriter.ts', import.meta.url));

/** 512 kB a tensor: large enough that a kill often comes in the middle of a write. */
const KILL_WIDTH = 131_072;

export interface KillReport {
  readonly kills: number;
  readonly acknowledged: number;
  /** Left-overs that were found after the kills, and are gone after the next save. */
  readonly leftOvers: number;
}

/**
 * Kills a writer `kills` times, each at a random moment after its first save. After each: nothing torn, nothing that was
 * acknowledged lost. In the end: nothing left over.
 */
export async function killWriters(folder: string, kills: number): Promise<KillReport> {
  const store = openStore(folder);
  let acknowledged = 0;
  let leftOvers = 0;
  for (let kill = 0; kill < kills; kill++) {
    const lines = await killedWriter(folder, Math.random() * 60);
    acknowledged += lines.length;
    leftOvers += (await fs.readdir(folder)).filter((name) => name.endsWith('.steerscope-tmp')).length;
    const { artefacts, damaged } = await store.list();
    assert.deepEqual(damaged, [], 'torn');
    assert.ok(artefacts.length > 0);
    for (const { name, n, isReplaced } of lines.map(parseLine)) {
      const { manifest, tensors } = await store.load(name);
      const found = Number(manifest.params.n);
      assert.ok(isReplaced ? found >= n : found === n, `${name}: ${n} was acknowledged, ${found} is there`);
      assert.deepEqual(tensors, sampleTensors(found, KILL_WIDTH));
    }
    // Each run counts from 1 anew, and the disk is not ours to fill.
    for (const { name } of artefacts) await store.remove(name);
  }
  await store.collectGarbage();
  assert.deepEqual(await fs.readdir(folder), []);
  return { kills, acknowledged, leftOvers };
}

/** Two writers that want the same names: each name has one owner, the replaced one is whole, and nothing is left over. */
export async function raceWriters(folder: string, writes: number): Promise<{ writes: number; won: number[] }> {
  const outputs = await Promise.all([finishedWriter(folder, writes), finishedWriter(folder, writes)]);
  const won = outputs.map((lines) => lines.map(parseLine).filter(({ isReplaced }) => !isReplaced));
  const owners = new Map(won.flat().map(({ name, n }) => [name, n]));
  assert.equal(won.flat().length, writes, 'a name was acknowledged twice, or not at all');
  assert.equal(owners.size, writes);
  const store = openStore(folder);
  const { artefacts, damaged } = await store.list();
  assert.deepEqual(damaged, []);
  assert.equal(artefacts.length, writes + 1);
  for (const [name, owner] of owners) assert.deepEqual((await store.load(name)).tensors, sampleTensors(owner));
  const { manifest, tensors } = await store.load('replaced');
  const lastWrites = outputs.map((lines) => lines.map(parseLine).findLast(({ isReplaced }) => isReplaced)?.n);
  assert.ok(lastWrites.includes(Number(manifest.params.n)), 'what counts is not the last write of either');
  assert.deepEqual(tensors, sampleTensors(Number(manifest.params.n)));
  assert.equal((await fs.readdir(folder)).length, writes + 1);
  return { writes, won: won.map(({ length }) => length) };
}

function parseLine(line: string): { name: string; n: number; isReplaced: boolean } {
  const [name = '', n] = line.split(' ');
  return { name, n: Number(n), isReplaced: name === 'replaced' };
}

/** Starts a writer, kills it some time after its first acknowledgement, and returns all its acknowledgements. */
async function killedWriter(folder: string, afterMs: number): Promise<string[]> {
  const child = startWriter(folder, 'fill', 1e6, KILL_WIDTH);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const closed = once(child, 'close');
  await once(child.stdout, 'data');
  await sleep(afterMs);
  child.kill('SIGKILL');
  await closed;
  return linesOf(chunks);
}

async function finishedWriter(folder: string, writes: number): Promise<string[]> {
  const child = startWriter(folder, 'race', writes, 8);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 0);
  return linesOf(chunks);
}

function startWriter(folder: string, mode: string, writes: number, width: number) {
  const args = ['--import', 'tsx', writerModule, folder, mode, String(writes), String(width)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

function linesOf(chunks: readonly Buffer[]): string[] {
  return Buffer.concat(chunks).toString().split('\n').filter(Boolean);
}
