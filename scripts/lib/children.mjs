/** Child processes of the scripts: their exit status is ours, and our signals are theirs. Plain Node, no packages. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program on our own terminal and resolves to its exit status; of one that a signal ended, 128 and its number.
 * A signal to us goes to it too: it decides what the signal means, and we wait for it.
 */
export async function runProgram(command, args, options = {}) {
  return ended(spawn(command, args, { stdio: 'inherit', ...options }));
}

/** Runs a program quietly. Resolves to its exit status and to what it printed; `stderr: 'inherit'` leaves that to it. */
export async function runQuietly(command, args, { stderr = 'pipe', ...options } = {}) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', stderr] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  return { status: await ended(child), output };
}

function ended(child) {
  const forward = (signal) => child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal === null ? code : 128 + constants.signals[signal]));
  }).finally(() => FORWARDED.forEach((signal) => process.off(signal, forward)));
}
