/**
 * Probe accuracy by layer, with two kinds of label. *Written so far*: one token inside the body of some code, fence and
 * tag out of sight, its class the language. *Asked for*: the last token of a prompt that names the language; there the
 * name itself is in sight, so early layers are near perfect for a trivial reason. Both are split by task.
 */
import { setImmediate } from 'node:timers/promises';
import { UsageError, throwIfCancelled } from '../../core/errors.ts';
import { blockHook, hookShape, type HookName, EMBED } from '../../core/graph/hooks.ts';
import { LANGUAGE_IDS, askFor, findLanguage, languagePair, type LanguageId } from '../../core/language/languages.ts';
import { askInPrompt } from '../../core/language/openings.ts';
import { CORE_FIT_TASKS } from '../../core/language/prompts/fitTasks.ts';
import { taskPrompt } from '../../core/language/prompts/taskPrompt.ts';
import { crossValidate } from '../../core/probes/crossValidate.ts';
import { DEFAULT_SOURCE_LANGUAGE } from '../../protocol/defaults.ts';
import type { ProbeLayer, ProbeParams, ProbeResult } from '../../protocol/engineService.ts';
import { promptIds } from '../generate/promptIds.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { valuesAt } from '../reading/capture.ts';
import type { DirectionSource } from '../store/directions.ts';
import { BODY_TOKENS, bodiesIn } from './bodies.ts';
import type { WorkContext } from '../workContext.ts';

/** The token of the body that is probed: far enough in that its own identity says little. */
const BODY_POSITION = 32;
/** How many tasks are probed. */
export const TASKS = 30;

export interface ProbePlaces {
  readonly directions: DirectionSource;
  /** Folder of finished work. */
  readonly runs: string;
}

/** A text with its class and its task; the value at `position` is what a probe sees. */
interface Example {
  readonly ids: readonly number[];
  readonly position: number;
  readonly label: number;
  readonly task: string;
}

export async function probe(
  model: LoadedModel,
  places: ProbePlaces,
  params: ProbeParams,
  context: WorkContext,
): Promise<ProbeResult> {
  const labels = await languagesOf(places.directions, params);
  const hooks = hooksOf(model, params.hook);
  const tasks = CORE_FIT_TASKS.slice(0, TASKS);

  const written: Example[] = [];
  const asked: Example[] = [];
  for (const [label, language] of labels.entries()) {
    const bodies = await bodiesIn(model, language, tasks, { tokens: BODY_TOKENS, runs: places.runs }, context);
    tasks.forEach((task, i) => {
      const body = model.tokenizer.encode(bodies[i]).slice(0, BODY_POSITION + 1);
      if (body.length > BODY_POSITION) written.push({ ids: body, position: BODY_POSITION, label, task: task.id });
      const ids = promptIds(model, askInPrompt(taskPrompt(task), askFor(language)), { mode: 'auto' }, 0);
      asked.push({ ids, position: ids.length - 1, label, task: task.id });
    });
  }
  if (new Set(written.map(({ label }) => label)).size < labels.length)
    throw new UsageError(
      'no-code',
      'the model wrote too little code in one of the languages to probe it',
      'Choose a language that it can write.',
    );

  const options = { seed: params.seed, classes: labels.length };
  const writtenScores = await scoreHooks(model, written, [...hooks, EMBED], options, 'probing code', context);
  const askedScores = await scoreHooks(model, asked, hooks, options, 'probing prompts', context);
  const [askedEmbedding] = await scoreHooks(model, asked, [EMBED], options, 'probing the embedding', context);
  return {
    labels,
    n: written.length,
    layers: writtenScores.slice(0, hooks.length),
    embedding: { ...writtenScores[hooks.length], layer: -1 },
    askedFor: askedScores,
    askedForEmbedding: { ...askedEmbedding, layer: -1 },
    position: `token ${BODY_POSITION} of the code, fence and tag out of sight`,
  };
}

/** The languages of an artefact, or those that were named. */
async function languagesOf(directions: DirectionSource, params: ProbeParams): Promise<LanguageId[]> {
  if (params.languages !== undefined) return differentLanguages(params.languages);
  let { target, source } = params;
  if (params.artefact !== undefined) {
    const manifest = await directions.show(params.artefact);
    if (manifest.target === undefined)
      throw new UsageError(
        'no-languages',
        `"${params.artefact}" is no contrast of languages`,
        `Name one with --target: ${LANGUAGE_IDS.join(', ')}.`,
      );
    target = manifest.target;
    source ??= manifest.source;
  }
  if (target === undefined)
    throw new UsageError('no-target', 'no language was named', 'Give --artefact NAME or --target LANG.');
  const pair = languagePair(target, source ?? DEFAULT_SOURCE_LANGUAGE);
  return [pair.target, pair.source];
}

/** @throws UsageError `unknown-language`, `same-language` */
function differentLanguages(names: readonly string[]): LanguageId[] {
  const languages = names.map((name) => findLanguage(name).id);
  const twice = languages.find((id, i) => languages.indexOf(id) !== i);
  if (twice === undefined) return languages;
  throw new UsageError('same-language', `${twice} is named twice`, 'Name each language once.');
}

/** The hook of each block; `resid_post` stands for `hook_resid_post`. */
function hooksOf(model: LoadedModel, hook: string): HookName[] {
  const name = hook.includes('hook_') ? hook : `hook_${hook}`;
  const hooks = Array.from({ length: model.config.layers }, (_, layer) => blockHook(layer, name));
  const shape = hookShape(model.config, hooks[0], 7);
  if (shape[0] !== 7)
    throw new UsageError('bad-hook', `${hook} has no value for each token`, 'Probe resid_post, attn_out or mlp_out.');
  return hooks;
}

interface ScoreOptions {
  readonly seed: number;
  readonly classes: number;
}

async function scoreHooks(
  model: LoadedModel,
  examples: readonly Example[],
  hooks: readonly HookName[],
  options: ScoreOptions,
  phase: string,
  { signal, emit }: WorkContext,
): Promise<ProbeLayer[]> {
  const rows: Float32Array[][] = hooks.map(() => []);
  for (const [index, { ids, position }] of examples.entries()) {
    const values = await valuesAt(model, ids, hooks, signal);
    hooks.forEach((hook, h) => {
      const value = values.get(hook) ?? new Float32Array(0);
      const width = value.length / ids.length;
      rows[h].push(value.slice(position * width, (position + 1) * width));
    });
    emit({ kind: 'progress', phase, done: index + 1, total: examples.length, unit: 'texts' });
  }
  const labels = Int32Array.from(examples, ({ label }) => label);
  const tasks = examples.map(({ task }) => task);
  const scores: ProbeLayer[] = [];
  for (const [layer, values] of rows.entries()) {
    // A fit is arithmetic alone, and takes a while: between two of them a cancellation is heard.
    await setImmediate();
    throwIfCancelled(signal);
    scores.push({ layer, ...crossValidate(stack(values), labels, tasks, options) });
    emit({ kind: 'progress', phase: `${phase}: fitting`, done: layer + 1, total: rows.length, unit: 'probes' });
  }
  return scores;
}

function stack(rows: readonly Float32Array[]): Float32Array {
  const width = rows[0]?.length ?? 0;
  const all = new Float32Array(rows.length * width); // [n, width]
  rows.forEach((row, i) => all.set(row, i * width));
  return all;
}
