/** Training of sparse autoencoders: what the engine is asked for, tells while it goes on, and gives. Types only. */
import type { ArtefactManifest } from '../core/artefact/manifest.ts';
import type { TrainingArchitecture } from '../core/sae/training/config.ts';
import type { TrainingFigures } from '../core/sae/training/figures.ts';
import type { Progress } from './generateTypes.ts';

export interface SaeTrainParams {
  /** A folder that `saeCollect` made, of the model that is open. */
  readonly activations: string;
  readonly name: string;
  /** True takes the place of an artefact of this name, and of a run of this name that was broken off. */
  readonly replace: boolean;
  /** True goes on with the run of this name that was broken off, to the same bits as if it had not been. */
  readonly resume: boolean;
  readonly architecture: TrainingArchitecture;
  /** Features; eight for each number of an activation where absent. */
  readonly dSae?: number;
  /** Active features an activation, for `topk` and `batchtopk`. */
  readonly k?: number;
  /** The price of sparsity, for `jumprelu` and `relu`. */
  readonly sparsity?: number;
  readonly batch?: number;
  /** How long: so many steps, or so many activations; once over all of them where both are absent. */
  readonly steps?: number;
  readonly tokens?: number;
  /** By the number of features where absent. */
  readonly learningRate?: number;
  readonly seed: number;
  /** What activations may take in memory. */
  readonly memoryBytes: number;
  readonly checkpointMinutes: number;
}

/** Told after each step. */
export interface SaeTrainStep {
  readonly kind: 'training';
  readonly steps: number;
  readonly figures: TrainingFigures;
  readonly vectorsPerSecond: number;
  /** Milliseconds; absent while it would be a guess. */
  readonly remainingMs?: number;
}

export type SaeTrainEvent = Progress | SaeTrainStep;

export interface SaeTrainResult {
  readonly manifest: ArtefactManifest;
  /** Figures over the steps, at most some hundreds; the last of them are the result's. */
  readonly curve: readonly TrainingFigures[];
  /** Of this call: without what was done before a run was resumed. */
  readonly run: { readonly steps: number; readonly ms: number };
}
