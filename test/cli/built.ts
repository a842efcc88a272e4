/**
 * Runs the built program as its users do: `dist/cli.js` with its real engine, in a home of the test file's own. Every
 * process that it starts carries a mark in its environment, so that one which outlives its parent is found.
 */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const CLI = path.join(ROOT, 'dist/cli.js');

/** A folder of this test file's own, removed when the process ends. */
export const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'steerscope-built-'));
process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

export const home = path.join(folder, 'home');
fs.mkdirSync(home);

const MARK = 'STEERSCOPE_TEST_MARK';
const mark = randomUUID();
export const env: NodeJS.ProcessEnv = { ...process.env, STEERSCOPE_HOME: home, NO_COLOR: '1', [MARK]: mark };

/** Brings dist/ up to date. */
export function buildProgram(): void {
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'pipe' });
}

export interface Outcome {
  /** The exit status; null where a signal ended the process. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  /** In place of, or beside, the usual environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** True makes it the leader of a group of processes, as a terminal does. */
  readonly detached?: boolean;
}

/** Starts a program, by default ours. */
export function start(
  args: readonly string[],
  options: StartOptions = {},
): { child: ChildProcess; outcome: Promise<Outcome> } {
  return startProgram(process.execPath, [CLI, ...args], options);
}

export function startProgram(
  command: string,
  args: readonly string[],
  { env: more = {}, detached = false }: StartOptions = {},
): { child: ChildProcess; outcome: Promise<Outcome> } {
  const child = spawn(command, args, { env: { ...env, ...more }, detached, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<Pick<Outcome, 'status' | 'signal'>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal }));
  });
  const outcome = Promise.all([ended, text(child.stdout), text(child.stderr)]).then(([end, stdout, stderr]) => {
    return { ...end, stdout, stderr };
  });
  return { child, outcome };
}

/** Runs the program to its end. */
export function call(...args: readonly string[]): Promise<Outcome> {
  return start(args).outcome;
}

/** Writes a file into the test file's folder; its path. */
export function file(name: string, content: string | Uint8Array): string {
  const target = path.join(folder, name);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, content);
  return target;
}

/** Every file below a folder with the SHA-256 of what is in it: equal where nothing has changed. */
export function contents(below: string): Record<string, string> {
  if (!fs.existsSync(below)) return {};
  const names = fs.readdirSync(below, { recursive: true, encoding: 'utf8' }).sort();
  const entries = names.map((name): [string, string] => {
    const target = path.join(below, name);
    if (fs.statSync(target).isDirectory()) return [name, 'folder'];
    return [name, createHash('sha256').update(fs.readFileSync(target)).digest('hex')];
  });
  return Object.fromEntries(entries);
}

/** Processes of ours that are running, by their mark; always none where the system has no `/proc`. */
export function leftRunning(): number[] {
  if (!fs.existsSync('/proc')) return [];
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => {
      try {
        return fs.readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${MARK}=${mark}`);
      } catch {
        // Gone meanwhile, or another user's.
        return false;
      }
    });
}

/** Waits until no process of ours runs; those that never end are ended, and returned. */
export async function orphans(): Promise<number[]> {
  // No figure of merit: a slow machine gets its time, an engine that stays never ends.
  for (let waited = 0; waited < 30_000 && leftRunning().length > 0; waited += 50)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const left = leftRunning();
  for (const pid of left) process.kill(pid, 'SIGKILL');
  return left;
}
