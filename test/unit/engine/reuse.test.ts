/**
 * Prompts that follow one another while somebody types, on tiny models: an answer to a prompt that reuses what the one
 * before has run is bit for bit the answer in an empty cache, whatever was done with the model in between.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CancelledError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/stats/random.ts';
import { fitArtefact } from '../../../src/engine/fit/fitArtefact.ts';
import { generate } from '../../../src/engine/generate/generate.ts';
import { openModel, type LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import { readLens } from '../../../src/engine/reading/lens.ts';
import { readLogits } from '../../../src/engine/reading/logits.ts';
import { DirectionSource } from '../../../src/engine/store/directions.ts';
import { openStore } from '../../../src/engine/store/store.ts';
import type { GenerateOptions, Generated, Precision } from '../../../src/protocol/engineService.ts';
import { writeTinyModel } from '../../tinyModel.ts';
import { watchRuns } from './watchRuns.ts';
import { PRECISIONS } from '../../../src/protocol/fields.ts';
import { GREEDY } from '../../greedy.ts';

const OPTIONS: GenerateOptions = {
  mode: 'raw',
  reuse: true,
  maxTokens: 6,
  ...GREEDY,
  ignoreEos: true,
};

/** Tokens of a piece of a prompt that is typed. */
const PIECE = 40;

const home = mkdtempSync(join(tmpdir(), 'steerscope-reuse-'));
after(() => rmSync(home, { recursive: true, force: true }));
const directions = new DirectionSource(openStore(join(home, 'store')), join(home, 'none'));
const places = {
  store: directions.store,
  runs: join(home, 'runs'),
  saes: directions,
  shippedSaes: join(home, 'none'),
};
const context = { signal: new AbortController().signal, emit: () => undefined };

const KIND = ['please', 'thank you'];
const RUDE = ['go away', 'no'];

/** Each precision twice: the one that reuses, and one for answers in an empty cache. */
const models = new Map<Precision, { readonly typed: LoadedModel; readonly empty: LoadedModel }>();
let text = '';

before(async () => {
  const path = writeTinyModel(home, { layers: 3, context: 1024 });
  for (const precision of PRECISIONS) {
    const open = () => openModel({ model: path, precision, threads: 1, home, get: false }, context);
    models.set(precision, { typed: await open(), empty: await open() });
  }
  await fit('kind', KIND, RUDE);
  await fit('terse', ['x = 1', 'y'], ['well, you know', 'so to say']);
  text = 'def f(x):\n\treturn x + 12 // one line of ordinary code follows the other, no two alike\n'.repeat(4);
});

function fit(name: string, positive: readonly string[], negative: readonly string[], replace = false) {
  const contrast = { kind: 'prompts', positive, negative } as const;
  const params = { method: 'dim', contrast, name, replace, seed: 0 } as const;
  // On the other of the two, which is another window's: the one that types knows nothing of it.
  return fitArtefact(model().empty, places, params, context);
}

function model(precision: Precision = 'exact') {
  const opened = models.get(precision);
  assert.ok(opened);
  return opened;
}

/** An answer with all logits of its tokens. */
async function write(of: LoadedModel, prompt: string, options: Partial<GenerateOptions>) {
  const { watched, logits } = watchRuns(of);
  const params = { prompts: [{ id: 'p', prompt }], options: { ...OPTIONS, ...options } };
  const [answer] = await generate(watched, directions, params, context);
  return { answer, logits };
}

/** Answers a prompt; asserts that it is what it would be in an empty cache. Returns how many tokens were reused. */
async function typed(prompt: string, options: Partial<GenerateOptions> = {}, precision?: Precision): Promise<number> {
  const { typed: reusing, empty } = model(precision);
  await empty.main.prefill(0, { ids: [0] }); // nothing of any other prompt is left
  const fresh = await write(empty, prompt, options);
  assert.equal(fresh.answer.reusedTokens, 0);
  const { answer, logits } = await write(reusing, prompt, options);
  assert.deepEqual(essence(answer), essence(fresh.answer));
  assert.deepEqual(logits, fresh.logits);
  return answer.reusedTokens ?? assert.fail('it does not say what it reused');
}

function essence({ text: written, ids, stop, promptTokens }: Generated): unknown {
  return { written, ids, stop, promptTokens };
}

/** The tokens of the first letters of the text, and how many of them can be reused when one letter is added. */
function whole(letters: number): number {
  const tokens = model().typed.tokenizer.encode(text.slice(0, letters)).length;
  return Math.floor((tokens - 1) / PIECE) * PIECE;
}

