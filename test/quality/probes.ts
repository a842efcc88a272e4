/**
 * The probe side of G-ACT: `npm run study:probes [clusters] [written] [continue] [page]`. *Clusters* is the paper's quantity,
 * the cluster of D told from h-, by residual streams and by attention heads, with controls and in every definition that was
 * tried; *written* is the language of a body told from one token of it. *continue* keeps the rows of clusters that there
 * are; *page* writes the page anew and measures nothing. Writes docs/results/probes.{json,md}. Both parts take about
 * half an hour on two cores that others use too.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { askFor, type LanguageId } from '../../src/core/language/languages.ts';
import { askInPrompt, languageOpening } from '../../src/core/language/openings.ts';
import { studyTasks } from '../../src/core/language/prompts/studyTasks.ts';
import { taskPrompt } from '../../src/core/language/prompts/taskPrompt.ts';
import { promptIds } from '../../src/engine/generate/promptIds.ts';
import { openModel } from '../../src/engine/model/loadedModel.ts';
import { homeFolders, steerscopeHome } from '../../src/files/paths.ts';
import { DEFAULT_MODEL_NAME } from '../../src/protocol/defaults.ts';
import { describeMachine, thisMachine } from '../bench/machine.ts';
import { readAllClusters, type ClusterHits, type ClusterSetup } from './clusterProbes.ts';
import { clusterRow, writtenPart, type ClusterRow, type Contrast, type ProbeResults } from './probeResults.ts';
import { readActivations, type Activations } from './probeActivations.ts';
import { READINGS, meanHits, type Hits, type Reading } from './probeReadings.ts';
import { probesPage } from './probesPage.ts';
import { readLanguages, readWritten, writtenTokens } from './writtenProbes.ts';

const FIGURES = fileURLToPath(new URL('../../docs/results/probes.json', import.meta.url));
const COMMAND = 'npm run study:probes';

const fitTasks = studyTasks('fit');
const tasks = [...fitTasks, ...studyTasks('held-out')];
const ALL = Int32Array.from(tasks.keys());
const FIT = Int32Array.from(fitTasks.keys());
const SIXTY = Int32Array.from({ length: 60 }, (_, i) => Math.floor((i * FIT.length) / 60));

const parts = process.argv.slice(2);
if (parts.includes('page')) {
  writePage();
  process.exit();
}

const context = { signal: new AbortController().signal, emit: () => undefined };
const home = steerscopeHome();
const model = await openModel({ model: DEFAULT_MODEL_NAME, precision: 'fast', threads: 2, home, get: true }, context);
const { headWidth } = model.config;

/** Activations of texts, read once: of C++ and what it is set against at all tasks, of others at as many as are asked for. */
const activations = new Map<string, Promise<Activations>>();

if (parts.includes('clusters') || !parts.includes('written')) await measureClusters();
if (parts.includes('written') || !parts.includes('clusters')) await measureWritten();

async function measureClusters(): Promise<void> {
  const few: readonly Reading[] = ['nearest', 'unrefined', 'refined', 'majority'];
  const usual: Omit<ClusterSetup, 'seed'> = {
    k: 4,
    prompts: FIT,
    position: 'last',
    control: 'none',
    headLabel: 'own',
    scaling: 'none',
    readings: few,
  };
  const rows: ClusterRow[] = [];
  const former = parts.includes('continue') ? readFigures().clusters : [];
  const add = async (about: Contrast, change: Partial<ClusterSetup>, seeds: readonly number[] = [1]): Promise<void> => {
    const setup = { ...usual, ...change };
    rows.push(former.find((row) => isOf(row, about, setup)) ?? (await measure(about, setup, seeds)));
    save({ clusters: [...rows, ...former.filter((row) => !rows.includes(row))] });
    console.log(new Date().toISOString().slice(11, 19), JSON.stringify({ ...about, ...change, prompts: undefined }));
  };
  const measure = async (
    about: Contrast,
    setup: Omit<ClusterSetup, 'seed'>,
    seeds: readonly number[],
  ): Promise<ClusterRow> => {
    const [positive, negative] = await contrasted(about, setup.prompts);
    // The readings that are there for reference alone are made once.
    const runs = seeds.map((seed, i) =>
      readAllClusters(positive, negative, headWidth, { ...setup, ...(i > 0 ? { readings: few } : {}), seed }),
    );
    return clusterRow(about, setup, seeds, runs, meanOfRuns(runs));
  };

  const byRequest: Contrast = { target: 'cpp', texts: 'asked' };
  await add(byRequest, { prompts: ALL, readings: READINGS }, [1, 2, 3]);
  for (const control of ['none', 'noise', 'other prompt'] as const) await add(byRequest, { control });
  for (const k of [2, 6, 8]) await add(byRequest, { k });
  for (const headLabel of ['stream', 'all heads'] as const) await add(byRequest, { headLabel });

  const byOpening: Contrast = { target: 'cpp', texts: 'opened' };
  await add(byOpening, { prompts: ALL, position: 'tail' }, [1, 2, 3]);
  for (const control of ['none', 'noise', 'other prompt'] as const) await add(byOpening, { position: 'tail', control });
  for (const position of ['last', 'tail'] as const) await add(byOpening, { position, k: 6 });
  await add(byOpening, {});
  for (const headLabel of ['stream', 'all heads'] as const) await add(byOpening, { position: 'tail', headLabel });

  for (const target of ['rust', 'java', 'javascript'] as const) await add({ target, texts: 'asked' }, {});
  await add({ target: 'rust', texts: 'opened' }, { position: 'tail' });
  await add(byRequest, { position: 'tail' });
  await add(byRequest, { prompts: SIXTY });
  for (const scaling of ['whitened by coordinate', 'directions'] as const) await add(byRequest, { scaling });
}

