/**
 * Is steering still as good as it was? `npm run quality` runs the short study (`studies/short.json`) anew, fits included, and
 * holds it against `baseline.json`; `npm run quality -- --accept` writes that file. Exit status 1 where something is worse.
 * Takes about ten minutes on two idle cores.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCell } from '../../src/core/study/cell.ts';
import { describeMachine } from '../../src/cli/machine.ts';
import { baselineCell, compare, type Baseline } from './baseline.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const baselineFile = fileURLToPath(new URL('baseline.json', import.meta.url));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'steerscope-quality-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

const study = ['dist/cli.js', 'study', 'studies/short.json', '--out', folder];
const { status } = spawnSync(process.execPath, study, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
if (status !== 0) process.exit(status ?? 1);

const cells = fs.readdirSync(path.join(folder, 'cells')).map((name) => {
  const result = readCell(JSON.parse(fs.readFileSync(path.join(folder, 'cells', name), 'utf8')));
  if (result === undefined) throw new Error(`${name} is no cell of a study`);
  return baselineCell(result);
});

if (process.argv.includes('--accept')) {
  const date = new Date().toISOString().slice(0, 10);
  const accepted: Baseline = { date, machine: describeMachine(), cells };
  fs.writeFileSync(baselineFile, `${JSON.stringify(accepted, null, 1)}\n`);
  console.log(`${cells.length} cells are the baseline now`);
} else {
  const verdicts = compare(JSON.parse(fs.readFileSync(baselineFile, 'utf8')) as Baseline, cells);
  for (const { name, before, now, n, worse } of verdicts)
    console.log(
      `${name}: ${now} of ${n} valid, was ${before}${worse.length > 0 ? `. WORSE: ${worse.join('; ')}` : ''}`,
    );
  if (verdicts.some(({ worse }) => worse.length > 0)) process.exit(1);
}
