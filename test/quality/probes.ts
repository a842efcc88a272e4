/**
 * The probe side of G-ACT: `npm run study:probes [clusters] [written] [page]`. *Clusters* is the paper's quantity, the cluster of D
 * told from h-, by residual streams and by attention heads, with controls and in every definition that was tried;
 * *written* is the language of a body told from one token of it; *page* writes the page anew from the figures that there are. Writes docs/results/probes.{json,md}. On two idle cores
 * about ten minutes, and four more where the model has yet to write the bodies.
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
import { clusterRow, writtenPart, type Contrast, type ProbeResults } from './probeResults.ts';
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
  save({});
  process.exit();
}

const context = { signal: new AbortController().signal, emit: () => undefined };
const home = steerscopeHome();
const model = await openModel({ model: DEFAULT_MODEL_NAME, precision: 'fast', threads: 2, home, get: true }, context);
const { headWidth } = model.config;

if (parts.length === 0 || parts.includes('clusters')) await measureClusters();
if (parts.length === 0 || parts.includes('written')) await measureWritten();

async function measureClusters(): Promise<void> {
  const plain = await unasked();
  const askedCpp = await asked('cpp', ALL);
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
  const rows: ProbeResults['clusters'] = [];
  const add = (
    about: Contrast,
    pair: readonly [Activations, Activations],
    change: Partial<ClusterSetup>,
    seeds: readonly number[] = [1],
  ): void => {
    // The readings that are there for reference alone are made once.
    const runs = seeds.map((seed, i) =>
      readAllClusters(...pair, headWidth, { ...usual, ...change, ...(i > 0 ? { readings: few } : {}), seed }),
    );
    rows.push(clusterRow(about, { ...usual, ...change }, seeds, runs, meanOfRuns(runs)));
    save({ clusters: rows });
    console.log(new Date().toISOString().slice(11, 19), JSON.stringify({ ...about, ...change, prompts: undefined }));
  };
  const byRequest: Contrast = { target: 'cpp', texts: 'asked' };
  const pair = [askedCpp, plain] as const;
  add(byRequest, pair, { prompts: ALL, readings: READINGS }, [1, 2, 3]);
  add(byRequest, pair, {});
  for (const control of ['noise', 'other prompt'] as const) add(byRequest, pair, { control });
  for (const k of [2, 6, 8]) add(byRequest, pair, { k });
  for (const headLabel of ['stream', 'all heads'] as const) add(byRequest, pair, { headLabel });
  for (const target of ['rust', 'java', 'javascript'] as const)
    add({ target, texts: 'asked' }, [await asked(target, FIT), plain], {});

  const byOpening: Contrast = { target: 'cpp', texts: 'opened' };
  const python = await opened('python', ALL);
  const openings = [await opened('cpp', ALL), python] as const;
  add(byOpening, openings, { prompts: ALL, position: 'tail' }, [1, 2, 3]);
  for (const control of ['none', 'noise', 'other prompt'] as const)
    add(byOpening, openings, { position: 'tail', control });
  for (const position of ['last', 'tail'] as const) add(byOpening, openings, { position, k: 6 });
  add(byOpening, openings, {});
  for (const headLabel of ['stream', 'all heads'] as const) add(byOpening, openings, { position: 'tail', headLabel });
  add({ target: 'rust', texts: 'opened' }, [await opened('rust', FIT), python], { position: 'tail' });

  add(byRequest, pair, { position: 'tail' });
  add(byRequest, pair, { prompts: SIXTY });
  for (const scaling of ['whitened by coordinate', 'directions'] as const) add(byRequest, pair, { scaling });
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

/** The prompts alone. */
function unasked(): Promise<Activations> {
  return read(tasks.map((task) => promptIds(model, taskPrompt(task), { mode: 'auto' }, 0)));
}

/** The prompts with a request for the language at their end. */
function asked(language: LanguageId, which: Int32Array): Promise<Activations> {
  const prompts = Array.from(which, (task) => askInPrompt(taskPrompt(tasks[task]), askFor(language)));
  return read(prompts.map((prompt) => promptIds(model, prompt, { mode: 'auto' }, 0)));
}

/** The texts that steering is fitted on: each task, and an answer opened in the language up to the line before the code. */
function opened(language: LanguageId, which: Int32Array): Promise<Activations> {
  const options = { mode: 'auto', prefill: languageOpening(language) } as const;
  return read(Array.from(which, (task) => promptIds(model, taskPrompt(tasks[task]), options, 0)));
}

function read(texts: readonly (readonly number[])[]): Promise<Activations> {
  return readActivations(model, texts, () => undefined);
}

async function measureWritten(): Promise<void> {
  const { tokens, counts } = await writtenTokens(model, fitTasks, homeFolders(home).runs, context);
  const activations = await readWritten(model, tokens, () => undefined);
  const groups = Int32Array.from(tokens, ({ task }) => task);
  save({ written: writtenPart(counts, groups, readLanguages(activations, tokens, headWidth, 1)) });
}

/** Puts a part in the place of its former figures, and writes the page anew. */
function save(part: Partial<ProbeResults>): void {
  const former = existsSync(FIGURES) ? (JSON.parse(readFileSync(FIGURES, 'utf8')) as Partial<ProbeResults>) : {};
  const about = { machine: describeMachine(thisMachine()), command: COMMAND };
  const results: ProbeResults = { clusters: [], written: null, ...former, ...about, ...part };
  mkdirSync(path.dirname(FIGURES), { recursive: true });
  writeFileSync(FIGURES, `${JSON.stringify(results)}\n`);
  writeFileSync(FIGURES.replace(/json$/, 'md'), probesPage(results));
}
