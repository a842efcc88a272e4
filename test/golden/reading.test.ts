/** What the engine answers to `logits`, `lens`, `capture` and `patch`, from text, against PyTorch. Exact precision. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { capture } from '../../src/engine/reading/capture.ts';
import { readLens } from '../../src/engine/reading/lens.ts';
import { readLogits } from '../../src/engine/reading/logits.ts';
import { patch } from '../../src/engine/reading/patch.ts';
import { DirectionSource } from '../../src/engine/store/directions.ts';
import { openStore } from '../../src/engine/store/store.ts';
import type { TopLogits } from '../../src/protocol/engineService.ts';
import { testHome } from '../realModel.ts';
import { relativeError, rowOf } from './measures.ts';
import { openReal } from './model.ts';
import { reference, tensorOf, texts, type Top } from './reference.ts';

const model = await openReal('exact');
const context = { signal: new AbortController().signal, emit: () => undefined };
const noDirections = new DirectionSource(openStore(join(testHome(), 'store')), join(testHome(), 'shipped'));

/** The same tokens with the same logits; two that are as good as equal may change places. */
function assertSameTop(actual: TopLogits, expected: Top, where: string): void {
  assert.equal(actual.length, expected.length, where);
  for (const [rank, [id, logit]] of expected.entries()) {
    assert.ok(Math.abs(actual[rank][1] - logit) < 1e-3, `${where}: logit ${rank} is ${actual[rank][1]}, not ${logit}`);
    const isTie = expected.some(([other, value]) => other !== id && Math.abs(value - logit) < 2e-3);
    if (!isTie) assert.equal(actual[rank][0], id, `${where}: token ${rank}`);
  }
}

for (const { name, text, ids, top, lens, positions } of texts) {
  const asked = { text, special: true };

  test(`${name}: the logits of a text`, async () => {
    const result = await readLogits(model, { ...asked, top: 5 }, context);
    assert.deepEqual(result.ids, ids);
    for (const [position, expected] of top.entries())
      assertSameTop(result.top[position], expected, `position ${position}`);
  });

  test(`${name}: the logit lens`, async () => {
    const layers = lens.map(({ layer }) => layer).join();
    const result = await readLens(model, noDirections, { ...asked, layers, top: 5 }, context);
    for (const [i, { layer, top: expected }] of lens.entries()) {
      assert.equal(result.layers[i].layer, layer);
      assertSameTop(result.layers[i].top.at(-1) ?? [], expected, `layer ${layer}`);
    }
    const { layers: lasts } = await readLens(model, noDirections, { ...asked, layers, top: 5, last: 1 }, context);
    const whole = result.layers.map(({ layer, top, norms }) => ({
      layer,
      top: top.slice(-1),
      norms: norms?.slice(-1),
    }));
    assert.deepEqual(lasts, whole);
  });

  test(`${name}: the norms of the streams that the lens reads`, async () => {
    const layers = '0,10,29';
    const result = await readLens(model, noDirections, { ...asked, layers, top: 1 }, context);
    for (const { layer, norms } of result.layers) {
      assert.equal(norms?.length, ids.length);
      const stream = tensorOf(`${name}/blocks.${layer}.hook_resid_post`);
      for (const [i, position] of positions.entries()) {
        const expected = Math.hypot(...rowOf(stream, i, model.config.dModel));
        assert.ok(Math.abs((norms[position] ?? 0) / expected - 1) < 1e-3, `layer ${layer} at ${position}`);
      }
    }
  });

  test(`${name}: captured activations, shapes and all`, async () => {
    const hooks = 'blocks.1*.hook_resid_post,blocks.15.hook_mlp_out';
    const result = await capture(model, { ...asked, hooks }, context);
    assert.equal(Object.keys(result.hooks).length, 12);
    for (const [hook, shape] of Object.entries(result.hooks)) {
      assert.deepEqual(shape, [ids.length, model.config.dModel]);
      const values = result.values?.[hook] ?? new Float32Array();
      for (const [i, position] of positions.entries()) {
        const expected = rowOf(tensorOf(`${name}/${hook}`), i, model.config.dModel);
        assert.ok(
          relativeError(rowOf(values, position, model.config.dModel), expected) < 1e-3,
          `${hook} at ${position}`,
        );
      }
    }
  });
}

test('activation patching, from texts', async () => {
  const { source, target, position, cases } = reference.patch;
  for (const { hook, top } of cases) {
    const places = { sourcePosition: position, targetPosition: position - target.ids.length }; // counted from the end
    const texts = { source: source.text, target: target.text, special: false };
    const result = await patch(model, { ...texts, ...places, hook, top: 5 });
    assertSameTop(result.source, source.top, 'source');
    assertSameTop(result.target, target.top, 'target');
    assertSameTop(result.patched, top, hook);
    assert.ok(hook === 'blocks.29.hook_resid_post' ? result.klFromTarget < 1e-6 : result.klFromTarget > 1e-3, hook);
  }
});
