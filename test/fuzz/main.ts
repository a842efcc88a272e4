/**
 * Long fuzz runs from the terminal: `npm run fuzz -- readers --n 1000000 --seed 1`, or `all` for every target in turn.
 * Prints a report as JSON, with the machine and the date; the exit status is 1 where anything crashed. The short runs
 * are part of the unit tests.
 */
import { parseArgs } from 'node:util';
import { thisMachine } from '../bench/machine.ts';
import { run as runDocuments } from './documents.ts';
import { run as runReaders, runPrefixes } from './readers.ts';
import { run as runRpc } from './rpc.ts';
import { run as runTokenizer } from './tokenizer.ts';

interface Report {
  /** Each says how to run it again. */
  readonly crashes: readonly unknown[];
}

/** A target runs n cases of a seed. */
const TARGETS: Readonly<Record<string, (n: number, seed: number) => Report | Promise<Report>>> = {
  readers: runReaders,
  prefixes: runPrefixes,
  tokenizer: runTokenizer,
  documents: runDocuments,
  rpc: async (n, seed) => {
    const report = await runRpc(n, seed);
    return { ...report, crashes: report.unanswered > 0 ? [`${report.unanswered} calls were never answered`] : [] };
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { n: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const [name = 'all'] = positionals;
const names = name === 'all' ? Object.keys(TARGETS) : [name];
const [n, seed] = [Number(values.n), Number(values.seed)];

if (
  !names.every((target) => Object.hasOwn(TARGETS, target)) ||
  !Number.isSafeInteger(n) ||
  !Number.isSafeInteger(seed)
) {
  console.error(`usage: npm run fuzz -- [all|${Object.keys(TARGETS).join('|')}] [--n CASES] [--seed S]`);
  process.exitCode = 2;
} else {
  const targets: Record<string, object> = {};
  for (const target of names) {
    const startMs = performance.now();
    const { crashes = [], ...report } = (await TARGETS[target]?.(n, seed)) ?? {};
    const seconds = Math.round((performance.now() - startMs) / 1000);
    // Of the whole process: the targets before this one have their part in it.
    const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
    targets[target] = { ...report, crashes: crashes.length, seconds, peakRssMb };
    for (const crash of crashes.slice(0, 20)) console.error(`${target}: ${JSON.stringify(crash)}`);
    if (crashes.length > 0) process.exitCode = 1;
  }
  console.log(JSON.stringify({ n, seed, machine: thisMachine(), targets }, null, 2));
}
