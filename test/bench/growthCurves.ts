/** The curves of `npm run bench:growth`: what grows, by what it is measured, and why it grows as it does. */
import { residPost } from '../../src/core/graph/hooks.ts';
import type { RowSteering } from '../../src/core/steering/rowSteering.ts';
import type { LoadedModel } from '../../src/engine/model/loadedModel.ts';
import type { Shape } from './randomModel.ts';
import { steeringOf } from './speed.ts';

/** Tokens of a prompt where its length is not what grows. */
const PROMPT = 64;
/** Tokens of a prompt whose hooks are read: one piece of a prefill. */
const HOOKED = 256;
/** Steps of a measurement of decoding, after one that counts for nothing. */
const STEPS = 12;

/** Time of what was measured: ms a token, or a prompt. */
export interface Cost {
  readonly wallMs: number;
  /** Processor time of all threads. */
  readonly cpuMs: number;
}

export interface Point {
  readonly x: number;
  readonly shape: Shape;
  measure(model: LoadedModel): Promise<Cost>;
}

export interface Curve {
  readonly id: string;
  readonly title: string;
  /** Whether a power or a straight line is what theory expects. */
  readonly fit: 'line' | 'power';
  readonly x: string;
  readonly reason: string;
  readonly points: readonly Point[];
}

const DEFAULT: Shape = { name: 'base', layers: 24, dModel: 576, dMlp: 1536, heads: 9, kvHeads: 3, vocab: 49_152 };
const HALF: Shape = { name: '0.5B', layers: 24, dModel: 896, dMlp: 4864, heads: 14, kvHeads: 2, vocab: 49_152 };
const ONE_AND_HALF: Shape = { ...HALF, name: '1.5B', layers: 28, dModel: 1536, dMlp: 8960, heads: 12 };
/** Models of one family's growth, which are also compared by their memory. */
export const SIZES: readonly Shape[] = [{ ...DEFAULT, name: '135M', layers: 30 }, HALF, ONE_AND_HALF];

const ofLayers = (layers: number): Shape => ({ ...DEFAULT, name: `layers-${layers}`, layers });
const ofWidth = (dModel: number): Shape => ({
  ...{ name: `width-${dModel}`, layers: 8, dModel, dMlp: 3 * dModel, heads: dModel / 64, kvHeads: dModel / 128 },
  vocab: 4096,
});

async function timed(count: number, work: () => Promise<void>): Promise<Cost> {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  await work();
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: wallMs / count, cpuMs: (user + system) / 1000 / count };
}

function promptOf(count: number): number[] {
  return Array.from({ length: count }, (_, i) => 3 + ((i * 7) % 250));
}

async function prefill({ main, config }: LoadedModel, tokens: number, hooks = 0): Promise<Cost> {
  main.reserve(1, tokens);
  const asked = Array.from({ length: hooks }, (_, i) => residPost(config.layers - 1 - i));
  return timed(1, async () => void (await main.prefill(0, { ids: promptOf(tokens), hooks: asked })));
}

/** One token of each row, again and again: a step's time. */
async function decode({ main }: LoadedModel, tokens: number, rows = 1, steering?: RowSteering): Promise<Cost> {
  const steer = steering ? { steering } : {};
  main.reserve(rows, tokens + STEPS + 1);
  for (let row = 0; row < rows; row++) await main.prefill(row, { ids: promptOf(tokens), ...steer });
  const step = (position: number) =>
    main.step(Array.from({ length: rows }, (_, row) => ({ id: 3 + ((position + row) % 250), position, ...steer })));
  await step(tokens);
  return timed(STEPS, async () => {
    for (let i = 1; i <= STEPS; i++) await step(tokens + i);
  });
}

function points(
  xs: readonly number[],
  shapeOf: (x: number) => Shape,
  measure: (m: LoadedModel, x: number) => Promise<Cost>,
): Point[] {
  return xs.map((x) => ({ x, shape: shapeOf(x), measure: (model) => measure(model, x) }));
}

