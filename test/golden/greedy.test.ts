/** Exact precision against PyTorch: greedy texts, plain, penalised, and steered in every scope. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowSteering } from '../../src/core/steering/rowSteering.ts';
import { maxAbs, pick } from './measures.ts';
import { decode, openReal } from './model.ts';
import { reference, steerScopes, tensorOf, texts } from './reference.ts';

/** A greedy path tells nothing where its closest decision is nearer to a tie than logits may differ. */
const LEAST_MARGIN = 2e-3;

const model = await openReal('exact');
const { layers, dModel } = model.config;

for (const { name, ids, greedy } of texts) {
  test(`${name}: greedy text of ${greedy.ids.length} tokens`, async () => {
    assert.ok(greedy.margin > LEAST_MARGIN);
    assert.deepEqual(await decode(model, [{ ids }], greedy.ids.length), [greedy.ids]);
  });
}

test('greedy texts with a repetition penalty, all in one batch', async () => {
  const expected = texts.map(({ penalised }) => penalised);
  for (const { margin } of expected) assert.ok(margin > LEAST_MARGIN);
  const count = expected[0].ids.length;
  assert.deepEqual(
    await decode(model, texts, count, { repeatPenalty: 1.1 }),
    expected.map(({ ids }) => ids),
  );
});

const stacked = new Float32Array(layers * dModel);
for (const layer of reference.steer.layers) stacked.set(tensorOf(`steer/${layer}`), layer * dModel);

for (const { name, ids, steered } of texts) {
  test(`${name}: steered logits, and a greedy text for each scope, its rows in one batch`, async () => {
    const all = new RowSteering([{ stacked, scope: 'all' }], ids.length);
    model.main.reserve(1, 256);
    const { values: logits } = await model.main.prefill(0, { ids, steering: all });
    assert.ok(maxAbs(pick(logits, reference.vocabularySample), tensorOf(`${name}/steered.logits`)) < 1e-3);
    for (const [id, logit] of steered.top) assert.ok(Math.abs(logits[id] - logit) < 1e-3, `token ${id}`);

    const rows = steerScopes.map((scope) => ({ ids, steering: new RowSteering([{ stacked, scope }], ids.length) }));
    const paths = steerScopes.map((scope) => steered.greedy[scope]);
    for (const { margin } of paths) assert.ok(margin > LEAST_MARGIN);
    assert.deepEqual(
      await decode(model, rows, paths[0].ids.length),
      paths.map((path) => path.ids),
    );
  });
}

test('the reference steers in four scopes, which lead to different texts', () => {
  assert.deepEqual([...steerScopes].sort(), ['all', 'answer', 'first:3', 'prompt']);
  for (const { steered, greedy } of texts)
    assert.ok(
      Object.values(steered.greedy).some((path) => path.ids.join() !== greedy.ids.slice(0, path.ids.length).join()),
    );
});
