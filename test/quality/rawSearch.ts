/**
 * Whether raw text can be led to more languages than the directions that ship lead it to: `npm run quality:raw [-- NAME ...]`,
 * where a NAME is a language. A wider search than a fit makes (more layers, windows, strengths and scopes), for several
 * contrasts; chosen on tasks of the fit split by keywords and parsers, then measured on the held-out tasks by the judge.
 * What was searched already is not searched again. Writes docs/figures/raw-search.{json,md}; about four minutes a language
 * and contrast on two idle cores.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ModelError } from '../../src/core/errors.ts';
import { LANGUAGE_IDS, findLanguage, type LanguageId } from '../../src/core/language/languages.ts';
import { CORE_FIT_TASKS } from '../../src/core/language/prompts/fitTasks.ts';
import { CORE_HELD_OUT_TASKS } from '../../src/core/language/prompts/heldOutTasks.ts';
import { taskComment } from '../../src/core/language/prompts/taskComment.ts';
import { differenceOfMeans } from '../../src/core/methods/means.ts';
import type { Candidate, ContrastData } from '../../src/core/methods/method.ts';
import { chooseCandidate } from '../../src/core/methods/tuning.ts';
import type { Scope } from '../../src/core/steering/scope.ts';
import { RowSteering, stackDirections } from '../../src/core/steering/rowSteering.ts';
import { DIRECTION_TASKS } from '../../src/engine/fit/contrast.ts';
import { createFitBench } from '../../src/engine/fit/fitBench.ts';
import { rawContrast } from '../../src/engine/fit/rawContrast.ts';
import { writeAnswers } from '../../src/engine/generate/answerLoop.ts';
import { promptIds } from '../../src/engine/generate/promptIds.ts';
import { isValid, judgeCode } from '../../src/engine/judge/judge.ts';
import type { LoadedModel } from '../../src/engine/model/loadedModel.ts';
import { OpenedModel } from '../../src/engine/service/opened.ts';
import { homeFolders, steerscopeHome } from '../../src/files/paths.ts';
import { DEFAULT_MODEL_NAME } from '../../src/protocol/defaults.ts';
import { measureOptions } from '../../src/protocol/measureOptions.ts';
import { describeMachine, thisMachine } from '../bench/machine.ts';
import { rawSearchPage, type Contrasted, type HeldOut, type Search } from './rawSearchPage.ts';

const FIGURES = fileURLToPath(new URL('../../docs/figures/raw-search.json', import.meta.url));
const NAMES: readonly LanguageId[] = ['rust', 'javascript', 'typescript', 'go'];
const CONTRASTS: readonly Contrasted[] = ['own', 'languages'];

const home = steerscopeHome();
const context = { signal: new AbortController().signal, emit: () => undefined };
const opening = { model: DEFAULT_MODEL_NAME, precision: 'fast', threads: 2, home, get: true } as const;
const opened = await OpenedModel.open(opening, context);

let searches: readonly Search[] = existsSync(FIGURES)
  ? (JSON.parse(readFileSync(FIGURES, 'utf8')) as { searches: Search[] }).searches
  : [];
const names = process.argv.slice(2).map((name) => findLanguage(name).id);
for (const target of names.length > 0 ? names : NAMES)
  for (const contrast of CONTRASTS) {
    if (searches.some((one) => one.target === target && one.contrast === contrast)) continue;
    const found = await opened.use(context, (model) => search(model, target, contrast));
    searches = [...searches, found];
    write();
    console.log(`${target} against ${contrast}: ${JSON.stringify(found.heldOut ?? found.refused)}`);
  }
write();

async function search(model: LoadedModel, target: LanguageId, contrast: Contrasted): Promise<Search> {
  const facts = { target, contrast, date: thisMachine().date };
  try {
    const data = await contrastOf(model, target, contrast);
    const prompts = CORE_FIT_TASKS.slice(DIRECTION_TASKS).map((task) => taskComment(task, target));
    const bench = createFitBench(model, { surface: 'raw', prompts, target }, context);
    const [positive, negative] = [await bench.activations(data.positive), await bench.activations(data.negative)];
    const directions = differenceOfMeans(positive, negative);
    const { best, figures } = await chooseCandidate({ kind: 'vectors', directions }, bench, candidates());
    const texts = { positive: data.positive.length, negative: data.negative.length };
    return { ...facts, texts, best, figures, heldOut: await heldOut(model, target, directions, best) };
  } catch (error) {
    if (error instanceof ModelError) return { ...facts, refused: error.message };
    throw error;
  }
}

/** Against what the model goes on with by itself, or against the other languages, as many of them as it can write. */
async function contrastOf(model: LoadedModel, target: LanguageId, contrast: Contrasted): Promise<ContrastData> {
  const tasks = CORE_FIT_TASKS.slice(0, DIRECTION_TASKS);
  const { runs } = homeFolders(home);
  const against = (source?: LanguageId): Promise<ContrastData> =>
    rawContrast(model, source ? { target, source } : { target }, tasks, runs, context);
  const own = await against();
  if (contrast === 'own') return own;
  const negative: ContrastData['negative'][] = [];
  for (const source of LANGUAGE_IDS.filter((id) => id !== target))
    await against(source).then(
      (data) => negative.push(data.negative),
      (error: unknown) => {
        // A language that the model hardly writes says nothing of the others.
        if (!(error instanceof ModelError)) throw error;
      },
    );
  return { positive: own.positive, negative: negative.flat() };
}

