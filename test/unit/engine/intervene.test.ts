/** Interventions on tiny models, against plain loops in which the same value is changed. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CancelledError, SteerscopeError } from '../../../src/core/errors.ts';
import { SITE_NAMES, partsOf, type SiteName } from '../../../src/core/graph/interventionSites.ts';
import { topIndices } from '../../../src/core/sampling/sampler.ts';
import { intervene } from '../../../src/engine/intervene/intervene.ts';
import { PRECISIONS } from '../../../src/protocol/fields.ts';
import { sweep } from '../../../src/engine/intervene/sweep.ts';
import { openModel, type LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import type { Precision, Progress } from '../../../src/protocol/engineService.ts';
import type { Change, InterveneParams, SweepParams } from '../../../src/protocol/interventionTypes.ts';
import { referenceForward, type Addition } from '../../referenceForward.ts';
import { CHATML, writeTinyModel, type TinyOptions } from '../../tinyModel.ts';

const EXACT = 1e-3;
const TEXT = 'def f(x):\n\treturn x + 12';
const SOURCE = 'class A: print the';

const home = mkdtempSync(join(tmpdir(), 'steerscope-intervene-'));
after(() => rmSync(home, { recursive: true, force: true }));

const context = { signal: new AbortController().signal, emit: () => undefined };
let files = 0;

function open(options: TinyOptions = {}, precision: Precision = 'exact'): Promise<LoadedModel> {
  const model = writeTinyModel(home, { layers: 3, ...options }, `tiny-${files++}`);
  return openModel({ model, precision, threads: 1, home, get: false }, context);
}

const model = await open();
const ids = model.tokenizer.encode(TEXT);
const sourceIds = model.tokenizer.encode(SOURCE);

const asked: InterveneParams = {
  text: TEXT,
  special: false,
  hook: 'resid_post',
  layer: 1,
  position: 4,
  change: { kind: 'zero' },
  top: 5,
  continued: 0,
};
const swept: SweepParams = { text: TEXT, special: false, hook: 'resid_post', change: { kind: 'zero' }, layers: 'all' };

/** The values at a site in plain loops: [pos][width]. */
function valuesAt(site: SiteName, layer: number, of: readonly number[]): Float64Array[] {
  const values: Float64Array[] = [];
  referenceForward(model.source, model.file, of, {
    [site]: ((at, position, value) => {
      if (at === layer) values[position] = value.slice();
      return undefined;
    }) satisfies Addition,
  });
  return values;
}

/** The last logits in plain loops, with the value at one place changed. */
function logitsWith(
  { hook, layer, position }: Pick<InterveneParams, 'layer' | 'position'> & { readonly hook: SiteName },
  changed: (value: Float64Array) => Float64Array,
  of: readonly number[] = ids,
): Float64Array {
  const addition: Addition = (at, where, value) =>
    at === layer && where === position ? changed(value).map((x, i) => x - value[i]) : undefined;
  return referenceForward(model.source, model.file, of, { [hook]: addition }).logits.at(-1) ?? new Float64Array();
}

function logProbabilities(logits: Float64Array): Float64Array {
  const most = Math.max(...logits);
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0)) + most;
  return logits.map((logit) => logit - total);
}

function klOf(p: Float64Array, q: Float64Array): number {
  const [logP, logQ] = [logProbabilities(p), logProbabilities(q)];
  return logP.reduce((sum, value, i) => sum + Math.exp(value) * (value - logQ[i]), 0);
}

function mean(values: readonly Float64Array[]): Float64Array {
  return values[0].map((_, i) => values.reduce((sum, value) => sum + value[i], 0) / values.length);
}

/** Every change, as it is asked for and as plain loops make it. */
const CHANGES: readonly { change: Change; plain: (value: Float64Array, site: SiteName) => Float64Array }[] = [
  { change: { kind: 'zero' }, plain: (value) => new Float64Array(value.length) },
  { change: { kind: 'mean' }, plain: (_, site) => mean(valuesAt(site, 1, ids)) },
  { change: { kind: 'scale', factor: -2.5 }, plain: (value) => value.map((x) => -2.5 * x) },
  { change: { kind: 'patch', source: SOURCE }, plain: (_, site) => valuesAt(site, 1, sourceIds)[2] },
];

