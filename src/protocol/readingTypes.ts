/** What readings of the model take and give: parameters and results of the engine's methods that look inside. */
import type { LayersReading } from '../core/lens/reading.ts';
import type { AppliedSteering, SteerChoice } from './generateTypes.ts';
import type { ReadParams } from './textTypes.ts';

export type { CellReading, AttentionReading, NeuronReading, TopProbabilities } from '../core/lens/reading.ts';

export interface LayersParams extends ReadParams {
  /** Only the last so many positions are read; all where absent. */
  readonly last?: number;
  /** The likeliest tokens of each cell. */
  readonly top: number;
  /** Vectors and gates that act at every position, so that what is read is the steered model. */
  readonly steer?: readonly SteerChoice[];
  /** An artefact whose direction the streams are compared with. */
  readonly direction?: string;
  /** Whether the probes of languages of every layer score the streams too: `needed` fails where there are none. */
  readonly probe?: 'needed' | 'if-there';
}

export interface CellParams extends ReadParams {
  readonly layer: number;
  /** Counted from 0, or from the end with negative numbers. */
  readonly position: number;
  /** How many neurons, and of each how many tokens. */
  readonly neurons: number;
  readonly top: number;
}

export interface LayersResult extends LayersReading {
  readonly steer: readonly AppliedSteering[];
}

export interface AttentionParams extends ReadParams {
  readonly layer: number;
  readonly head: number;
}
