/**
 * Runs the terminal program for its tests, bundled once and with the engine of the tests: in this process, which is
 * quick, or as a process of its own, where signals and pipes are what is tested.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { runCli } from '../../src/cli/program.ts';

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const REQUIRE = `import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);`;

/** A folder of this test file's own, removed when the process ends. */
export const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'steerscope-cli-'));
process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

await build({
  entryPoints: [here('./fakeMain.ts'), here('./fakeEngine.ts')],
  outdir: folder,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  banner: { js: REQUIRE },
});
fs.writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');

const env = { ...process.env, STEERSCOPE_HOME: path.join(folder, 'home'), NO_COLOR: '1' };

/** Writes a file for the program to read; its path. */
export function file(name: string, content: string | Uint8Array): string {
  const target = path.join(folder, name);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, content);
  return target;
}

/** Runs the program in this process. */
export async function run(...args: readonly string[]): Promise<Outcome> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = [text(stdout), text(stderr)];
  const status = await runCli(args, {
    engine: { modulePath: path.join(folder, 'fakeEngine.js'), execArgv: [] },
    ...{ stdout, stderr, env },
    signals: new EventEmitter(),
    exit: (code) => assert.fail(`the program was ended at once with ${code}`),
  });
  stdout.end();
  stderr.end();
  const [out = '', err = ''] = await Promise.all(texts);
  // Every run has it: the engine's log. What is left is the program's own.
  return { status, stdout: out, stderr: err.replace('steerscope: warning: an engine warning\n', '') };
}

/** Runs the program with `--json`, which must succeed; the document that it printed, and nothing else. */
export async function json(...args: readonly string[]): Promise<unknown> {
  const { status, stdout, stderr } = await run(...args, '--json');
  assert.equal(stderr, '');
  assert.equal(status, 0);
  assert.match(stdout, /^[^\n]+\n$/);
  return JSON.parse(stdout);
}

/** Starts the program as a process of its own. */
export function start(...args: readonly string[]): { child: ChildProcess; outcome: Promise<Outcome> } {
  const child = spawn(process.execPath, [path.join(folder, 'fakeMain.js'), ...args], { env });
  const outcome = Promise.all([
    new Promise<number | null>((resolve) => child.once('close', resolve)),
    // A test may close it.
    text(child.stdout).catch(() => ''),
    text(child.stderr),
  ]).then(([status, stdout, stderr]) => ({ status, stdout, stderr }));
  return { child, outcome };
}

/** Resolves when a stream has brought a text that matches. */
export function seen(stream: NodeJS.ReadableStream | null, pattern: RegExp): Promise<void> {
  let all = '';
  return new Promise((resolve, reject) => {
    stream?.on('data', (chunk: Buffer) => {
      all += chunk.toString();
      if (pattern.test(all)) resolve();
    });
    stream?.once('end', () => reject(new Error(`never saw ${pattern} in: ${all}`)));
  });
}
