/** The reading of all layers and of one cell, on a tiny model, against plain loops in double precision. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CancelledError, SteerscopeError, UsageError } from '../../../src/core/errors.ts';
import { predict, type LinearProbe } from '../../../src/core/probes/linear.ts';
import { createRandom } from '../../../src/core/stats/random.ts';
import { readTensor } from '../../../src/core/format/gguf/index.ts';
import { openModel, type LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import { fitLayerProbes } from '../../../src/engine/probe/layerProbes.ts';
import { LINE_PROBE_METHOD, probeTensors } from '../../../src/engine/probe/lineProbe.ts';
import { readLines } from '../../../src/engine/probe/lines.ts';
import { readAttention, readCell } from '../../../src/engine/reading/cell.ts';
import { measureLayers } from '../../../src/engine/reading/layers.ts';
import { DirectionSource } from '../../../src/engine/store/directions.ts';
import { openStore } from '../../../src/engine/store/store.ts';
import type { LayersParams } from '../../../src/protocol/readingTypes.ts';
import { referenceForward, type ReferenceRun } from '../../referenceForward.ts';
import { tensorsOf } from '../../../src/engine/store/steeringTensors.ts';
import { sampleDraft } from '../core/artefact/sample.ts';
import { writeTinyModel } from '../../tinyModel.ts';

const TEXT = 'def f(x):\n\treturn x + 12';
const home = mkdtempSync(join(tmpdir(), 'steerscope-layers-'));
after(() => rmSync(home, { recursive: true, force: true }));

let model: LoadedModel;
let reference: ReferenceRun;
let ids: readonly number[];
const context = { signal: new AbortController().signal, emit: () => undefined };
const source = new DirectionSource(openStore(join(home, 'store')), join(home, 'shipped'));
const places = { directions: source, shippedProbes: join(home, 'probes') };
const read = (params: Partial<LayersParams> = {}) =>
  measureLayers(model, places, { text: TEXT, special: false, top: 3, ...params }, context);

before(async () => {
  const path = writeTinyModel(home, { layers: 3 });
  model = await openModel({ model: path, precision: 'exact', threads: 1, home, get: false }, context);
  ids = model.tokenizer.encode(TEXT, { bos: true });
  reference = referenceForward(model.source, model.file, ids);
});

function near(actual: number, expected: number, what: string, bound = 1e-3): void {
  assert.ok(
    Math.abs(actual - expected) <= bound * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  );
}

/** Final norm and head, in double precision: log-probabilities [vocab]. */
function lensOf(stream: Float64Array): Float64Array {
  const tensor = (name: string): Float32Array => {
    const found = model.file.tensors.get(name);
    assert.ok(found, name);
    return readTensor(model.source, found);
  };
  const gain = tensor('output_norm.weight');
  const head = tensor(model.config.tiedEmbedding ? 'token_embd.weight' : 'output.weight');
  const scale = 1 / Math.sqrt(stream.reduce((sum, x) => sum + x * x, 0) / stream.length + model.config.rmsEpsilon);
  const x = stream.map((value, i) => value * scale * (gain[i] ?? 0));
  const logits = Float64Array.from({ length: model.config.vocab }, (_, id) =>
    x.reduce((sum, value, i) => sum + value * (head[id * x.length + i] ?? 0), 0),
  );
  const most = Math.max(...logits);
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0)) + most;
  return logits.map((logit) => logit - total);
}

