/**
 * Models of every tensor type against a plain double-precision forward pass on the same dequantised weights. This is what
 * checks packing, encodings and the shapes of heads; the arithmetic of the default model is checked in test/golden.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { GGML_TYPE_NAMES } from '../../../src/core/format/gguf/types.ts';
import { residPost } from '../../../src/core/graph/hooks.ts';
import { RowSteering } from '../../../src/core/steering/rowSteering.ts';
import type { Precision } from '../../../src/core/weights/plan.ts';
import { openModel, type LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import { ObservedSessions } from '../../../src/engine/session/observedSession.ts';
import { maxAbs, relativeError } from '../../golden/measures.ts';
import { referenceForward, type ReferenceRun } from '../../referenceForward.ts';
import { CHATML, writeTinyModel, type TinyOptions } from '../../tinyModel.ts';

const EXACT = 1e-3;
/**
 * Of residual streams and logits in fast and int8 precision, whose activations are rounded to 8 bits: half a percent a product,
 * 0.036 at the worst position here. A value read from the wrong place gives about 1.
 */
const FAST_RELATIVE = 0.08;

const home = mkdtempSync(join(tmpdir(), 'steerscope-tiny-'));
after(() => rmSync(home, { recursive: true, force: true }));

let files = 0;

function open(options: TinyOptions, precision: Precision): Promise<LoadedModel> {
  const model = writeTinyModel(home, options, `tiny-${files++}`);
  const context = { signal: new AbortController().signal, emit: () => undefined };
  return openModel({ model, precision, threads: 1, home, get: false }, context);
}

interface Run {
  readonly residuals: readonly Float32Array[]; // [layer][pos * dModel]
  readonly logits: readonly Float32Array[]; // [pos][vocab]
}

const TEXT = 'def f(x):\n\treturn x + 12 // é 😀';

/** The text through the main session: the first half as a prompt, the rest token by token. */
async function runModel({ main, config, tokenizer }: LoadedModel, steering?: RowSteering): Promise<Run> {
  const ids = tokenizer.encode(TEXT);
  const half = ids.length >> 1;
  const hooks = Array.from({ length: config.layers }, (_, layer) => residPost(layer));
  const residuals = hooks.map(() => new Float32Array(half * config.dModel));
  const logits: Float32Array[] = [];
  main.reserve(1, ids.length);
  const steer = steering ? { steering } : {};
  await main.prefill(0, {
    ids: ids.slice(0, half),
    logits: 'all',
    hooks,
    ...steer,
    onPiece: (piece) => {
      hooks.forEach((hook, layer) => residuals[layer].set(piece.hooks.get(hook) ?? [], piece.start * config.dModel));
      logits.push(...piece.logits.map((next) => next.values.slice()));
    },
  });
  for (let position = half; position < ids.length; position++) {
    const [next] = await main.step([{ id: ids[position], position, ...steer }]);
    logits.push(next.values.slice());
  }
  return { residuals, logits };
}

function assertAgrees(run: Run, reference: ReferenceRun, dModel: number, bound: number): void {
  assert.ok(reference.logits.length > 8);
  assert.equal(run.logits.length, reference.logits.length);
  for (const [layer, actual] of run.residuals.entries())
    for (let position = 0; position * dModel < actual.length; position++) {
      const row = actual.subarray(position * dModel, (position + 1) * dModel);
      const error = relativeError(row, reference.residuals[layer][position]);
      assert.ok(error < bound, `layer ${layer}, position ${position}: ${error}`);
    }
  for (const [position, actual] of run.logits.entries()) {
    const expected = reference.logits[position];
    const error = bound === EXACT ? maxAbs(actual, expected) : relativeError(actual, expected);
    assert.ok(error < bound, `logits at position ${position}: ${error}`);
  }
}

const K_WIDTHS = { dModel: 256, dMlp: 512 };

const MODELS: Readonly<Record<string, TinyOptions>> = {
  ...Object.fromEntries(GGML_TYPE_NAMES.map((type) => [type, { type, ...(type.endsWith('_K') ? K_WIDTHS : {}) }])),
  'a head of its own, in Q8_0': { type: 'Q8_0', tied: false },
  'a head of its own, in Q6_K': { type: 'Q4_K', types: { output: 'Q6_K' }, ...K_WIDTHS, tied: false },
  'the mixture of Q4_K_M': {
    type: 'Q4_K',
    types: { attn_v: 'Q6_K', ffn_down: 'Q6_K', token_embd: 'Q6_K' },
    ...K_WIDTHS,
  },
  'Q4_0 and Q4_1 that are multiplied as one': { type: 'Q4_0', types: { attn_k: 'Q4_1', ffn_gate: 'Q4_1' } },
  'Q4_1 and Q4_K that are multiplied as one': { type: 'Q4_1', types: { attn_q: 'Q4_K', ffn_up: 'Q4_K' }, ...K_WIDTHS },
  'a Q8_0 embedding, the rest in Q4_1': { type: 'Q4_1', types: { token_embd: 'Q8_0' } },
  'widths that are no whole number of blocks': { type: 'F16', dModel: 48, dMlp: 72, heads: 3, kvHeads: 1 },
  'a key head for each query head': { type: 'BF16', heads: 4, kvHeads: 4 },
  'one layer': { type: 'F32', layers: 1 },
};

