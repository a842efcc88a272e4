/**
 * A feature that is kept as a direction, on a tiny model: it steers as `--feature` does, at every operation and of every
 * architecture, without its autoencoder; its strength multiplies the change; and it composes.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SteerscopeError } from '../../../../src/core/errors.ts';
import { FEATURE_OPS } from '../../../../src/core/sae/featureSteering.ts';
import { ARCHITECTURES, type Architecture } from '../../../../src/core/sae/sae.ts';
import type { SiteName } from '../../../../src/core/graph/interventionSites.ts';
import { generate } from '../../../../src/engine/generate/generate.ts';
import { openModel } from '../../../../src/engine/model/loadedModel.ts';
import { keepFeature } from '../../../../src/engine/sae/keepFeature.ts';
import { saveSae } from '../../../../src/engine/sae/saeArtefact.ts';
import { DirectionSource } from '../../../../src/engine/store/directions.ts';
import { openStore } from '../../../../src/engine/store/store.ts';
import type { GenerateOptions } from '../../../../src/protocol/engineService.ts';
import { GREEDY } from '../../../greedy.ts';
import { writeTinyModel } from '../../../tinyModel.ts';
import { sampleSae } from '../../core/sae/sample.ts';

const home = mkdtempSync(join(tmpdir(), 'steerscope-kept-features-'));
after(() => rmSync(home, { recursive: true, force: true }));
const context = { signal: new AbortController().signal, emit: () => undefined };
const model = await openModel(
  { model: writeTinyModel(home, { layers: 3 }), precision: 'exact', threads: 1, home, get: false },
  context,
);
after(async () => {
  await model.main.release();
  await model.observed.release();
  model.source.close();
});
const source = new DirectionSource(openStore(join(home, 'store')));

const MEDIAN_NORM = 3;

/** An autoencoder in the middle layer. */
async function saeOf(architecture: Architecture, hook: SiteName = 'resid_post'): Promise<string> {
  const name = `${architecture}-${hook.replaceAll('_', '-')}`;
  const draft = {
    ...({ name, method: 'imported', hook } as const),
    ...{ layer: 1, positions: 'all', seed: 0, figures: {} },
    dataHash: 'ab'.repeat(32),
    medianNorms: [0, MEDIAN_NORM, 0],
  } as const;
  await saveSae(source.store, draft, sampleSae(architecture, { dIn: model.config.dModel }), { model, replace: true });
  return name;
}

const PROMPTS = ['def f(x):', 'class', 'import a'].map((prompt, i) => ({ id: `p${i}`, prompt }));

async function idsWith(options: Pick<GenerateOptions, 'features'> & Partial<GenerateOptions>) {
  const all = { mode: 'raw', maxTokens: 12, ...GREEDY, ...options } as const;
  const answers = await generate(model, source, { prompts: PROMPTS, options: all }, context);
  return { ids: answers.map(({ ids }) => ids.join()), steer: answers[0].steer };
}

for (const architecture of ARCHITECTURES)
  test(`${architecture}: what is kept steers as the feature itself does, whatever is done with it`, async () => {
    const sae = await saeOf(architecture);
    const plain = await idsWith({ features: [] });
    let changed = 0;
    for (const op of FEATURE_OPS) {
      const change = { index: 4, op, value: op === 'clamp' ? 60 : 20 };
      const manifest = await keepFeature(model, source, { name: 'kept', replace: true, sae, ...change }, context);
      assert.deepEqual([manifest.kind, manifest.method, manifest.layers], ['steering', 'sae-feature', [1]]);
      const itself = await idsWith({ features: [{ name: sae, ...change }] });
      const kept = await idsWith({ features: [], steer: [{ name: 'kept', strength: 1 }] });
      assert.deepEqual(kept.ids, itself.ids, op);
      if (kept.ids.join() !== plain.ids.join()) changed++;
    }
    assert.ok(changed >= 3, `${changed} of the operations changed something`);
  });

test('the strength multiplies the change, a dose is in median norms, and no surface is the wrong one', async () => {
  const sae = await saeOf('jumprelu');
  for (const op of ['add', 'hold'] as const) {
    await keepFeature(model, source, { name: op, replace: true, sae, index: 2, op, value: 5 }, context);
    const { steer } = await idsWith({ features: [], steer: [{ name: op, strength: 2 }], mode: 'raw' });
    assert.equal(Math.round(steer[0].dose * 1e4) / 1e4, 10, op);
    assert.equal(steer[0].notes, undefined);
  }
  const doubled = await idsWith({ features: [], steer: [{ name: 'add', strength: 2 }] });
  const once = await idsWith({ features: [{ name: sae, index: 2, op: 'add', value: 10 }] });
  assert.deepEqual(doubled.ids, once.ids);
  const both = await idsWith({ features: [], steer: ['add', 'hold'].map((name) => ({ name, strength: 1 })) });
  assert.deepEqual(both.steer.map(({ name }) => name), ['add', 'hold']); // prettier-ignore
});

test('it needs its autoencoder no more, and says what it was', async () => {
  const sae = await saeOf('standard');
  const change = { index: 3, op: 'when', value: 8 } as const;
  const manifest = await keepFeature(model, source, { name: 'alone', replace: false, sae, ...change }, context);
  const { saeId, ...params } = manifest.params;
  assert.match(String(saeId), /^[0-9a-f]{32}$/);
  assert.deepEqual(params, { sae, feature: 3, op: 'when', value: 8 });
  const before = await idsWith({ features: [], steer: [{ name: 'alone', strength: 1 }] });
  await source.store.remove(sae);
  const after = await idsWith({ features: [], steer: [{ name: 'alone', strength: 1 }] });
  assert.deepEqual(after.ids, before.ids);
});

test('what cannot be kept is refused with what can', async () => {
  const [sae, elsewhere] = [await saeOf('topk'), await saeOf('jumprelu', 'mlp_out')];
  const refused = async (change: { sae?: string; index?: number; name?: string }, reason: string): Promise<void> =>
    assert.rejects(
      keepFeature(
        model,
        source,
        { name: 'never', replace: false, sae, index: 1, op: 'add', value: 1, ...change },
        context,
      ),
      (error: unknown) => SteerscopeError.is(error, reason) && error.advice !== '',
    );
  await refused({ index: 24 }, 'no-feature');
  await refused({ sae: 'nothing' }, 'unknown-artefact');
  await refused({ sae: elsewhere }, 'no-such-hook');
  await refused({ name: sae }, 'name-exists');
});
