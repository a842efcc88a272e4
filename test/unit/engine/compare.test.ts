/**
 * Two steerings compared on a tiny model: nothing against nothing is exactly nothing, texts are those of `generate`, and the
 * figures are those of plain loops in double precision and of the runs that wrote the tokens.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CancelledError } from '../../../src/core/errors.ts';
import type { Intervention } from '../../../src/core/methods/method.ts';
import { generate } from '../../../src/engine/generate/generate.ts';
import { openModel, type LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import { compareSteerings } from '../../../src/engine/reading/compare.ts';
import { DirectionSource } from '../../../src/engine/store/directions.ts';
import { tensorsOf } from '../../../src/engine/store/steeringTensors.ts';
import { openStore } from '../../../src/engine/store/store.ts';
import type { CompareOptions, CompareParams, CompareResult, CompareSide } from '../../../src/protocol/compareTypes.ts';
import type { Precision } from '../../../src/protocol/engineService.ts';
import { PRECISIONS } from '../../../src/protocol/fields.ts';
import { GREEDY } from '../../greedy.ts';
import { referenceForward, type Additions } from '../../referenceForward.ts';
import { writeTinyModel } from '../../tinyModel.ts';
import { sampleDraft } from '../core/artefact/sample.ts';
import { gateAdditions, sampleGate } from './sampleGates.ts';
import { watchRuns } from './watchRuns.ts';

const LAYERS = 3;
const D = 64;
const PROMPT = 'def f(x):\n\treturn x + 12';
const { temperature, topP, topK, repeatPenalty, stop, seed } = GREEDY;
const OPTIONS: CompareOptions = {
  ...{ mode: 'raw', maxTokens: 12, temperature, topP, topK, repeatPenalty, stop, seed },
  ignoreEos: true,
};
const OFF: CompareSide = { steer: [] };

const home = mkdtempSync(join(tmpdir(), 'steerscope-compare-'));
after(() => rmSync(home, { recursive: true, force: true }));
const directions = new DirectionSource(openStore(join(home, 'store')), join(home, 'none'));
const context = { signal: new AbortController().signal, emit: () => undefined };
const models = new Map<Precision, LoadedModel>();
const model = (precision: Precision = 'exact'): LoadedModel => models.get(precision) ?? assert.fail('not opened');

const VECTOR = Float32Array.from({ length: D }, (_, i) => Math.sin(7 * i));
const CHOOSING = sampleGate({ layer: 1, hook: 'resid_post', rank: 3, choice: true });
const SEVERAL = sampleGate({ layer: 2, hook: 'z', rank: 2, seed: 2 });
const filled = (value: number): Float32Array => new Float32Array(D).fill(value);
const LEARNING: typeof CHOOSING = {
  ...CHOOSING,
  refinement: { mean: filled(0), scale: filled(1), wanted: filled(-1), rate: 1 / D },
};

async function keep(name: string, intervention: Intervention, layers: readonly number[], hook: string) {
  const { fingerprint, weightTypes } = model().summary;
  const record = { ...sampleDraft(name).model, fingerprint, weightTypes, precision: 'exact', dModel: D } as const;
  await directions.store.save(
    {
      ...sampleDraft(name),
      ...{ layers, hook, strength: 1, scope: 'all', model: { ...record, layers: LAYERS }, medianNorms: [1, 1, 1] },
    },
    tensorsOf(intervention, layers),
  );
}

before(async () => {
  const path = writeTinyModel(home, { layers: LAYERS });
  for (const precision of PRECISIONS)
    models.set(precision, await openModel({ model: path, precision, threads: 1, home, get: false }, context));
  await keep('vector', { kind: 'vectors', directions: [VECTOR, VECTOR, VECTOR] }, [1], 'resid_post');
  for (const [name, gate] of Object.entries({ choosing: CHOOSING, several: SEVERAL, learning: LEARNING }))
    await keep(name, { kind: 'gates', hook: gate.hook, gates: new Map([[gate.layer, gate]]) }, [gate.layer], gate.hook);
});

function compare(a: CompareSide, b: CompareSide, more: Partial<CompareParams> = {}, of = model()) {
  const params = { prompt: PROMPT, options: OPTIONS, a, b, threshold: 0.05, top: 3, ...more };
  return compareSteerings(of, directions, params, context);
}

const steered = (name: string, strength: number, scope?: string): CompareSide => ({
  steer: [{ name, strength }],
  ...(scope === undefined ? {} : { scope }),
});

const SCOPES = ['prompt', 'answer', 'all', 'first:3', 'decide:4'];
const NAMES = ['vector', 'choosing', 'several', 'learning'];

function assertNothing(result: CompareResult, what: string): void {
  const { a, b, divergence, texts } = result;
  assert.equal(divergence, null, what);
  assert.deepEqual([a.text, a.ids], [b.text, b.ids], what);
  for (const { kl, logA, logB, topA, topB, difference, parts } of texts) {
    assert.equal(kl.length, OPTIONS.maxTokens);
    assert.ok(
      kl.every((value) => value === 0),
      what,
    );
    assert.ok(
      difference.flat().every((value) => value === 0),
      what,
    );
    assert.deepEqual([logA, topA, parts], [logB, topB, null], what);
  }
}

for (const precision of PRECISIONS)
  test(`${precision}: strength 0 on both sides, and one steering against itself, are exactly nothing`, async () => {
    for (const name of NAMES)
      for (const scope of SCOPES) {
        const zero = steered(name, 0, scope);
        const what = `${name} at ${scope}`;
        for (const [a, b] of [
          [OFF, zero],
          [zero, zero],
          [zero, OFF],
        ] as const)
          assertNothing(await compare(a, b, {}, model(precision)), what);
        const same = steered(name, 2, scope);
        assertNothing(await compare(same, same, {}, model(precision)), `${what}, strength 2 on both sides`);
      }
  });

test('both texts are to the token those that generate writes', async () => {
  let parted = 0;
  for (const name of NAMES)
    for (const scope of SCOPES) {
      const [a, b] = [OFF, steered(name, 3, scope)];
      const result = await compare(a, b);
      for (const [side, choice] of [
        [result.a, a],
        [result.b, b],
      ] as const) {
        const options = { ...OPTIONS, ...choice, batch: 1 };
        const [alone] = await generate(
          model(),
          directions,
          { prompts: [{ id: 'x', prompt: PROMPT }], options },
          context,
        );
        assert.deepEqual([side.text, side.ids, side.stop], [alone.text, alone.ids, alone.stop], `${name} at ${scope}`);
      }
      if (result.divergence !== null) parted++;
    }
  assert.ok(parted > 5, `${parted} of the pairs part`);
});

/** What plain loops say of a text: log p of each token, and the streams that it was chosen from, [layer][token]. */
function reference(ids: readonly number[], additions: Additions) {
  const { source, file, tokenizer } = model();
  const prompt = tokenizer.encode(PROMPT);
  const { logits, residuals } = referenceForward(source, file, [...prompt, ...ids.slice(0, -1)], additions);
  const distributions = logits.slice(prompt.length - 1).map((values) => {
    const total = Math.log(values.reduce((sum, logit) => sum + Math.exp(logit), 0));
    return values.map((logit) => logit - total);
  });
  return { distributions, streams: residuals.map((layer) => layer.slice(prompt.length - 1)) };
}

