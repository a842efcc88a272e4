/** Fast precision against PyTorch: nearly always the same first token, and the same greedy texts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { topLogits } from '../../src/core/sampling/sampler.ts';
import type { PrefillPiece } from '../../src/engine/session/mainSession.ts';
import { decode, openReal } from './model.ts';
import { texts } from './reference.ts';

const model = await openReal('fast');

test('the first token is the same at 97% of the positions or more', async () => {
  let same = 0;
  let all = 0;
  model.main.reserve(1, 256);
  for (const { ids, top } of texts) {
    const onPiece = ({ start, logits }: PrefillPiece) => {
      for (const [i, next] of logits.entries()) if (topLogits(next, 1)[0][0] === top[start + i][0][0]) same++;
    };
    await model.main.prefill(0, { ids, logits: 'all', onPiece });
    all += ids.length;
  }
  assert.ok(same / all >= 0.97, `${same} of ${all}`);
});

for (const { name, ids, greedy } of texts) {
  test(`${name}: greedy text of ${greedy.ids.length} tokens`, async () => {
    assert.deepEqual(await decode(model, [{ ids }], greedy.ids.length), [greedy.ids]);
  });
}
