/** How fast the engine's sessions are: generation, prompts, steering, capture. All in this process, on two threads. */
import { residPost } from '../../src/core/graph/hooks.ts';
import { createRandom } from '../../src/core/stats/random.ts';
import { RowSteering } from '../../src/core/steering/rowSteering.ts';
import { writeAnswers } from '../../src/engine/generate/answerLoop.ts';
import type { LoadedModel } from '../../src/engine/model/loadedModel.ts';
import { openReal } from '../golden/model.ts';
import { texts } from '../golden/reference.ts';
import { alternate, type Figure, type Series } from './figures.ts';
import { openPeer, type Peer } from './peer.ts';
import { GREEDY } from '../greedy.ts';

export const PROMPT = 64;
export const NEW = 128;
export const LONG_PROMPT = 512;

/** `count` tokens of ordinary text and code: the reference's texts, over and over. */
export function promptOf(count: number, shift = 0): number[] {
  const ids = texts.flatMap((text) => text.ids);
  return Array.from({ length: count }, (_, i) => ids[(i + shift) % ids.length]);
}

const OPTIONS = {
  mode: 'raw',
  maxTokens: NEW,
  ...GREEDY,
  ignoreEos: true,
} as const;

/** Tokens a second over all rows, from the first new token to the last, through the engine's own generation loop. */
export async function decodeSpeed(model: LoadedModel, rows = 1, steering?: RowSteering): Promise<number> {
  const requests = Array.from({ length: rows }, (_, row) => ({
    id: String(row),
    promptIds: promptOf(PROMPT, row),
    prefill: '',
    applied: [],
    seed: 0,
    options: OPTIONS,
    ...(steering ? { steering } : {}),
  }));
  const [answer] = await writeAnswers(model, requests, { batch: rows });
  return (rows * (NEW - 1) * 1000) / answer.decodeMs;
}

/** Tokens of prompt a second. */
async function prefillSpeed(model: LoadedModel, ids: readonly number[], capture = false): Promise<number> {
  const hooks = capture ? Array.from({ length: model.config.layers }, (_, layer) => residPost(layer)) : [];
  model.main.reserve(1, ids.length);
  const started = performance.now();
  await model.main.prefill(0, { ids, hooks });
  return (ids.length * 1000) / (performance.now() - started);
}

/** A small random vector in each of the first `layers` layers, at every position. */
export function steeringOf(model: LoadedModel, layers: number): RowSteering {
  const { dModel } = model.config;
  const stacked = new Float32Array(model.config.layers * dModel);
  const random = createRandom(1);
  for (let i = 0; i < layers * dModel; i++) stacked[i] = 0.01 * random.normal();
  return new RowSteering([{ stacked, scope: 'all' }], PROMPT);
}

export async function decodeFigures(model: LoadedModel, peer: Peer | null, runs: number): Promise<Figure[]> {
  const native: number[] = [];
  const theirs = async () => {
    const speed = await peer?.decode(promptOf(PROMPT), NEW);
    native.push(speed?.native ?? NaN);
    return speed?.perSecond ?? NaN;
  };
  const series = await alternate(runs, {
    'Steerscope, fast': () => decodeSpeed(model),
    ...(peer ? { 'node-llama-cpp 3.22.1': theirs } : {}),
  });
  const figure: Figure = {
    id: 'decode',
    title: 'Decode',
    unit: 'tok/s',
    series,
    bounds: peer ? [{ of: 'ratio', is: 'at least', bound: 1.1 }] : [],
    note:
      `a prompt of ${PROMPT} tokens, ${NEW} new ones, greedy, 2 threads, batch 1, the same GGUF; ` +
      'from the first new token to the last, sampling included.',
  };
  if (!peer) return [figure];
  const clock: Series = { name: 'llama.cpp by its own clock', runs: native.slice(1) };
  const note =
    'the time that llama.cpp says it computed, without what its caller adds: not what a program gets, but what it could.';
  return [
    figure,
    { ...figure, id: 'decode-native', title: 'Decode, native', series: [series[0], clock], bounds: [], note },
  ];
}

