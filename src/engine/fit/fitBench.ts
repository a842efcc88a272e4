/** The model as a steering method sees it: runs contrast texts, and tries candidates on tasks of the fit split. */
import { throwIfCancelled } from '../../core/errors.ts';
import { gateHookName, gateWidth } from '../../core/graph/gates.ts';
import { extractCode } from '../../core/language/codeBody.ts';
import { classifyByKeywords } from '../../core/language/keywords.ts';
import type { LanguageId } from '../../core/language/languages.ts';
import { NEUTRAL_OPENING } from '../../core/language/openings.ts';
import type {
  Candidate,
  ContrastText,
  FeatureBench,
  FitBench,
  Intervention,
  TailActivations,
  Trial,
} from '../../core/methods/method.ts';
import { distinctN, words } from '../../core/stats/distinct.ts';
import { median } from '../../core/stats/quantiles.ts';
import { norm } from '../../core/tensor/norm.ts';
import type { Scope } from '../../core/steering/scope.ts';
import type { Surface } from '../../core/steering/choice.ts';
import type { Gate, GateHook } from '../../core/steering/gate.ts';
import { RowSteering, stackDirections, type SteeringPart } from '../../core/steering/rowSteering.ts';
import type { GenerateOptions } from '../../protocol/engineService.ts';
import type { AnswerRequest } from '../generate/answer.ts';
import { writeAnswers } from '../generate/answerLoop.ts';
import { promptIds } from '../generate/promptIds.ts';
import { parseCheck } from '../judge/parser.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { measureOptions } from '../../protocol/measureOptions.ts';
import { valuesAt } from '../reading/capture.ts';
import type { WorkContext } from '../workContext.ts';
import { topNeurons } from './neurons.ts';

/** Tokens of an answer while candidates are compared, and rows that are written at once. */
const TRIAL_TOKENS = 56;
const TRIAL_ROWS = 64;

/** Below this share of distinct word triples an answer repeats itself. */
const LEAST_DISTINCT = 0.7;

/** What candidates are tried on: prompts that name no language, and the language that should follow them. */
export interface TrialTasks {
  readonly surface: Surface;
  readonly prompts: readonly string[];
  readonly target: LanguageId;
}

/** @param features for methods that work with them */
export function createFitBench(
  model: LoadedModel,
  trial: TrialTasks | null,
  context: WorkContext,
  features?: FeatureBench,
): FitBench {
  const { layers, dModel, headWidth } = model.config;
  return {
    layers,
    dModel,
    headWidth,
    scope: scopeOf(trial),
    ...(features === undefined ? {} : { features }),
    tasks: trial?.prompts.length ?? 0,
    activations: (texts, hook = 'resid_post') => tailActivations(model, texts, hook, context),
    topNeurons: async (count) => (trial === null ? [] : topNeurons(model, trial.target, count, context)),
    tryOut: async (intervention, candidates, first, count) =>
      trial === null
        ? []
        : tryOut(
            model,
            { ...trial, prompts: trial.prompts.slice(first, first + count) },
            intervention,
            candidates,
            context,
          ),
  };
}

/**
 * Where steering acts. A concept is steered to throughout. A language is decided once: then steering on costs quality and
 * gains nothing, and so does what it did to the prompt for as long as the prompt is looked at (record 24). Raw text has no
 * line that says which language follows, so that more of it has to be steered.
 */
function scopeOf(trial: TrialTasks | null): Scope {
  if (trial === null) return 'all';
  return trial.surface === 'answer' ? 'decide:32' : 'first:12';
}

async function tailActivations(
  model: LoadedModel,
  texts: readonly ContrastText[],
  at: GateHook,
  { signal, emit }: WorkContext,
): Promise<TailActivations> {
  const { layers } = model.config;
  const width = gateWidth(model.config, at);
  const hooks = Array.from({ length: layers }, (_, layer) => gateHookName(layer, at));
  const means = hooks.map(() => new Float32Array(texts.length * width));
  const norms: number[][] = hooks.map(() => []);
  for (const [index, { ids, tail }] of texts.entries()) {
    throwIfCancelled(signal);
    const read = await valuesAt(model, ids, hooks, signal);
    hooks.forEach((hook, layer) => {
      const values = read.get(hook) ?? new Float32Array(0); // [pos, width]
      norms[layer].push(...rowNorms(values, width));
      const first = Math.max(0, ids.length - tail);
      for (let position = first; position < ids.length; position++)
        for (let i = 0; i < width; i++)
          means[layer][index * width + i] += values[position * width + i] / (ids.length - first);
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
  intervention: Intervention,
  candidates: readonly Candidate[],
  { signal, emit }: WorkContext,
): Promise<Trial[]> {
  const gates = intervention.kind === 'gates' ? gatesOf(intervention, candidates) : [];
  const requests = candidates.flatMap((candidate, c) =>
    prompts.map((prompt, t) =>
      trialRequest(model, surface, prompt, partOf(model, intervention, gates, candidate), `${c}.${t}`),
    ),
  );
  let done = 0;
  const answers = await writeAnswers(model, requests, {
    batch: TRIAL_ROWS,
    gates,
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
  part: SteeringPart,
  id: string,
): AnswerRequest {
  const asked = surface === 'raw' ? { mode: 'raw' as const } : { prefill: NEUTRAL_OPENING };
  const options: GenerateOptions = { ...measureOptions, ...asked, maxTokens: TRIAL_TOKENS };
  const ids = promptIds(model, prompt, options, TRIAL_TOKENS);
  return {
    id,
    promptIds: ids,
    prefill: options.prefill ?? '',
    steering: new RowSteering([part], ids.length),
    applied: [],
    seed: 0,
    options,
  };
}

/** The gates of every layer that a candidate acts in: one graph serves all of them. */
function gatesOf({ hook, gates }: Intervention & { kind: 'gates' }, candidates: readonly Candidate[]): Gate[] {
  const layers = new Set(candidates.flatMap((candidate) => candidate.layers));
  return [...gates].flatMap(([layer, gate]) => (layers.has(layer) ? [{ ...gate, layer, hook }] : []));
}

/** What a candidate makes of an intervention. */
function partOf(
  { config }: LoadedModel,
  intervention: Intervention,
  gates: readonly Gate[],
  { layers, strength, scope }: Candidate,
): SteeringPart {
  if (intervention.kind === 'gates') {
    const doses = Float32Array.from(gates, ({ layer }) => (layers.includes(layer) ? strength : 0));
    return { doses, scope };
  }
  const chosen = new Map(layers.map((layer) => [layer, intervention.directions[layer]]));
  return { stacked: stackDirections(chosen, strength, config), scope };
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