const LAYERS = [6, 12, 24, 48];
const WIDTHS = [256, 512, 1024, 2048];
const LENGTHS = [32, 64, 128, 256, 512];
const base = (): Shape => DEFAULT;

export const CURVES: readonly Curve[] = [
  {
    ...{ id: 'layers-decode', title: 'Decode by layers', fit: 'line', x: 'layers' },
    reason:
      'A straight line: every block is the same work, and what a token costs without blocks, the head of 49,152 rows and the call of the runtime, is the intercept.',
    points: points(LAYERS, ofLayers, (model) => decode(model, PROMPT)),
  },
  {
    ...{ id: 'layers-prefill', title: `Prefill of ${PROMPT} tokens by layers`, fit: 'line', x: 'layers' },
    reason: 'A straight line, and a small intercept beside it: the head runs for the last position alone.',
    points: points(LAYERS, ofLayers, (model) => prefill(model, PROMPT)),
  },
  {
    ...{ id: 'width-decode', title: 'Decode by width', fit: 'power', x: 'd_model' },
    reason:
      'Weights of a block grow with the square of the width, and each is read once a token; what grows more slowly or not at all, the head, norms and the calls of operators, keeps the slope below 2.',
    points: points(WIDTHS, ofWidth, (model) => decode(model, PROMPT)),
  },
  {
    ...{ id: 'width-prefill', title: `Prefill of ${PROMPT} tokens by width`, fit: 'power', x: 'd_model' },
    reason:
      'Multiplications grow with the square of the width; attention and norms grow with the width itself and weigh more in narrow models.',
    points: points(WIDTHS, ofWidth, (model) => prefill(model, PROMPT)),
  },
  {
    ...{ id: 'length-prefill', title: 'Prefill by length of the prompt', fit: 'power', x: 'tokens' },
    reason:
      'Matrices cost the same for each token, a slope of 1; attention, which grows with the square, is still the smaller part here, and a short prompt does not fill the kernels.',
    points: points(LENGTHS, base, (model, tokens) => prefill(model, tokens)),
  },
  {
    ...{ id: 'length-decode', title: 'Decode by tokens before', fit: 'line', x: 'tokens' },
    reason:
      'A token looks at the keys and values of all before it, and at nothing else that grows: the line is nearly flat.',
    points: points(LENGTHS, base, (model, tokens) => decode(model, tokens)),
  },
  {
    ...{ id: 'batch-decode', title: 'A step of decoding by rows', fit: 'line', x: 'rows' },
    reason:
      'The intercept is what is read once for all rows, the weights; the slope is the arithmetic of a row more. A row of a batch costs the sum of both divided by the rows.',
    points: points([1, 2, 4, 8, 16], base, (model, rows) => decode(model, PROMPT, rows)),
  },
  {
    ...{ id: 'hooks-prefill', title: `Prefill of ${HOOKED} tokens by residual streams read`, fit: 'line', x: 'hooks' },
    reason:
      'The graph computes each stream anyway and writes it into memory that it is given; a hook costs that memory, and no arithmetic.',
    points: points([0, 6, 12, 24], base, (model, hooks) => prefill(model, HOOKED, hooks)),
  },
  {
    ...{ id: 'steered-decode', title: 'Decode by steered layers', fit: 'line', x: 'layers' },
    reason:
      'Every layer adds its slice of one input at every token, zeros where nothing steers: a layer more changes numbers, not work.',
    points: points([0, 1, 6, 12, 24], base, (model, layers) =>
      decode(model, PROMPT, 1, layers === 0 ? undefined : steeringOf(model, layers)),
    ),
  },
];

export const measureDecode = (model: LoadedModel): Promise<Cost> => decode(model, PROMPT);
export const measurePrefill = (model: LoadedModel): Promise<Cost> => prefill(model, PROMPT);
