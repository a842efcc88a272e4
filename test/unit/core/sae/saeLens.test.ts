/** SAELens folders: what is written is read back, what SAELens does beside the weights is folded or refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesSource } from '../../../../src/core/byteSource.ts';
import { SteerscopeError } from '../../../../src/core/errors.ts';
import { encodeSaeLens, readSaeLens, type SaeLensFolder } from '../../../../src/core/format/saeLens.ts';
import { encodeSafetensors, type SafetensorsData } from '../../../../src/core/format/safetensors.ts';
import { decode, encode } from '../../../../src/core/sae/features.ts';
import { ARCHITECTURES, type Sae } from '../../../../src/core/sae/sae.ts';
import { sampleRows, sampleSae } from './sample.ts';

const PLACE = { model_name: 'tiny', hook_name: 'blocks.1.hook_resid_post' };

function joined({ header, chunks }: ReturnType<typeof encodeSafetensors>): Uint8Array {
  return Buffer.concat([header, ...chunks]);
}

/** The files of an autoencoder, to be changed by a test. */
function filesOf(sae: Sae): { config: Record<string, unknown>; tensors: Map<string, SafetensorsData> } {
  const { config } = encodeSaeLens(sae, PLACE);
  const { dIn, dSae } = sae;
  const tensors = new Map<string, SafetensorsData>([
    ['W_enc', { dtype: 'F32', shape: [dIn, dSae], data: sae.wEnc }],
    ['W_dec', { dtype: 'F32', shape: [dSae, dIn], data: sae.wDec }],
    ['b_enc', { dtype: 'F32', shape: [dSae], data: sae.bEnc }],
    ['b_dec', { dtype: 'F32', shape: [dIn], data: sae.bDec }],
  ]);
  if (sae.threshold) tensors.set('threshold', { dtype: 'F32', shape: [dSae], data: sae.threshold });
  return { config: JSON.parse(config) as Record<string, unknown>, tensors };
}

function read(config: unknown, tensors: ReadonlyMap<string, SafetensorsData>, scaler?: string): SaeLensFolder {
  const weights = bytesSource(joined(encodeSafetensors(tensors)), 'sae_weights.safetensors');
  return readSaeLens({ config: JSON.stringify(config), weights, ...(scaler === undefined ? {} : { scaler }) });
}

function refused(action: () => unknown, reason: string, words: RegExp): void {
  assert.throws(action, (error: unknown) => {
    assert.ok(SteerscopeError.is(error, reason), String(error));
    assert.match(error.message, words);
    assert.notEqual(error.advice, '');
    return true;
  });
}

for (const architecture of ARCHITECTURES)
  test(`a ${architecture} that was written is read back as it was`, () => {
    const sae = sampleSae(architecture, { applyBDecToInput: architecture !== 'standard' });
    const sparsity = new Float32Array(sae.dSae).fill(-2);
    const written = encodeSaeLens(sae, PLACE, sparsity);
    assert.ok(written.sparsity);
    const folder = readSaeLens({
      config: written.config,
      weights: bytesSource(joined(written.weights)),
      sparsity: bytesSource(joined(written.sparsity)),
    });
    assert.deepEqual(folder.sae, sae);
    assert.deepEqual(folder.sparsity, sparsity);
    assert.deepEqual(folder.folded, []);
    assert.equal(folder.config.hookName, PLACE.hook_name);
    assert.equal(folder.config.modelName, 'tiny');
  });

test('the flat configuration before version 6 is understood, with its older spellings', () => {
  const topk = sampleSae('topk', { k: 3 });
  const old = {
    hook_point: 'blocks.3.hook_resid_post',
    model_name: 'tiny',
    d_in: 8,
    d_sae: 24,
    activation_fn_str: 'topk',
    activation_fn_kwargs: { k: 3 },
    normalize_activations: false,
  };
  const { sae, config } = read(old, filesOf(topk).tensors);
  assert.deepEqual(sae, topk);
  assert.equal(config.hookName, 'blocks.3.hook_resid_post');
  const jump = { ...sampleSae('jumprelu'), threshold: new Float32Array(24).fill(0.5) };
  const { config: jumpConfig, tensors } = filesOf(jump);
  tensors.delete('threshold');
  tensors.set('log_threshold', { dtype: 'F32', shape: [24], data: new Float32Array(24).fill(Math.log(0.5)) });
  const { threshold } = read(jumpConfig, tensors).sae;
  threshold?.forEach((value) => assert.ok(Math.abs(value - 0.5) < 1e-6));
  assert.equal(threshold?.length, 24);
});

test('a scale of the inputs is folded: features stay as they are, the reconstruction is that of the real input', () => {
  const made = sampleSae('standard');
  const { config, tensors } = filesOf(made);
  const scaled = { ...config, normalize_activations: 'expected_average_only_in' };
  const { sae, folded } = read(scaled, tensors, '{"scaling_factor": 0.25}');
  assert.deepEqual(folded, ['input scale 0.25']);
  const x = sampleRows(20, 8);
  const [ours, theirs] = [
    encode(sae, x),
    encode(
      made,
      x.map((value) => 0.25 * value),
    ),
  ];
  assert.deepEqual(ours.indices, theirs.indices);
  ours.values.forEach((value, i) => assert.ok(Math.abs(value - theirs.values[i]) < 1e-5));
  const [back, scaledBack] = [decode(sae, ours), decode(made, theirs)];
  back.forEach((value, i) => assert.ok(Math.abs(value - scaledBack[i] / 0.25) < 1e-4));
  refused(() => read(scaled, tensors), 'missing-scale', /expected_average_only_in/);
  refused(() => read(scaled, tensors, '{"scaling_factor": null}'), 'missing-scale', /scal/);
});

