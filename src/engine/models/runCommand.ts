/**
 * Runs another program to its end, by argument array and without a shell, and takes it down with all its children when
 * the caller gives up or this process exits. Keeps the end of what it printed; interprets nothing.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { CancelledError, throwIfCancelled } from '../../core/errors.ts';

export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

export interface CommandResult {
  /** Undefined where the program could not be started; then `error` says why. */
  readonly exitCode: number | undefined;
  /** The last 64 KB of its standard output and error, as they came. */
  readonly output: string;
  readonly error?: Error;
}

const KEPT_OUTPUT = 64 * 1024;

/** Never throws for what the program does; throws a CancelledError, once it is dead, where the signal fired. */
export async function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env, signal }: CommandOptions,
): Promise<CommandResult> {
  throwIfCancelled(signal);
  // A process group of its own: what it started is killed with it. (Windows has no groups; taskkill walks the tree.)
  const detached = process.platform !== 'win32';
  const child = spawn(command, args, { cwd, env, detached, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  const kill = (): void => killTree(child);
  signal?.addEventListener('abort', kill, { once: true });
  process.once('exit', kill);
  try {
    const result = await outcome(child);
    if (signal?.aborted) throw new CancelledError();
    return result;
  } finally {
    signal?.removeEventListener('abort', kill);
    process.removeListener('exit', kill);
  }
}

function outcome(child: ChildProcess): Promise<CommandResult> {
  let output = '';
  const keep = (text: string): void => {
    output = (output + text).slice(-KEPT_OUTPUT);
  };
  child.stdout?.setEncoding('utf8').on('data', keep);
  child.stderr?.setEncoding('utf8').on('data', keep);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ exitCode: undefined, output, error }));
    // A program that a signal ended has no exit code: 128, as shells begin to count there.
    child.once('close', (code) => resolve({ exitCode: code ?? 128, output }));
  });
}

function killTree(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    if (process.platform === 'win32') {
      spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    } else {
      process.kill(-child.pid, 'SIGKILL');
    }
  } catch {
    // It has just ended by itself.
  }
}
