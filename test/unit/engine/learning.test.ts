/** Gates that learn while they decide how an answer begins: what is learnt acts, and stays in its answer. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Gate } from '../../../src/core/steering/gate.ts';
import { RowSteering } from '../../../src/core/steering/rowSteering.ts';
import { writeAnswers } from '../../../src/engine/generate/answerLoop.ts';
import { openModel, type LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import { maxAbs } from '../../golden/measures.ts';
import { GREEDY } from '../../greedy.ts';
import { writeTinyModel } from '../../tinyModel.ts';
import { sampleGate } from './sampleGates.ts';
import { watchRuns } from './watchRuns.ts';

const D = 64;
const DECIDED = 6;
const home = mkdtempSync(join(tmpdir(), 'steerscope-learning-'));
after(() => rmSync(home, { recursive: true, force: true }));

let model: LoadedModel;
before(async () => {
  const params = {
    model: writeTinyModel(home, { layers: 3 }),
    precision: 'exact',
    threads: 1,
    home,
    get: false,
  } as const;
  model = await openModel(params, { signal: new AbortController().signal, emit: () => undefined });
});

const FIXED = sampleGate({ layer: 1, hook: 'resid_post', rank: 3, choice: true });
const row = (value: number) => new Float32Array(D).fill(value);
const LEARNING: Gate = { ...FIXED, refinement: { mean: row(0), scale: row(1), wanted: row(-1), rate: 1 / D } };

/** The logits of the runs of so many equal answers. */
async function write(gate: Gate, count: number): Promise<Float32Array[]> {
  const promptIds = model.tokenizer.encode('def f(x): return x');
  const steering = new RowSteering([{ scope: `decide:${DECIDED}`, doses: Float32Array.of(2) }], promptIds.length);
  const options = { mode: 'raw', maxTokens: DECIDED, ...GREEDY, ignoreEos: true } as const;
  const requests = Array.from({ length: count }, (_, i) => ({
    id: String(i),
    promptIds,
    prefill: '',
    steering,
    applied: [],
    seed: 0,
    options,
  }));
  const { watched, logits } = watchRuns(model);
  await writeAnswers(watched, requests, { batch: count, gates: [gate] });
  assert.equal(logits.length, count * DECIDED);
  return logits;
}

test('a gate acts as fitted until it has read a token of the answer, and otherwise after that', async () => {
  const [fixed, learning] = [await write(FIXED, 1), await write(LEARNING, 1)];
  // The prompt, and the run in which it reads its first token.
  for (const run of [0, 1]) assert.deepEqual(learning[run], fixed[run]);
  assert.notDeepEqual(learning[2], fixed[2]);
  assert.ok(Math.max(...learning.map((run, i) => maxAbs(run, fixed[i]))) > 1e-3);
});

test('what a gate has learnt in one answer is gone in the next', async () => {
  const logits = await write(LEARNING, 3);
  for (const answer of [1, 2])
    assert.deepEqual(logits.slice(answer * DECIDED, (answer + 1) * DECIDED), logits.slice(0, DECIDED));
  const { A, choice } = LEARNING;
  assert.deepEqual([A, choice], [FIXED.A, FIXED.choice]);
});
