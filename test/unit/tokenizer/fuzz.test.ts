import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../fuzz/tokenizer.ts';
import { freshSeed } from './random.ts';

test('damaged tables and random templates are read or refused', { timeout: 300_000 }, (t) => {
  const seed = freshSeed();
  t.diagnostic(`seed ${seed}`);
  const { crashes, accepted, refused } = run(1500, seed);
  assert.deepEqual(crashes, [], `seed ${seed}`);
  // A fuzz that accepts all, or refuses all, tests nothing.
  assert.ok(accepted > 100, `accepted ${accepted}`);
  for (const reason of ['tokenizer-tables', 'chat-template', 'chat-template-limit'])
    assert.ok(refused[reason] > 0, reason);
});
