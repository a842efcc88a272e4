/**
 * Every method, in each layer that it has, and every operation on features, at strengths from nothing to the largest that
 * a float32 holds: no token may come from logits that are not finite, and nothing must be bit for bit nothing.
 */
import path from 'node:path';
import type { FittedSteering, SteeringMethod } from '../../src/core/methods/method.ts';
import { METHODS } from '../../src/core/methods/registry.ts';
import { FEATURE_OPS, isDosed, isIdle, type FeatureOp } from '../../src/core/sae/featureSteering.ts';
import { prepareContrast } from '../../src/engine/fit/contrast.ts';
import { createFitBench } from '../../src/engine/fit/fitBench.ts';
import { generate } from '../../src/engine/generate/generate.ts';
import type { LoadedModel } from '../../src/engine/model/loadedModel.ts';
import { saveSae } from '../../src/engine/sae/saeArtefact.ts';
import { DirectionSource } from '../../src/engine/store/directions.ts';
import { tensorsOf } from '../../src/engine/store/steeringTensors.ts';
import { openStore } from '../../src/engine/store/store.ts';
import type { Generated, GenerateOptions } from '../../src/protocol/engineService.ts';
import { GREEDY } from '../greedy.ts';
import { sampleSae } from '../unit/core/sae/sample.ts';
import { draftFor, saeDraftFor } from './draft.ts';
import { watchLogits } from './watchedLogits.ts';

/** In median norms of the residual stream, each with both signs. */
export const DOSES = [0.1, 1, 10, 100] as const;
/** Strengths as they are, each with both signs. */
export const RAW_STRENGTHS = [1e6, 1e38] as const;

const PROMPT = 'Write a function that returns the largest number of a list.';
const MAX_TOKENS = 4;

export interface StrengthCounts {
  /** A method of the registry, or an operation on a feature. */
  readonly what: string;
  readonly layers: number;
  /** Answers that were asked for. */
  readonly n: number;
  /** Those that ended because logits were not finite, or all the same. */
  readonly ended: number;
  /** Tokens that were taken from such logits: none may be. */
  readonly badTokens: number;
  /** Answers at a strength that is none, and how many of them differ from the unsteered one in any bit of any logit. */
  readonly nothing: { readonly n: number; readonly different: number };
}

export interface StrengthsRun {
  readonly folder: string;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onStart: (what: string) => void;
}

/** What is tried, layer by layer. */
interface Subject {
  readonly what: string;
  readonly layers: readonly number[];
  /** The strengths at which it must be nothing at all. */
  readonly nothing: readonly number[];
  /** True where a strength is one median norm already. */
  readonly isInNorms: boolean;
  readonly signs: readonly number[];
  options(layer: number, strength: number): Partial<GenerateOptions>;
}

/** Counts what it finds and judges nothing. @throws errors of the fits */
export async function tryStrengths(model: LoadedModel, run: StrengthsRun): Promise<StrengthCounts[]> {
  const source = new DirectionSource(openStore(path.join(run.folder, 'strengths')), path.join(run.folder, 'none'));
  const counts: StrengthCounts[] = [];
  for (const method of METHODS) {
    run.onStart(method.id);
    counts.push(await trySubject(model, source, await fitted(model, source, method, run), run.signal));
  }
  await saveFeatures(model, source);
  for (const op of FEATURE_OPS) {
    run.onStart(op);
    counts.push(await trySubject(model, source, featureSubject(model, op), run.signal));
  }
  return counts;
}

