/** A model that will not fit is refused with the figures, before anything is loaded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteerscopeError } from '../../../src/core/errors.ts';
import type { DecoderConfig } from '../../../src/core/architectures/spec.ts';
import type { WeightPlan } from '../../../src/core/weights/plan.ts';
import { assertFitsMemory, availableMemory, estimateMemory } from '../../../src/engine/model/memory.ts';

const config: DecoderConfig = {
  architecture: 'llama',
  layers: 30,
  dModel: 576,
  heads: 9,
  kvHeads: 3,
  headWidth: 64,
  dMlp: 1536,
  vocab: 49152,
  context: 8192,
  ropeBase: 100000,
  ropeInterleaved: true,
  rmsEpsilon: 1e-5,
  tiedEmbedding: true,
};

function planOf(rows: number): WeightPlan {
  const embedding = { name: 'embed.W_E', sources: ['token_embd.weight'], encoding: 'q8', rows, columns: 576 } as const;
  return { precision: 'fast', vectors: [], matrices: [], embedding, head: embedding };
}

test('a larger model needs more, and the parts add up', () => {
  const small = estimateMemory(config, planOf(49152));
  const large = estimateMemory(config, planOf(4915200));
  assert.ok(large.total > small.total + 2e9);
  assert.equal(small.total, small.mapped + small.prepacked + small.cache + small.working);
});

test('int8 has the copies of two graphs', () => {
  const plan = planOf(49152);
  const [fast, int8] = [estimateMemory(config, plan), estimateMemory(config, { ...plan, precision: 'int8' })];
  assert.equal(int8.total - fast.total, fast.prepacked);
});

test('what does not fit is refused with both figures', () => {
  const estimate = estimateMemory(config, planOf(49152));
  assert.doesNotThrow(() => assertFitsMemory(estimate, estimate.total));
  assert.throws(
    () => assertFitsMemory(estimate, 50e6),
    (error) => SteerscopeError.is(error, 'does-not-fit') && /50 MB are available/.test(error.message),
  );
});

test('this machine has some memory', () => {
  assert.ok(availableMemory() > 1e7);
});