for (const hook of SITE_NAMES)
  for (const index of [undefined, 2]) {
    const parts = partsOf(model.config, hook);
    if (index !== undefined && parts === 0) continue;
    test(`${hook}, ${index === undefined ? 'whole' : `part ${index}`}: every change is the one of plain loops`, async () => {
      const plain = logitsWith({ ...asked, hook }, (value) => value);
      for (const { change, plain: changedBy } of CHANGES) {
        const result = await intervene(
          model,
          { ...asked, hook, change, ...(index === undefined ? {} : { index }), sourcePosition: 2 },
          context,
        );
        const expected = logitsWith({ ...asked, hook }, (value) => {
          const whole = changedBy(value, hook);
          if (index === undefined) return whole;
          const width = value.length / parts;
          return value.map((x, i) => (Math.floor(i / width) === index ? whole[i] : x));
        });
        const where = JSON.stringify(change);
        const [before, after] = [logProbabilities(plain), logProbabilities(expected)];
        const top = new Set([
          ...topIndices(Float32Array.from(plain), 5),
          ...topIndices(Float32Array.from(expected), 5),
        ]);
        assert.ok(result.next.length >= 5);
        for (const { id, original, changed } of result.next) {
          assert.ok(top.has(id), `${where}: token ${id} is among the likeliest`);
          assert.ok(Math.abs(original.logit - plain[id]) < EXACT, where);
          assert.ok(Math.abs(changed.logit - expected[id]) < EXACT, where);
          assert.ok(Math.abs(original.probability - Math.exp(before[id])) < EXACT, where);
          assert.ok(Math.abs(changed.probability - Math.exp(after[id])) < EXACT, where);
        }
        assert.ok(Math.abs(result.kl - klOf(expected, plain)) < EXACT, `${where}: ${result.kl}`);
        const [first, second] = result.tokens;
        assert.notEqual(first, second);
        assert.equal(first, topIndices(Float32Array.from(expected), 1)[0], 'the likeliest of the changed run');
        assert.ok(Math.abs(result.difference.changed - (expected[first] - expected[second])) < 2 * EXACT);
        assert.ok(Math.abs(result.difference.original - (plain[first] - plain[second])) < 2 * EXACT);
        if (change.kind !== 'patch') continue;
        const source = referenceForward(model.source, model.file, sourceIds).logits.at(-1) ?? new Float64Array();
        const [o, c, s] = [plain, expected, source].map((logits) => logits[first] - logits[second]);
        assert.ok(Math.abs((result.difference.recovered ?? NaN) - (c - o) / (s - o)) < 0.01);
        assert.equal(result.sourcePosition, 2);
      }
    });
  }

for (const precision of PRECISIONS)
  test(`scaling by 1 gives the original to the bit, ${precision}`, async () => {
    const other = await open({ type: 'Q4_0', tied: false }, precision);
    for (const hook of SITE_NAMES) {
      const change = { kind: 'scale', factor: 1 } as const;
      const result = await intervene(other, { ...asked, hook, change, top: 20, continued: 4 }, context);
      for (const { original, changed } of result.next) assert.deepEqual(changed, original);
      assert.equal(result.kl, 0);
      assert.equal(result.difference.changed, result.difference.original);
      assert.deepEqual(result.continuation?.changed, result.continuation?.original);
      assert.equal(result.norm.changed, result.norm.original);
    }
  });

test('a text goes on with what plain loops say, the change in force', async () => {
  const change = { kind: 'scale', factor: -4 } as const;
  const position = ids.length - 1;
  const { continuation } = await intervene(model, { ...asked, change, position, continued: 6 }, context);
  const greedy = (changed: (value: Float64Array) => Float64Array): number[] => {
    const all = [...ids];
    while (all.length < ids.length + 6) {
      const logits = logitsWith({ ...asked, hook: 'resid_post', position }, changed, all);
      const [next] = topIndices(Float32Array.from(logits), 1);
      if (model.tokenizer.eosIds.has(next)) break;
      all.push(next);
    }
    return all.slice(ids.length);
  };
  assert.deepEqual(
    continuation?.original.ids,
    greedy((value) => value),
  );
  assert.deepEqual(
    continuation.changed.ids,
    greedy((value) => value.map((x) => -4 * x)),
  );
  assert.notDeepEqual(continuation.changed.ids, continuation.original.ids);
  assert.equal(continuation.changed.text, model.tokenizer.decode(continuation.changed.ids));
});

test('a sweep has in each cell what a single intervention gives', async () => {
  for (const { change } of CHANGES) {
    const result = await sweep(model, { ...swept, change, hook: 'z', index: 1 }, context);
    assert.deepEqual(result.layers, [0, 1, 2]);
    assert.deepEqual(result.positions, [...ids.keys()]);
    for (const [row, layer] of result.layers.entries())
      for (const [column, position] of result.positions.entries()) {
        if (result.sourcePositions?.[column] === null) {
          assert.equal(result.kl[row][column], null);
          continue;
        }
        const single = { ...asked, change, hook: 'z', index: 1, layer, position, tokens: result.tokens };
        const { kl, difference, sourcePosition } = await intervene(model, single, context);
        const where = `${change.kind}, layer ${layer}, position ${position}`;
        assert.ok(Math.abs((result.kl[row][column] ?? NaN) - kl) < 1e-5, where);
        assert.ok(Math.abs((result.differences[row][column] ?? NaN) - difference.changed) < 1e-4, where);
        assert.equal(result.sourcePositions?.[column], sourcePosition);
        if (change.kind === 'patch')
          assert.ok(Math.abs((result.recovered?.[row][column] ?? NaN) - (difference.recovered ?? NaN)) < 1e-3, where);
      }
  }
});

