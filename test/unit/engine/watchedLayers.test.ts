/** The layers of an answer while it is written: the same figures as a reading of the text gives, and the answer is the same. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CancelledError } from '../../../src/core/errors.ts';
import { residPost } from '../../../src/core/graph/hooks.ts';
import { streamChanges, streamNorms } from '../../../src/core/lens/streamMeasures.ts';
import { generate, answerRequest } from '../../../src/engine/generate/generate.ts';
import { writeAnswers } from '../../../src/engine/generate/answerLoop.ts';
import { LayersWatch } from '../../../src/engine/generate/layersWatch.ts';
import { openModel, type LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import { LensMeasures } from '../../../src/engine/reading/lensMeasures.ts';
import { streamsOf } from '../../../src/engine/reading/text.ts';
import { DirectionSource } from '../../../src/engine/store/directions.ts';
import { openStore } from '../../../src/engine/store/store.ts';
import type { GenerateEvent, GenerateOptions } from '../../../src/protocol/engineService.ts';
import type { WrittenLayers } from '../../../src/protocol/generateTypes.ts';
import { measureOptions } from '../../../src/protocol/measureOptions.ts';
import { writeTinyModel } from '../../tinyModel.ts';

const PROMPT = 'def f(x):';
const LAYERS = 3;
const OPTIONS: GenerateOptions = {
  ...measureOptions,
  ...{ mode: 'raw', batch: 1, maxTokens: 8, ignoreEos: true, steer: [] },
};
const home = mkdtempSync(join(tmpdir(), 'steerscope-watched-'));
after(() => rmSync(home, { recursive: true, force: true }));

let model: LoadedModel;
const signal = new AbortController().signal;
const source = new DirectionSource(openStore(join(home, 'store')), join(home, 'shipped'));

before(async () => {
  const path = writeTinyModel(home, { layers: LAYERS });
  const context = { signal, emit: () => undefined };
  model = await openModel({ model: path, precision: 'exact', threads: 1, home, get: false }, context);
});

const ask = (prompts: readonly string[], events: GenerateEvent[], watch?: { readonly top: number }) =>
  generate(
    model,
    source,
    {
      prompts: prompts.map((prompt, i) => ({ id: `p${i}`, prompt })),
      options: { ...OPTIONS, batch: prompts.length },
      ...(watch ? { watch } : {}),
    },
    { signal, emit: (event) => events.push(event) },
  );

/** The answer to the prompt, and what was told of its tokens, the newest of each. */
async function watched(pauseMs: number) {
  const told: (readonly WrittenLayers[])[] = [];
  const watch = new LayersWatch(model, { top: 3, pauseMs, signal, onLayers: (tokens) => told.push(tokens) });
  const request = answerRequest(model, { id: 'a', prompt: PROMPT }, OPTIONS, { parts: [], applied: [], seed: 0 });
  const [answer] = await writeAnswers(model, [request], { batch: 1, signal, watch }).finally(() => watch.release());
  const byIndex = new Map(told.flat().map((token) => [token.index, token]));
  return { ids: answer?.ids ?? [], promptIds: request.promptIds, told, tokens: [...byIndex.values()] };
}

const near = (actual: readonly (number | null)[], expected: readonly (number | null)[], what: string): void =>
  actual.forEach((value, i) => {
    const wanted = expected[i] ?? 0;
    assert.ok(
      Math.abs((value ?? 0) - wanted) <= 1e-3 * Math.max(1, Math.abs(wanted)),
      `${what}: ${actual} ${expected}`,
    );
  });

test('the figures are those of a reading of the same tokens, and every token is told of as it comes', async () => {
  const { ids, promptIds, tokens, told } = await watched(0);
  assert.equal(ids.length, OPTIONS.maxTokens);
  assert.deepEqual(
    tokens.map(({ index, id }) => [index, id]),
    ids.slice(0, -1).map((id, index) => [index, id]),
  );
  // Each at its own step, before any of them is read.
  assert.deepEqual(
    told
      .filter((batch) => batch.every(({ lens }) => lens === undefined))
      .map((batch) => batch.map(({ index }) => index)),
    tokens.map(({ index }) => [index]),
  );
  // All at once, as a text that is read.
  const { dModel } = model.config;
  const hooks = Array.from({ length: LAYERS }, (_, layer) => residPost(layer));
  const whole = await streamsOf(model, [...promptIds, ...ids.slice(0, -1)], hooks, signal);
  const streams = hooks.map((hook) => whole.get(hook)?.subarray(promptIds.length * dModel) ?? assert.fail(hook));
  const lens = await LensMeasures.open(model);
  const read = await lens.read(streams, 3, { signal, emit: () => undefined }).finally(() => lens.release());
  let compared = 0;
  for (const { index, norm, change, lens: seen } of tokens) {
    const row = <T>(values: readonly T[]): T[] => values.slice(index * LAYERS, (index + 1) * LAYERS);
    near(
      norm,
      streams.map((stream) => streamNorms(stream, dModel)[index] ?? 0),
      'norm',
    );
    const changes = streams.map(
      (stream, layer) => streamChanges(stream, streams[layer - 1] ?? stream, dModel)[index] ?? 0,
    );
    near(change.slice(1), changes.slice(1), 'change');
    assert.equal(change[0], null);
    if (!seen) continue;
    compared++;
    near(seen.entropy, row(read.entropy), 'entropy');
    near(seen.divergence, row(read.divergence), 'divergence');
    near(seen.confidence, row(read.confidence), 'confidence');
    assert.deepEqual(
      seen.top.map((cell) => cell.map(([id]) => id)),
      row(read.top).map((cell) => cell.map(([id]) => id)),
    );
  }
  assert.ok(compared > 0, 'no lens was compared');
});

test('who watches changes no token of an answer; answers side by side are not watched', async () => {
  const events: GenerateEvent[] = [];
  const [plain] = await ask([PROMPT], []);
  const [seen] = await ask([PROMPT], events, { top: 2 });
  assert.deepEqual(seen?.ids, plain?.ids);
  const kinds = events.filter(({ kind }) => kind === 'layers');
  assert.ok(kinds.length >= (plain?.ids.length ?? 0) - 1);
  const several: GenerateEvent[] = [];
  await ask([PROMPT, 'x = 1'], several, { top: 2 });
  assert.equal(
    several.some(({ kind }) => kind === 'layers'),
    false,
  );
});

test('the lens waits for as long as it is told, and is cancelled with the answer', async () => {
  const { tokens } = await watched(3_600_000);
  assert.ok(tokens.length > 0 && tokens.every(({ lens }) => lens === undefined));
  const abort = new AbortController();
  const watch = new LayersWatch(model, { top: 1, pauseMs: 0, signal: abort.signal, onLayers: () => abort.abort() });
  const request = answerRequest(model, { id: 'a', prompt: PROMPT }, OPTIONS, { parts: [], applied: [], seed: 0 });
  await assert.rejects(
    writeAnswers(model, [request], { batch: 1, signal: abort.signal, watch }).finally(() => watch.release()),
    CancelledError,
  );
});
