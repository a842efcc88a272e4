/**
 * Prompts that reuse what the one before has run, on the default model: the same bits as in an empty cache, in both
 * precisions, and the same tokens as where nobody types. The tiny models' tests go through more cases.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowSteering, type SteeringVector } from '../../src/core/steering/rowSteering.ts';
import { writeAnswers } from '../../src/engine/generate/answerLoop.ts';
import { CancelledError } from '../../src/core/errors.ts';
import type { GenerateOptions } from '../../src/protocol/engineService.ts';
import type { LoadedModel } from '../../src/engine/model/loadedModel.ts';
import { watchRuns } from '../unit/engine/watchRuns.ts';
import { maxAbs } from './measures.ts';
import { openReal } from './model.ts';
import { reference, tensorOf, texts } from './reference.ts';
import { GREEDY } from '../greedy.ts';

const NEW = 8;
/** Tokens of a piece of a prompt that is typed. */
const PIECE = 40;
const OPTIONS: GenerateOptions = {
  mode: 'raw',
  maxTokens: NEW,
  ...GREEDY,
  ignoreEos: true,
};

/** Prose, code and a chat, one after the other. */
const typed = texts.flatMap((text) => text.ids);

function steeredBy(model: LoadedModel, strength: number, scope: SteeringVector['scope'], tokens: number): RowSteering {
  const { layers, dModel } = model.config;
  const stacked = new Float32Array(layers * dModel);
  for (const layer of reference.steer.layers) stacked.set(tensorOf(`steer/${layer}`), layer * dModel);
  const vector = { stacked: stacked.map((value) => strength * value), scope, id: `reference x ${strength}` };
  return new RowSteering([vector], tokens);
}

interface Asked {
  readonly ids: readonly number[];
  readonly steering?: RowSteering;
}

interface Written {
  readonly ids: readonly number[];
  readonly logits: readonly Float32Array[];
  readonly reused: number | undefined;
}

async function write(model: LoadedModel, { ids, ...rest }: Asked, reuse: boolean): Promise<Written> {
  const { watched, logits } = watchRuns(model);
  const options = { ...OPTIONS, reuse };
  const request = { id: 'p', promptIds: ids, prefill: '', applied: [], seed: 0, options, ...rest };
  const [answer] = await writeAnswers(watched, [request], { batch: 1 });
  return { ids: answer.ids, logits, reused: answer.reusedTokens };
}

for (const precision of ['exact', 'fast'] as const) {
  const [model, other] = [await openReal(precision), await openReal(precision)];

  /** Asserts that the answer is that of an empty cache, and of a call that reuses nothing. Returns what was reused. */
  const check = async (asked: Asked): Promise<number | undefined> => {
    await other.main.prefill(0, { ids: [0] }); // nothing of any other prompt is left
    const empty = await write(other, asked, true);
    assert.equal(empty.reused, 0);
    const { reused, ...answer } = await write(model, asked, true);
    assert.deepEqual(answer, { ids: empty.ids, logits: empty.logits });
    const plain = await write(other, asked, false);
    assert.deepEqual(answer.ids, plain.ids);
    for (const [step, logits] of plain.logits.entries()) assert.ok(maxAbs(answer.logits[step], logits) < 1e-3);
    return reused;
  };

  test(`${precision}: typing, taking back, changing the middle, accepting`, async () => {
    await check({ ids: typed.slice(0, 100) });
    for (const [tokens, reused] of [
      [101, 80],
      [102, 80],
      [121, 80],
      [122, 120],
      [90, 80],
      [150, 80],
    ] as const)
      assert.equal(await check({ ids: typed.slice(0, tokens) }), reused, `${tokens} tokens`);
    const changed = typed.slice(0, 150).with(95, typed[5]);
    assert.equal(await check({ ids: changed }), 2 * PIECE);
    const { ids } = await write(model, { ids: changed }, true);
    assert.equal(await check({ ids: [...changed, ...ids, typed[0]] }), 3 * PIECE);
  });

  test(`${precision}: steering on, stronger, in the answer only, and off`, async () => {
    const ids = typed.slice(0, 130);
    const steered = (strength: number, scope: SteeringVector['scope']) => ({
      ids,
      steering: steeredBy(model, strength, scope, ids.length),
    });
    await check({ ids });
    for (const [asked, reused] of [
      [steered(1, 'all'), 0],
      [steered(1, 'all'), 120],
      [steered(1.5, 'all'), 0],
      [steered(1.5, 'prompt'), 120],
      [steered(1.5, 'answer'), 0],
      [{ ids }, 120],
      [steered(1, 'all'), 0],
      [{ ids }, 0],
    ] as const)
      assert.equal(await check(asked), reused);
  });

  test(`${precision}: after a batch, and after a prompt and an answer that were called off`, async () => {
    const ids = typed.slice(0, 130);
    await check({ ids });
    const requests = texts.map((text, i) => ({
      ...{ id: String(i), promptIds: text.ids, prefill: '', applied: [], seed: 0 },
      options: { ...OPTIONS, batch: 3 },
    }));
    await writeAnswers(model, requests, { batch: 3 });
    assert.equal(await check({ ids }), 0);
    for (const [kind, runs, reused] of [
      ['prefill', 2, 80],
      ['step', 3, 120],
    ] as const) {
      await write(model, { ids: typed.slice(1, 60) }, true);
      const abort = new AbortController();
      let made = 0;
      const { watched } = watchRuns(model, (what) => {
        if (what === kind && ++made === runs) setImmediate(() => abort.abort());
      });
      const options = { ...OPTIONS, reuse: true };
      const request = { id: 'p', promptIds: ids, prefill: '', applied: [], seed: 0, options };
      await assert.rejects(writeAnswers(watched, [request], { batch: 1, signal: abort.signal }), CancelledError);
      assert.equal(made, runs);
      assert.equal(await check({ ids }), reused);
    }
  });
}

test('the default model cannot fill in', async () => {
  assert.equal((await openReal('fast')).summary.infill, false);
});
