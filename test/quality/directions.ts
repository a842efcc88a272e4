/**
 * How far directions lead on each surface: `npx tsx test/quality/directions.ts [NAME ...]`, where a NAME is a language (for
 * answers) or a language with `-raw` behind it (for raw text). 40 held-out tasks that name no language, greedy, repetition
 * penalty 1.1, 96 tokens: as they are, with the request for the language, and steered. Directions are those that ship and
 * those that `npm run fit:shipped -- NAME` made here and that do not. Rows that are measured again take the place of the
 * old ones in docs/figures/directions.{json,md}. About two minutes a name on two idle cores.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ArtefactManifest } from '../../src/core/artefact/manifest.ts';
import { askFor, findLanguage, type LanguageId } from '../../src/core/language/languages.ts';
import { NEUTRAL_OPENING, askInPrompt } from '../../src/core/language/openings.ts';
import { CORE_HELD_OUT_TASKS } from '../../src/core/language/prompts/heldOutTasks.ts';
import { taskComment } from '../../src/core/language/prompts/taskComment.ts';
import { taskPrompt } from '../../src/core/language/prompts/taskPrompt.ts';
import { wilson } from '../../src/core/stats/wilson.ts';
import { isValid, judgeAnswer, judgeCode, type Verdict } from '../../src/engine/judge/judge.ts';
import { measureOptions } from '../../src/protocol/measureOptions.ts';
import { createEngineService } from '../../src/engine/service/engineService.ts';
import { steerscopeHome } from '../../src/files/paths.ts';
import { DEFAULT_MODEL_NAME } from '../../src/protocol/defaults.ts';
import type { GenerateOptions } from '../../src/protocol/engineService.ts';
import { describeMachine, thisMachine } from '../bench/machine.ts';
import { directionsPage, sameRow, type Row, type Way } from './directionsPage.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const FIGURES = here('../../docs/figures/directions.json');
const SHIPPED_NAMES = ['cpp', 'rust', 'java', 'javascript', 'cpp-raw', 'java-raw', 'python-raw'];

const engine = createEngineService();
const context = { signal: new AbortController().signal, emit: () => undefined };
const home = steerscopeHome();
const store = here('../../.cache/shipped');
await engine.open({ model: DEFAULT_MODEL_NAME, precision: 'fast', threads: 2, home, store, get: true }, context);

let rows: readonly Row[] = existsSync(FIGURES)
  ? (JSON.parse(readFileSync(FIGURES, 'utf8')) as { rows: Row[] }).rows
  : [];
const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : SHIPPED_NAMES)
  for (const way of ['unsteered', 'asked', 'steered'] as const) {
    const row = await measure(name, way);
    rows = [...rows.filter((other) => !sameRow(other, row)), row];
    write(rows);
    console.log(
      `${name} ${way}: ${row.counts[row.target] ?? 0} of ${row.n}, valid ${Math.round(row.valid[0] * row.n)}`,
    );
  }

async function measure(name: string, way: Way): Promise<Row> {
  const target = findLanguage(name.replace(/-raw$/, '')).id;
  const surface = name.endsWith('-raw') ? 'raw' : 'answer';
  const prompts = CORE_HELD_OUT_TASKS.map((task) => {
    const prompt = surface === 'raw' ? taskComment(task, target) : taskPrompt(task);
    if (way !== 'asked') return { id: task.id, prompt };
    const request = askInPrompt(prompt, askFor(target));
    return { id: task.id, prompt: surface === 'raw' ? `${request}\n` : request };
  });
  const options: GenerateOptions = {
    ...measureOptions,
    ...(surface === 'raw' ? { mode: 'raw' } : { prefill: NEUTRAL_OPENING }),
    steer: way === 'steered' ? [{ name, strength: 1 }] : [],
  };
  const answers = await engine.generate({ prompts, options }, context);
  const verdicts: Verdict[] = [];
  for (const { text } of answers) verdicts.push(await (surface === 'raw' ? judgeCode(text) : judgeAnswer(text)));
  const direction = way === 'steered' ? await placeOf(name) : undefined;
  return { name, surface, target, way, ...summarise(verdicts, target), ...(direction ? { direction } : {}) };
}

function summarise(
  verdicts: readonly Verdict[],
  target: LanguageId,
): Pick<Row, 'n' | 'share' | 'valid' | 'counts' | 'date'> {
  const n = verdicts.length;
  const counts: Record<string, number> = {};
  for (const { language } of verdicts) counts[language] = (counts[language] ?? 0) + 1;
  const valid = verdicts.filter((verdict) => isValid(verdict, target)).length;
  return { n, share: wilson(counts[target] ?? 0, n), valid: wilson(valid, n), counts, date: thisMachine().date };
}

/** Where a direction acts, how strongly, and whether it ships. */
async function placeOf(name: string): Promise<Row['direction']> {
  const { layers, strength, scope, dataHash }: ArtefactManifest = await engine.show({ home, store, name }, context);
  const shipped = await engine.show({ home, store: here('../../.cache/none'), name }, context).catch(() => undefined);
  return { layers, strength, scope, ships: shipped?.dataHash === dataHash };
}

function write(all: readonly Row[]): void {
  mkdirSync(here('../../docs/figures'), { recursive: true });
  const about = { machine: describeMachine(thisMachine()), command: 'npx tsx test/quality/directions.ts' };
  writeFileSync(FIGURES, `${JSON.stringify({ ...about, rows: all }, null, 2)}\n`);
  writeFileSync(FIGURES.replace(/json$/, 'md'), directionsPage(about, all));
}
