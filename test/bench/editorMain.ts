/**
 * `npm run bench:editor`: measures what users of the editor wait for and writes docs/figures/editor.json and editor.md.
 *   --runs N   runs of each figure of the engine (40)
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { UsageError } from '../../src/core/errors.ts';
import { engineFigures } from './editorEngine.ts';
import { editorJson, editorMarkdown } from './editorPage.ts';
import { windowFigures } from './editorWindow.ts';
import { thisMachine } from './machine.ts';

const FIGURES = new URL('../../docs/figures/', import.meta.url);
const FEWEST_RUNS = 20;

const { values } = parseArgs({ options: { runs: { type: 'string', default: '40' } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) throw new UsageError('usage', 'runs are a whole number');
const figures = [...(await engineFigures(runs)), ...(await windowFigures())];
const report = { machine: thisMachine(), command: `npm run bench:editor -- --runs ${runs}`, figures };
console.log(editorMarkdown(report));
if (runs >= FEWEST_RUNS) {
  mkdirSync(FIGURES, { recursive: true });
  writeFileSync(new URL('editor.json', FIGURES), editorJson(report));
  writeFileSync(new URL('editor.md', FIGURES), editorMarkdown(report));
} else console.error(`Nothing is written: a published figure has ${FEWEST_RUNS} runs or more.`);