for (const [name, options] of Object.entries(MODELS)) {
  test(`${name}: exact, fast and int8 agree with plain loops`, async () => {
    const exact = await open(options, 'exact');
    const reference = referenceForward(exact.source, exact.file, exact.tokenizer.encode(TEXT));
    assertAgrees(await runModel(exact), reference, exact.config.dModel, EXACT);
    const fast = await open(options, 'fast');
    const int8 = await open(options, 'int8');
    const [ofFast, ofInt8] = [await runModel(fast), await runModel(int8)];
    for (const run of [ofFast, ofInt8]) assertAgrees(run, reference, fast.config.dModel, FAST_RELATIVE);
    // A prompt is read as in fast, to the bit; what rounds is the run of single tokens.
    assert.deepEqual(ofInt8.residuals, ofFast.residuals);
    const prompt = int8.tokenizer.encode(TEXT).length >> 1;
    assert.deepEqual(ofInt8.logits.slice(0, prompt), ofFast.logits.slice(0, prompt));
    for (const { main } of [exact, fast, int8]) await main.release();
  });
}

test('steering in single layers and scopes is the plain addition', async () => {
  const model = await open({ type: 'Q4_1', layers: 3 }, 'exact');
  const { layers, dModel } = model.config;
  const ids = model.tokenizer.encode(TEXT);
  const first = Float32Array.from({ length: layers * dModel }, (_, i) => (i < dModel ? Math.sin(i) : 0));
  const second = Float32Array.from({ length: layers * dModel }, (_, i) => (i >= dModel ? Math.cos(i) : 0));
  const prompt = 5;
  const steering = new RowSteering(
    [
      { stacked: first, scope: 'all' },
      { stacked: second, scope: 'first:6' },
    ],
    prompt,
  );
  const expected = referenceForward(model.source, model.file, ids, {
    resid_post: (layer, position) => {
      const stacked = position < prompt + 6 ? first.map((value, i) => value + second[i]) : first;
      return stacked.subarray(layer * dModel, (layer + 1) * dModel);
    },
  });
  const run = await runModel(model, steering);
  assertAgrees(run, expected, dModel, EXACT);
  const plain = referenceForward(model.source, model.file, ids);
  assert.ok(maxAbs(run.logits.at(-1) ?? [], plain.logits.at(-1) ?? []) > 0.1, 'the vectors change something');
});

test('an affine edit projects a direction out, and puts another in its place', async () => {
  const model = await open({ type: 'F32', layers: 3 }, 'exact');
  const { dModel } = model.config;
  const ids = model.tokenizer.encode(TEXT);
  const hook = residPost(1);
  const unit = (values: Float32Array) => {
    const norm = Math.hypot(...values);
    return values.map((value) => value / norm);
  };
  const away = unit(Float32Array.from({ length: dModel }, (_, i) => Math.sin(i + 1)));
  const instead = Float32Array.from({ length: dModel }, (_, i) => Math.cos(3 * i));
  // h - away (away . h) + instead, as h + (h A + c) B + b with A = away, B = -away.
  const edit = { hook, rank: 1, A: away, c: Float32Array.of(0), B: away.map((value) => -value), b: instead };
  const sessions = new ObservedSessions(model.config, model.packed, model.settings);
  const { values, logits } = await sessions.run({ ids, hooks: [hook], edits: [edit], logits: true });
  const plain = referenceForward(model.source, model.file, ids);
  const changes = plain.residuals[1].map((h) => {
    const along = h.reduce((sum, value, i) => sum + value * away[i], 0);
    return Float64Array.from(h, (_, i) => instead[i] - along * away[i]);
  });
  const expected = referenceForward(model.source, model.file, ids, {
    resid_post: (layer, position) => (layer === 1 ? changes[position] : undefined),
  });
  const actual = values.get(hook) ?? new Float32Array();
  assert.ok(
    relativeError(
      actual,
      expected.residuals[1].flatMap((h) => [...h]),
    ) < 1e-5,
  );
  assert.ok(logits && maxAbs(logits, expected.logits.at(-1) ?? []) < EXACT);
});

test('tiny models have a tokenizer that reads any text, and a chat template where one is given', async () => {
  const plain = await open({}, 'exact');
  assert.equal(plain.template, null);
  const ids = plain.tokenizer.encode(TEXT);
  assert.equal(plain.tokenizer.decode(ids), TEXT);
  assert.ok(ids.length < Buffer.byteLength(TEXT), 'merges apply');
  const chat = await open({ chatTemplate: CHATML }, 'exact');
  assert.notEqual(chat.template, null);
});
