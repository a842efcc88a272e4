/** From an activation store to an autoencoder in the artefact store: what `saeTrain` does. */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { canonicalJson, type JsonObject } from '../../../core/artefact/json.ts';
import { StoreError } from '../../../core/errors.ts';
import { siteNamed } from '../../../core/graph/interventionSites.ts';
import { RemainingTime } from '../../../core/progress/remaining.ts';
import { checkConfig, defaultLearningRate, DEFAULT_TRAINING } from '../../../core/sae/training/config.ts';
import type { TrainingConfig } from '../../../core/sae/training/config.ts';
import type { TrainingFigures } from '../../../core/sae/training/figures.ts';
import type { SaeTrainEvent, SaeTrainParams, SaeTrainResult } from '../../../protocol/saeTrainTypes.ts';
import type { LoadedModel } from '../../model/loadedModel.ts';
import type { ArtefactStore } from '../../store/store.ts';
import { openActivationStore, type ActivationStore } from '../activationStore.ts';
import { saveSae } from '../saeArtefact.ts';
import { trainSae, type TrainingResult } from './train.ts';

export interface TrainPlace {
  readonly store: ArtefactStore;
  /** The folder of runs under way. */
  readonly training: string;
  readonly model: Pick<LoadedModel, 'summary' | 'config'>;
  readonly threads: number;
}

export interface TrainContext {
  readonly signal: AbortSignal;
  readonly emit: (event: SaeTrainEvent) => void;
}

/** Of the memory for activations, what the held-out ones get. */
const HELD_OUT_SHARE = 1 / 8;
const MINUTE_MS = 60_000;

/**
 * Trains an autoencoder and keeps it. A run that is broken off is kept too, and goes on with `resume`.
 * @throws StoreError `name-exists`, `unfinished-training`, those of the activation store and of checkpoints; what `trainSae` throws
 */
export async function trainArtefact(
  { store, training, model, threads }: TrainPlace,
  params: SaeTrainParams,
  context: TrainContext,
): Promise<SaeTrainResult> {
  const { name, replace, resume, seed } = params;
  await store.assertSavable(name, { replace });
  const file = path.join(training, `${name}.safetensors`);
  if (!replace && !resume) await assertNoRun(file, name);
  const activations = await openActivationStore(params.activations, { model: model.summary.fingerprint });
  const config = configOf(params, activations);
  checkConfig(config);
  const dataHash = hashOf(activations);
  const startMs = performance.now();
  const teller = new Teller(config, context);
  const result = await trainSae(
    {
      config,
      ...sourcesOf(activations, params),
      // The pool that rows are shuffled in is as large as memory allows, so another size is another order.
      sourceName: `${dataHash} in ${params.memoryBytes} bytes`,
      threads,
      checkpoints: { file, everyMs: params.checkpointMinutes * MINUTE_MS, resume },
    },
    { signal: context.signal, report: teller.report },
  );
  const ms = performance.now() - startMs;
  const { plan, massive } = activations.manifest;
  const manifest = await saveSae(
    store,
    {
      name,
      method: config.architecture,
      hook: siteNamed(plan.hook),
      layer: plan.layer,
      precision: plan.model.precision,
      positions: 'all tokens but the first of a window and those of massive norm',
      seed,
      dataHash,
      params: { ...trainedWith(config), corpusHash: plan.corpus.hash, corpusSeed: plan.seed },
      figures: figuresOf(result, activations),
      // Of the one layer: nothing is known of the others.
      medianNorms: Array.from({ length: model.summary.layers }, (_, layer) =>
        layer === plan.layer ? massive.medianNorm : 0,
      ),
    },
    result.sae,
    { model, replace, signal: context.signal },
  );
  await fs.rm(file, { force: true });
  return { manifest, curve: result.curve, run: { steps: teller.steps, ms } };
}

