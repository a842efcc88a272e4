/**
 * What a run must not depend on: which rows are decoded beside it, how a prompt is cut into pieces, ports that change
 * nothing, and the row that a text lies in. Exact precision on the default model.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildDecoder } from '../../src/core/graph/decoder.ts';
import { residPost } from '../../src/core/graph/hooks.ts';
import { RowSteering } from '../../src/core/steering/rowSteering.ts';
import { GraphSession, tensor } from '../../src/engine/session/graphSession.ts';
import { KvCache } from '../../src/engine/session/kvCache.ts';
import type { PrefillPiece, PrefillRequest } from '../../src/engine/session/mainSession.ts';
import { ObservedSessions } from '../../src/engine/session/observedSession.ts';
import { maxAbs, relativeError } from './measures.ts';
import { decode, openReal, type DecodeRow } from './model.ts';
import { reference, tensorOf, texts } from './reference.ts';

const model = await openReal('exact');
const { config, main } = model;
const stacked = new Float32Array(config.layers * config.dModel);
for (const layer of reference.steer.layers) stacked.set(tensorOf(`steer/${layer}`), layer * config.dModel);
const opposite = stacked.map((value) => -value);
const nothing = new Float32Array(stacked.length);

/** The logits that each token of each row was chosen from, beside the tokens. */
async function decodeWithLogits(rows: readonly DecodeRow[], count: number) {
  const logits: Float32Array[][] = rows.map(() => []);
  const ids = await decode(model, rows, count, { onLogits: (row, _, next) => logits[row].push(next.values.slice()) });
  return { ids, logits };
}

async function assertBatchIsSingles(rows: readonly DecodeRow[], count: number): Promise<void> {
  const together = await decodeWithLogits(rows, count);
  for (const [row, request] of rows.entries()) {
    const alone = await decodeWithLogits([request], count);
    assert.deepEqual(together.ids[row], alone.ids[0]);
    for (const [step, expected] of alone.logits[0].entries()) {
      const difference = maxAbs(together.logits[row][step], expected);
      assert.ok(difference < 1e-3, `row ${row}, step ${step}: ${difference}`);
    }
  }
}

test('rows of different lengths decode together as they do alone', async () => {
  const lengths = new Set(texts.map((text) => text.ids.length));
  assert.ok(lengths.size > 1);
  await assertBatchIsSingles(
    texts.map(({ ids }) => ({ ids })),
    12,
  );
});

test('rows steered differently decode together as they do alone', async () => {
  const steer = (ids: readonly number[], ...vectors: ConstructorParameters<typeof RowSteering>[0]) => ({
    ids,
    steering: new RowSteering(vectors, ids.length),
  });
  const [english, python, cpp, chat] = texts.map((text) => text.ids);
  await assertBatchIsSingles(
    [
      steer(english, { stacked, scope: 'all' }),
      { ids: python },
      steer(cpp, { stacked, scope: 'first:2' }, { stacked: opposite, scope: 'answer' }),
      steer(chat, { stacked: opposite, scope: 'prompt' }),
    ],
    8,
  );
});

test('several vectors at once are their sum', async () => {
  const { ids } = texts[0];
  const half = stacked.map((value) => value / 2);
  const halves = { stacked: half, scope: 'all' } as const;
  const whole = await decodeWithLogits(
    [{ ids, steering: new RowSteering([{ stacked, scope: 'all' }], ids.length) }],
    4,
  );
  const parts = await decodeWithLogits([{ ids, steering: new RowSteering([halves, halves], ids.length) }], 4);
  assert.deepEqual(parts, whole);
});

test('a vector of zeros, no vector, and a graph without ports give the same bits', async () => {
  const { ids, greedy } = texts[0];
  const zeros = new RowSteering([{ stacked: nothing, scope: 'all' }], ids.length);
  const plain = await decodeWithLogits([{ ids }], 6);
  assert.deepEqual(await decodeWithLogits([{ ids, steering: zeros }], 6), plain);

  const options = { hooks: new Set<never>(), ports: new Map<never, never>(), gates: [], cache: true, logits: true };
  const bare = await GraphSession.open(buildDecoder(config, model.packed, options), model.packed, model.settings);
  assert.ok(!bare.inputs.has('steer'));
  const cache = new KvCache(config, 1, 256).row(0);
  const run = async (tokens: readonly number[], start: number) => {
    const end = start + tokens.length;
    const feeds = {
      ids: tensor.ids(tokens),
      logitPositions: tensor.int64([tokens.length - 1], [1]),
      seqlens: tensor.int32([end - 1], [1]),
      totalLength: tensor.int32([end], []),
      ...cache.feeds,
    };
    const logits = new Float32Array(config.vocab);
    await bare.runInto(feeds, { logits: tensor.float32(logits, [1, 1, config.vocab]), ...cache.fetches });
    return logits;
  };
  assert.deepEqual(await run(ids, 0), plain.logits[0][0]);
  for (let step = 1; step < 6; step++)
    assert.deepEqual(await run([greedy.ids[step - 1]], ids.length + step - 1), plain.logits[0][step], `step ${step}`);
  await bare.release();
});