test('every measure is what plain loops give', async () => {
  const { measures, top, layers, first } = await read();
  assert.deepEqual([layers, first, top.length], [3, 0, 3 * ids.length]);
  for (const [position] of ids.entries()) {
    const final = lensOf(reference.residuals[2]?.[position] ?? new Float64Array());
    for (let layer = 0; layer < layers; layer++) {
      const at = position * layers + layer;
      const where = `layer ${layer}, position ${position}`;
      const stream = reference.residuals[layer]?.[position] ?? new Float64Array();
      near(measures.norm[at] ?? NaN, Math.hypot(...stream), `norm at ${where}`);
      const logs = lensOf(stream);
      near(
        measures.entropy[at] ?? NaN,
        -logs.reduce((sum, log) => sum + Math.exp(log) * log, 0),
        `entropy at ${where}`,
      );
      const divergence = final.reduce((sum, log, id) => sum + Math.exp(log) * (log - (logs[id] ?? 0)), 0);
      near(measures.divergence[at] ?? NaN, divergence, `divergence at ${where}`);
      near(measures.confidence[at] ?? NaN, Math.exp(Math.max(...logs)), `confidence at ${where}`);
      const [best] = top[at] ?? [];
      near(logs[best?.[0] ?? 0] ?? NaN, Math.max(...logs), `the first token at ${where}`);
      if (layer > 0) {
        const before = reference.residuals[layer - 1]?.[position] ?? new Float64Array();
        const change = Math.hypot(...stream.map((value, i) => value - (before[i] ?? 0))) / Math.hypot(...before);
        near(measures.change[at] ?? NaN, change, `change at ${where}`);
      }
    }
  }
});

test('the last positions are the same as in a reading of all', async () => {
  const [all, last] = [await read(), await read({ last: 4 })];
  assert.equal(last.first, ids.length - 4);
  const from = last.first * 3;
  for (const name of ['norm', 'change', 'entropy', 'divergence'] as const)
    for (const [i, value] of last.measures[name].entries())
      near(value ?? NaN, all.measures[name][from + i] ?? NaN, name, 1e-5);
  assert.deepEqual(
    last.top.map((cell) => cell[0]?.[0]),
    all.top.slice(from).map((cell) => cell[0]?.[0]),
  );
});

test('what was written after a text is read with it', async () => {
  const whole = await read();
  const parts = await read({ text: 'def f(x):\n\t', written: 'return x + 12' });
  assert.deepEqual(parts.ids, whole.ids);
  assert.deepEqual(parts.measures, whole.measures);
});

test('a reading that is called off ends', async () => {
  const abort = new AbortController();
  const emit = (): void => abort.abort();
  const params = { text: TEXT, special: false, top: 1 };
  await assert.rejects(measureLayers(model, places, params, { signal: abort.signal, emit }), CancelledError);
});

test('a cell: shares of attention, and neurons that write what the MLP adds', async () => {
  const { observed, config } = model;
  const cell = await readCell(model, {
    text: TEXT,
    special: false,
    layer: 1,
    position: 5,
    neurons: config.dMlp,
    top: 2,
  });
  assert.equal(cell.attention.length, config.heads);
  for (const row of cell.attention) {
    assert.equal(row.length, 6);
    near(
      row.reduce((a, b) => a + b),
      1,
      'a row of attention',
    );
  }
  assert.equal(cell.neurons.length, config.dMlp);
  const contributions = cell.neurons.map(({ contribution }) => contribution);
  assert.deepEqual(
    contributions,
    contributions.toSorted((a, b) => b - a),
  );
  const hook = 'blocks.1.mlp.hook_post' as never;
  const { values } = await observed.run({ ids, hooks: [hook] });
  const post = values.get(hook)?.subarray(5 * config.dMlp, 6 * config.dMlp) ?? new Float32Array();
  for (const { neuron, activation } of cell.neurons) near(activation, post[neuron] ?? NaN, `neuron ${neuron}`, 1e-6);
  for (const { promoted, suppressed } of cell.neurons)
    assert.ok((promoted[0]?.[1] ?? 0) >= (suppressed[0]?.[1] ?? 0), 'more is promoted than suppressed');
});

test('one head from every position, and nothing after a query', async () => {
  const cell = await readCell(model, { text: TEXT, special: false, layer: 2, position: -1, neurons: 1, top: 1 });
  const { pattern } = await readAttention(model, { text: TEXT, special: false, layer: 2, head: 1 });
  const n = ids.length;
  assert.equal(pattern.length, n * n);
  assert.deepEqual(pattern.slice((n - 1) * n), cell.attention[1]);
  for (let query = 0; query < n; query++)
    for (let key = query + 1; key < n; key++) near(pattern[query * n + key] ?? NaN, 0, `${query} to ${key}`, 1e-6);
});

