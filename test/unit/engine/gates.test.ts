/**
 * Gates in the session that generates, on tiny models: what they compute, against plain loops; what they leave alone; and
 * how a session changes from some gates to others.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { residPost } from '../../../src/core/graph/hooks.ts';
import { chooseToken, NON_FINITE } from '../../../src/core/sampling/sampler.ts';
import type { Gate } from '../../../src/core/steering/gate.ts';
import { RowSteering, type SteeringPart } from '../../../src/core/steering/rowSteering.ts';
import { openModel, type LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import { GraphSession } from '../../../src/engine/session/graphSession.ts';
import { maxAbs, relativeError } from '../../golden/measures.ts';
import { PRECISIONS } from '../../../src/protocol/fields.ts';
import type { Precision } from '../../../src/protocol/engineService.ts';
import { GREEDY } from '../../greedy.ts';
import { referenceForward, type Additions } from '../../referenceForward.ts';
import { writeTinyModel } from '../../tinyModel.ts';
import { gateAdditions, sampleGate } from './sampleGates.ts';

const EXACT = 1e-3;
const LAYERS = 3;
const PROMPT = 9;
const TEXT = 'def f(x):\n\treturn x + 12 // é 😀';

const home = mkdtempSync(join(tmpdir(), 'steerscope-gates-'));
after(() => rmSync(home, { recursive: true, force: true }));

let path = '';
let model: LoadedModel;
let ids: number[] = [];

function open(precision: Precision = 'exact'): Promise<LoadedModel> {
  const context = { signal: new AbortController().signal, emit: () => undefined };
  return openModel({ model: path, precision, threads: 1, home, get: false }, context);
}

before(async () => {
  path = writeTinyModel(home, { layers: LAYERS });
  model = await open();
  ids = model.tokenizer.encode(TEXT);
});

interface Run {
  readonly residuals: readonly Float32Array[]; // [layer][PROMPT * dModel]
  readonly logits: readonly Float32Array[]; // [pos][vocab]
}

/** The text: a prompt, and the rest token by token. */
async function run({ main, config }: LoadedModel, parts: readonly SteeringPart[], text = ids): Promise<Run> {
  const hooks = Array.from({ length: config.layers }, (_, layer) => residPost(layer));
  const residuals: Float32Array[] = hooks.map(() => new Float32Array(0));
  const logits: Float32Array[] = [];
  const steer = parts.length > 0 ? { steering: new RowSteering(parts, PROMPT) } : {};
  main.reserve(1, text.length);
  await main.prefill(0, {
    ids: text.slice(0, PROMPT),
    logits: 'all',
    hooks,
    ...steer,
    onPiece: (piece) => {
      hooks.forEach((hook, layer) => {
        residuals[layer] = Float32Array.of(...residuals[layer], ...(piece.hooks.get(hook) ?? []));
      });
      logits.push(...piece.logits.map((next) => next.values.slice()));
    },
  });
  for (let position = PROMPT; position < text.length; position++) {
    const [next] = await main.step([{ id: text[position], position, ...steer }]);
    logits.push(next.values.slice());
  }
  return { residuals, logits };
}

function doses(values: readonly number[], scope: SteeringPart['scope'] = 'all'): SteeringPart {
  return { doses: Float32Array.from(values), scope };
}

function reference(additions: Additions = {}) {
  return referenceForward(model.source, model.file, ids, additions);
}

function assertAgrees(actual: Run, expected: ReturnType<typeof reference>): void {
  actual.residuals.forEach((streams, layer) => {
    const all = expected.residuals[layer].slice(0, PROMPT).flatMap((stream) => [...stream]);
    assert.ok(relativeError(streams, all) < 1e-5, `layer ${layer}: ${relativeError(streams, all)}`);
  });
  assert.equal(actual.logits.length, expected.logits.length);
  actual.logits.forEach((logits, position) => {
    const error = maxAbs(logits, expected.logits[position]);
    assert.ok(error < EXACT, `logits at ${position}: ${error}`);
  });
}