for (const precision of PRECISIONS) {
  test(`${precision}: typing on, taking back, and changing the middle`, async () => {
    await typed(text.slice(0, 150), {}, precision);
    for (let letters = 151; letters < 190; letters++)
      assert.equal(await typed(text.slice(0, letters), {}, precision), whole(letters - 1), `${letters} letters`);
    assert.equal(await typed(text.slice(0, 189), {}, precision), whole(189), 'the same again');
    assert.equal(await typed(text.slice(0, 120), {}, precision), whole(120), 'taken back');
    await typed(text.slice(0, 250), {}, precision);
    const inFront = model().typed.tokenizer.encode(text.slice(0, 130)).length;
    const changed = `${text.slice(0, 130)}?${text.slice(131, 250)}`;
    assert.equal(await typed(changed, {}, precision), Math.floor(inFront / PIECE) * PIECE, 'changed at letter 130');
    assert.equal(await typed(`?${changed}`, {}, precision), 0, 'changed at the front');
  });
}

test('what was accepted is run as a prompt, not taken from the answer', async () => {
  await write(model().typed, 'a', { maxTokens: 900 }); // room for all that follows
  const prompt = text.slice(0, 150);
  const { answer } = await write(model().typed, prompt, { maxTokens: 50 });
  assert.equal(await typed(prompt + answer.text), whole(150));
});

test('no position is reused that was run under other steering', async () => {
  const prompt = text.slice(0, 170);
  const all = whole(170);
  const on = { steer: [{ name: 'kind', strength: 2 }], scope: 'all' };
  const steps: readonly (readonly [what: string, options: Partial<GenerateOptions>, reused: number])[] = [
    ['off, again', {}, all],
    ['on', on, 0],
    ['on, again', on, all],
    ['another strength', { ...on, steer: [{ name: 'kind', strength: 2.5 }] }, 0],
    ['another direction', { ...on, steer: [{ name: 'terse', strength: 2.5 }] }, 0],
    ['both', { ...on, steer: [...on.steer, { name: 'terse', strength: 1 }] }, 0],
    ['one of them at strength 0', { ...on, steer: [...on.steer, { name: 'terse', strength: 0 }] }, 0],
    ['on, which is the same', on, all],
    ['other layers', { ...on, steerLayers: '0' }, 0],
    ['on', on, 0],
    ['in the prompt only, which is the same for the prompt', { ...on, scope: 'prompt' }, all],
    ['in the answer only', { ...on, scope: 'answer' }, 0],
    ['off, which is the same for the prompt', {}, all],
    ['in the answer only', { ...on, scope: 'answer' }, all],
    ['on', on, 0],
    ['off', {}, 0],
  ];
  await typed(prompt);
  for (const [what, options, reused] of steps) assert.equal(await typed(prompt, options), reused, what);
});

test('an artefact that was replaced under its name is another one', async () => {
  const prompt = text.slice(0, 170);
  const options = { steer: [{ name: 'kind', strength: 2 }], scope: 'all' };
  await typed(prompt, options);
  assert.equal(await typed(prompt, options), whole(170));
  // The other way round: the same layers and the same strength.
  await fit('kind', RUDE, KIND, true);
  assert.equal(await typed(prompt, options), 0);
  assert.equal(await typed(prompt, options), whole(170));
});

/** Other uses of the model, after each of which nothing, or nothing wrong, may be reused. */
const USES: Readonly<Record<string, (of: LoadedModel, signal: AbortSignal) => Promise<unknown>>> = {
  'answers in a batch': (of) => many(of, 3, {}),
  'typed prompts in a batch': (of) => many(of, 3, { reuse: true }),
  'several answers, one by one': (of) => many(of, 1, { reuse: true }),
  'a longer answer than there was room for': (of) => write(of, text.slice(0, 60), { maxTokens: 700 }),
  'an answer without reuse': (of) => write(of, text.slice(0, 100), { reuse: false }),
  'a prompt as long as a piece, without reuse': (of) => write(of, text.slice(0, 40), { reuse: false }),
  'the lens': (of) => readLens(of, directions, { text: 'a few words', special: false, layers: 'all', top: 1 }, context),
  'the lens, steered': (of) => {
    const steer = [{ name: 'kind', strength: 1 }];
    return readLens(of, directions, { text: text.slice(0, 170), special: false, layers: '1', top: 1, steer }, context);
  },
  'logits of every position': (of) => readLogits(of, { text: text.slice(0, 90), special: false, top: 1 }, context),
  'a prompt that was called off': (of) => calledOff(of, `#${text.slice(0, 300)}`, 'prefill', 3),
  'a steered prompt that was called off': (of) =>
    calledOff(of, `#${text.slice(0, 300)}`, 'prefill', 2, { steer: [{ name: 'kind', strength: 1 }], scope: 'all' }),
  'an answer that was called off': (of) => calledOff(of, text.slice(0, 200), 'step', 2),
};