const close = (actual: number | null, expected: number, what: string): void =>
  assert.ok(
    actual !== null && Math.abs(actual - expected) < 1e-3 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  );

test('figures are those of plain loops, on both texts', async () => {
  const result = await compare(OFF, steered('vector', 2));
  const added = VECTOR.map((value) => 2 * value);
  assert.ok(result.divergence !== null);
  for (const text of result.texts) {
    const a = reference(text.ids, {});
    const b = reference(text.ids, { resid_post: (layer) => (layer === 1 ? added : undefined) });
    text.ids.forEach((id, token) => {
      const [p, q] = [a.distributions[token], b.distributions[token]];
      close(
        text.kl[token],
        p.reduce((sum, log, i) => sum + Math.exp(log) * (log - q[i]), 0),
        `KL at ${token}`,
      );
      close(text.logA[token], p[id], `log p under A at ${token}`);
      close(text.logB[token], q[id], `log p under B at ${token}`);
      close(text.topB[token][0][1], Math.exp(Math.max(...q)), `the likeliest under B at ${token}`);
      for (let layer = 0; layer < LAYERS; layer++) {
        const [h, steeredH] = [a.streams[layer][token], b.streams[layer][token]];
        const apart = Math.hypot(...h.map((value, i) => value - steeredH[i])) / Math.hypot(...h);
        close(text.difference[layer][token], apart, `difference in layer ${layer} at ${token}`);
      }
    });
    assert.deepEqual(text.parts, { layer: 1, token: 0 });
    assert.ok(
      text.difference[0].every((value) => value === 0),
      'below the steered layer nothing differs',
    );
  }
});

