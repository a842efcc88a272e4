/**
 * Our side of `npm run bench:sae`, a process of its own: a training run of the engine, whose activations come only as far as
 * each line on stdin allows, so that it stands still while the peer has its turn.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import readline from 'node:readline';
import type { ActivationSource } from '../../src/core/sae/activations.ts';
import { trainSae } from '../../src/engine/sae/train/train.ts';
import type { BenchJob, Turn } from './saeJob.ts';

const folder = process.argv[2];
const job = JSON.parse(await fs.readFile(path.join(folder, 'job.json'), 'utf8')) as BenchJob;
const bytes = await fs.readFile(path.join(folder, 'rows.f32'));
const rows = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);

let allowed = 0;
let allow: () => void = () => {};
let begun = { wallMs: 0, cpuMs: 0 };
let explained: number[] = [];

const source: ActivationSource = {
  dIn: job.dIn,
  rows: rows.length / job.dIn,
  async batch(index, size) {
    while (index >= allowed && size === job.batch) await new Promise<void>((resolve) => (allow = resolve));
    const out = new Float32Array(size * job.dIn);
    for (let i = 0; i < size; i++) {
      const row = (index * size + i) % this.rows;
      out.set(rows.subarray(row * job.dIn, (row + 1) * job.dIn), i * job.dIn);
    }
    return out;
  },
};

function clock(): { wallMs: number; cpuMs: number } {
  const { user, system } = process.cpuUsage();
  return { wallMs: performance.now(), cpuMs: (user + system) / 1000 };
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  allowed += Number(line);
  explained = [];
  begun = clock();
  allow();
});

const { architecture, dIn, dSae, k, batch, steps, seed, learningRate, threads } = job;
console.log('{}');
await trainSae(
  {
    config: { architecture, dIn, dSae, k, batch, steps, seed, learningRate },
    source,
    sourceName: 'bench',
    threads,
  },
  {
    report(figures) {
      explained.push(figures.explainedVariance);
      if (figures.step < allowed) return;
      const { wallMs, cpuMs } = clock();
      const turn: Turn = {
        wallMs: wallMs - begun.wallMs,
        cpuMs: cpuMs - begun.cpuMs,
        peakBytes: 1024 * process.resourceUsage().maxRSS,
        explained,
      };
      console.log(JSON.stringify(turn));
    },
  },
);
