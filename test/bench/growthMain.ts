/**
 * `npm run bench:growth`: how the engine's times and memory grow, on models of random weights that are written for it and
 * removed afterwards. Writes docs/figures/growth.md and .json. Measures, and asserts nothing.
 *   --rounds N    rounds over the points of each curve (7)
 *   --only A,B    some of the curves, or `sizes`; the others stay as growth.json has them
 *   --threads N   of the engine and of the peer (2); with 1, other work on the machine disturbs least
 *   --note TEXT   said on the page: what else ran on the machine
 */
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from '../../src/core/stats/quantiles.ts';
import { openModel, type LoadedModel } from '../../src/engine/model/loadedModel.ts';
import { CURVES, SIZES, measureDecode, measurePrefill, type Cost, type Curve, type Point } from './growthCurves.ts';
import { measureMemories } from './growthMemory.ts';
import { growthPage, type Growth, type MeasuredCurve, type MeasuredSize } from './growthPage.ts';
import { thisMachine } from './machine.ts';
import { writeRandomModel, type Shape } from './randomModel.ts';

const FIGURES = fileURLToPath(new URL('../../docs/figures', import.meta.url));

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    only: { type: 'string' },
    threads: { type: 'string', default: '2' },
    note: { type: 'string', default: '' },
  },
});
const rounds = Number(options.rounds);
const threads = Number(options.threads);

const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'steerscope-bench-growth-'));

function open(file: string): Promise<LoadedModel> {
  const context = { signal: new AbortController().signal, emit: () => undefined };
  return openModel({ model: file, precision: 'fast', threads, home: folder, get: false }, context);
}

/** Each measurement in turn, forwards and backwards: medians, without the first round, which warms caches. */
async function inTurn(measurements: readonly (() => Promise<Cost>)[]): Promise<Cost[]> {
  const runs = measurements.map(() => [] as Cost[]);
  for (let round = 0; round <= rounds; round++) {
    const order = [...measurements.keys()];
    for (const i of round % 2 === 0 ? order : order.toReversed()) {
      const cost = await measurements[i]();
      if (round > 0) runs[i].push(cost);
    }
  }
  return runs.map((costs) => ({
    wallMs: median(costs.map(({ wallMs }) => wallMs)),
    cpuMs: median(costs.map(({ cpuMs }) => cpuMs)),
  }));
}

/** Writes and opens a model for each shape, and removes all of them once they were used. */
async function withModels<T>(
  shapes: readonly Shape[],
  use: (modelOf: (shape: Shape) => LoadedModel) => Promise<T>,
): Promise<T> {
  const models = new Map<string, LoadedModel>();
  try {
    for (const shape of shapes)
      if (!models.has(shape.name)) models.set(shape.name, await open(writeRandomModel(folder, shape)));
    return await use((shape) => {
      const model = models.get(shape.name);
      if (model === undefined) throw new RangeError(`the model ${shape.name} is not open`);
      return model;
    });
  } finally {
    for (const model of models.values()) await model.main.release();
    for (const name of await fs.readdir(folder)) await fs.rm(path.join(folder, name), { recursive: true });
  }
}

async function measureCurve({ points, ...curve }: Curve): Promise<MeasuredCurve> {
  console.error(`measuring ${curve.id} ...`);
  const shapes = points.map(({ shape }: Point) => shape);
  const costs = await withModels(shapes, (modelOf) =>
    inTurn(
      points.map(
        ({ shape, measure }) =>
          () =>
            measure(modelOf(shape)),
      ),
    ),
  );
  return { ...curve, points: points.map(({ x }, i) => ({ x, ...costs[i] })) };
}

async function measureSizes(): Promise<MeasuredSize[]> {
  console.error('measuring sizes ...');
  return withModels(SIZES, async (modelOf) => {
    const decodes = await inTurn(SIZES.map((shape) => () => measureDecode(modelOf(shape))));
    const prefills = await inTurn(SIZES.map((shape) => () => measurePrefill(modelOf(shape))));
    const sizes: MeasuredSize[] = [];
    for (const [i, shape] of SIZES.entries()) {
      const file = path.join(folder, `${shape.name}.gguf`);
      const fileBytes = (await fs.stat(file)).size;
      const memory = await measureMemories(file, folder, threads);
      sizes.push({ shape, rounds, fileBytes, decode: decodes[i], prefill: prefills[i], memory });
    }
    return sizes;
  });
}

/** Puts what was just measured in the place of what the figures had of it. */
async function save(measured: {
  readonly curves?: readonly MeasuredCurve[];
  readonly sizes?: readonly MeasuredSize[];
}): Promise<void> {
  const file = path.join(FIGURES, 'growth.json');
  const before = await fs.readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Growth,
    () => undefined,
  );
  const known = [...(measured.curves ?? []), ...(before?.curves ?? [])];
  const growth: Growth = {
    ...{ machine: thisMachine(), note: options.note, threads },
    rounds: measured.curves ? rounds : (before?.rounds ?? rounds),
    curves: CURVES.flatMap(({ id, reason }) => {
      const curve = known.find((one) => one.id === id);
      return curve ? [{ ...curve, reason }] : [];
    }),
    sizes: measured.sizes ?? before?.sizes ?? [],
  };
  await fs.writeFile(file, `${JSON.stringify(growth, null, 1)}\n`);
  await fs.writeFile(path.join(FIGURES, 'growth.md'), growthPage(growth));
}

try {
  const only = options.only?.split(',');
  const wanted = (id: string): boolean => only?.includes(id) ?? true;
  for (const curve of CURVES) if (wanted(curve.id)) await save({ curves: [await measureCurve(curve)] });
  if (wanted('sizes')) await save({ sizes: await measureSizes() });
} finally {
  await fs.rm(folder, { recursive: true });
}
process.exit(0); // the runtime's threads would keep the process
