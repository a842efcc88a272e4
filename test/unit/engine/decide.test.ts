/**
 * Answers whose first tokens are decided by steering (record 24), on tiny models: what follows is to the bit what follows
 * in an unsteered answer that was made to begin with these tokens, whatever ends it, runs beside it or came before it.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CancelledError } from '../../../src/core/errors.ts';
import { readRows } from '../../../src/core/format/gguf/readTensor.ts';
import type { Gate } from '../../../src/core/steering/gate.ts';
import { RowSteering, type SteeringPart } from '../../../src/core/steering/rowSteering.ts';
import type { Scope } from '../../../src/core/steering/scope.ts';
import type { Answer, AnswerRequest } from '../../../src/engine/generate/answer.ts';
import { writeAnswers } from '../../../src/engine/generate/answerLoop.ts';
import { openModel, type LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import type { GenerateOptions, Precision } from '../../../src/protocol/engineService.ts';
import { PRECISIONS } from '../../../src/protocol/fields.ts';
import { GREEDY } from '../../greedy.ts';
import { writeTinyModel } from '../../tinyModel.ts';
import { sampleGate } from './sampleGates.ts';
import { watchRuns } from './watchRuns.ts';

const LAYERS = 3;
const D = 64;
const OPTIONS: GenerateOptions = { mode: 'raw', maxTokens: 14, ...GREEDY, ignoreEos: true };
const TEXT = 'def f(x):\n\treturn x + 12 // one line of ordinary code follows the other, no two alike\n';

/** Tokens of a piece of a prompt that is typed. */
const PIECE = 40;

const GATES: readonly Gate[] = [
  sampleGate({ layer: 1, hook: 'resid_post', rank: 3, choice: true }),
  sampleGate({ layer: 2, hook: 'z', rank: 2, seed: 2 }),
];

const home = mkdtempSync(join(tmpdir(), 'steerscope-decide-'));
after(() => rmSync(home, { recursive: true, force: true }));

let path = '';
const models = new Map<Precision, LoadedModel>();

function open(precision: Precision): Promise<LoadedModel> {
  const context = { signal: new AbortController().signal, emit: () => undefined };
  return openModel({ model: path, precision, threads: 1, home, get: false }, context);
}

before(async () => {
  path = writeTinyModel(home, { layers: LAYERS, context: 1024 });
  for (const precision of PRECISIONS) models.set(precision, await open(precision));
});

function model(precision: Precision = 'exact'): LoadedModel {
  return models.get(precision) ?? assert.fail('not opened');
}

/** A vector that changes what is written, named so that it can be recognised. */
function vector(scope: Scope, strength = 1): SteeringPart {
  const stacked = Float32Array.from({ length: LAYERS * D }, (_, i) => strength * Math.sin(7 * i));
  return { scope, id: `vector x ${strength}`, stacked };
}

function doses(scope: Scope): SteeringPart {
  return { scope, id: 'gates', doses: Float32Array.of(2, -2) };
}

interface Asked {
  readonly id?: string;
  readonly ids?: readonly number[];
  readonly parts?: readonly SteeringPart[];
  readonly options?: Partial<GenerateOptions>;
  readonly prefill?: string;
  readonly endIds?: ReadonlySet<number>;
}

function request({
  id = 'a',
  ids = encode(TEXT),
  parts = [],
  options = {},
  prefill = '',
  endIds,
}: Asked): AnswerRequest {
  const steering = parts.length > 0 ? { steering: new RowSteering(parts, ids.length) } : {};
  const ends = endIds ? { endIds } : {};
  return {
    id,
    promptIds: ids,
    prefill,
    applied: [],
    seed: 3,
    options: { ...OPTIONS, ...options },
    ...steering,
    ...ends,
  };
}

function encode(text: string): number[] {
  return model().tokenizer.encode(text);
}

interface Written {
  readonly answer: Answer;
  /** Of every run's last position, in their order. */
  readonly logits: readonly Float32Array[];
  /** The runs, in their order. */
  readonly runs: readonly string[];
}

async function write(asked: Asked, of = model(), signal?: AbortSignal): Promise<Written> {
  const runs: string[] = [];
  const { watched, logits } = watchRuns(of, (what) => runs.push(what));
  const ended: Answer[] = [];
  const onAnswer = (answer: Answer) => ended.push(answer);
  const [answer] = await writeAnswers(watched, [request(asked)], { batch: 1, gates: GATES, signal, onAnswer });
  assert.deepEqual(ended, [answer], 'it is told once');
  return { answer, logits, runs };
}