test('features that are chosen by decoder norms are chosen alike after folding', () => {
  const made = sampleSae('topk');
  const { config, tensors } = filesOf(made);
  const { sae, folded } = read({ ...config, rescale_acts_by_decoder_norm: true }, tensors);
  assert.deepEqual(folded, ['decoder norms']);
  const norms = Array.from({ length: 24 }, (_, j) => Math.hypot(...made.wDec.subarray(j * 8, (j + 1) * 8)));
  const x = sampleRows(20, 8);
  const ours = encode(sae, x);
  for (let row = 0; row < 20; row++) {
    // The pre-activations by hand, in units of the rows' norms.
    const pre = norms.map((norm, j) => {
      let sum = made.bEnc[j];
      for (let i = 0; i < 8; i++) sum += (x[row * 8 + i] - made.bDec[i]) * made.wEnc[i * 24 + j];
      return sum * norm;
    });
    const best = pre.map((value, j) => ({ value, j })).sort((a, b) => b.value - a.value);
    const wanted = best.slice(0, 4).filter(({ value }) => value > 0);
    const found = [...ours.indices.subarray(ours.starts[row], ours.starts[row + 1])];
    assert.deepEqual(
      found,
      wanted.map(({ j }) => j).sort((a, b) => a - b),
    );
  }
});

test('a checkpoint of batch-top-k is run with the threshold that it learnt', () => {
  const made = sampleSae('standard');
  const { config, tensors } = filesOf(made);
  tensors.set('topk_threshold', { dtype: 'F64', shape: [], data: Float64Array.of(0.7) });
  const { sae } = read({ ...config, architecture: 'batchtopk', k: 4 }, tensors);
  assert.equal(sae.architecture, 'jumprelu');
  assert.deepEqual(sae.threshold, new Float32Array(24).fill(0.7));
});

test('what cannot be computed here is refused by its name', () => {
  const { config, tensors } = filesOf(sampleSae('standard'));
  const changed = (change: Record<string, unknown>) => () => read({ ...config, ...change }, tensors);
  for (const architecture of ['gated', 'temporal', 'matryoshka_batchtopk', 'matching_pursuit'])
    refused(changed({ architecture }), 'unsupported-sae', new RegExp(architecture));
  for (const architecture of ['transcoder', 'skip_transcoder', 'jumprelu_transcoder'])
    refused(changed({ architecture }), 'unsupported-sae', /writes to another place/);
  for (const mode of ['layer_norm', 'constant_norm_rescale', 'covariance_whitening'])
    refused(changed({ normalize_activations: mode }), 'unsupported-sae', new RegExp(mode));
  refused(changed({ metadata: { hook_head_index: 3 } }), 'unsupported-sae', /attention head/);
  refused(changed({ activation_fn: 'tanh-relu' }), 'unsupported-sae', /tanh-relu/);
  refused(changed({ finetuning_scaling_factor: true }), 'unsupported-sae', /scale of its own/);
});

test('a configuration or tensors that do not fit each other are refused with what is wrong', () => {
  const { config, tensors } = filesOf(sampleSae('topk'));
  const changed = (change: Record<string, unknown>) => () => read({ ...config, ...change }, tensors);
  refused(changed({ d_in: 9 }), 'wrong-shape', /W_enc is \[8, 24\], and cfg.json says \[9, 24\]/);
  refused(changed({ d_in: -1 }), 'invalid-sae-config', /d_in/);
  refused(changed({ d_sae: 1e300 }), 'invalid-sae-config', /d_sae/);
  refused(changed({ k: 25 }), 'invalid-sae', /k is 25/);
  refused(changed({ k: 1.5 }), 'invalid-sae', /k is 1.5/);
  refused(changed({ metadata: 'none' }), 'invalid-sae-config', /metadata/);
  refused(() => read('no object', tensors), 'invalid-sae-config', /cfg.json/);
  const without = new Map(tensors);
  without.delete('b_enc');
  refused(() => read(config, without), 'missing-tensor', /b_enc/);
  const more = new Map(tensors).set('r_mag', { dtype: 'F32', shape: [1], data: new Float32Array(1) });
  refused(() => read(config, more), 'unknown-tensor', /r_mag/);
  const scaled = new Map(tensors).set('scaling_factor', { dtype: 'F32', shape: [24], data: new Float32Array(24) });
  refused(() => read(config, scaled), 'unsupported-sae', /scaling_factor/);
  const bad = sampleSae('topk');
  bad.wEnc[3] = NaN;
  refused(() => read(config, filesOf(bad).tensors), 'invalid-sae', /wEnc/);
});

test('a file that is cut off anywhere, or is no safetensors, is refused and never read past its end', () => {
  const written = encodeSaeLens(sampleSae('topk'), PLACE);
  const bytes = joined(written.weights);
  for (let length = 0; length < bytes.length; length += 97)
    assert.throws(
      () => readSaeLens({ config: written.config, weights: bytesSource(bytes.subarray(0, length)) }),
      (error: unknown) => error instanceof SteerscopeError && error.kind === 'format',
      `cut at ${length}`,
    );
  refused(
    () => readSaeLens({ config: '{"d_in": 8', weights: bytesSource(bytes) }),
    'invalid-json',
    /cfg.json is not JSON/,
  );
});
