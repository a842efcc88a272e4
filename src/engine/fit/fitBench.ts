/** The model as a steering method sees it: runs contrast texts, and tries candidates on tasks of the fit split. */
import { throwIfCancelled } from '../../core/errors.ts';
import { residPost } from '../../core/graph/hooks.ts';
import { extractCode } from '../../core/language/codeBody.ts';
import { classifyByKeywords } from '../../core/language/keywords.ts';
import type { LanguageId } from '../../core/language/languages.ts';
import { NEUTRAL_OPENING } from '../../core/language/openings.ts';
import type { Candidate, ContrastText, FitBench, TailActivations, Trial } from '../../core/methods/method.ts';
import { distinctN, words } from '../../core/stats/distinct.ts';
import { median } from '../../core/stats/quantiles.ts';
import { norm } from '../../core/tensor/norm.ts';
import type { Surface } from '../../core/steering/choice.ts';
import { RowSteering, stackDirections } from '../../core/steering/rowSteering.ts';
import type { GenerateOptions } from '../../protocol/engineService.ts';
import type { AnswerRequest } from '../generate/answer.ts';
import { writeAnswers } from '../generate/answerLoop.ts';
import { promptIds } from '../generate/promptIds.ts';
import { parseCheck } from '../judge/parser.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { measureOptions } from '../../protocol/measureOptions.ts';
import { streamsOf } from '../reading/text.ts';
import type { WorkContext } from '../workContext.ts';

/** Tokens of an answer while candidates are compared, and rows that are written at once. */
const TRIAL_TOKENS = 56;
const TRIAL_ROWS = 16;

/** Below this share of distinct word triples an answer repeats itself. */
const LEAST_DISTINCT = 0.7;

/** What candidates are tried on: prompts that name no language, and the language that should follow them. */
export interface TrialTasks {
  readonly surface: Surface;
  readonly prompts: readonly string[];
  readonly target: LanguageId;
}

export function createFitBench(model: LoadedModel, trial: TrialTasks | null, context: WorkContext): FitBench {
  const { layers, dModel } = model.config;
  return {
    layers,
    dModel,
    tasks: trial?.prompts.length ?? 0,
    activations: (texts) => tailActivations(model, texts, context),
    tryOut: async (directions, candidates, first, count) =>
      trial === null
        ? []
        : tryOut(
            model,
            { ...trial, prompts: trial.prompts.slice(first, first + count) },
            directions,
            candidates,
            context,
          ),
  };
}

async function tailActivations(
  model: LoadedModel,
  texts: readonly ContrastText[],
  { signal, emit }: WorkContext,
): Promise<TailActivations> {
  const { layers, dModel } = model.config;
  const hooks = Array.from({ length: layers }, (_, layer) => residPost(layer));
  const means = hooks.map(() => new Float32Array(texts.length * dModel));
  const norms: number[][] = hooks.map(() => []);
  for (const [index, { ids, tail }] of texts.entries()) {
    throwIfCancelled(signal);
    const streams = await streamsOf(model, ids, hooks, signal);
    hooks.forEach((hook, layer) => {
      const values = streams.get(hook) ?? new Float32Array(0); // [pos, dModel]
      norms[layer].push(...rowNorms(values, dModel));
      const first = Math.max(0, ids.length - tail);
      for (let position = first; position < ids.length; position++)
        for (let i = 0; i < dModel; i++)
          means[layer][index * dModel + i] += values[position * dModel + i] / (ids.length - first);
    });
    emit({ kind: 'progress', phase: 'reading activations', done: index + 1, total: texts.length, unit: 'texts' });
  }
  return { texts: texts.length, means, medianNorms: norms.map(median) };
}

function rowNorms(values: Float32Array, width: number): number[] {
  return Array.from({ length: values.length / width }, (_, row) =>
    norm(values.subarray(row * width, (row + 1) * width)),
  );
}

/** Every candidate answers every task; the rows of a batch may well have different candidates. */
async function tryOut(
  model: LoadedModel,
  { surface, prompts, target }: TrialTasks,
  directions: readonly Float32Array[],
  candidates: readonly Candidate[],
  { signal, emit }: WorkContext,
): Promise<Trial[]> {
  const requests = candidates.flatMap((candidate, c) =>
    prompts.map((prompt, t) => trialRequest(model, surface, prompt, candidate, directions, `${c}.${t}`)),
  );
  let done = 0;
  const answers = await writeAnswers(model, requests, {
    batch: TRIAL_ROWS,
    signal,
    onAnswer: () =>
      emit({
        kind: 'progress',
        phase: 'trying layers and strengths',
        done: ++done,
        total: requests.length,
        unit: 'answers',
      }),
  });
  const trials: Trial[] = [];
  for (const [c, candidate] of candidates.entries()) {
    const texts = answers.slice(c * prompts.length, (c + 1) * prompts.length).map((answer) => answer.result().text);
    const scores = await Promise.all(texts.map((text) => scoreText(surface, text, target)));
    trials.push({
      candidate,
      n: prompts.length,
      onTarget: scores.filter((score) => score.onTarget).length,
      valid: scores.filter((score) => score.valid).length,
      evidence: scores.reduce((sum, score) => sum + score.lead, 0),
    });
  }
  return trials;
}

function trialRequest(
  model: LoadedModel,
  surface: Surface,
  prompt: string,
  candidate: Candidate,
  directions: readonly Float32Array[],
  id: string,
): AnswerRequest {
  const asked = surface === 'raw' ? { mode: 'raw' as const } : { prefill: NEUTRAL_OPENING };
  const options: GenerateOptions = { ...measureOptions, ...asked, maxTokens: TRIAL_TOKENS };
  const ids = promptIds(model, prompt, options, TRIAL_TOKENS);
  const chosen = new Map(candidate.layers.map((layer) => [layer, directions[layer]]));
  const stacked = stackDirections(chosen, candidate.strength, model.config);
  return {
    id,
    promptIds: ids,
    prefill: options.prefill ?? '',
    steering: new RowSteering([{ stacked, scope: candidate.scope }], ids.length),
    applied: [],
    seed: 0,
    options,
  };
}

interface Score {
  readonly onTarget: boolean;
  readonly valid: boolean;
  /** Keyword points of the target over those of the next language. */
  readonly lead: number;
}

/** By keywords and parser alone: see `core/methods/tuning.ts`. What continues raw text is all of it code, or none is. */
async function scoreText(surface: Surface, text: string, target: LanguageId): Promise<Score> {
  const { code, closed } = surface === 'raw' ? { code: text, closed: false } : extractCode(text);
  if (code === null) return { onTarget: false, valid: false, lead: 0 };
  const { language, scores } = classifyByKeywords(code);
  const others = Object.entries(scores).filter(([id]) => id !== target);
  const lead = scores[target] - Math.max(...others.map(([, points]) => points));
  if (language !== target) return { onTarget: false, valid: false, lead };
  const parse = await parseCheck(code, target, { complete: closed });
  return { onTarget: true, valid: parse.ok && distinctN(words(code), 3) >= LEAST_DISTINCT, lead };
}
