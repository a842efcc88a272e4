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
import { median } from '../../src/core/stats/quantiles.ts';
import { openFileSource } from '../../src/engine/fileSource.ts';
import { realModelPath, testHome } from '../realModel.ts';
import {
  SAMPLE_WIDTH,
  type ExtractionJob,
  type ExtractionRequest,
  type ExtractionTurn,
  type WeightEntry,
} from './extractionJob.ts';
import { describeMachine, thisMachine } from './machine.ts';
import { startOurs, startSide } from './side.ts';
import { promptOf } from './speed.ts';

const FIGURES = fileURLToPath(new URL('../../docs/figures', import.meta.url));
const PROMPTS = 256;
const LENGTH = 64;
/** The fewest prompts of one turn of one side. */
const LEAST_TURN = 8;
const BATCHES = [1, 8, 32];
const FEWER_LAYERS = 12;

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

type SideName = 'ours' | 'cut' | 'whole';
const SIDES: readonly SideName[] = ['ours', 'cut', 'whole'];

/** One batch size and number of layers, with the turns of all sides. */
interface Case {
  readonly batch: number;
  readonly layers: number;
  readonly turns: Record<SideName, ExtractionTurn>[];
}

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
  const cases: Case[] = [];
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
      turns.push(Object.fromEntries(turn) as Case['turns'][number]);
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

function turnOf(batch: number): number {
  return Math.max(LEAST_TURN, batch);
}

const per =
  (of: (turn: ExtractionTurn) => number) =>
  (one: Case, side: SideName): number =>
    median(one.turns.map((turn) => of(turn[side]) / turnOf(one.batch)));
const wallOf = per(({ wallMs }) => wallMs);
const cpuOf = per(({ cpuMs }) => cpuMs);

/** Of the turns of one moment, the peer's time over ours: median and quartiles. */
function ratio({ turns }: Case, peer: SideName, of: (turn: ExtractionTurn) => number): string {
  const sorted = turns.map((turn) => of(turn[peer]) / of(turn.ours)).sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.round(share * (sorted.length - 1))] ?? NaN).toFixed(2);
  return `${median(sorted).toFixed(2)} (${at(0.25)} to ${at(0.75)})`;
}

function page(cases: readonly Case[], torch: string): string {
  const machine = thisMachine();
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const rows = cases.map((one) =>
    row([
      one.batch,
      one.layers,
      Math.min(PROMPTS, one.turns.length * turnOf(one.batch)),
      ...SIDES.map((side) => wallOf(one, side).toFixed(1)),
      ratio(one, 'cut', ({ wallMs }) => wallMs),
      ratio(one, 'whole', ({ wallMs }) => wallMs),
      ratio(one, 'cut', ({ cpuMs }) => cpuMs),
      ratio(one, 'whole', ({ cpuMs }) => cpuMs),
    ]),
  );
  const shorter = BATCHES.map((batch) => {
    const [all, fewer] = cases.filter((one) => one.batch === batch);
    const [wall, cpu] = [wallOf, cpuOf].map((of) => (of(all, 'ours') / of(fewer, 'ours')).toFixed(2));
    return `${wall} at batch ${batch} (processor time ${cpu})`;
  });
  return `# Extraction

${describeMachine(machine)} ${options.note}
\`npm run bench:extraction\`, PyTorch ${torch}, ${options.threads} threads each. The residual streams of prompts of ${LENGTH} tokens by the default model, in exact precision; PyTorch in float32 on the same weights, dequantised.
Some prompts of each side in turn, ${cases[0].turns.length} turns of each row. Times are ms for a prompt, medians; a ratio is of one turn, PyTorch over Steerscope, its median and quartiles: above 1 is to our favour.

- **hooks**: forward hooks of a model that runs as it is called, to the logits of all positions, however few layers are asked for.
- **cut**: the same hooks where the caller stops the model by hand after the last block asked for. Nothing is computed that Steerscope does not compute.

| batch | layers | prompts | Steerscope | cut | hooks | ratio to cut | ratio to hooks | processor time, to cut | processor time, to hooks |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}

A request of ${FEWER_LAYERS} layers is quicker than one of all by ${shorter.join(', ')}: its graph ends at its last hook.
Prompts of unequal length run with others of about their length (to a multiple of 32 tokens, filled up at the end, where no token looks): see \`core/sae/corpus/windows.ts\`.
The largest difference between the values of both is ${largestDifference(cases).toExponential(1)} of the largest value compared (16 values of the last position of each turn's first prompt, at each layer).
Every turn is in [extraction.json](extraction.json).
`;
}

const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'steerscope-bench-extraction-'));
try {
  const { cases, torch } = await measure(folder);
  const turns = cases.map(({ turns: all, ...rest }) => ({
    ...rest,
    turns: all.map((turn) =>
      Object.fromEntries(SIDES.map((side) => [side, { wallMs: turn[side].wallMs, cpuMs: turn[side].cpuMs }])),
    ),
  }));
  const text = page(cases, torch);
  await fs.writeFile(path.join(FIGURES, 'extraction.md'), text);
  const everything = {
    machine: thisMachine(),
    torch,
    prompts: PROMPTS,
    length: LENGTH,
    turn: TURN,
    difference: largestDifference(cases),
    cases: turns,
  };
  await fs.writeFile(path.join(FIGURES, 'extraction.json'), `${JSON.stringify(everything, null, 1)}\n`);
  console.log(text);
} finally {
  await fs.rm(folder, { recursive: true });
}