/** Uses of the main session that are nobody's yet, or come only in a batch. */
Object.assign(USES, {
  'a token put into the middle': ({ main }: LoadedModel) => main.step([{ id: 5, position: 50 }]),
  'another row moved into the first': async ({ main }: LoadedModel) => {
    main.reserve(2, 512);
    await main.prefill(0, { ids: model().typed.tokenizer.encode(text.slice(0, 170)), reuse: true });
    await main.prefill(1, { ids: model().typed.tokenizer.encode('an entirely different text'.repeat(12)) });
    main.moveRow(1, 0);
  },
});

async function many(of: LoadedModel, batch: number, options: Partial<GenerateOptions>): Promise<void> {
  const prompts = [90, 30, 170, 10].map((letters, i) => ({ id: String(i), prompt: text.slice(i, letters) }));
  const params = { prompts, options: { ...OPTIONS, reuse: false, ...options, batch } };
  await generate(of, directions, params, context);
}

/** Asks, and calls off when so many runs have been made. Asserts that not one more was made. */
async function calledOff(
  of: LoadedModel,
  prompt: string,
  kind: 'prefill' | 'step',
  runs: number,
  options: Partial<GenerateOptions> = {},
): Promise<void> {
  const abort = new AbortController();
  let made = 0;
  const { watched } = watchRuns(of, (what) => {
    // As a message does: it comes in the next turn of the event loop.
    if (what === kind && ++made === runs) setImmediate(() => abort.abort());
  });
  const params = { prompts: [{ id: 'p', prompt }], options: { ...OPTIONS, maxTokens: 50, ...options } };
  await assert.rejects(generate(watched, directions, params, { ...context, signal: abort.signal }), CancelledError);
  assert.equal(made, runs);
}

for (const [use, run] of Object.entries(USES)) {
  test(`after ${use}`, async () => {
    for (const letters of [170, 40, 300]) {
      await typed(text.slice(0, letters));
      await run(model().typed, context.signal);
      await typed(text.slice(0, letters));
      await run(model().typed, context.signal);
      await typed(text.slice(0, letters + 1), { steer: [{ name: 'kind', strength: 1 }], scope: 'all' });
    }
  });
}

test('what a prompt that was called off has run is not run again', async () => {
  await typed('nothing of it');
  await calledOff(model().typed, text.slice(0, 300), 'prefill', 3);
  assert.equal(await typed(text.slice(0, 300)), 3 * PIECE);
  await calledOff(model().typed, text.slice(0, 200), 'step', 2);
  assert.equal(await typed(text.slice(0, 201)), whole(200));
});

test('a call without reuse does not say what it reused, and reuses nothing', async () => {
  await typed(text.slice(0, 170));
  const { answer } = await write(model().typed, text.slice(0, 170), { reuse: false });
  assert.ok(!('reusedTokens' in answer));
});

test('a walk through prompts, steering and other uses at random', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  t.diagnostic(`seed ${seed}`);
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random.next() * values.length)];
  let [prompt, reused] = [text.slice(0, 100), 0];
  const edits = [
    () => prompt + pick(['a', ' the', '\n', '(x', ' return']),
    () => prompt.slice(0, -pick([1, 5, 30])) || 'a',
    () => text.slice(0, 1 + Math.floor(random.next() * text.length)),
    () => prompt.replace(/^(.{30,90}?)./s, '$1#'),
    () => prompt,
  ];
  const scopes = ['all', 'prompt', 'answer', 'first:2'];
  for (let step = 0; step < 80; step++) {
    prompt = pick(edits)();
    const steer = pick([[], [], [{ name: 'kind', strength: pick([1, -1]) }], [{ name: 'terse', strength: 1 }]]);
    const options = { steer, scope: pick(scopes), maxTokens: pick([1, 6]) };
    if ((await typed(prompt, options)) > 0) reused++;
    if (random.next() < 0.2) await pick(Object.values(USES))(model().typed, context.signal);
  }
  assert.ok(reused > 5, `only ${reused} of them reused anything`);
});
