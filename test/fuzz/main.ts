/**
 * Long fuzz runs from the terminal: `npm run fuzz` runs every target at its full length and writes docs/figures/fuzz.json
 * and fuzz.md; `npm run fuzz -- readers --n 5000 --seed 2` runs one of them, and writes nothing. Prints a report as JSON,
 * with the machine and the date; the exit status is 1 where anything crashed. The short runs are part of the unit tests.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { thisMachine } from '../bench/machine.ts';
import { run as runDocuments } from './documents.ts';
import { fuzzMarkdown, type TargetReport } from './page.ts';
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

/** Cases of a full run; the prefixes are as many as the files have bytes. */
const FULL = { readers: 1_000_000, prefixes: 0, tokenizer: 100_000, documents: 100_000, rpc: 100_000 };

const FIGURES = new URL('../../docs/figures/', import.meta.url);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { n: { type: 'string' }, seed: { type: 'string', default: '1' } },
});
const [name = 'all'] = positionals;
const names = name === 'all' ? Object.keys(TARGETS) : [name];
const [n, seed] = [values.n === undefined ? undefined : Number(values.n), Number(values.seed)];

if (
  !names.every((target) => Object.hasOwn(TARGETS, target)) ||
  !Number.isSafeInteger(n ?? 0) ||
  !Number.isSafeInteger(seed)
) {
  console.error(`usage: npm run fuzz -- [all|${Object.keys(TARGETS).join('|')}] [--n CASES] [--seed S]`);
  process.exitCode = 2;
} else {
  const targets: Record<string, TargetReport> = {};
  for (const target of names) {
    const startMs = performance.now();
    const cases = n ?? FULL[target as keyof typeof FULL];
    const { crashes = [], ...report } = (await TARGETS[target]?.(cases, seed)) ?? {};
    const seconds = Math.round((performance.now() - startMs) / 1000);
    // Of the whole process: the targets before this one have their part in it.
    const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
    targets[target] = { n: cases, ...report, crashes: crashes.length, seconds, peakRssMb };
    for (const crash of crashes.slice(0, 20)) console.error(`${target}: ${JSON.stringify(crash)}`);
    if (crashes.length > 0) process.exitCode = 1;
  }
  const report = { command: 'npm run fuzz', seed, machine: thisMachine(), targets };
  const json = JSON.stringify(report, null, 2);
  console.log(json);
  if (name === 'all' && n === undefined) {
    writeFileSync(new URL('fuzz.json', FIGURES), `${json}\n`);
    writeFileSync(new URL('fuzz.md', FIGURES), fuzzMarkdown(report));
  }
}
