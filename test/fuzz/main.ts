/**
 * Long fuzz runs from the terminal: `npx tsx test/fuzz/main.ts readers --n 1000000 --seed 1`. Prints a report as JSON;
 * the exit status is 1 where anything crashed. The short runs are part of the unit tests.
 */
import { parseArgs } from 'node:util';
import { run as runReaders } from './readers.ts';

/** A target runs n cases of a seed; each crash in its report says how to run it again. */
const TARGETS: Readonly<Record<string, (n: number, seed: number) => { readonly crashes: readonly unknown[] }>> = {
  readers: runReaders,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { n: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const [name = ''] = positionals;
const n = Number(values.n);
const seed = Number(values.seed);

if (!Object.hasOwn(TARGETS, name) || !Number.isSafeInteger(n) || !Number.isSafeInteger(seed)) {
  console.error(`usage: main.ts ${Object.keys(TARGETS).join('|')} [--n CASES] [--seed S]`);
  process.exitCode = 2;
} else {
  const start = performance.now();
  const { crashes, ...report } = TARGETS[name](n, seed);
  const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(JSON.stringify({ ...report, crashes: crashes.length, seconds, peakRssMb }, null, 2));
  for (const crash of crashes.slice(0, 20)) console.error(JSON.stringify(crash));
  process.exitCode = crashes.length > 0 ? 1 : 0;
}
