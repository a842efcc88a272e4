/** The built program on the real default model: that its parts are put together as the contract says. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { DEFAULT_MODEL } from '../../src/core/models/catalogue.ts';
import type { InterveneResult, SweepResult } from '../../src/protocol/interventionTypes.ts';
import { realModelPath, testHome } from '../realModel.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'steerscope-real-'));
process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

let model = '';
before(async () => {
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'pipe' });
  model = await realModelPath();
});

function start(args: readonly string[]): ReturnType<typeof spawn> {
  const env = { ...process.env, STEERSCOPE_HOME: testHome() };
  return spawn(process.execPath, [path.join(ROOT, 'dist/cli.js'), ...args, '--model', model], { env });
}

/** The JSON document of a call that must succeed. */
async function json<T>(...args: readonly string[]): Promise<T> {
  const child = start([...args, '--json']);
  assert.ok(child.stdout && child.stderr);
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [status, stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as T;
}

interface Answer {
  readonly id: string;
  readonly text: string;
  readonly ids: number[];
  readonly tokens: number;
  readonly stop: string;
}
type Top = [number, number][][];

const SHORT = ['--max-tokens', '12', '--precision', 'exact'];

test('model', async () => {
  const summary = await json<Record<string, unknown>>('model');
  const { sha256, architecture, layers, dModel, heads, kvHeads, headWidth, vocab, context, weightTypes } = summary;
  assert.deepEqual(
    { sha256, architecture, layers, dModel, heads, kvHeads, headWidth, vocab, context, weightTypes },
    {
      sha256: DEFAULT_MODEL.sha256,
      architecture: 'llama',
      ...{ layers: 30, dModel: 576, heads: 9, kvHeads: 3, headWidth: 64, vocab: 49152, context: 8192 },
      weightTypes: { Q4_1: 210, F32: 61, Q8_0: 1 },
    },
  );
});

test('the lens of the last layer is what the logits say, at every position', async () => {
  const call = ['--text', 'def reverse(items):\n    return', '--precision', 'exact', '--top', '3'];
  const { ids, top } = await json<{ ids: number[]; top: Top }>('logits', ...call);
  const lens = await json<{ ids: number[]; layers: { layer: number; top: Top }[] }>(
    'lens',
    ...call,
    '--layers',
    '0,29',
  );
  assert.deepEqual(lens.ids, ids);
  assert.deepEqual(
    lens.layers.map(({ layer }) => layer),
    [0, 29],
  );
  assert.equal(top.length, ids.length);
  const tokensOf = (positions: Top | undefined): unknown => positions?.map((best) => best.map(([id]) => id));
  assert.deepEqual(tokensOf(lens.layers[1]?.top), tokensOf(top));
  assert.notDeepEqual(tokensOf(lens.layers[0]?.top), tokensOf(top));
});

test('prompts answered together are answered as each alone, in the order of the file', async () => {
  const prompts = ['Say hello.', 'Write a function that adds two numbers and explain it at length.', 'Count.'];
  const lines = prompts.map((prompt, i) => JSON.stringify({ id: `p${i}`, prompt }));
  const input = path.join(folder, 'in.jsonl');
  fs.writeFileSync(input, lines.join('\n'));
  const together = await json<Answer[]>('generate', '--prompts', input, '--batch', '3', ...SHORT);
  assert.deepEqual(
    together.map(({ id }) => id),
    ['p0', 'p1', 'p2'],
  );
  const alone = await json<Answer[]>('generate', '--prompts', input, ...SHORT);
  const contents = (answers: Answer[]): unknown => answers.map(({ text, ids, stop }) => ({ text, ids, stop }));
  assert.deepEqual(contents(together), contents(alone));
});

test('an answer begins with its prefill, and its seed repeats it', async () => {
  const call = ['generate', '--prompt', 'Write a loop.', '--prefill', '```', '--temperature', '1.5', ...SHORT];
  const [first, again, other] = [
    await json<Answer>(...call, '--seed', '1'),
    await json<Answer>(...call, '--seed', '1'),
    await json<Answer>(...call, '--seed', '2'),
  ];
  assert.ok(first.text.startsWith('```'));
  assert.deepEqual([again.text, again.ids], [first.text, first.ids]);
  assert.notDeepEqual(other.ids, first.ids);
  assert.equal(first.tokens, first.ids.length);
});

test('a fact is patched from another text, and a cell of the sweep is the single intervention', async () => {
  const call = ['--text', 'The capital of France is', '--source', 'The capital of Italy is', '--precision', 'exact'];
  const swept = await json<SweepResult>('sweep', ...call, '--layers', '15,29', '--last', '2');
  const [middle, last] = swept.recovered ?? [];
  assert.ok((middle?.[0] ?? 0) > 0.9 && Math.abs(middle?.[1] ?? 1) < 0.1, `layer 15: ${middle?.join()}`);
  assert.ok(Math.abs(last?.[0] ?? 1) < 1e-4 && Math.abs((last?.[1] ?? 0) - 1) < 1e-4, `layer 29: ${last?.join()}`);
  const tokens = swept.tokens.flatMap((id) => ['--token', `#${id}`]);
  const single = await json<InterveneResult>('intervene', ...call, '--layer', '15', '--position', '3', ...tokens);
  assert.ok(Math.abs((single.difference.recovered ?? NaN) - (middle?.[0] ?? NaN)) < 1e-3);
  assert.ok(Math.abs(single.kl - (swept.kl[0]?.[0] ?? NaN)) < 1e-3);
});

test('Ctrl-C in the middle of an answer', async () => {
  const child = start(['generate', '--prompt', 'Tell a long story.', '--max-tokens', '8000', '--ignore-eos']);
  assert.ok(child.stdout && child.stderr);
  child.stdout.once('data', () => child.kill('SIGINT'));
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [status, stderr] = await Promise.all([closed, text(child.stderr)]);
  assert.equal(status, 130);
  assert.match(stderr, /^steerscope: interrupted$/m);
});