test('a steered text and then an unsteered one in the same row: nothing is left of the vector', async () => {
  const { ids } = texts[1];
  const before = await decodeWithLogits([{ ids }], 3);
  await decode(model, [{ ids, steering: new RowSteering([{ stacked, scope: 'all' }], ids.length) }], 3);
  assert.deepEqual(await decodeWithLogits([{ ids }], 3), before);
});

/** Every position's logits and the last residual stream of a prefill. */
async function prefillAll(
  request: PrefillRequest,
): Promise<{ lengths: number[]; logits: Float32Array[]; stream: Float32Array[] }> {
  const out = { lengths: [] as number[], logits: [] as Float32Array[], stream: [] as Float32Array[] };
  const hook = residPost(config.layers - 1);
  const onPiece = (piece: PrefillPiece) => {
    out.lengths.push(piece.length);
    out.logits.push(...piece.logits.map((next) => next.values));
    const values = piece.hooks.get(hook) ?? new Float32Array();
    for (let i = 0; i < piece.length; i++) out.stream.push(values.subarray(i * config.dModel, (i + 1) * config.dModel));
  };
  main.reserve(1, request.ids.length);
  await main.prefill(0, { ...request, logits: 'all', hooks: [hook], onPiece });
  return out;
}

test('a prompt in pieces, one longer than a piece, and a whole text without a cache agree', async () => {
  const ids = texts.flatMap((text) => text.ids);
  const whole = await prefillAll({ ids });
  assert.deepEqual(whole.lengths, [ids.length]);
  // A scope that ends inside the prompt ends a piece there; its vector is zero, so nothing else changes.
  for (const cuts of [1, 37, ids.length - 1]) {
    const pieces = await prefillAll({ ids, steering: new RowSteering([{ stacked: nothing, scope: 'prompt' }], cuts) });
    assert.deepEqual(pieces.lengths, [cuts, ids.length - cuts]);
    for (const [position, expected] of whole.logits.entries())
      assert.ok(maxAbs(pieces.logits[position], expected) < 1e-3, `cut at ${cuts}, position ${position}`);
    for (const [position, expected] of whole.stream.entries())
      assert.ok(relativeError(pieces.stream[position], expected) < 1e-4, `cut at ${cuts}, position ${position}`);
  }

  const long = [...ids, ...ids];
  const pieces = await prefillAll({ ids: long });
  assert.ok(pieces.lengths.length > 1);
  const sessions = new ObservedSessions(config, model.packed, model.settings);
  const hook = residPost(config.layers - 1);
  const { values, logits } = await sessions.run({ ids: long, hooks: [hook], logits: true });
  assert.ok(logits && maxAbs(pieces.logits[long.length - 1], logits) < 1e-3);
  const stream = values.get(hook) ?? new Float32Array();
  for (const [position, actual] of pieces.stream.entries()) {
    const expected = stream.subarray(position * config.dModel, (position + 1) * config.dModel);
    assert.ok(relativeError(actual, expected) < 1e-4, `position ${position}`);
  }
});

test('a row moved over another goes on as it would have', async () => {
  const [first, second] = texts.map((text) => text.ids);
  main.reserve(2, 256);
  await main.prefill(0, { ids: first });
  await main.prefill(1, { ids: second });
  const step = { id: second[0], position: second.length };
  const both = await main.step([{ id: first[0], position: first.length }, step]);
  const stay = both.map((next) => next.values.slice());
  main.moveRow(1, 0);
  const moved = await main.step([step]);
  assert.ok(maxAbs(moved[0].values, stay[1]) < 1e-3);
  assert.ok(maxAbs(moved[0].values, stay[0]) > 1);
});

test('a step copies neither the cache nor the logits', async () => {
  const { ids } = texts[0];
  const steps = 8;
  main.reserve(4, 1024);
  await main.prefill(0, { ids });
  await main.step([{ id: ids[0], position: ids.length }]);
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 1; i <= steps; i++) await main.step([{ id: ids[0], position: ids.length + i }]);
  const grown = process.memoryUsage().arrayBuffers - before;
  assert.ok(grown < KvCache.bytes(config, 1, 256), `${grown} bytes`);
});