test('a layer, a head or a position that is not there is an error that says what there is', async () => {
  const at = { text: TEXT, special: false, neurons: 1, top: 1 };
  await assert.rejects(readCell(model, { ...at, layer: 3, position: 0 }), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(`${error.message} ${error.advice}`, /no layer 3 The layers are 0 to 2/);
    return true;
  });
  await assert.rejects(readCell(model, { ...at, layer: 0, position: 99 }), /no position 99/);
  await assert.rejects(readAttention(model, { text: TEXT, special: false, layer: 0, head: 64 }), /no head 64/);
  await assert.rejects(read({ direction: 'none-such' }), /none-such/);
});

test('probabilities of the likeliest tokens are such in fast precision too, where the head is approximate', async () => {
  const path = writeTinyModel(home, { layers: 3, type: 'Q4_1' }, 'fast');
  const fast = await openModel({ model: path, precision: 'fast', threads: 1, home, get: false }, context);
  const { top, measures } = await measureLayers(fast, places, { text: TEXT, special: false, top: 8 }, context);
  for (const [at, cell] of top.entries()) {
    const sum = cell.reduce((total, [, probability]) => total + probability, 0);
    assert.ok(sum > 0 && sum <= 1 + 1e-6, `${sum} at ${at}`);
    assert.equal(measures.confidence[at], cell[0]?.[1]);
  }
});

test('a stream that overflows is measured as nothing, and said by nulls', async () => {
  const { dModel, layers } = model.config;
  const { fingerprint, weightTypes } = model.summary;
  const draft = sampleDraft('huge');
  const direction = new Float32Array(dModel).fill(1);
  await source.store.save(
    {
      ...draft,
      ...{ layers: [1], hook: 'resid_post', strength: 1, scope: 'all', medianNorms: [1, 1, 1] },
      model: { ...draft.model, fingerprint, weightTypes, precision: 'exact', dModel, layers },
    },
    tensorsOf({ kind: 'vectors', directions: [direction, direction, direction] }, [1]),
  );
  const { measures, top } = await read({ steer: [{ name: 'huge', strength: 1e30 }] });
  for (const [at, cell] of top.entries()) {
    const isThere = at % layers === 0;
    assert.equal(cell.length > 0, isThere, `cell ${at}`);
    for (const name of ['entropy', 'confidence'] as const) assert.equal(measures[name][at] !== null, isThere, name);
  }
});

/** Probes of random weights for every layer, kept as ones that were fitted; `whole` false keeps the last layer's alone. */
async function saveProbes(name: string, whole: boolean): Promise<readonly LinearProbe[]> {
  const random = createRandom(9);
  const { dModel: d, layers } = model.config;
  const normal = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const probes = Array.from({ length: layers }, () => ({
    classes: 2,
    weights: normal(2 * d),
    bias: normal(2),
    mean: normal(d),
    scale: normal(d).map((value) => Math.abs(value) + 1),
  }));
  const { name: modelName, fingerprint, architecture, dModel, precision, weightTypes } = model.summary;
  const draft = {
    ...({ name, kind: 'probe', method: LINE_PROBE_METHOD, hook: 'resid_post', layers: [layers - 1] } as const),
    model: { name: modelName, fingerprint, architecture, dModel, layers, precision, weightTypes },
    ...({ positions: 'tokens', chatTemplateHash: null, scope: 'all', surface: 'raw', strength: 1, seed: 0 } as const),
    ...{ dataHash: '0'.repeat(64), medianNorms: [], software: '0', figures: {} },
    params: { languages: ['python', 'cpp'] },
  };
  const last = probes[layers - 1];
  assert.ok(last);
  await source.store.save(draft, probeTensors(last, whole ? probes : []), { replace: true });
  return probes;
}