export async function prefillFigures(model: LoadedModel, peer: Peer | null, runs: number): Promise<Figure[]> {
  const ids = promptOf(LONG_PROMPT);
  const series = await alternate(runs, {
    'Steerscope, fast': () => prefillSpeed(model, ids),
    ...(peer ? { 'node-llama-cpp 3.22.1': async () => (ids.length * 1000) / (await peer.prefill(ids)) } : {}),
  });
  const bounds = peer ? [{ of: 'ratio', is: 'at least', bound: 2.5 } as const] : [];
  const note = `a prompt of ${LONG_PROMPT} tokens into an empty cache, 2 threads.`;
  return [{ id: 'prefill', title: 'Prefill', unit: 'tok/s', series, bounds, note }];
}

export async function steeringFigures(model: LoadedModel, runs: number): Promise<Figure[]> {
  const { layers } = model.config;
  const all = steeringOf(model, layers);
  const one = steeringOf(model, 1);
  // The overhead sought is small, so there are more runs of it.
  const [steered, steeredOnce, plain] = await alternate(runs * 2, {
    [`${layers} layers steered`]: () => decodeSpeed(model, 1, all),
    'one layer steered': () => decodeSpeed(model, 1, one),
    'not steered': () => decodeSpeed(model),
  });
  const base = { unit: 'tok/s', bounds: [{ of: 'ratio', is: 'at least', bound: 0.97 } as const] };
  const note = `decoding as above, a vector added at every position; all series in turn.`;
  return [
    { ...base, id: 'steering', title: 'Steering, every layer', series: [steered, plain], note },
    { ...base, id: 'steering-one', title: 'Steering, one layer', series: [steeredOnce, plain], note },
  ];
}

export async function captureFigures(model: LoadedModel, runs: number): Promise<Figure[]> {
  const ids = promptOf(LONG_PROMPT);
  const milliseconds = async (capture: boolean) => (ids.length * 1000) / (await prefillSpeed(model, ids, capture));
  const series = await alternate(runs, {
    'every residual stream captured': () => milliseconds(true),
    plain: () => milliseconds(false),
  });
  const bounds = [{ of: 'ratio', is: 'at most', bound: 1.15 } as const];
  const note = `a prompt of ${LONG_PROMPT} tokens; all ${model.config.layers} residual streams at every position come back as arrays.`;
  return [{ id: 'capture', title: 'Capture', unit: 'ms', series, bounds, note }];
}

export async function batchFigures(model: LoadedModel, runs: number): Promise<Figure[]> {
  const sizes = [1, 4, 8, 16];
  const name = (rows: number) => `batch ${rows}`;
  const measurements = Object.fromEntries(sizes.map((rows) => [name(rows), () => decodeSpeed(model, rows)]));
  const all = await alternate(runs, measurements);
  const [single, ...batches] = all;
  return batches.map((series, i) => ({
    id: `batch-${sizes[i + 1]}`,
    title: `Decode, ${name(sizes[i + 1])}`,
    unit: 'tok/s',
    series: [series, single],
    note: 'tokens of all rows together, decoding as above.',
  }));
}

export async function exactFigures(fast: LoadedModel, runs: number): Promise<Figure[]> {
  const exact = await openReal('exact');
  const series = await alternate(runs, {
    'Steerscope, exact': () => decodeSpeed(exact),
    'Steerscope, fast': () => decodeSpeed(fast),
  });
  await exact.main.release();
  return [
    { id: 'exact', title: 'Decode, exact', unit: 'tok/s', series, note: 'decoding as above in both precisions.' },
  ];
}

export interface Bench {
  readonly model: LoadedModel;
  readonly peer: Peer | null;
}

/** Loads the model in fast precision, and the peer where it is installed. */
export async function openBench(modelPath: string, threads: number): Promise<Bench> {
  return { model: await openReal('fast'), peer: await openPeer(modelPath, threads, 2 * LONG_PROMPT) };
}