const GATES: Readonly<Record<string, readonly Gate[]>> = {
  ...Object.fromEntries(
    (['resid_post', 'resid_mid', 'z'] as const).flatMap((hook) =>
      [1, 3].flatMap((rank) =>
        [false, true].map((choice) => [
          `${hook}, rank ${rank}, ${choice ? 'with' : 'without'} choice`,
          [sampleGate({ layer: 1, hook, rank, choice })],
        ]),
      ),
    ),
  ),
  'two at one residual stream': [
    sampleGate({ layer: 1, hook: 'resid_post', rank: 3, choice: true }),
    sampleGate({ layer: 1, hook: 'resid_post', rank: 1, seed: 2 }),
  ],
  'two at the heads of a layer': [
    sampleGate({ layer: 0, hook: 'z', rank: 2 }),
    sampleGate({ layer: 0, hook: 'z', rank: 2, choice: true, seed: 2 }),
  ],
  'one of each kind, the last layer first': [
    sampleGate({ layer: 2, hook: 'resid_post', rank: 2, choice: true }),
    sampleGate({ layer: 1, hook: 'resid_mid', rank: 3, seed: 2 }),
    sampleGate({ layer: 0, hook: 'z', rank: 1, seed: 3 }),
  ],
};

for (const [name, gates] of Object.entries(GATES)) {
  test(`${name}: the formula, written out`, async () => {
    await model.main.useGates(gates);
    const taken = gates.map((_, i) => 0.8 + 0.7 * i);
    const steered = await run(model, [doses(taken, 'first:2')]);
    const expected = reference(gateAdditions(gates, (position) => (position < PROMPT + 2 ? taken : undefined)));
    assertAgrees(steered, expected);
    // Each of them does something, and so does it where it is in the list.
    const plain = reference();
    const change = (other: typeof plain) =>
      Math.max(...expected.logits.slice(0, PROMPT).map((logits, position) => maxAbs(logits, other.logits[position])));
    for (const left of gates.keys()) {
      const others = reference(gateAdditions(gates, () => taken.map((dose, i) => (i === left ? 0 : dose))));
      assert.ok(change(others) > 10 * EXACT, `gate ${left}`);
    }
    assert.ok(change(plain) > 0.05);
  });
}

test('a gate changes nothing before its place, and all that comes after it', async () => {
  const plain = await run(model, []);
  for (const hook of ['resid_post', 'resid_mid', 'z'] as const) {
    await model.main.useGates([sampleGate({ layer: 1, hook, rank: 2 })]);
    const { residuals } = await run(model, [doses([1])]);
    assert.deepEqual(residuals[0], plain.residuals[0], hook);
    for (const layer of [1, 2]) assert.ok(maxAbs(residuals[layer], plain.residuals[layer]) > 0.01, `${hook}: ${layer}`);
  }
});

for (const precision of PRECISIONS) {
  test(`${precision}: gates that nothing is taken of leave every bit as a graph without gates has it`, async () => {
    const fresh = await open(precision);
    const plain = await run(fresh, []);
    for (const gates of Object.values(GATES)) {
      await fresh.main.useGates(gates);
      assert.deepEqual(await run(fresh, []), plain);
      assert.deepEqual(await run(fresh, [doses(gates.map(() => 0))]), plain);
      assert.notDeepEqual(await run(fresh, [doses(gates.map(() => 1))]), plain);
    }
    // No gates are wanted: the graph that has them serves.
    await fresh.main.useGates([]);
    assert.deepEqual(await run(fresh, []), plain);
    await fresh.main.release();
  });
}

test('a gate and a vector act together', async () => {
  const { dModel } = model.config;
  const gates = [
    sampleGate({ layer: 1, hook: 'resid_post', rank: 2 }),
    sampleGate({ layer: 2, hook: 'resid_mid', rank: 1 }),
  ];
  const stacked = Float32Array.from({ length: LAYERS * dModel }, (_, i) => 0.2 * Math.sin(i));
  await model.main.useGates(gates);
  const steered = await run(model, [doses([1, 0], 'all'), { stacked, scope: 'prompt' }, doses([0.5, 2], 'answer')]);
  // The vector joins the branch, so that a gate at the same hook reads the stream with it.
  const ofGates = gateAdditions(gates, (position) => (position < PROMPT ? [1, 0] : [1.5, 2]));
  const expected = reference({
    ...ofGates,
    resid_post: (layer, position, value) => {
      const vector = stacked.subarray(layer * dModel, (layer + 1) * dModel);
      const moved = value.map((h, i) => h + (position < PROMPT ? vector[i] : 0));
      const added = ofGates.resid_post?.(layer, position, moved);
      return moved.map((h, i) => h - value[i] + (added?.[i] ?? 0));
    },
  });
  assertAgrees(steered, expected);
});