/** Whether a row is of this definition. */
function isOf(row: ClusterRow, { target, texts }: Contrast, setup: Omit<ClusterSetup, 'seed'>): boolean {
  const { k, position, control, headLabel, scaling } = setup;
  const wanted = { target, texts, k, prompts: setup.prompts.length, position, control, headLabel, scaling };
  return (Object.keys(wanted) as (keyof typeof wanted)[]).every((name) => row[name] === wanted[name]);
}

/** Hits as means over the seeds. */
function meanOfRuns(runs: readonly ClusterHits[]): ClusterHits {
  const mean = (of: (run: ClusterHits) => readonly Hits[]) =>
    of(runs[0]).map((_, layer) => meanHits(runs.map((run) => of(run)[layer])));
  return {
    heads: mean(({ heads }) => heads),
    bestHead: mean(({ bestHead }) => bestHead),
    mid: mean(({ mid }) => mid),
    post: mean(({ post }) => post),
    shareOfMean: runs[0].shareOfMean,
  };
}

async function contrasted({ target, texts }: Contrast, prompts: Int32Array): Promise<[Activations, Activations]> {
  const which = target === 'cpp' ? ALL : prompts;
  const source = texts === 'asked' ? null : 'python';
  return [await activationsOf(texts, target, which), await activationsOf(texts, source, ALL)];
}

function activationsOf(texts: Contrast['texts'], language: LanguageId | null, which: Int32Array): Promise<Activations> {
  const key = `${texts} ${language} ${which.length}`;
  let found = activations.get(key);
  if (found === undefined) {
    const ids = Array.from(which, (task) => contrastIds(texts, language, taskPrompt(tasks[task])));
    found = readActivations(model, ids, () => undefined);
    activations.set(key, found);
  }
  return found;
}

/** A task that asks for a language or for none; or with an answer that is opened in it, up to the line before the code. */
function contrastIds(texts: Contrast['texts'], language: LanguageId | null, prompt: string): number[] {
  if (language === null) return promptIds(model, prompt, { mode: 'auto' }, 0);
  return texts === 'asked'
    ? promptIds(model, askInPrompt(prompt, askFor(language)), { mode: 'auto' }, 0)
    : promptIds(model, prompt, { mode: 'auto', prefill: languageOpening(language) }, 0);
}

async function measureWritten(): Promise<void> {
  const { tokens, counts } = await writtenTokens(model, fitTasks, homeFolders(home).runs, context);
  const values = await readWritten(model, tokens, () => undefined);
  const groups = Int32Array.from(tokens, ({ task }) => task);
  save({ written: writtenPart(counts, groups, readLanguages(values, tokens, headWidth, 1)) });
}

function readFigures(): ProbeResults {
  const none = { machine: '', command: '', clusters: [], written: null };
  return existsSync(FIGURES) ? (JSON.parse(readFileSync(FIGURES, 'utf8')) as ProbeResults) : none;
}

/** Puts a part in the place of its former figures, and writes the page anew. */
function save(part: Partial<ProbeResults>): void {
  const results = { ...readFigures(), machine: describeMachine(thisMachine()), command: COMMAND, ...part };
  mkdirSync(path.dirname(FIGURES), { recursive: true });
  writeFileSync(FIGURES, `${JSON.stringify(results)}\n`);
  writePage();
}

function writePage(): void {
  writeFileSync(FIGURES.replace(/json$/, 'md'), probesPage(readFigures()));
}