test('the first divergence is the first token that differs, and greedy choices agree with what is likeliest', async () => {
  const { a, b, divergence, texts } = await compare(OFF, steered('vector', 2));
  assert.ok(divergence !== null);
  assert.deepEqual(a.ids.slice(0, divergence), b.ids.slice(0, divergence));
  assert.notEqual(a.ids[divergence], b.ids[divergence]);
  assert.deepEqual(
    texts[0].topA.map(([[id]]) => id),
    a.ids,
  );
  assert.deepEqual(
    texts[1].topB.map(([[id]]) => id),
    b.ids,
  );
});

test('tokens are scored by the run that wrote them, also where it was read twice and gates have learnt', async () => {
  for (const name of NAMES)
    for (const scope of SCOPES) {
      const side = steered(name, 3, scope);
      const { b, texts } = await compare(OFF, side);
      const { watched, logits } = watchRuns(model());
      const options = { ...OPTIONS, ...side, batch: 1 };
      await generate(watched, directions, { prompts: [{ id: 'x', prompt: PROMPT }], options }, context);
      assert.equal(logits.length, b.ids.length);
      logits.forEach((values, token) => {
        const peak = Math.max(...values);
        const total = values.reduce((sum, logit) => sum + Math.exp(logit - peak), 0);
        close(
          texts[1].logB[token],
          values[b.ids[token]] - peak - Math.log(total),
          `${name} at ${scope}, token ${token}`,
        );
      });
    }
});

test('the trace says where steering was in scope, with layers, dose and scope', async () => {
  const acting = async (scope: string) => (await compare(OFF, steered('vector', 2, scope))).b.steer[0].acting;
  const count = OPTIONS.maxTokens;
  const from = (test: (token: number) => boolean) => Array.from({ length: count }, (_, token) => test(token));
  // Token t is chosen from the run of token t - 1: the first one from the last of the prompt.
  assert.deepEqual(
    await acting('prompt'),
    from((token) => token === 0),
  );
  assert.deepEqual(
    await acting('answer'),
    from((token) => token > 0),
  );
  assert.deepEqual(
    await acting('all'),
    from(() => true),
  );
  assert.deepEqual(
    await acting('first:3'),
    from((token) => token <= 3),
  );
  assert.deepEqual(
    await acting('decide:4'),
    from((token) => token < 4),
  );
  const { a, b } = await compare(steered('vector', 0), steered('vector', 2, 'decide:4'));
  assert.deepEqual([a.decided, b.decided], [0, 4]);
  assert.ok(a.steer[0].acting.every((acts) => !acts));
  const { layers, dose, scope } = b.steer[0];
  assert.deepEqual([layers, scope], [[1], 'decide:4']);
  close(dose, 2 * Math.hypot(...VECTOR), 'the dose');
});

