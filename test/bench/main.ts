/**
 * Measures the published figures and writes docs/figures/bench.json and bench.md. Run by `npm run bench`, which installs
 * the peer first.
 *   --runs N      runs of each figure (7)
 *   --only A,B    some of the suites, printed and not written
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { UsageError } from '../../src/core/errors.ts';
import { realModelPath } from '../realModel.ts';
import { startFigures } from './engineStart.ts';
import { reportJson, reportMarkdown, type Figure } from './figures.ts';
import { int8Figures } from './int8Speed.ts';
import { thisMachine } from './machine.ts';
import * as speed from './speed.ts';

const FIGURES = new URL('../../docs/figures/', import.meta.url);
const THREADS = 2;
const FEWEST_RUNS = 5;

type Suite = (bench: speed.Bench, runs: number) => Promise<Figure[]>;

const SUITES: Readonly<Record<string, Suite>> = {
  decode: ({ model, peer }, runs) => speed.decodeFigures(model, peer, runs),
  prefill: ({ model, peer }, runs) => speed.prefillFigures(model, peer, runs),
  steering: ({ model }, runs) => speed.steeringFigures(model, runs),
  capture: ({ model }, runs) => speed.captureFigures(model, runs),
  batch: ({ model }, runs) => speed.batchFigures(model, runs),
  exact: ({ model }, runs) => speed.exactFigures(model, runs),
  int8: ({ model }, runs) => int8Figures(model, runs),
  start: async (_, runs) => startFigures(await realModelPath(), THREADS, runs),
};

const { values } = parseArgs({ options: { runs: { type: 'string', default: '7' }, only: { type: 'string' } } });
const runs = Number(values.runs);
const names = values.only?.split(',') ?? Object.keys(SUITES);
const unknown = names.find((name) => !(name in SUITES));
if (unknown !== undefined || !Number.isInteger(runs) || runs < 1)
  throw new UsageError('usage', `the suites are ${Object.keys(SUITES).join(', ')}; runs are a whole number`);

const bench = await speed.openBench(await realModelPath(), THREADS);
const figures: Figure[] = [];
for (const name of names) {
  console.error(`measuring ${name} ...`);
  figures.push(...(await SUITES[name](bench, runs)));
}
const report = { machine: thisMachine(), command: `npm run bench -- --runs ${runs}`, file: 'bench.json', figures };
console.log(reportMarkdown(report));
if (values.only === undefined && runs >= FEWEST_RUNS) {
  mkdirSync(FIGURES, { recursive: true });
  writeFileSync(new URL('bench.json', FIGURES), reportJson(report));
  writeFileSync(new URL('bench.md', FIGURES), reportMarkdown(report));
} else console.error(`Nothing is written: a published figure has every suite and ${FEWEST_RUNS} runs or more.`);
process.exit(0); // the peer's threads would keep the process