test('every layer is scored by its own probe, and the best one as lines are', async (t) => {
  await assert.rejects(read({ probe: 'needed' }), (error) => SteerscopeError.is(error, 'no-line-probe'));
  assert.equal((await read({ probe: 'if-there' })).probe, undefined);
  await saveProbes('old', false);
  t.after(() => source.store.remove('old'));
  await assert.rejects(read({ probe: 'needed' }), (error) => SteerscopeError.is(error, 'no-layer-probes'));
  assert.equal((await read({ probe: 'if-there' })).probe, undefined);
  const probes = await saveProbes('whole', true);
  t.after(() => source.store.remove('whole'));
  assert.equal((await read()).probe, undefined);
  const { probe } = await read({ probe: 'needed' });
  assert.ok(probe);
  assert.deepEqual([probe.artefact, probe.layer, probe.positions], ['whole', 2, 'tokens']);
  assert.deepEqual(
    probe.scores.map(({ language }) => language),
    ['python', 'cpp'],
  );
  const [python = [], cpp = []] = probe.scores.map(({ values }) => values);
  const visible = ids.map((id, position) => position > 0 && model.tokenizer.piece(id).replace(/[ĠĊĉ\s]/gu, '') !== '');
  assert.ok(visible.includes(false) && visible.includes(true));
  for (const [position, isVisible] of visible.entries())
    for (const [layer, { weights, bias, mean, scale }] of probes.entries()) {
      const where = `layer ${layer}, position ${position}`;
      const at = position * 3 + layer;
      if (!isVisible) {
        assert.deepEqual([python[at], cpp[at]], [null, null], where);
        continue;
      }
      const stream = reference.residuals[layer]?.[position] ?? new Float64Array();
      const [a = 0, b = 0] = [0, 1].map((c) =>
        stream.reduce(
          (sum, value, j) => sum + ((weights[c * stream.length + j] ?? 0) * (value - (mean[j] ?? 0))) / (scale[j] ?? 1),
          bias[c] ?? 0,
        ),
      );
      near(cpp[at] ?? NaN, 1 / (1 + Math.exp(a - b)), where);
      near((python[at] ?? NaN) + (cpp[at] ?? NaN), 1, `together at ${where}`, 1e-9);
    }
  // The same figures as those of the verb that reads lines, and the end of a text as the whole of it.
  const at = { store: source.store, shipped: join(home, 'probes') };
  const { perToken = [] } = await readLines(model, at, { text: TEXT, perToken: true }, context);
  const ofLast = cpp.filter((value, i) => i % 3 === 2 && value !== null);
  assert.equal(ofLast.length, perToken.length);
  for (const [i, { scores }] of perToken.entries()) near(ofLast[i] ?? NaN, scores[1] ?? NaN, `token ${i}`, 1e-4);
  const end = await read({ probe: 'needed', last: 4 });
  for (const [i, value] of (end.probe?.scores[1]?.values ?? []).entries()) {
    const whole = cpp[end.first * 3 + i];
    if (value === null) assert.equal(whole, null);
    else near(value, whole ?? NaN, `cell ${i} of the end`, 1e-4);
  }
});

test('a probe that lacks some of its layers is damaged, and says so', async (t) => {
  await saveProbes('damaged', true);
  t.after(() => source.store.remove('damaged'));
  const { manifest, tensors } = await source.store.load('damaged');
  const { id: _, createdAt: __, schemaVersion: ___, tensors: ____, ...draft } = manifest;
  const cut = new Map(tensors);
  const weights = cut.get('layers.weights');
  assert.ok(weights);
  cut.set('layers.weights', { shape: [weights.data.length / 2], data: weights.data.slice(weights.data.length / 2) });
  await source.store.save(draft, cut, { replace: true });
  await assert.rejects(read({ probe: 'if-there' }), (error) => SteerscopeError.is(error, 'invalid-probe'));
});

test('the probes of layers are of the kind that was chosen, each fitted on its own layer', async () => {
  // A class lies above zero in the first layer, and below it in the second.
  const y = Int32Array.from({ length: 40 }, (_, i) => i % 2);
  const setOf = (sign: number) => ({
    X: Float32Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? sign * (i % 4 === 0 ? -1 : 1) : 0.01 * i)),
    y,
    tasks: Array.from(y, () => 'a'),
    bodies: Array.from(y.keys()),
    lines: Array.from(y, () => 0),
    positions: Array.from(y, () => 0),
  });
  for (const kind of ['logistic', 'centroids'] as const) {
    const probes = await fitLayerProbes([setOf(1), setOf(-1)], 2, { kind, l2: 1 }, context);
    assert.deepEqual(
      probes.map((probe) => [...predict(probe, Float32Array.from([1, 0.4]))]),
      [[1], [0]],
      kind,
    );
  }
});
