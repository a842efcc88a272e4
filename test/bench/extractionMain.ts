/**
 * `npm run bench:extraction -- [--python PYTHON]`: the residual streams of 256 prompts of 64 tokens, taken by Steerscope in
 * exact precision and by PyTorch's forward hooks in float32 from the same weights, some prompts of one after as many of
 * the other, so that whatever else the machine does slows both. Writes docs/figures/extraction.md and .json. Measures, and asserts nothing.
 */
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { detectArchitecture } from '../../src/core/architectures/index.ts';
import { readGguf } from '../../src/core/format/gguf/readGguf.ts';
import { readTensor } from '../../src/core/format/gguf/readTensor.ts';
import { openFileSource } from '../../src/engine/fileSource.ts';
import { realModelPath, testHome } from '../realModel.ts';
import {
  SAMPLE_WIDTH,
  type ExtractionJob,
  type ExtractionRequest,
  type ExtractionTurn,
  type WeightEntry,
} from './extractionJob.ts';
import { SIDES, extractionPage, turnOf, type Case, type ExtractionReport, type SideName } from './extractionPage.ts';
import { thisMachine } from './machine.ts';
import { startOurs, startSide } from './side.ts';
import { promptOf } from './speed.ts';

const FIGURES = fileURLToPath(new URL('../../docs/figures', import.meta.url));
const PROMPTS = 256;
const LENGTH = 64;
const BATCHES = [1, 8, 32];
const FEWER_LAYERS = 12;

/** While it is measured. */
interface GrowingCase extends Case {
  readonly turns: Record<SideName, ExtractionTurn>[];
}

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    threads: { type: 'string', default: String(os.availableParallelism()) },
    /** All prompts at every batch size take 32; the page says how many were run. */
    rounds: { type: 'string', default: '32' },
    /** No round begins after so many minutes. */
    minutes: { type: 'string', default: '60' },
    /** Said on the page: what else ran on the machine. */
    note: { type: 'string', default: '' },
  },
});

/** Writes what both sides read; returns the number of blocks. */
async function writeJob(folder: string): Promise<number> {
  const model = await realModelPath();
  const source = openFileSource(model);
  const file = readGguf(source);
  const { config } = detectArchitecture(file);
  const weights: WeightEntry[] = [];
  const out = await fs.open(path.join(folder, 'weights.f32'), 'w');
  let offset = 0;
  for (const tensor of file.tensors.values()) {
    const numbers = readTensor(source, tensor);
    await out.write(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
    weights.push({ name: tensor.name, offset, shape: tensor.shape });
    offset += numbers.length;
  }
  await out.close();
  const { layers, heads, kvHeads, ropeBase, rmsEpsilon } = config;
  const job: ExtractionJob = {
    ...{ model, home: testHome(), threads: Number(options.threads), weights },
    ...{ layers, heads, kvHeads, ropeBase, rmsEpsilon },
    prompts: Array.from({ length: PROMPTS }, (_, i) => promptOf(LENGTH, 7 * i)),
  };
  await fs.writeFile(path.join(folder, 'job.json'), JSON.stringify(job));
  return layers;
}

async function measure(folder: string): Promise<{ cases: Case[]; torch: string }> {
  const layers = await writeJob(folder);
  const ours = await startOurs<ExtractionTurn>('extractionOurs.ts', folder);
  const peer = await startSide<ExtractionTurn>(options.python, ['test/bench/extraction_torch.py', folder]);
  const ask = (side: SideName, request: Omit<ExtractionRequest, 'cut'>): Promise<ExtractionTurn> =>
    (side === 'ours' ? ours : peer).turn(JSON.stringify({ ...request, cut: side === 'cut' }));
  const cases: GrowingCase[] = [];
  for (const batch of BATCHES)
    for (const asked of [layers, FEWER_LAYERS]) cases.push({ batch, layers: asked, turns: [] });
  const deadlineMs = performance.now() + 60_000 * Number(options.minutes);
  // The first runs load graphs and warm caches, and count for nothing.
  for (const { batch, layers: asked } of cases.filter((each) => each.batch === 8))
    for (const side of SIDES) await ask(side, { first: 0, count: batch, batch, layers: asked });
  for (let round = 0; round < Number(options.rounds) && performance.now() < deadlineMs; round++)
    for (const { batch, layers: asked, turns } of cases) {
      const count = turnOf(batch);
      const turn = new Map<SideName, ExtractionTurn>();
      // A whole forward pass is the same whatever is asked for, and not run twice.
      const whole = cases.find((one) => one.batch === batch)?.turns[round]?.whole;
      if (whole) turn.set('whole', whole);
      for (const side of SIDES.map((_, i) => SIDES[(i + round) % SIDES.length])) {
        if (turn.has(side)) continue;
        turn.set(side, await ask(side, { first: (round * count) % PROMPTS, count, batch, layers: asked }));
      }
      turns.push(Object.fromEntries(turn) as GrowingCase['turns'][number]);
      const times = SIDES.map(
        (side) => `${side} ${turn.get(side)?.wallMs.toFixed(0)} (${turn.get(side)?.cpuMs.toFixed(0)}) ms`,
      );
      console.error(`batch ${batch}, ${asked} layers: ${times.join(', ')}`);
    }
  await ours.end();
  await peer.end();
  return { cases, torch: (JSON.parse(peer.greeting) as { version: string }).version };
}

/** The largest difference of our values from the peer's, as a part of the layer's largest value in the sample. */
function largestDifference(cases: readonly Case[]): number {
  let largest = 0;
  for (const { ours, cut } of cases.flatMap(({ turns }) => turns))
    for (let at = 0; at < cut.sample.length; at += SAMPLE_WIDTH) {
      const theirs = cut.sample.slice(at, at + SAMPLE_WIDTH);
      const difference = Math.max(...theirs.map((value, i) => Math.abs(value - (ours.sample[at + i] ?? NaN))));
      largest = Math.max(largest, difference / Math.max(...theirs.map(Math.abs)));
    }
  return largest;
}

const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'steerscope-bench-extraction-'));
try {
  const { cases, torch } = await measure(folder);
  const { note, threads } = options;
  const measured = { machine: thisMachine(), note, threads: Number(threads), torch, length: LENGTH };
  const report: ExtractionReport = { ...measured, difference: largestDifference(cases), cases };
  const page = extractionPage(report);
  await fs.writeFile(path.join(FIGURES, 'extraction.md'), page);
  const withoutSamples = (key: string, value: unknown): unknown => (key === 'sample' ? undefined : value);
  await fs.writeFile(path.join(FIGURES, 'extraction.json'), `${JSON.stringify(report, withoutSamples, 1)}\n`);
  console.log(page);
} finally {
  await fs.rm(folder, { recursive: true });
}