test('what a row takes of the gates touches no other row', async () => {
  const gates = GATES['one of each kind, the last layer first'];
  await model.main.useGates(gates);
  const { main } = model;
  main.reserve(3, ids.length);
  const parts = [[], [doses([1, 1, 1])], [doses([0, -2, 1e38])]];
  const texts = [0, 1, 2].map((by) => ids.slice(by, PROMPT + by));
  const prefill = (row: number, of: number) =>
    main.prefill(row, { ids: texts[of], steering: new RowSteering(parts[of], PROMPT) });
  const step = (of: readonly number[]) =>
    main.step(of.map((row) => ({ id: 7 + row, position: PROMPT, steering: new RowSteering(parts[row], PROMPT) })));
  const alone: Float32Array[] = [];
  for (const of of parts.keys()) {
    await prefill(0, of);
    const [next] = await step([of]);
    alone.push(next.values.slice());
  }
  for (const of of parts.keys()) await prefill(of, of);
  const together = (await step([0, 1, 2])).map(({ values }) => values.slice());
  for (const row of [0, 1]) assert.ok(maxAbs(together[row], alone[row]) < EXACT, `row ${row}`);
  assert.ok(maxAbs(alone[0], alone[1]) > 0.01);
  assert.equal(
    chooseToken({ values: together[2], exact: null }, new Set(), GREEDY, () => 0),
    NON_FINITE,
  );
  assert.notEqual(
    chooseToken({ values: together[0], exact: null }, new Set(), GREEDY, () => 0),
    NON_FINITE,
  );
});

/** How many graphs are opened while something is done. */
async function opened(t: TestContext, work: () => Promise<unknown>): Promise<number> {
  const watch = t.mock.method(GraphSession, 'open');
  await work();
  const count = watch.mock.callCount();
  watch.mock.restore();
  return count;
}

test('other places take another graph, other numbers at the same places do not', async (t) => {
  const own = await open();
  const [a, b] = [1, 2].map((seed) => [sampleGate({ layer: 1, hook: 'resid_post', rank: 2, seed })]);
  const wider = [sampleGate({ layer: 1, hook: 'resid_post', rank: 4 })];
  const choosing = [sampleGate({ layer: 1, hook: 'resid_post', rank: 2, choice: true })];
  const elsewhere = [sampleGate({ layer: 2, hook: 'resid_post', rank: 2 })];
  const use = (gates: readonly Gate[]) => opened(t, () => own.main.useGates(gates));
  const results = new Map<readonly Gate[], Run>();
  for (const [gates, graphs] of [
    [a, 1],
    [a, 0],
    [[...a], 0],
    [b, 0],
    [wider, 0],
    [[], 0],
    [b, 0],
    [choosing, 1],
    [elsewhere, 1],
    [[...elsewhere, ...a], 1],
    [[...a, ...elsewhere], 1],
    [a, 1],
  ] as const) {
    assert.equal(await use(gates), graphs);
    const made = await run(own, gates.length > 0 ? [doses(gates.map(() => 1))] : []);
    const before = results.get(gates);
    if (before) assert.deepEqual(made, before, 'the same gates give the same bits, whatever came between');
    results.set(gates, made);
  }
  assert.notDeepEqual(results.get(a), results.get(b), 'the numbers did change');
  await own.main.release();
});

test('a graph that cannot be opened leaves the one that there is', async (t) => {
  const own = await open();
  const gates = [sampleGate({ layer: 1, hook: 'resid_post', rank: 1 })];
  await own.main.useGates(gates);
  const steered = await run(own, [doses([1])]);
  const watch = t.mock.method(GraphSession, 'open', () => Promise.reject(new Error('no memory')));
  await assert.rejects(own.main.useGates([sampleGate({ layer: 0, hook: 'z', rank: 1 })]), /no memory/);
  watch.mock.restore();
  assert.deepEqual(await run(own, [doses([1])]), steered);
  await own.main.release();
});
