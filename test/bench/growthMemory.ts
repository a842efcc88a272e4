/** Memory of a process that has read a prompt: the engine's, and llama.cpp's on the same file. */
import { spawn } from 'node:child_process';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startEngine } from '../../src/client/engineClient.ts';
import { engineSchemas } from '../../src/protocol/engineSchemas.ts';
import type { EngineService } from '../../src/protocol/engineService.ts';
import { GREEDY } from '../greedy.ts';
import { ENGINE } from './engineStart.ts';
import { memoryOf, type Memory } from './memoryOf.ts';

/** Every letter is a token of a random model. */
export const MEMORY_PROMPT = 64;

export interface Memories {
  readonly ours: Memory | null;
  /** Null where the peer is not installed. */
  readonly peer: Memory | null;
}

export async function measureMemories(model: string, home: string, threads: number): Promise<Memories> {
  return { ours: await ours(model, home, threads), peer: await ofPeer(model, threads) };
}

async function ours(model: string, home: string, threads: number): Promise<Memory | null> {
  const { client, pid, dispose } = await startEngine<EngineService>({ modulePath: ENGINE, schemas: engineSchemas });
  try {
    await client.open({ model, precision: 'fast', threads, home, get: false });
    const prompt = 'qzxj'.repeat(MEMORY_PROMPT / 4);
    const options = { ...GREEDY, mode: 'raw', maxTokens: 1, ignoreEos: true } as const;
    await client.generate({ prompts: [{ id: 'bench', prompt }], options });
    return memoryOf(pid);
  } finally {
    await dispose();
  }
}

async function ofPeer(model: string, threads: number): Promise<Memory | null> {
  const program = fileURLToPath(new URL('peerProcess.ts', import.meta.url));
  const args = ['--import', 'tsx', program, model, String(threads), String(MEMORY_PROMPT)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    const line = await readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
    return line.done === true || line.value !== 'ready' || child.pid === undefined ? null : memoryOf(child.pid);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}
