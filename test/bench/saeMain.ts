/**
 * `npm run bench:sae -- --activations STORE [--python PYTHON]`: trains one top-k autoencoder by Steerscope and by PyTorch, on the
 * same activations from the same first weights, a few steps of one after a few of the other, so that whatever else the
 * machine does slows both. Writes docs/figures/sae-training.md and .json. Measures, and asserts nothing.
 */
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inputScale } from '../../src/core/sae/training/centre.ts';
import { defaultLearningRate } from '../../src/core/sae/training/config.ts';
import { deadAfterSteps, learningRateAt } from '../../src/core/sae/training/schedule.ts';
import { median } from '../../src/core/stats/quantiles.ts';
import { openActivationStore } from '../../src/engine/sae/activationStore.ts';
import { initialise } from '../../src/engine/sae/train/initialise.ts';
import { takeMemory } from '../../src/engine/sae/train/parameters.ts';
import { describeMachine, thisMachine } from './machine.ts';
import type { BenchJob, Turn } from './saeJob.ts';
import { startOurs, startSide } from './side.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FIGURES = path.join(ROOT, 'docs', 'figures');
const SHAPE = { architecture: 'topk', dSae: 4608, k: 32, batch: 1024, seed: 0 } as const;
/** Rows that both have in memory, drawn from the store; as many as there are where there are fewer. */
const MAX_ROWS = 200_000;
const CENTRE_ROWS = 4096;

const { values: options } = parseArgs({
  options: {
    activations: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    steps: { type: 'string', default: '400' },
    turn: { type: 'string', default: '10' },
    threads: { type: 'string', default: String(os.availableParallelism()) },
  },
});
if (options.activations === undefined)
  throw new Error('give --activations, a folder that `steerscope sae collect` made');

/** Writes what both sides read; returns the number of rows. */
async function writeJob(folder: string, storeFolder: string, steps: number): Promise<number> {
  const store = await openActivationStore(storeFolder);
  const shuffled = store.shuffled('train', { seed: SHAPE.seed, memoryBytes: 2 ** 30 });
  const { dIn } = shuffled;
  const count = Math.min(MAX_ROWS, shuffled.rows);
  const rows = await shuffled.batch(0, count);
  const learningRate = defaultLearningRate(SHAPE.dSae);
  const config = { ...SHAPE, dIn, steps, learningRate };
  const start = inputScale(rows.subarray(0, Math.min(CENTRE_ROWS, count) * dIn), dIn);
  const training = takeMemory(config);
  initialise(training, start);
  const job: BenchJob = {
    ...config,
    learningRates: Array.from({ length: steps }, (_, step) => learningRateAt(config, step)),
    deadAfter: deadAfterSteps(config),
    scale: start.scale,
    threads: Number(options.threads),
  };
  const { wDec, bDec } = training.weights;
  await fs.writeFile(path.join(folder, 'job.json'), JSON.stringify(job));
  await fs.writeFile(path.join(folder, 'rows.f32'), rows);
  await fs.writeFile(path.join(folder, 'wDec.f32'), wDec.p.data);
  await fs.writeFile(path.join(folder, 'bDec.f32'), bDec.p.data.subarray(0, dIn));
  return count;
}

const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'steerscope-bench-sae-'));
try {
  const [steps, turnSteps] = [Number(options.steps), Number(options.turn)];
  const rows = await writeJob(folder, options.activations, steps);
  const ours = await startOurs<Turn>('saeOurs.ts', folder);
  const peer = await startSide<Turn>(options.python, ['test/bench/sae_torch.py', folder]);
  const turns: { ours: Turn; peer: Turn }[] = [];
  for (let done = 0; done < steps; done += turnSteps) {
    const [first, second] = turns.length % 2 === 0 ? [ours, peer] : [peer, ours];
    const answers = [await first.turn(String(turnSteps)), await second.turn(String(turnSteps))];
    const [mine, theirs] = first === ours ? answers : answers.toReversed();
    turns.push({ ours: mine, peer: theirs });
    console.error(`${done + turnSteps} steps: ${mine.wallMs.toFixed(0)} ms, PyTorch ${theirs.wallMs.toFixed(0)} ms`);
  }
  await ours.end();
  await peer.end();
  await report(turns, rows, turnSteps, (JSON.parse(peer.greeting) as { version: string }).version);
} finally {
  await fs.rm(folder, { recursive: true });
}

