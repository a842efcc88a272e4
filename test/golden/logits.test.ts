/** Exact precision against PyTorch: logits at every position, the residual stream after every layer, and the lens. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { residPost } from '../../src/core/graph/hooks.ts';
import type { PrefillPiece } from '../../src/engine/session/mainSession.ts';
import { ObservedSessions } from '../../src/engine/session/observedSession.ts';
import { argmax, maxAbs, pick, relativeError, rowOf } from './measures.ts';
import { openReal } from './model.ts';
import { reference, tensorOf, texts } from './reference.ts';

const model = await openReal('exact');
const { layers, dModel } = model.config;
const residuals = Array.from({ length: layers }, (_, layer) => residPost(layer));
model.main.reserve(1, 256);

for (const text of texts) {
  test(`${text.name}: logits to 1e-3 and the same first token at every position`, async () => {
    const logits: Float32Array[] = [];
    const onPiece = (piece: PrefillPiece) => logits.push(...piece.logits.map((next) => next.values));
    await model.main.prefill(0, { ids: text.ids, logits: 'all', onPiece });
    assert.equal(logits.length, text.ids.length);
    const expected = tensorOf(`${text.name}/logits`);
    for (const [position, row] of logits.entries()) {
      const sampled = pick(row, reference.vocabularySample);
      const difference = maxAbs(sampled, rowOf(expected, position, sampled.length));
      assert.ok(difference < 1e-3, `position ${position}: ${difference}`);
      const top = text.top[position];
      assert.equal(argmax(row), top[0][0], `position ${position}`);
      for (const [id, logit] of top) assert.ok(Math.abs(row[id] - logit) < 1e-3, `token ${id} at position ${position}`);
    }
  });

  test(`${text.name}: the residual stream after every layer to 1e-3`, async () => {
    const values = new Map<string, Float32Array>();
    await model.main.prefill(0, {
      ids: text.ids,
      hooks: residuals,
      onPiece: (piece) => piece.hooks.forEach((value, hook) => values.set(hook, value)),
    });
    for (const hook of residuals) {
      const actual = values.get(hook) ?? new Float32Array();
      const expected = tensorOf(`${text.name}/${hook}`);
      for (const [i, position] of text.positions.entries()) {
        const error = relativeError(rowOf(actual, position, dModel), rowOf(expected, i, dModel));
        assert.ok(error < 1e-3, `${hook} at position ${position}: ${error}`);
      }
    }
  });

  test(`${text.name}: a residual put after the last layer gives the logit lens of its own layer`, async () => {
    const sessions = new ObservedSessions(model.config, model.packed, model.settings);
    const hooks = text.lens.map(({ layer }) => residPost(layer));
    const { values } = await sessions.run({ ids: text.ids, hooks });
    const position = text.ids.length - 1;
    for (const { layer, top } of text.lens) {
      const value = rowOf(values.get(residPost(layer)) ?? new Float32Array(), position, dModel);
      const patches = [{ hook: residPost(layers - 1), position, value }];
      const { logits } = await sessions.run({ ids: text.ids, hooks: [], patches, logits: true });
      assert.ok(logits);
      const difference = maxAbs(pick(logits, reference.vocabularySample), tensorOf(`${text.name}/lens.${layer}`));
      assert.ok(difference < 1e-3, `layer ${layer}: ${difference}`);
      assert.equal(argmax(logits), top[0][0], `layer ${layer}`);
    }
  });
}