async function assertNoRun(file: string, name: string): Promise<void> {
  const isThere = await fs.access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  throw new StoreError(
    'unfinished-training',
    `a training called "${name}" was broken off`,
    'Go on with it by --resume, take its place by --replace, or choose another name.',
  );
}

/** @throws UsageError `bad-training` of `checkConfig`, later, for what is out of range */
function configOf(params: SaeTrainParams, activations: ActivationStore): TrainingConfig {
  const { architecture, seed } = params;
  const { dIn } = activations.manifest.plan;
  const dSae = params.dSae ?? DEFAULT_TRAINING.expansion * dIn;
  const batch = params.batch ?? DEFAULT_TRAINING.batch;
  const tokens = params.tokens ?? activations.rows('train');
  const steps = params.steps ?? Math.max(1, Math.floor(tokens / batch));
  const learningRate = params.learningRate ?? defaultLearningRate(dSae);
  const shared = { architecture, dIn, dSae, steps, batch, learningRate, seed };
  const isPriced = architecture === 'jumprelu' || architecture === 'relu';
  const k = params.k ?? (isPriced ? undefined : DEFAULT_TRAINING.k);
  const sparsity = params.sparsity ?? (isPriced ? DEFAULT_TRAINING.sparsity[architecture] : undefined);
  return { ...shared, ...(k === undefined ? {} : { k }), ...(sparsity === undefined ? {} : { sparsity }) };
}

function sourcesOf(activations: ActivationStore, { seed, memoryBytes }: SaeTrainParams) {
  const hasHeldOut = activations.rows('heldOut') > 0;
  const forHeldOut = Math.floor(memoryBytes * HELD_OUT_SHARE);
  return {
    source: activations.shuffled('train', { seed, memoryBytes: memoryBytes - forHeldOut }),
    ...(hasHeldOut ? { heldOut: activations.shuffled('heldOut', { seed, memoryBytes: forHeldOut }) } : {}),
  };
}

/** Of all that a store's rows are: its plan, and the hashes of its shards. */
function hashOf({ manifest: { plan, shards } }: ActivationStore): string {
  const hash = createHash('sha256').update(canonicalJson(plan as unknown as JsonObject));
  for (const { sha256 } of shards) hash.update(sha256);
  return hash.digest('hex');
}

/** How it was trained, beside what the autoencoder says of itself. */
function trainedWith({ steps, batch, learningRate, sparsity, k }: TrainingConfig): JsonObject {
  return { steps, batch, learningRate, ...(sparsity === undefined ? {} : { sparsity }), ...(k ? { trainedK: k } : {}) };
}

/** The card. How each figure is defined: `core/sae/training/figures.ts`. */
function figuresOf({ curve }: TrainingResult, activations: ActivationStore): JsonObject {
  const last = curve.at(-1);
  if (last === undefined) return {};
  const { l0, explainedVariance, heldOut, dead } = last;
  return {
    rows: activations.rows('train'),
    l0,
    explainedVariance,
    ...(heldOut === undefined ? {} : { heldOutExplainedVariance: heldOut }),
    deadShare: dead,
  };
}

/** Tells of steps as they are done, with their speed and the time that is left. */
class Teller {
  /** Steps of this call. */
  steps = 0;
  private readonly startMs = performance.now();
  private readonly remaining = new RemainingTime();

  constructor(
    private readonly config: TrainingConfig,
    private readonly context: TrainContext,
  ) {}

  readonly report = (figures: TrainingFigures): void => {
    const { batch, steps } = this.config;
    this.steps++;
    const nowMs = performance.now();
    const remainingMs = this.remaining.after({ phase: 'training', done: figures.step, total: steps }, nowMs);
    const vectorsPerSecond = (1000 * this.steps * batch) / (nowMs - this.startMs);
    this.context.emit({
      kind: 'training',
      steps,
      figures,
      vectorsPerSecond,
      ...(remainingMs === undefined ? {} : { remainingMs }),
    });
  };
}
