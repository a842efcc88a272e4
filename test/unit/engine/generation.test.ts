/**
 * Answers of a tiny model: what is in their text and in their ids, when they end, and that no strength of steering ever
 * has a token chosen from numbers that are none.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fitArtefact } from '../../../src/engine/fit/fitArtefact.ts';
import { generate } from '../../../src/engine/generate/generate.ts';
import { openModel } from '../../../src/engine/model/loadedModel.ts';
import type { LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import { DirectionSource } from '../../../src/engine/store/directions.ts';
import { openStore } from '../../../src/engine/store/store.ts';
import type { GenerateEvent, GenerateOptions, Generated, Precision } from '../../../src/protocol/engineService.ts';
import { CHATML, writeTinyModel } from '../../tinyModel.ts';
import { PRECISIONS } from '../../../src/protocol/fields.ts';
import { GREEDY } from '../../greedy.ts';
import { watchLogits } from '../../safety/watchedLogits.ts';

const OPTIONS: GenerateOptions = {
  mode: 'auto',
  maxTokens: 12,
  ...GREEDY,
};
const PROMPTS = ['hello', 'a longer prompt about the class', 'x'].map((prompt, i) => ({ id: `p${i}`, prompt }));

const home = mkdtempSync(join(tmpdir(), 'steerscope-generation-'));
after(() => rmSync(home, { recursive: true, force: true }));

const directions = new DirectionSource(openStore(join(home, 'store')), join(home, 'none'));
const places = {
  store: directions.store,
  runs: join(home, 'runs'),
  saes: directions,
  shippedSaes: join(home, 'none'),
};
const context = { signal: new AbortController().signal, emit: () => undefined };

const models = new Map<Precision, LoadedModel>();
function model(precision: Precision = 'exact'): LoadedModel {
  const opened = models.get(precision);
  assert.ok(opened);
  return opened;
}

before(async () => {
  const path = writeTinyModel(home, { chatTemplate: CHATML, layers: 3 });
  for (const precision of PRECISIONS) {
    const params = { model: path, precision, threads: 1, home, get: false };
    models.set(precision, await openModel(params, context));
  }
  const sides = { positive: ['please', 'thank you'], negative: ['go away', 'no'] };
  const contrast = { kind: 'prompts', ...sides } as const;
  const params = { method: 'dim', contrast, name: 'kind', replace: false, seed: 0 };
  await fitArtefact(model(), places, params, context);
});

interface Written {
  readonly answers: Generated[];
  /** The text that was announced, by id. */
  readonly shown: Map<string, string>;
}

async function write(options: Partial<GenerateOptions>, of = model(), prompts = PROMPTS): Promise<Written> {
  const shown = new Map(prompts.map(({ id }) => [id, '']));
  const emit = (event: GenerateEvent): void => {
    if (event.kind === 'text') shown.set(event.id, `${shown.get(event.id)}${event.text}`);
  };
  const params = { prompts, options: { ...OPTIONS, ...options } };
  return { answers: await generate(of, directions, params, { ...context, emit }), shown };
}

/** What must be the same where only the way of computing differs. */
function essence({ id, text, ids, stop }: Generated): unknown {
  return { id, text, ids, stop };
}

test('the announced pieces make up the text, whatever ends an answer', async () => {
  const [plain] = (await write({})).answers;
  for (const options of [
    {},
    { prefill: 'def ' },
    { stop: [plain.text.slice(2, 4)] },
    { stop: ['😀😀😀', 'never to be seen'] },
    { temperature: 3, seed: 7, maxTokens: 60 },
    { batch: 3 },
  ]) {
    const { answers, shown } = await write(options);
    for (const { id, text } of answers) assert.equal(shown.get(id), text, JSON.stringify(options));
  }
});

test('a prefill begins the text and is not among the ids', async () => {
  const { tokenizer } = model();
  for (const { text, ids, tokens } of (await write({ prefill: 'def f(' })).answers) {
    assert.equal(text, `def f(${tokenizer.decode(ids)}`);
    assert.equal(tokens, ids.length);
  }
});