function essence({ answer }: Pick<Written, 'answer'>): unknown {
  const { id, text, ids, stop } = answer.result();
  return { id, text, ids, stop };
}

/** The prompt with the first tokens of an answer behind it. */
function continued(ids: readonly number[], count: number): number[] {
  return [...encode(TEXT), ...ids.slice(0, count)];
}

for (const precision of PRECISIONS)
  for (const [kind, part] of Object.entries({ 'a vector': vector, gates: doses }))
    for (const count of [1, 2, 5, OPTIONS.maxTokens - 1])
      test(`${precision}: after ${count} tokens decided by ${kind} the answer is that to a prompt that ends with them`, async () => {
        const decided = await write({ parts: [part(`decide:${count}`)] }, model(precision));
        const { ids } = decided.answer;
        assert.equal(ids.length, OPTIONS.maxTokens);
        const throughout = await write({ parts: [part('all')] }, model(precision));
        assert.deepEqual(ids.slice(0, count), throughout.answer.ids.slice(0, count));
        const maxTokens = OPTIONS.maxTokens - count;
        // In a session of its own, which has never seen a gate.
        const plain = await open(precision);
        const rest = await write({ ids: continued(ids, count), options: { maxTokens } }, plain);
        await plain.main.release();
        assert.deepEqual(ids.slice(count), rest.answer.ids);
        assert.deepEqual(decided.logits.slice(count), rest.logits);
        assert.deepEqual(decided.runs, [
          'prefill',
          ...Array<string>(count - 1).fill('step'),
          'prefill',
          ...Array<string>(maxTokens - 1).fill('step'),
        ]);
      });

test('what is decided by steering is not what the model writes by itself', async () => {
  const plain = await write({});
  for (const part of [vector, doses]) {
    const decided = await write({ parts: [part('decide:5')] });
    assert.notDeepEqual(decided.answer.ids.slice(0, 5), plain.answer.ids.slice(0, 5));
  }
});

test('what steers on does so over the decided tokens too, when they are read again', async () => {
  const on: SteeringPart = { ...vector('answer', 0.7), id: 'on' };
  const decided = await write({ parts: [vector('decide:4'), on] });
  const { ids } = decided.answer;
  // The same positions as an answer: all but the prompt.
  const prompt = encode(TEXT).length;
  const main = model().main;
  main.reserve(1, prompt + OPTIONS.maxTokens);
  const steering = new RowSteering([on], prompt);
  const logits = [(await main.prefill(0, { ids: continued(ids, 4), steering })).values.slice()];
  for (let at = 4; at < ids.length - 1; at++) {
    const [next] = await main.step([{ id: ids[at], position: prompt + at, steering }]);
    logits.push(next.values.slice());
  }
  assert.deepEqual(decided.logits.slice(4), logits);
});

test('of a decision that is longer than the answer nothing is read again', async () => {
  for (const part of [vector, doses]) {
    const all = await write({ parts: [part('all')] });
    for (const count of [OPTIONS.maxTokens, OPTIONS.maxTokens + 1, 999_999]) {
      const decided = await write({ parts: [part(`decide:${count}`)] });
      assert.deepEqual(essence(decided), essence(all));
      assert.deepEqual(decided.logits, all.logits);
      assert.equal(decided.answer.stop, 'length');
    }
  }
});

test('sampled: a token is drawn once, and the draws go on where the decision ended', async () => {
  const options = { temperature: 1.5, repeatPenalty: 1.3 };
  // Steered by nothing at all, and yet decided: the text may not change by being read again.
  const nothing: SteeringPart = { scope: 'decide:6', stacked: new Float32Array(LAYERS * D) };
  const decided = await write({ parts: [nothing], options });
  const plain = await write({ options });
  assert.deepEqual(essence(decided), essence(plain));
});

