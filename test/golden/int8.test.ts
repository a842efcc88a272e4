/** Int8 precision against exact, on code: prompts are read as in fast, and tokens of an answer differ by rounding only. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GAP_NEW, measureInt8Gap } from '../bench/int8Gap.ts';
import { openReal } from './model.ts';
import { texts } from './reference.ts';

const int8 = await openReal('int8');

test('token by token the distributions are those of exact but for rounding', async () => {
  const exact = await openReal('exact');
  const gap = await measureInt8Gap(int8, exact, 3);
  await exact.main.release();
  assert.equal(gap.positions, 3 * GAP_NEW);
  assert.ok(gap.top1 >= 0.9, `the first token is the same at ${gap.top1}`);
  assert.ok(gap.meanKl > 0 && gap.meanKl < 0.01, `KL divergence ${gap.meanKl}`);
  assert.ok(gap.worstLogit < 3, `a logit is off by ${gap.worstLogit}`);
});

test('a prompt is read as in fast, to the bit', async () => {
  const fast = await openReal('fast');
  for (const { ids } of texts) {
    int8.main.reserve(1, ids.length);
    fast.main.reserve(1, ids.length);
    const [ours, theirs] = [await int8.main.prefill(0, { ids }), await fast.main.prefill(0, { ids })];
    assert.deepEqual(ours.values, theirs.values);
  }
});