test('the token that ends an answer is in neither ids nor text', async () => {
  const [plain] = (await write({ ignoreEos: true })).answers;
  const { tokenizer } = model();
  // Ends before the first text that begins with the third token.
  const stop = tokenizer.decode(plain.ids.slice(2, 4));
  const [ended] = (await write({ ignoreEos: true, stop: [stop] })).answers;
  assert.equal(ended.stop, 'text');
  assert.equal(ended.text, plain.text.slice(0, plain.text.indexOf(stop)));
  assert.ok(ended.ids.length < plain.ids.length);
  assert.deepEqual(plain.ids.slice(0, ended.ids.length), ended.ids);

  const found = await endedByModel();
  const { eosIds } = tokenizer;
  assert.ok(found.ids.every((id) => !eosIds.has(id)));
  assert.equal(found.text, tokenizer.decode(found.ids));
});

/** An answer that the model itself ended, found by sampling at a high temperature. */
async function endedByModel(): Promise<Generated> {
  for (let seed = 0; seed < 200; seed++) {
    const { answers } = await write({ temperature: 5, seed, maxTokens: 100 });
    const ended = answers.find(({ stop }) => stop === 'eos');
    if (ended) return ended;
  }
  return assert.fail('the model never ends an answer');
}

test('an answer is as long as asked for, and goes on past the end where that is asked for', async () => {
  const { answers } = await write({ ignoreEos: true, maxTokens: 40, temperature: 5 });
  assert.deepEqual(
    answers.map(({ stop, tokens }) => [stop, tokens]),
    answers.map(() => ['length', 40]),
  );
});

test('answers written together are those written alone, sampled or not', async () => {
  for (const options of [
    {},
    { temperature: 2, seed: 3, repeatPenalty: 1.3 },
    { steer: [{ name: 'kind', strength: 2 }] },
  ]) {
    const alone = await write({ ...options, maxTokens: 30 });
    for (const batch of [2, 3, 8]) {
      const together = await write({ ...options, maxTokens: 30, batch });
      assert.deepEqual(together.answers.map(essence), alone.answers.map(essence));
    }
  }
});

const SCOPES = [undefined, 'prompt', 'answer', 'first:2'];
const STRENGTHS = [0.1, 1, 10, 100, 1e6, 1e19, 1e38].flatMap((strength) => [strength, -strength]);

for (const precision of PRECISIONS) {
  test(`${precision}: strength 0 is bit for bit no steering, whatever its scope`, async () => {
    const prompts = PROMPTS;
    const plain = await write({}, model(precision), prompts);
    for (const strength of [0, -0]) {
      const steer = [{ name: 'kind', strength }];
      for (const scope of SCOPES) {
        const options = scope === undefined ? { steer } : { steer, scope };
        const steered = await write({ ...options, steerLayers: 'all' }, model(precision), prompts);
        assert.deepEqual(steered.answers.map(essence), plain.answers.map(essence));
        assert.deepEqual(steered.answers[0].steer[0].dose, 0);
      }
    }
  });

  test(`${precision}: no strength has a token chosen from logits that are not finite, or all the same`, async () => {
    let [broken, whole] = [0, 0];
    for (const strength of STRENGTHS)
      for (const steerLayers of ['0', '2', 'all'])
        for (const scope of SCOPES) {
          const { model: watched, usable } = watchLogits(model(precision));
          const options = { steer: [{ name: 'kind', strength }], steerLayers, temperature: 1, ignoreEos: true };
          const [prompt] = PROMPTS;
          const asked = scope === undefined ? options : { ...options, scope };
          const [answer] = (await write(asked, watched, [prompt])).answers;
          const firstBad = usable.indexOf(false);
          const what = `${strength} in ${steerLayers} at ${scope ?? 'the usual scope'}`;
          assert.equal(answer.ids.length, firstBad < 0 ? OPTIONS.maxTokens : firstBad, what);
          assert.equal(answer.stop, firstBad < 0 ? 'length' : 'nonfinite', what);
          if (firstBad < 0) whole++;
          else broken++;
        }
    // Both must have been met, or nothing was tested.
    assert.ok(broken > 10 && whole > 10, `${broken} broken, ${whole} whole`);
  });
}
