/**
 * A training run: batches in, an autoencoder out. Steps follow one another on one thread of the program, with the next
 * batch being read meanwhile; between two of them a cancellation is noticed and the run can be saved.
 */
import { setImmediate } from 'node:timers/promises';
import type { ActivationSource } from '../../../core/sae/activations.ts';
import { ModelError, SteerscopeError, UsageError, throwIfCancelled } from '../../../core/errors.ts';
import type { Sae } from '../../../core/sae/sae.ts';
import { inputScale } from '../../../core/sae/training/centre.ts';
import { checkConfig, isSparse, type TrainingConfig } from '../../../core/sae/training/config.ts';
import { explainedVariance, type TrainingFigures } from '../../../core/sae/training/figures.ts';
import { foldedSae } from '../../../core/sae/training/fold.ts';
import { learningRateAt, sparsityAt } from '../../../core/sae/training/schedule.ts';
import { abortable } from '../../../files/abortable.ts';
import { loadBatch } from './batch.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { DenseStep } from './denseStep.ts';
import { initialise } from './initialise.ts';
import { takeMemory, type Training } from './parameters.ts';
import { RunState } from './runState.ts';
import { SparseStep } from './sparseStep.ts';
import type { Forward, TrainingStep } from './step.ts';

/** Where a run is kept while it is under way. */
export interface Checkpoints {
  readonly file: string;
  /** A checkpoint is written after so many milliseconds. */
  readonly everyMs: number;
  /** Whether the run goes on from the checkpoint that is there; without one it begins anew. */
  readonly resume: boolean;
}

export interface TrainingRequest {
  readonly config: TrainingConfig;
  readonly source: ActivationSource;
  /** Names the activations: a checkpoint of others is refused. */
  readonly sourceName: string;
  /** Activations that are only measured on. */
  readonly heldOut?: ActivationSource;
  readonly threads: number;
  readonly checkpoints?: Checkpoints;
}

export interface TrainingContext {
  readonly signal?: AbortSignal;
  /** Told of every step. */
  readonly report?: (figures: TrainingFigures) => void;
}

export interface TrainingResult {
  readonly sae: Sae;
  /** Figures over the steps, the last of them the result's. */
  readonly curve: readonly TrainingFigures[];
}

/** So many inputs say where their centre is. */
const CENTRE_ROWS = 4096;
/** Held-out inputs are measured so often in a run, and at its end. */
const HELD_OUT_TIMES = 50;

/**
 * Trains an autoencoder.
 *
 * @throws UsageError `bad-training`, `wrong-width` for activations of another width
 * @throws ModelError `nonfinite-loss`: the last checkpoint is from before
 * @throws StoreError of the checkpoint that was to be gone on from: see {@link readCheckpoint}
 * @throws CancelledError when the signal fires; a checkpoint has been written by then
 */
export async function trainSae(request: TrainingRequest, context: TrainingContext = {}): Promise<TrainingResult> {
  checkConfig(request.config);
  assertWidths(request);
  const training = takeMemory(request.config);
  const state = await startState(request, training);
  const step = await openStep(training, request.threads);
  try {
    await new Run(request, training, state, step, context).toTheEnd();
  } finally {
    await step.release();
  }
  return { sae: saeOf(training, state), curve: state.curve };
}

class Run {
  private savedMs = performance.now();
  private savedStep: number;

  constructor(
    private readonly request: TrainingRequest,
    private readonly training: Training,
    private readonly state: RunState,
    private readonly step: TrainingStep,
    private readonly context: TrainingContext,
  ) {
    this.savedStep = state.step;
  }

  async toTheEnd(): Promise<void> {
    const { config, source, checkpoints } = this.request;
    const { state } = this;
    let next = batchOf(source, state.step, config);
    try {
      while (state.step < config.steps) {
        throwIfCancelled(this.context.signal);
        const rows = await abortable(next, this.context.signal);
        if (state.step + 1 < config.steps) next = batchOf(source, state.step + 1, config);
        await this.learn(rows);
        if (checkpoints && performance.now() - this.savedMs >= checkpoints.everyMs) await this.save(checkpoints);
        // Whatever waits for this process has its turn, a cancellation among it.
        await setImmediate();
      }
    } catch (error) {
      void next.catch(() => undefined);
      if (SteerscopeError.is(error, 'cancelled') && checkpoints) await this.save(checkpoints);
      throw error;
    }
  }