test('a patch of the whole stream after the last layer recovers all at the last position, and nothing before it', async () => {
  const result = await sweep(model, { ...swept, change: { kind: 'patch', source: SOURCE }, layers: '2' }, context);
  const row = result.recovered?.[0] ?? [];
  assert.ok(Math.abs((row.at(-1) ?? NaN) - 1) < 1e-4);
  assert.ok(result.positions.length > 4);
  for (const [column, value] of row.slice(0, -1).entries())
    if (result.sourcePositions?.[column] !== null) assert.ok(Math.abs(value ?? NaN) < 1e-4, `position ${column}`);
});

test('positions are as many as were asked for, and the runs are counted before they are made', async () => {
  const steps: Progress[] = [];
  const told = { ...context, emit: (progress: Progress) => steps.push(progress) };
  const last = await sweep(model, { ...swept, window: { last: 3 }, layers: '0,2' }, told);
  assert.deepEqual(last.positions, [ids.length - 3, ids.length - 2, ids.length - 1]);
  assert.equal(last.runs, 7);
  assert.deepEqual([steps[0]?.done, steps[0]?.total], [0, 7]);
  assert.equal(steps.at(-1)?.done, 7);
  const window = await sweep(model, { ...swept, window: { from: 1, to: -4 }, layers: '0' }, context);
  assert.deepEqual(
    window.positions,
    Array.from({ length: ids.length - 4 }, (_, i) => i + 1),
  );
  const all = await sweep(model, { ...swept, window: { last: 1000 }, layers: '0' }, context);
  assert.equal(all.positions.length, ids.length);
});

test('a sweep that is cancelled ends', async () => {
  const abort = new AbortController();
  const emit = ({ done }: Progress): void => {
    if (done > 5) abort.abort();
  };
  await assert.rejects(sweep(model, swept, { signal: abort.signal, emit }), CancelledError);
});

test('what is not there is told, with what there is', async () => {
  const wrong: readonly (readonly [Partial<InterveneParams>, string, RegExp])[] = [
    [{ layer: 3 }, 'bad-layer', /layers 0 to 2/],
    [{ hook: 'attn_pattern' }, 'unknown-site', /resid_mid.*post/],
    [{ hook: 'z', index: 4 }, 'bad-index', /heads 0 to 3/],
    [{ hook: 'post', index: 96 }, 'bad-index', /neurons 0 to 95/],
    [{ hook: 'mlp_out', index: 0 }, 'bad-index', /z for a head/],
    [{ position: ids.length }, 'bad-position', /position/],
    [{ position: -ids.length - 1 }, 'bad-position', /position/],
    [{ text: '' }, 'empty-text', /token/],
    [{ change: { kind: 'patch', source: SOURCE }, sourcePosition: 99 }, 'bad-position', /source has/],
    [{ change: { kind: 'patch', source: 'a' }, position: 0 }, 'bad-position', /source has 1 tokens/],
    [{ tokens: ['two words', 'x'] }, 'not-one-token', /no single token/],
    [{ tokens: ['x', 'x'] }, 'same-token', /same/],
    [{ tokens: [1e6, 0] }, 'bad-token', /tokens 0 to/],
    [{ change: { kind: 'scale', factor: 1e38 } }, 'nonfinite', /overflows/],
    [{ asked: { mode: 'chat', prefill: '' } }, 'no-chat-template', /template/],
  ];
  for (const [change, reason, said] of wrong)
    await assert.rejects(intervene(model, { ...asked, ...change }, context), (error) => {
      assert.ok(SteerscopeError.is(error, reason), `${reason}: ${String(error)}`);
      assert.match(`${error.message} ${error.advice}`, said);
      return true;
    });
  const same = { kind: 'patch', source: TEXT } as const;
  await assert.rejects(sweep(model, { ...swept, change: same }, context), { reason: 'nothing-to-recover' });
  await assert.rejects(sweep(model, { ...swept, layers: '0-9' }, context), { reason: 'bad-layers' });
  await assert.rejects(sweep(model, { ...swept, window: { from: 3, to: 1 } }, context), { reason: 'empty-window' });
});

test('tokens are named by their text or their id, and hooks by either of their names', async () => {
  const byText = await intervene(model, { ...asked, tokens: [' the', ' int'] }, context);
  const [the] = model.tokenizer.encode(' the');
  const [int] = model.tokenizer.encode(' int');
  assert.deepEqual(byText.tokens, [the, int]);
  const byId = await intervene(model, { ...asked, tokens: [the, int], hook: 'hook_resid_post' }, context);
  assert.deepEqual(byId, byText);
  assert.equal(byText.pieces[the], 'Ġthe');
});

test('the prompt of a chat is read in its template, and so is the source', async () => {
  const chat = await open({ chatTemplate: CHATML });
  const change = { kind: 'patch', source: 'the' } as const;
  const result = await intervene(
    chat,
    { ...asked, text: 'print', asked: { mode: 'chat', prefill: 'A' }, change, position: -1 },
    context,
  );
  assert.equal(chat.tokenizer.decode(result.ids, { special: true }).endsWith('<|im_start|>assistant\nA'), true);
  assert.equal(result.sourcePosition, (result.sourceIds?.length ?? 0) - 1);
});
