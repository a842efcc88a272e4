/** Evaluation on a tiny model: autoencoders whose worth is known beforehand, and the encoder against its reference. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SteerscopeError } from '../../../../src/core/errors.ts';
import { SITE_NAMES, type SiteName } from '../../../../src/core/graph/interventionSites.ts';
import { encode } from '../../../../src/core/sae/features.ts';
import { ARCHITECTURES, type Sae } from '../../../../src/core/sae/sae.ts';
import { openModel } from '../../../../src/engine/model/loadedModel.ts';
import { evaluateSae } from '../../../../src/engine/sae/evaluateSae.ts';
import { saveSae } from '../../../../src/engine/sae/saeArtefact.ts';
import { SaeEncoder } from '../../../../src/engine/sae/saeEncoder.ts';
import { ArtefactSource } from '../../../../src/engine/store/artefactSource.ts';
import { openStore } from '../../../../src/engine/store/store.ts';
import { writeTinyModel } from '../../../tinyModel.ts';
import { sampleRows, sampleSae } from '../../core/sae/sample.ts';

const home = mkdtempSync(join(tmpdir(), 'steerscope-evaluate-'));
after(() => rmSync(home, { recursive: true, force: true }));
const context = { signal: new AbortController().signal, emit: () => undefined };
const model = await openModel(
  { model: writeTinyModel(home), precision: 'exact', threads: 1, home, get: false },
  context,
);
after(async () => {
  await model.main.release();
  await model.observed.release();
  model.source.close();
});
const source = new ArtefactSource(openStore(join(home, 'store')));

const TEXTS = [
  'def f(x):\n    return x + 12  # of the\n',
  'class A:\n    pass\nfor i in range(9): print(i)\n',
  'import a, b',
].map((text, i) => ({ id: `t${i}`, text: text.repeat(4) }));

let saved = 0;
async function evaluated(sae: Sae, hook: SiteName = 'resid_post', layer = 0) {
  const name = `sae-${saved++}`;
  await saveSae(
    source.store,
    {
      name,
      method: 'relu',
      hook,
      layer,
      positions: 'all',
      seed: 0,
      dataHash: 'ab'.repeat(32),
      figures: {},
      medianNorms: [],
    },
    sae,
    { model },
  );
  const { splice, ...figures } = await evaluateSae(
    model,
    source,
    { name, on: { kind: 'texts', texts: TEXTS }, window: 24, maxTokens: 10_000, seed: 1 },
    context,
  );
  assert.ok(splice);
  return { ...figures, ...splice };
}

/** relu(x) and relu(-x): gives everything back. */
function identity(dIn: number): Sae {
  const dSae = 2 * dIn;
  const wEnc = new Float32Array(dIn * dSae);
  const wDec = new Float32Array(dSae * dIn);
  for (let i = 0; i < dIn; i++)
    for (const [half, sign] of [1, -1].entries()) {
      wEnc[i * dSae + half * dIn + i] = sign;
      wDec[(half * dIn + i) * dIn + i] = sign;
    }
  const bEnc = new Float32Array(dSae);
  return {
    architecture: 'standard',
    dIn,
    dSae,
    wEnc,
    wDec,
    bEnc,
    bDec: new Float32Array(dIn),
    applyBDecToInput: false,
  };
}

const near = (value: number, wanted: number, tolerance: number): void =>
  assert.ok(Math.abs(value - wanted) <= tolerance, `${value}, not ${wanted}`);

for (const hook of SITE_NAMES)
  test(`an autoencoder of ${hook} that gives everything back explains all and recovers all`, async () => {
    const width = hook === 'post' ? 96 : 64;
    const result = await evaluated(identity(width), hook, 1);
    near(result.explainedVariance[0], 1, 1e-6);
    near(result.ceRecovered[0], 1, 1e-3);
    near(result.crossEntropy.spliced, result.crossEntropy.clean, 1e-4);
    // Of each number one of the two features is active.
    near(result.l0[0], width, 0.5);
    assert.equal(result.l0Median, width);
    assert.ok(result.density.dense[1] > 0.9);
    assert.equal(result.documents, 3);
  });

test('one that gives nothing back explains less than the mean, and is as bad as zeros', async () => {
  const nothing = { ...identity(64), wDec: new Float32Array(128 * 64) };
  const result = await evaluated(nothing);
  assert.ok(result.explainedVariance[0] <= 0);
  near(result.ceRecoveredFromZero[0], 0, 1e-6);
  near(result.crossEntropy.spliced, result.crossEntropy.zeroAblated, 1e-9);
  assert.ok(result.crossEntropy.clean !== result.crossEntropy.meanAblated);
});

test('half of the numbers explain part, with an interval round it; dead features are counted', async () => {
  const half = identity(64);
  half.bEnc.fill(-1e6, 0, 32);
  half.bEnc.fill(-1e6, 64, 96);
  const result = await evaluated(half);
  const [explained, lower, upper] = result.explainedVariance;
  assert.ok(explained > 0.1 && explained < 0.9, String(explained));
  assert.ok(lower <= explained && explained <= upper && lower < upper);
  assert.ok(result.density.dead >= 0.5);
  assert.ok(result.effectiveFeatures > 1 && result.effectiveFeatures < 64.5);
  near(result.superposition, result.effectiveFeatures / 64, 1e-9);
  assert.equal(result.excluded.first, Math.round(result.excluded.first));
  assert.ok(result.excluded.first >= 3);
});

test('texts that are too short are refused', async () => {
  await assert.rejects(
    evaluateSae(
      model,
      source,
      { name: 'sae-0', on: { kind: 'texts', texts: [{ id: 'a', text: 'x' }] }, window: 9, maxTokens: 9, seed: 1 },
      context,
    ),
    (error: unknown) => SteerscopeError.is(error, 'no-text'),
  );
});

for (const architecture of ARCHITECTURES)
  test(`the encoder of a ${architecture} is its reference, also over several runs`, async () => {
    const sae = sampleSae(architecture, { dIn: 16, dSae: 40, applyBDecToInput: architecture !== 'topk' });
    const x = sampleRows(1100, 16);
    const encoder = await SaeEncoder.open(model, sae);
    const found = await encoder.encode(x);
    await encoder.release();
    const wanted = encode(sae, x);
    assert.deepEqual([found.starts, found.indices], [wanted.starts, wanted.indices]);
    found.values.forEach((value, i) => near(value, wanted.values[i], 1e-5));
  });
