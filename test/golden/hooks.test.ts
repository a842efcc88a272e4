/** Exact precision against PyTorch: every hook that the reference has, and activations patched from run to run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allHooks, findHook } from '../../src/core/graph/hooks.ts';
import { ObservedSessions } from '../../src/engine/session/observedSession.ts';
import { maxAbs, pick, rowOf } from './measures.ts';
import { openReal } from './model.ts';
import { measureParity, TOLERANCE } from './parity.ts';
import { reference, tensorOf } from './reference.ts';

const model = await openReal('exact');
const points = new Set(allHooks(model.config).map((hook) => hook.replace(/^blocks\.\d+\./, 'blocks.N.')));

test('every hook point agrees with PyTorch', async (t) => {
  const rows = await measureParity(model);
  assert.deepEqual(rows.map((row) => row.hook).sort(), [...points].sort(), 'the reference has every hook point');
  for (const { hook, layers, worst, at } of rows) {
    await t.test(`${hook} in ${layers.length || 'no'} layers`, () => {
      assert.ok(worst < TOLERANCE, `relative error ${worst} at ${at}`);
      if (hook.startsWith('blocks.')) assert.ok(layers.length >= reference.detailLayers.length);
    });
  }
});

const { source, target, position, cases } = reference.patch;
for (const { hook: name, top } of cases) {
  test(`${name} of one run put into another gives PyTorch's logits`, async () => {
    const sessions = new ObservedSessions(model.config, model.packed, model.settings);
    const hook = findHook(model.config, name);
    const donor = (await sessions.run({ ids: source.ids, hooks: [hook] })).values.get(hook);
    assert.ok(donor);
    const value = rowOf(donor, position, donor.length / source.ids.length);
    const patches = [{ hook, position, value }];
    const { logits } = await sessions.run({ ids: target.ids, hooks: [], patches, logits: true });
    assert.ok(logits);
    assert.ok(maxAbs(pick(logits, reference.vocabularySample), tensorOf(`patch/${name}`)) < 1e-3);
    for (const [id, logit] of top) assert.ok(Math.abs(logits[id] - logit) < 1e-3, `token ${id}`);
  });
}
