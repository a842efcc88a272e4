/**
 * Ctrl-C at any moment of the built program with its real engine, to the program alone and to the whole group of
 * processes, as a terminal sends it. Whenever it comes: the status of an interrupted program, an untouched store, no
 * half-written file under its final name, and no process left. That it takes less than a second is held by
 * `interrupt.ts`, whose own test has its own clock.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../src/core/stats/random.ts';
import { realModelPath } from '../realModel.ts';
import { CHATML, writeTinyModel } from '../tinyModel.ts';
import { buildProgram, call, contents, file, folder, home, orphans, start } from './built.ts';
import type { Outcome } from './built.ts';

const model = writeTinyModel(folder, { chatTemplate: CHATML, context: 200_000 });
const lines = Array.from({ length: 40_000 }, (_, i) => JSON.stringify({ id: i, prompt: `prompt ${i}` }));
const prompts = file('prompts.jsonl', lines.join('\n'));
const out = path.join(folder, 'out.jsonl');
const store = path.join(home, 'store');
const random = createRandom(3);

/** Work that takes minutes, so that no signal comes too late. */
const WORK: Readonly<Record<string, readonly string[]>> = {
  'an answer': ['generate', '--prompt', 'hello', '--ignore-eos', '--max-tokens', '190000', '--out', out],
  'many answers': ['generate', '--prompts', prompts, '--batch', '8', '--out', out, '--json'],
  'a measurement of bias': ['bias', '--prompts', prompts, '--max-tokens', '64', '--batch', '8'],
  'a fit': ['fit', '--method', 'dim', '--positive', prompts, '--negative', prompts, '--name', 'old', '--replace'],
};

before(async () => {
  buildProgram();
  const [kind, rude] = [file('kind.txt', 'please\nthanks\n'), file('rude.txt', 'go\nno\n')];
  const args = ['fit', '--method', 'dim', '--positive', kind, '--negative', rude, '--name', 'old', '--model', model];
  const { status, stderr } = await call(...args);
  assert.equal(status, 0, stderr);
});

interface Interrupted extends Outcome {
  /** From the signal to the end of the program. */
  readonly tookMs: number;
}

/** Starts the program and sends it SIGINT after some time, in one of two ways. */
async function interrupted(args: readonly string[], afterMs: number, isGroup: boolean, env = {}): Promise<Interrupted> {
  const { child, outcome } = start(args, { detached: isGroup, env });
  await sleep(afterMs);
  const startMs = performance.now();
  assert.ok(child.pid);
  process.kill(isGroup ? -child.pid : child.pid, 'SIGINT');
  return { ...(await outcome), tookMs: performance.now() - startMs };
}

function assertInterrupted(t: TestContext, { status, signal, stderr, tookMs }: Interrupted): void {
  t.diagnostic(`${tookMs.toFixed(0)} ms`);
  // Before the program has begun to listen, the system ends it: for a shell that is status 130 too.
  if (signal === 'SIGINT') return assert.equal(stderr, '');
  assert.equal(status, 130, stderr);
  assert.match(stderr, /^steerscope: interrupted$/m);
  assert.doesNotMatch(stderr, /internal error|^ {4}at /m);
}

for (const [what, args] of Object.entries(WORK)) {
  for (const [isGroup, how] of [
    [false, 'to the program'],
    [true, 'to the group'],
  ] as const) {
    for (const latest of [250, 1500]) {
      const afterMs = Math.floor(random.next() * latest);
      test(`${what}: Ctrl-C ${how} after ${afterMs} ms`, async (t) => {
        fs.writeFileSync(out, 'as it was\n');
        const earlier = contents(store);
        const outcome = await interrupted([...args, '--model', model], afterMs, isGroup);
        assertInterrupted(t, outcome);
        assert.equal(outcome.stdout, '');
        assert.deepEqual(contents(store), earlier);
        assert.equal(fs.readFileSync(out, 'utf8'), 'as it was\n');
        assert.deepEqual(await orphans(), []);
      });
    }
  }
}

test('answers that were done before Ctrl-C are kept beside the file, in whole lines', async () => {
  const args = WORK['many answers'] ?? [];
  const { child, outcome } = start([...args, '--model', model]);
  child.stderr?.on('data', (chunk: Buffer) => {
    if (/answering: [1-9]/.test(chunk.toString())) child.kill('SIGINT');
  });
  const { status, stdout, stderr } = await outcome;
  assert.deepEqual([status, stdout], [130, '']);
  assert.match(stderr, /^The answers that were done are in .*out\.jsonl\.partial$/m);
  const kept = fs.readFileSync(`${out}.partial`, 'utf8');
  assert.match(kept, /\n$/);
  const answers = kept
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: number; text: string });
  // In the order of the prompts; one that ended early may be there before those that were begun with it.
  const ids = answers.map(({ id }) => id);
  assert.ok(ids.length > 0);
  assert.deepEqual(
    ids,
    [...new Set(ids)].sort((a, b) => a - b),
  );
});

test('while the weights of the real model are prepared: they are there whole or not at all', async (t) => {
  const real = await realModelPath();
  const fresh = path.join(folder, 'fresh home');
  for (const latest of [400, 900, 1800]) {
    const afterMs = Math.floor(random.next() * latest);
    const outcome = await interrupted(['logits', '--text', 'a', '--model', real], afterMs, false, {
      STEERSCOPE_HOME: fresh,
    });
    // A quick machine may be done.
    if (outcome.status !== 0) assertInterrupted(t, outcome);
  }
  assert.deepEqual(await orphans(), []);
  const { status, stderr } = await start(['logits', '--text', 'a', '--model', real], {
    env: { STEERSCOPE_HOME: fresh },
  }).outcome;
  assert.equal(status, 0, stderr);
  const left = Object.keys(contents(fresh)).filter((name) => name.includes('steerscope-tmp'));
  assert.deepEqual(left, []);
});