describe('an answer that ends while it is decided', () => {
  const part = () => vector('decide:8');

  /** The first place, from `from` on, whose token did not come before. */
  function firstNew(ids: readonly number[], from: number): number {
    const at = ids.findIndex((id, i) => i >= from && ids.indexOf(id) === i);
    return at < 0 ? assert.fail(`no token of ${ids.join()} is new`) : at;
  }

  test('by a token that ends it', async () => {
    const { ids } = (await write({ parts: [part()] })).answer;
    const at = firstNew(ids.slice(0, 8), 1);
    const ended = await write({ parts: [part()], endIds: new Set([ids[at]]), options: { ignoreEos: false } });
    assert.equal(ended.answer.stop, 'eos');
    assert.deepEqual(ended.answer.ids, ids.slice(0, at));
    assert.deepEqual(ended.runs, ['prefill', ...Array<string>(at).fill('step')]);
  });

  test('by its very first token', async () => {
    const { ids } = (await write({ parts: [part()] })).answer;
    const ended = await write({ parts: [part()], endIds: new Set([ids[0]]), options: { ignoreEos: false } });
    assert.deepEqual([ended.answer.stop, ended.answer.ids, ended.runs], ['eos', [], ['prefill']]);
  });

  test('by a text', async () => {
    const { ids, tokens } = (await write({ parts: [part()] })).answer.result();
    assert.equal(tokens, OPTIONS.maxTokens);
    const at = firstNew(ids.slice(0, 8), 1);
    const stop = model().tokenizer.decode([ids[at]]);
    const ended = await write({ parts: [part()], options: { stop: [stop] } });
    assert.equal(ended.answer.stop, 'text');
    const before = model().tokenizer.decode(ids.slice(0, at + 1));
    assert.equal(ended.answer.result().text, before.slice(0, before.indexOf(stop)));
    assert.ok(ended.runs.every((run, i) => run === (i === 0 ? 'prefill' : 'step')));
  });

  test('by numbers that are none, at once or with the first token of the answer', async () => {
    const atOnce = await write({ parts: [vector('decide:8', 1e38)] });
    assert.deepEqual([atOnce.answer.stop, atOnce.answer.ids, atOnce.runs], ['nonfinite', [], ['prefill']]);
    const later = await write({ parts: [part(), vector('answer', 1e38)] });
    assert.equal(later.answer.stop, 'nonfinite');
    assert.deepEqual([later.answer.ids.length, later.runs], [1, ['prefill', 'step']]);
  });

  test('by its length', async () => {
    const { ids } = (await write({ parts: [part()] })).answer;
    for (const maxTokens of [1, 2, 8]) {
      const ended = await write({ parts: [part()], options: { maxTokens } });
      assert.deepEqual([ended.answer.stop, ended.answer.ids], ['length', ids.slice(0, maxTokens)]);
      assert.equal(ended.runs.length, maxTokens);
    }
  });

  test('or with the token that the second reading chooses', async () => {
    const { ids } = (await write({ parts: [vector('decide:3')] })).answer;
    const options = { ignoreEos: false };
    const next = ids[3];
    assert.ok(!ids.slice(0, 3).includes(next), 'the prompt of this test has to be another one');
    const ended = await write({ parts: [vector('decide:3')], endIds: new Set([next]), options });
    assert.deepEqual([ended.answer.stop, ended.answer.ids], ['eos', ids.slice(0, 3)]);
    assert.deepEqual(ended.runs, ['prefill', 'step', 'step', 'prefill']);
  });
});

describe('many answers', () => {
  const TEXTS = ['hello', TEXT, 'x', 'a longer text about the class', 'for', 'print the import', 'the'];
  const PARTS: readonly (readonly SteeringPart[])[] = [
    [vector('decide:4')],
    [],
    [doses('decide:1'), vector('first:2', 0.5)],
    [vector('decide:40', -1)],
    [doses('all')],
    [vector('decide:8', 1e38)],
    [doses('decide:6'), vector('decide:2', 0.5), vector('answer', 0.3)],
  ];

  for (const options of [{}, { temperature: 1.5 }])
    test(`are those that are written one by one, ${'temperature' in options ? 'sampled' : 'greedy'}`, async () => {
      const requests = (count: number) =>
        TEXTS.slice(0, count).map((text, i) =>
          // Of different lengths, so that rows move into gaps while others are decided.
          request({
            id: text,
            ids: encode(text),
            parts: PARTS[i],
            options: { ...options, maxTokens: 6 + 5 * (i % 3) },
          }),
        );
      const all = async (batch: number) => {
        const told: string[] = [];
        const answers = await writeAnswers(model(), requests(TEXTS.length), {
          batch,
          gates: GATES,
          onAnswer: (answer) => told.push(answer.request.id),
        });
        assert.deepEqual([...told].sort(), [...TEXTS].sort());
        return answers.map((answer) => essence({ answer }));
      };
      const alone = await all(1);
      for (const batch of [2, 3, 20]) assert.deepEqual(await all(batch), alone, `${batch} at once`);
    });
});