async function trySubject(
  model: LoadedModel,
  source: DirectionSource,
  { what, layers, nothing, isInNorms, signs, options }: Subject,
  signal: AbortSignal,
): Promise<StrengthCounts> {
  const at = async (layer: number, strength: number): Promise<Written> =>
    write(model, source, options(layer, strength), signal);
  const plain = await write(model, source, {}, signal);
  let [n, ended, badTokens] = [0, 0, 0];
  const none = { n: 0, different: 0 };
  for (const layer of layers) {
    for (const strength of nothing) {
      none.n++;
      if ((await at(layer, strength)).hash !== plain.hash) none.different++;
    }
    const dose = isInNorms ? 1 : ((await at(layer, 1)).answer.steer[0]?.dose ?? 0);
    const strengths = [...DOSES.map((wanted) => (dose > 0 ? wanted / dose : wanted)), ...RAW_STRENGTHS];
    for (const strength of strengths.flatMap((value) => signs.map((sign) => sign * value))) {
      const { answer, usable } = await at(layer, strength);
      n++;
      if (answer.stop === 'nonfinite') ended++;
      badTokens += answer.ids.filter((_, token) => usable[token] !== true).length;
    }
  }
  return { what, layers: layers.length, n, ended, badTokens, nothing: none };
}

async function fitted(
  model: LoadedModel,
  source: DirectionSource,
  method: SteeringMethod,
  run: StrengthsRun,
): Promise<Subject> {
  const fit = await fitOnce(model, method, run);
  const layers = layersOf(fit);
  const draft = draftFor(model, { name: method.id, kind: 'steering', fitted: { ...fit, layers } });
  await source.store.save(draft, tensorsOf(fit.intervention, layers));
  return {
    what: method.id,
    layers,
    nothing: [0, -0],
    isInNorms: false,
    signs: [1, -1],
    options: (layer, strength) => ({
      steer: [{ name: method.id, strength }],
      steerLayers: String(layer),
      scope: 'all',
    }),
  };
}

async function fitOnce(model: LoadedModel, method: SteeringMethod, { folder, seed, signal }: StrengthsRun) {
  const context = { signal, emit: () => undefined };
  const contrast = { kind: 'language', target: 'cpp', source: 'python' } as const;
  const params = { method: method.id, contrast, name: method.id, replace: true, seed, tuneTasks: 1 };
  const { data, trial } = await prepareContrast(model, params, path.join(folder, 'runs'), context);
  return method.fit(data, createFitBench(model, trial, context), { seed });
}

/** Every layer that the method made something for, whatever it would choose. */
function layersOf({ intervention }: FittedSteering): number[] {
  return intervention.kind === 'vectors' ? [...intervention.directions.keys()] : [...intervention.gates.keys()];
}

/** An autoencoder of random weights at every layer: what it means is of no matter here. */
async function saveFeatures(model: LoadedModel, { store }: DirectionSource): Promise<void> {
  const { dModel, layers } = model.config;
  for (let layer = 0; layer < layers; layer++)
    await saveSae(
      store,
      saeDraftFor(model, saeName(layer), layer),
      sampleSae('topk', { dIn: dModel, seed: layer + 1 }),
      {
        model,
      },
    );
}

function saeName(layer: number): string {
  return `random-${layer}`;
}

function featureSubject({ config }: LoadedModel, op: FeatureOp): Subject {
  return {
    what: `feature: ${op}`,
    layers: Array.from({ length: config.layers }, (_, layer) => layer),
    nothing: [0, 1].filter((value) => isIdle({ index: 0, op, value })),
    isInNorms: isDosed(op),
    // A feature cannot be less active than not at all.
    signs: isDosed(op) ? [1, -1] : [1],
    options: (layer, value) => ({ features: [{ name: saeName(layer), index: 0, op, value }], scope: 'all' }),
  };
}

interface Written {
  readonly answer: Generated;
  readonly usable: readonly boolean[];
  readonly hash: string;
}

async function write(
  model: LoadedModel,
  source: DirectionSource,
  options: Partial<GenerateOptions>,
  signal: AbortSignal,
): Promise<Written> {
  const watched = watchLogits(model);
  const params = {
    prompts: [{ id: 'p', prompt: PROMPT }],
    options: { mode: 'auto', maxTokens: MAX_TOKENS, ...GREEDY, ignoreEos: true, ...options } as const,
  };
  const [answer] = await generate(watched.model, source, params, { signal, emit: () => undefined });
  return { answer, usable: watched.usable, hash: watched.hash() };
}