/** Four depths and two windows, over a range of strengths that ends where text breaks, with every scope. */
function candidates(): Candidate[] {
  const single = [9, 12, 16, 20].map((layer) => ({ layers: [layer], strengths: [0.6, 0.9, 1.3, 1.8, 2.5] }));
  const windows = [
    { layers: [6, 8, 10, 12, 14], strengths: [0.25, 0.4, 0.6] },
    { layers: [12, 14, 16, 18, 20], strengths: [0.25, 0.4, 0.6] },
  ];
  const scopes: readonly Scope[] = ['first:3', 'first:12', 'all'];
  return [...single, ...windows].flatMap(({ layers, strengths }) =>
    strengths.flatMap((strength) => scopes.map((scope) => ({ layers, strength, scope }))),
  );
}

async function heldOut(
  model: LoadedModel,
  target: LanguageId,
  directions: readonly Float32Array[],
  { layers, strength, scope }: Candidate,
): Promise<HeldOut> {
  const options = { ...measureOptions, mode: 'raw' as const };
  const chosen = new Map(layers.map((layer) => [layer, directions[layer]]));
  const stacked = stackDirections(chosen, strength, model.config);
  const requests = CORE_HELD_OUT_TASKS.map((task) => {
    const ids = promptIds(model, taskComment(task, target), options, options.maxTokens);
    const steering = new RowSteering([{ stacked, scope }], ids.length);
    return { id: task.id, promptIds: ids, prefill: '', steering, applied: [], seed: 0, options };
  });
  const answers = await writeAnswers(model, requests, { batch: options.batch, signal: context.signal });
  const counts: Record<string, number> = {};
  let valid = 0;
  for (const answer of answers) {
    const verdict = await judgeCode(answer.result().text);
    counts[verdict.language] = (counts[verdict.language] ?? 0) + 1;
    if (isValid(verdict, target)) valid++;
  }
  return { n: answers.length, counts, valid };
}

function write(): void {
  const about = { machine: describeMachine(thisMachine()), command: 'npm run quality:raw' };
  writeFileSync(FIGURES, `${JSON.stringify({ ...about, searches }, null, 1)}\n`);
  writeFileSync(FIGURES.replace(/json$/, 'md'), rawSearchPage(about, searches));
}