  private async learn(rows: Float32Array): Promise<void> {
    const { state, step, training } = this;
    const { config } = training;
    const learningRate = learningRateAt(config, state.step);
    loadBatch(training, rows, state.scale);
    const forward = await step.forward(sparsityAt(config, state.step));
    if (!Number.isFinite(forward.loss)) throw nonfinite(state.step);
    const dead = state.dead();
    step.learn(state.step, learningRate, dead);
    state.advance((feature) => step.isActive(feature), forward.least);
    await this.tell(forward, dead.length, learningRate);
  }

  private async tell(forward: Forward, dead: number, learningRate: number): Promise<void> {
    const { state, context } = this;
    const { batch, dSae } = this.training.config;
    const heldOut = await this.heldOut();
    const figures: TrainingFigures = {
      step: state.step,
      loss: forward.loss,
      l0: forward.active / batch,
      explainedVariance: explainedVariance(forward),
      ...(heldOut === undefined ? {} : { heldOut }),
      dead: dead / dSae,
      learningRate,
    };
    if (state.isPoint() || heldOut !== undefined) state.curve.push(figures);
    context.report?.(figures);
  }

  /** Explained variance of held-out inputs, when it is time to measure it. */
  private async heldOut(): Promise<number | undefined> {
    const { heldOut, config } = this.request;
    const { step } = this.state;
    const isTime = step === config.steps || step % Math.ceil(config.steps / HELD_OUT_TIMES) === 0;
    if (heldOut === undefined || !isTime) return undefined;
    loadBatch(this.training, await heldOut.batch(0, config.batch), this.state.scale);
    return explainedVariance(await this.step.forward(0));
  }

  private async save({ file }: Checkpoints): Promise<void> {
    const { state, training } = this;
    this.savedMs = performance.now();
    if (this.savedStep === state.step) return;
    assertFinite(training, state.step);
    await writeCheckpoint(file, training, state, this.request.sourceName);
    this.savedStep = state.step;
    this.savedMs = performance.now();
  }
}

/** The state to begin with: that of the checkpoint, or a new one, with the weights in memory accordingly. */
async function startState(request: TrainingRequest, training: Training): Promise<RunState> {
  const { checkpoints, config, source, sourceName } = request;
  if (checkpoints?.resume === true) {
    const state = await readCheckpoint(checkpoints.file, training, { config, source: sourceName });
    if (state !== undefined) return state;
  }
  const state = new RunState(config);
  const start = inputScale(await source.batch(0, Math.min(CENTRE_ROWS, source.rows)), config.dIn);
  state.scale = start.scale;
  initialise(training, start);
  return state;
}

function openStep(training: Training, threads: number): Promise<TrainingStep> {
  const { config } = training;
  if (isSparse(config)) return SparseStep.open(training, config, threads);
  return DenseStep.open(training, config.architecture === 'relu' ? 'relu' : 'jumprelu', threads);
}

function batchOf(source: ActivationSource, index: number, { batch }: TrainingConfig): Promise<Float32Array> {
  const rows = source.batch(index, batch);
  // It is waited for later; that it failed is told then.
  rows.catch(() => undefined);
  return rows;
}

function saeOf({ config, width, weights }: Training, { scale, threshold }: RunState): Sae {
  const { wEnc, wDec, bEnc, bDec, logThreshold } = weights;
  const thresholds =
    config.architecture === 'jumprelu'
      ? logThreshold.p.data.map(Math.exp)
      : new Float32Array(config.dSae).fill(threshold);
  const learnt = { wEnc: wEnc.p.data, wDec: wDec.p.data, bEnc: bEnc.p.data, bDec: bDec.p.data, threshold: thresholds };
  return foldedSae({ config, scale, width, ...learnt });
}

function assertWidths({ config, source, heldOut }: TrainingRequest): void {
  for (const { dIn, rows } of heldOut ? [source, heldOut] : [source]) {
    if (dIn !== config.dIn)
      throw new UsageError('wrong-width', `activations of width ${dIn} cannot train an autoencoder of ${config.dIn}`);
    if (rows < 1) throw new UsageError('no-activations', 'there are no activations to train on', 'Collect some first.');
  }
}

/** What is not finite must not take the place of a checkpoint that is. */
function assertFinite({ weights, kernels }: Training, step: number): void {
  for (const { p } of Object.values(weights))
    if (!Number.isFinite(kernels.dot(p.address, p.address, 4 * p.data.length))) throw nonfinite(step);
}

function nonfinite(step: number): ModelError {
  return new ModelError(
    'nonfinite-loss',
    `training broke down at step ${step}: the loss is no number`,
    'Train with a lower --lr. The last checkpoint is from before; activations that are not finite do this too.',
  );
}