test('after the decided tokens nothing differs but what was written', async () => {
  const { b, texts } = await compare(OFF, steered('several', 4, 'decide:4'));
  assert.equal(b.decided, 4);
  for (const { kl, difference } of texts) {
    assert.ok(kl.slice(0, 4).some((value) => value !== null && value > 1e-4));
    assert.ok(
      kl.slice(4).every((value) => value === 0),
      'both read the same text unsteered',
    );
    assert.ok(difference.every((layer) => layer.slice(4).every((value) => value === 0)));
  }
});

test('gates tell what their probes say, at the layer and hook of theirs, and only where they had part', async () => {
  for (const [name, gate] of [
    ['choosing', CHOOSING],
    ['several', SEVERAL],
  ] as const) {
    const { b } = await compare(steered('vector', 1), steered(name, 2, 'first:5'));
    assert.deepEqual(
      b.gates.map(({ name: of, layer, hook }) => [of, layer, hook]),
      [[name, gate.layer, gate.hook]],
    );
    const prompt = model().tokenizer.encode(PROMPT).length;
    const read: ArrayLike<number>[] = [];
    const doses = (position: number) => (position < prompt + 5 ? [2] : [0]);
    const additions = gateAdditions([gate], doses);
    const watched = Object.fromEntries(
      Object.entries(additions).map(([hook, at]) => [
        hook,
        (layer: number, position: number, value: Float64Array) => {
          if (hook === gate.hook && layer === gate.layer) read[position] = value.slice();
          return at(layer, position, value);
        },
      ]),
    );
    reference(b.ids, watched);
    b.gates[0].strength.forEach((strength, token) => {
      if (token > 5) return assert.equal(strength, null);
      const h = read[prompt + token - 1];
      const evidence = Array.from(gate.c, (bias, column) =>
        Array.from(h).reduce((sum, value, i) => sum + value * gate.A[i * gate.c.length + column], bias),
      );
      close(strength, 1 / (1 + Math.exp(-Math.max(...evidence))), `${name}, token ${token}`);
    });
  }
});

test('what overflows is no number, and the answer of the other side is whole', async () => {
  const { a, b, texts } = await compare(OFF, steered('vector', 1e38));
  assert.deepEqual([a.stop, b.stop, b.ids.length], ['length', 'nonfinite', 0]);
  assert.deepEqual(texts[0].kl, new Array(OPTIONS.maxTokens).fill(null));
  assert.ok(!texts[0].logA.includes(null), 'A has numbers');
  assert.deepEqual(texts[1].kl, []);
});

test('it says both texts as they come, and is cancelled between two runs', async () => {
  const shown = { a: '', b: '' };
  const phases = new Set<string>();
  const params = { prompt: PROMPT, options: OPTIONS, a: OFF, b: steered('vector', 2), threshold: 0.05, top: 3 };
  const result = await compareSteerings(model(), directions, params, {
    ...context,
    emit: (event) => {
      if (event.kind === 'text') shown[event.id] += event.text;
      else phases.add(`${event.phase} ${event.done} of ${event.total}`);
    },
  });
  assert.deepEqual(shown, { a: result.a.text, b: result.b.text });
  assert.ok(phases.has('reading 4 of 4'));
  for (const phase of ['generating 1 of 2', 'reading 1 of 4', 'reading 3 of 4']) {
    const controller = new AbortController();
    const emit = (event: { kind: string; phase?: string; done?: number; total?: number }): void => {
      if (`${event.phase} ${event.done} of ${event.total}` === phase) controller.abort();
    };
    const cancelled = compareSteerings(model(), directions, params, { signal: controller.signal, emit });
    await assert.rejects(cancelled, CancelledError, phase);
  }
});