describe('typing', () => {
  const LONG = TEXT.repeat(3);

  for (const precision of PRECISIONS)
    test(`${precision}: answers are those of a fresh model, and more of each prompt is kept`, async () => {
      const [typed, fresh] = [await open(precision), await open(precision)];
      const asked = (letters: number): Asked => ({
        ids: encode(LONG.slice(0, letters)),
        parts: [vector('decide:5'), doses('decide:3')],
        options: { reuse: true },
      });
      let before = 0;
      for (const [letters, grows] of [
        [120, false],
        [121, true],
        [190, true],
        [191, true],
        [230, true],
      ] as const) {
        // Nothing of any other prompt is left in either row.
        fresh.main.reserve(2, 512);
        for (const row of [0, 1]) await fresh.main.prefill(row, { ids: [0] });
        const expected = await write(asked(letters), fresh);
        assert.equal(expected.answer.reusedTokens, 0);
        const actual = await write(asked(letters), typed);
        assert.deepEqual(essence(actual), essence(expected));
        assert.deepEqual(actual.logits, expected.logits);
        const reused = actual.answer.reusedTokens ?? assert.fail('it does not say what it reused');
        const now = encode(LONG.slice(0, letters)).length;
        // Whole pieces of the text before; the last piece of this one is always run.
        const known = Math.floor(Math.min(before, now - 1) / PIECE) * PIECE;
        assert.equal(reused, known, `${letters} letters`);
        if (grows) assert.ok(reused > 0 && actual.runs.length < expected.runs.length);
        before = now;
      }
      await typed.main.release();
      await fresh.main.release();
    });
});

test('called off after any run, it makes no other run, and the next answer is what it is', async () => {
  const asked: Asked = {
    ids: encode(TEXT.repeat(2)),
    parts: [vector('decide:4'), doses('decide:4')],
    options: { reuse: true, maxTokens: 7 },
  };
  const fresh = await open('exact');
  const expected = await write(asked, fresh);
  await fresh.main.release();
  // Two pieces at least of either reading, three tokens of the decision, and the rest.
  assert.ok(expected.runs.length > 8 && expected.runs.lastIndexOf('prefill') > expected.runs.indexOf('step') + 3);
  for (let last = 1; last < expected.runs.length; last++) {
    const abort = new AbortController();
    let made = 0;
    const { watched } = watchRuns(model(), () => {
      // As a message does: it comes in the next turn of the event loop.
      if (++made === last) setImmediate(() => abort.abort());
    });
    const options = { batch: 1, gates: GATES, signal: abort.signal };
    await model().main.useGates(GATES);
    model().main.reserve(2, 512);
    for (const row of [0, 1]) await model().main.prefill(row, { ids: [0] });
    await assert.rejects(writeAnswers(watched, [request(asked)], options), CancelledError, `after ${last}`);
    assert.equal(made, last);
    const next = await write(asked);
    assert.deepEqual(essence(next), essence(expected), `after ${last}`);
    assert.deepEqual(next.logits, expected.logits, `after ${last}`);
  }
});

/** The direction of one token in the last stream, strong enough to have it written again and again. */
function forced(token: number, scope: Scope): SteeringPart {
  const stacked = new Float32Array(LAYERS * D);
  const embedding = model().file.tensors.get(model().spec.embedding);
  assert.ok(embedding);
  readRows(model().source, embedding, token, 1).forEach((value, i) => (stacked[(LAYERS - 1) * D + i] = 100 * value));
  return { scope, stacked };
}

test('a line that opens code ends the decision with the token that completes it', async () => {
  const [newline] = encode('\n');
  const parts = [forced(newline, 'decide:9')];
  const open = await write({ parts, prefill: '```rust' });
  const { ids } = open.answer;
  assert.equal(ids[0], newline);
  const rest = await write({ ids: continued(ids, 1), options: { maxTokens: OPTIONS.maxTokens - 1 } });
  assert.deepEqual(ids.slice(1), rest.answer.ids);
  assert.deepEqual(open.logits.slice(1), rest.logits);
  for (const prefill of ['', 'as in ```rust', '```` `']) {
    const other = await write({ parts, prefill });
    assert.deepEqual(other.answer.ids.slice(0, 9), Array<number>(9).fill(newline), `${prefill} opens nothing`);
  }
});
