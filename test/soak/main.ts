/**
 * `npm run soak`: cancels, panels and closed windows in VS Code, many times over; writes docs/figures/soak.json and soak.md
 * as it goes, so that what is cut short is kept too. The exit status is 1 where it ended early.
 *   --cancels N   completions called off (1000)
 *   --panels N    panels opened and closed (200)
 *   --windows N   windows closed while the engine writes (50)
 *   --name NAME   of the two files (soak): a run of a part, beside the whole one
 *   --dry         print the page, and write nothing
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findVSCode } from '../../scripts/lib/vscode.mjs';
import { UsageError } from '../../src/core/errors.ts';
import { thisMachine } from '../bench/machine.ts';
import { Session } from '../vscode/harness/session.ts';
import { cancels, type Cancelled } from './cancels.ts';
import type { MemorySample } from './memory.ts';
import { FULL_RUN, soakJson, soakMarkdown, type SoakReport } from './page.ts';
import { panelCycles } from './panels.ts';
import { SOAK_OPTIONS, bindKeys } from './soakSession.ts';
import { closings, type Closed } from './windows.ts';

const FIGURES = new URL('../../docs/figures/', import.meta.url);
/** The page is written anew after so many steps of a run. */
const WRITE_EVERY = 10;

const { values } = parseArgs({
  options: {
    cancels: { type: 'string', default: String(FULL_RUN.cancels) },
    panels: { type: 'string', default: String(FULL_RUN.panels) },
    windows: { type: 'string', default: String(FULL_RUN.windows) },
    name: { type: 'string', default: 'soak' },
    dry: { type: 'boolean', default: false },
  },
});
const asked = { cancels: count(values.cancels), panels: count(values.panels), windows: count(values.windows) };
const done: { cancels: Cancelled[]; panels: MemorySample[]; windows: Closed[] } = {
  cancels: [],
  panels: [],
  windows: [],
};
const about = {
  machine: thisMachine(),
  vscode: vscodeVersion(),
  command: `npm run soak -- --cancels ${asked.cancels} --panels ${asked.panels} --windows ${asked.windows} --name ${values.name}`,
  asked,
};

const session = new Session(SOAK_OPTIONS);
let failure: string | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    write(`stopped by ${signal}`);
    process.exit(1);
  });
try {
  await session.start();
  bindKeys(session);
  await session.editor.ready();
  await collect('cancels', cancels(session, asked.cancels), done.cancels);
  // Before the panels: a panel that VS Code restores would come in front of the file.
  await collect('windows', closings(session, asked.windows), done.windows);
  // In a window of its own, so that what the others have left behind is in nobody's figures.
  await session.openWindow();
  await session.editor.ready();
  await collect('panels', panelCycles(session, asked.panels), done.panels);
} catch (error) {
  failure = error instanceof Error ? error.message : String(error);
  console.error(error);
  process.exitCode = 1;
} finally {
  write(failure);
  console.log(soakMarkdown(report(failure)));
  await session.stop();
}

async function collect<T>(name: string, steps: AsyncIterable<T>, into: T[]): Promise<void> {
  const startMs = performance.now();
  for await (const step of steps) {
    into.push(step);
    if (into.length % WRITE_EVERY !== 0) continue;
    console.error(`${name}: ${into.length} after ${Math.round((performance.now() - startMs) / 1000)} s`);
    write();
  }
  write();
}

function report(why?: string): SoakReport {
  return { ...about, ...done, ...(why === undefined ? {} : { failure: why }) };
}

function write(why?: string): void {
  if (values.dry) return;
  fs.mkdirSync(FIGURES, { recursive: true });
  fs.writeFileSync(new URL(`${values.name}.json`, FIGURES), soakJson(report(why)));
  fs.writeFileSync(new URL(`${values.name}.md`, FIGURES), soakMarkdown(report(why)));
}

function count(text: string): number {
  const number = Number(text);
  if (text !== '' && Number.isSafeInteger(number) && number >= 0) return number;
  throw new UsageError('usage', `"${text}" is no number of times`, 'npm run soak -- --cancels 1000 --panels 200');
}

function vscodeVersion(): string {
  const { vscode, missing } = findVSCode();
  if (vscode === undefined) throw new UsageError('no-vscode', missing ?? 'VS Code is not installed for the tests');
  const manifest = path.join(vscode, 'node_modules', 'code-server', 'lib', 'vscode', 'package.json');
  const { version } = JSON.parse(fs.readFileSync(manifest, 'utf8')) as { version: string };
  return `VS Code ${version}`;
}
