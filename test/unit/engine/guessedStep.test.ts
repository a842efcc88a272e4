/** Guessed tokens that are run together, on tiny models: the answer is token by token the one without guesses. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createRandom } from '../../../src/core/stats/random.ts';
import { RowSteering } from '../../../src/core/steering/rowSteering.ts';
import type { Scope } from '../../../src/core/steering/scope.ts';
import { writeAnswers } from '../../../src/engine/generate/answerLoop.ts';
import type { Answer } from '../../../src/engine/generate/answer.ts';
import { openModel, type LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import type { GenerateOptions, Precision } from '../../../src/protocol/engineService.ts';
import { GREEDY } from '../../greedy.ts';
import { writeTinyModel } from '../../tinyModel.ts';
import { watchRuns } from './watchRuns.ts';

const OPTIONS: GenerateOptions = { mode: 'raw', maxTokens: 40, ...GREEDY, ignoreEos: true };

const home = mkdtempSync(join(tmpdir(), 'steerscope-guess-'));
after(() => rmSync(home, { recursive: true, force: true }));
const models = new Map<Precision, LoadedModel>();

before(async () => {
  const path = writeTinyModel(home, { layers: 3, context: 512 });
  const context = { signal: new AbortController().signal, emit: () => undefined };
  for (const precision of ['exact', 'fast'] as const)
    models.set(precision, await openModel({ model: path, precision, threads: 1, home, get: false }, context));
});

interface Asked {
  readonly ids: readonly number[];
  readonly options?: Partial<GenerateOptions>;
  readonly scope?: Scope;
  readonly draftIds?: readonly (readonly number[])[];
}

/** An answer, and how many steps it took. */
async function write(model: LoadedModel, { ids, options = {}, scope, draftIds }: Asked) {
  let steps = 0;
  const { watched } = watchRuns(model, (what) => what === 'step' && steps++);
  const { layers, dModel } = model.config;
  const random = createRandom(3);
  const stacked = Float32Array.from({ length: layers * dModel }, () => 0.3 * random.normal());
  const request = {
    ...{ id: 'p', promptIds: ids, prefill: '', applied: [], seed: 0 },
    options: { ...OPTIONS, ...options },
    ...(scope === undefined ? {} : { steering: new RowSteering([{ stacked, scope }], ids.length) }),
    ...(draftIds === undefined ? {} : { draftIds }),
  };
  const [answer] = await writeAnswers(watched, [request], { batch: 1 });
  return { answer, steps };
}

/** Asserts that guesses change nothing; returns the answer with them and the steps that it took. */
async function check(model: LoadedModel, asked: Asked): Promise<{ answer: Answer; steps: number }> {
  const plain = await write(model, asked);
  const guessed = await write(model, { ...asked, draftIds: asked.draftIds ?? [plain.answer.ids] });
  assert.deepEqual(guessed.answer.ids, plain.answer.ids);
  assert.deepEqual({ ...guessed.answer.result(), ms: 0, guesses: 0 }, { ...plain.answer.result(), ms: 0, guesses: 0 });
  return guessed;
}

const promptOf = (seed: number, length = 12) => {
  const random = createRandom(seed);
  return Array.from({ length }, () => 3 + Math.floor(random.next() * 200));
};

for (const precision of ['exact', 'fast'] as const) {
  const model = (): LoadedModel => {
    const opened = models.get(precision);
    assert.ok(opened);
    return opened;
  };

  test(`${precision}: who knows the answer guesses it, in fewer steps`, async () => {
    const { answer, steps } = await check(model(), { ids: promptOf(1) });
    assert.ok(answer.guesses.right > 0 && answer.guesses.right <= answer.guesses.guessed);
    assert.ok(steps < OPTIONS.maxTokens - 1 - answer.guesses.right + 8, `${steps} single steps`);
  });

  test(`${precision}: wrong guesses change nothing`, async () => {
    for (let seed = 2; seed < 8; seed++) {
      const ids = promptOf(seed);
      const { answer } = await write(model(), { ids });
      // Right as far as every fourth token, then another one.
      const wrong = answer.ids.map((id, i) => (i % 4 === 3 ? id + 1 : id));
      const { answer: guessed } = await check(model(), { ids, draftIds: [wrong] });
      assert.ok(guessed.guesses.guessed > guessed.guesses.right);
    }
  });

  test(`${precision}: steered, in every scope, with a penalty, and to the last token`, async () => {
    for (const scope of ['all', 'prompt', 'answer', 'first:5', 'decide:4'] as const)
      for (const repeatPenalty of [1, 1.2])
        for (const maxTokens of [1, 2, 9]) {
          const { answer } = await check(model(), { ids: promptOf(9), scope, options: { repeatPenalty, maxTokens } });
          assert.equal(answer.ids.length, maxTokens);
        }
  });

  test(`${precision}: an end in the middle of what was run together ends the answer there`, async () => {
    const ids = promptOf(10);
    const { answer } = await write(model(), { ids });
    const stop = model().tokenizer.decode(answer.ids.slice(0, 7)).slice(-2);
    const { answer: guessed } = await check(model(), { ids, options: { stop: [stop] } });
    assert.equal(guessed.stop, 'text');
  });
}

test('nothing is guessed where tokens are drawn, or where several answers are written at once', async () => {
  const model = models.get('fast');
  assert.ok(model);
  const ids = promptOf(11);
  const drawn = await write(model, { ids, draftIds: [ids], options: { temperature: 1 } });
  assert.equal(drawn.answer.result().guesses, undefined);
  const requests = ['a', 'b'].map((id) => ({
    ...{ id, promptIds: ids, prefill: '', applied: [], seed: 0, draftIds: [drawn.answer.ids] },
    options: { ...OPTIONS, batch: 2 },
  }));
  for (const answer of await writeAnswers(model, requests, { batch: 2 })) assert.equal(answer.guesses.guessed, 0);
});
