/**
 * Long crash trials from the terminal: `npm run crash -- engine --n 800 --seed 1`, with the default model where
 * `--model PATH` names it, otherwise with a tiny one; `npm run crash -- host --n 100` kills the
 * engine's parent, `npm run crash -- store --n 200` is for the store alone. Prints a
 * report as JSON, with the machine and the date; the exit status is 1 where anything was torn, lost or left running.
 */
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { thisMachine } from '../bench/machine.ts';
import { writeTinyModel } from '../tinyModel.ts';
import { killEngines, type KillOptions } from './engineTrials.ts';
import { killHosts } from './hostTrials.ts';
import { killWriters, raceWriters } from './storeTrials.ts';

interface Trial {
  readonly folder: string;
  readonly n: number;
  readonly seed: number;
  readonly model: string | undefined;
}

const TRIALS: Readonly<Record<string, (trial: Trial) => Promise<object>>> = {
  engine: (trial) => killEngines(killOptions(trial)),
  host: (trial) => killHosts(killOptions(trial)),
  store: async ({ folder, n }) => ({
    kills: await killWriters(path.join(folder, 'kills'), n),
    race: await raceWriters(path.join(folder, 'race'), n),
  }),
};

function killOptions({ folder, n, seed, model }: Trial): KillOptions {
  return {
    engine: fileURLToPath(new URL('../../dist/engine.js', import.meta.url)),
    model: model ?? writeTinyModel(folder, { layers: 8, dModel: 128, dMlp: 256 }),
    folder,
    kills: n,
    seed,
    onKill: (done) => void (done % 20 === 0 && console.error(`${done} of ${n} kills`)),
  };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    n: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    model: { type: 'string' },
  },
});
const [name = 'engine'] = positionals;
const [n, seed] = [Number(values.n), Number(values.seed)];

if (!Object.hasOwn(TRIALS, name) || !Number.isSafeInteger(n) || n < 1 || !Number.isSafeInteger(seed)) {
  console.error(`usage: npm run crash -- [${Object.keys(TRIALS).join('|')}] [--n TRIALS] [--seed S] [--model PATH]`);
  process.exitCode = 2;
} else {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'steerscope-trial-'));
  try {
    const report = await TRIALS[name]?.({ folder, n, seed, model: values.model });
    console.log(JSON.stringify({ trial: name, machine: thisMachine(), ...report }, null, 2));
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}