async function report(
  turns: readonly { readonly ours: Turn; readonly peer: Turn }[],
  rows: number,
  turnSteps: number,
  torch: string,
): Promise<void> {
  // The first turn warms caches, and counts for nothing.
  const measured = turns.slice(1);
  const ratios = (of: (turn: Turn) => number): number[] => measured.map(({ ours, peer }) => of(peer) / of(ours));
  const perStep = (side: 'ours' | 'peer', of: (turn: Turn) => number): number =>
    median(measured.map((pair) => of(pair[side]) / turnSteps));
  const wall = ratios(({ wallMs }) => wallMs);
  const cpu = ratios(({ cpuMs }) => cpuMs);
  const last = turns.at(-1);
  if (last === undefined) throw new Error('no turn was measured');
  const explained = (side: 'ours' | 'peer'): number => median(last[side].explained);
  const differences = turns.flatMap(({ ours, peer }) => ours.explained.map((value, i) => value - peer.explained[i]));
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
  const machine = thisMachine();
  const row = (name: string, ...cells: readonly string[]): string => `| ${[name, ...cells].join(' | ')} |`;
  const page = [
    '# Training a sparse autoencoder',
    '',
    describeMachine(machine),
    `\`npm run bench:sae\`, PyTorch ${torch}. d_in ${576}, d_sae ${SHAPE.dSae}, k ${SHAPE.k}, batch ${SHAPE.batch}, ${rows} activations of the default model, ${turns.length * turnSteps} steps.`,
    `Both train on the same batches from the same weights, ${turnSteps} steps in turn, so a ratio of two turns is of one moment of the machine.`,
    '',
    row('', 'Steerscope', 'PyTorch', 'ratio (median of turns; quartiles)'),
    row('---', '---:', '---:', '---:'),
    row('a step, ms', ...pair(perStep, ({ wallMs }) => wallMs), spread(wall)),
    row('processor time of a step, ms', ...pair(perStep, ({ cpuMs }) => cpuMs), spread(cpu)),
    row('vectors a second', ...vectors(perStep), spread(wall)),
    row(
      'most memory of the process, MB',
      megabytes(last.ours.peakBytes),
      megabytes(last.peer.peakBytes),
      (last.peer.peakBytes / last.ours.peakBytes).toFixed(2),
    ),
    row(
      'explained variance, last turn',
      explained('ours').toFixed(4),
      explained('peer').toFixed(4),
      `largest difference at any step ${Math.max(...differences.map(Math.abs)).toFixed(4)}`,
    ),
    '',
    'The ratio is PyTorch over Steerscope: above 1 is to our favour. Every turn is in [sae-training.json](sae-training.json).',
    '',
  ].join('\n');
  await fs.writeFile(path.join(FIGURES, 'sae-training.md'), page);
  const everything = { machine, torch, shape: SHAPE, rows, turnSteps, turns };
  await fs.writeFile(path.join(FIGURES, 'sae-training.json'), `${JSON.stringify(everything, null, 1)}\n`);
  console.log(page);
}

function pair(
  perStep: (side: 'ours' | 'peer', of: (turn: Turn) => number) => number,
  of: (turn: Turn) => number,
): string[] {
  return [perStep('ours', of).toFixed(0), perStep('peer', of).toFixed(0)];
}

function vectors(perStep: (side: 'ours' | 'peer', of: (turn: Turn) => number) => number): string[] {
  return pair(
    (side, of) => (1000 * SHAPE.batch) / perStep(side, of),
    ({ wallMs }) => wallMs,
  );
}

function spread(ratios: readonly number[]): string {
  const sorted = ratios.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(2);
  return `${at(0.5)} (${at(0.25)} to ${at(0.75)})`;
}
