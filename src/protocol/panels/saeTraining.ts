/** Training an autoencoder in the panel of features: what is chosen, what a run tells, and the verbs. */
import * as v from 'valibot';
import { TRAINING_ARCHITECTURES, type TrainingArchitecture } from '../../core/sae/training/config.ts';
import type { TrainingFigures } from '../../core/sae/training/figures.ts';
import * as field from '../fields.ts';
import type { ParamsSchemas } from '../rpc.ts';
import type { PanelWork } from './panel.ts';

export interface TrainingChoice {
  /** The folder of activations; null until one was chosen. */
  readonly activations: string | null;
  readonly name: string;
  readonly architecture: TrainingArchitecture;
  /** Active features a token, for `topk` and `batchtopk`. */
  readonly k: number;
  /** The price of a sparse code, for `jumprelu` and `relu`; null for the usual one. */
  readonly sparsity: number | null;
  /** Null for once over all activations. */
  readonly steps: number | null;
}

/** `new` refuses a name that is taken or a run of it that was broken off, which `resume` goes on with and `replace` drops. */
export const TRAINING_STARTS = ['new', 'resume', 'replace'] as const;
export type TrainingStart = (typeof TRAINING_STARTS)[number];

export interface TrainingState {
  readonly choice: TrainingChoice;
  /** `unfinished`: a run of this name was broken off; `done`: the run that is shown has become an autoencoder. */
  readonly activity: 'idle' | 'collecting' | 'training' | 'unfinished' | 'done';
  readonly work?: PanelWork;
  /** Of the newest step. */
  readonly latest?: { readonly figures: TrainingFigures; readonly vectorsPerSecond: number };
  /** Which curve there is; its points are asked for. */
  readonly curve?: number;
  /** What went wrong with it last, in words. */
  readonly problem?: string;
}

export interface SaeTrainingVerbs {
  chooseTraining(params: TrainingChoice): Promise<null>;
  /** Asks for a folder that activations were collected into. */
  pickActivations(params: Record<string, never>): Promise<null>;
  /** Asks which files, at which layer and where to, and collects activations. Returns when that is known. */
  collect(params: Record<string, never>): Promise<null>;
  /** Returns at once. */
  train(params: { readonly start: TrainingStart }): Promise<null>;
  /** Ends collecting or training; what there is is kept, to be gone on with. */
  cancelTraining(params: Record<string, never>): Promise<null>;
  /** The points of the curve that is there; null where there is none. */
  curve(
    params: Record<string, never>,
  ): Promise<{ readonly key: number; readonly points: readonly TrainingFigures[] } | null>;
}

const nothing = v.strictObject({});

export const trainingChoice: v.GenericSchema<unknown, TrainingChoice> = v.strictObject({
  activations: v.nullable(field.someText),
  name: field.artefactName,
  architecture: v.picklist(TRAINING_ARCHITECTURES),
  k: field.count,
  sparsity: v.nullable(field.amount),
  steps: v.nullable(field.count),
});

export const saeTrainingSchemas: ParamsSchemas<SaeTrainingVerbs> = {
  chooseTraining: trainingChoice,
  pickActivations: nothing,
  collect: nothing,
  train: v.strictObject({ start: v.picklist(TRAINING_STARTS) }),
  cancelTraining: nothing,
  curve: nothing,
};
