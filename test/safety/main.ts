/**
 * Tries every strength of every method, and every artefact on every other model, and writes docs/figures/safety.json and
 * safety.md: `npm run safety`. The exit status is 1 where anything was found that must not be. `--model PATH` takes
 * another model than the default one, and then nothing is written.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openModel } from '../../src/engine/model/loadedModel.ts';
import { thisMachine } from '../bench/machine.ts';
import { realModelPath, testHome } from '../realModel.ts';
import { tryForeign } from './foreign.ts';
import { isSafe, safetyMarkdown } from './page.ts';
import { tryStrengths } from './strengths.ts';

const FIGURES = new URL('../../docs/figures/', import.meta.url);

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
  },
});
const seed = Number(values.seed);
const folder = mkdtempSync(path.join(os.tmpdir(), 'steerscope-safety-'));
const { signal } = new AbortController();
try {
  const model = await openModel(
    {
      model: values.model ?? (await realModelPath()),
      precision: 'fast',
      threads: Number(values.threads),
      home: testHome(),
      get: false,
    },
    { signal, emit: () => undefined },
  );
  console.error('artefacts of other models ...');
  const foreign = await tryForeign(folder, { [model.summary.name]: model });
  const onStart = (what: string): void => console.error(`strengths of ${what} ...`);
  const strengths = await tryStrengths(model, { folder, seed, signal, onStart });
  const command = `npm run safety -- --seed ${seed}`;
  const report = { machine: thisMachine(), command, seed, model: model.summary.name, strengths, foreign };
  const page = safetyMarkdown(report);
  console.log(page);
  if (values.model === undefined) {
    writeFileSync(new URL('safety.json', FIGURES), `${JSON.stringify(report, null, 2)}\n`);
    writeFileSync(new URL('safety.md', FIGURES), page);
  }
  process.exitCode = isSafe(report) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
