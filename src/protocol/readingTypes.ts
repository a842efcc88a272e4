/** What readings of the model take and give: parameters and results of the engine's methods that look inside. */
import type { AppliedSteering, GenerateOptions, SteerChoice, TextParams, TopLogits } from './engineService.ts';

export interface LayersParams extends TextParams {
  /** The text is a prompt, and is read as it would be asked. */
  readonly asked?: Pick<GenerateOptions, 'mode' | 'system' | 'prefill' | 'suffix'>;
  /** What the model wrote after it, taken as the tokenizer takes it. */
  readonly written?: string;
  /** Only the last so many positions are read; all where absent. */
  readonly last?: number;
  /** The likeliest tokens of each cell. */
  readonly top: number;
  /** Vectors and gates that act at every position, so that what is read is the steered model. */
  readonly steer?: readonly SteerChoice[];
  /** An artefact whose direction the streams are compared with. */
  readonly direction?: string;
}

/** [token id, probability], descending. */
export type TopProbabilities = readonly (readonly [number, number])[];

/** One number for each [position, layer]. */
export interface LayerMeasures {
  /** |h| of the residual stream after the layer. */
  readonly norm: readonly number[];
  /** |h - h before| / |h before|: what the block added, as a share of what it was given. */
  readonly change: readonly number[];
  /** Of the lens's distribution, in nats. */
  readonly entropy: readonly number[];
  /** KL(final || lens), in nats. */
  readonly divergence: readonly number[];
  /** The probability of the lens's first token. */
  readonly confidence: readonly number[];
  /** With the direction that was asked for; null in layers that it has none in. */
  readonly cosine?: readonly (number | null)[];
}

export interface LayersResult {
  readonly ids: readonly number[];
  /** The first position that was read. */
  readonly first: number;
  readonly layers: number;
  /** The vocabulary's text of every id that occurs in the result. */
  readonly pieces: Readonly<Record<string, string>>;
  readonly steer: readonly AppliedSteering[];
  readonly measures: LayerMeasures;
  /** Of each [position, layer]. */
  readonly top: readonly TopProbabilities[];
  /** Single dimensions that outweigh all others (arXiv 2402.17762). */
  readonly massive: readonly {
    readonly layer: number;
    readonly position: number;
    readonly dimension: number;
    readonly value: number;
    readonly ratio: number;
  }[];
}

/** A text as it is read: see {@link LayersParams}. */
export type ReadText = Pick<LayersParams, 'text' | 'special' | 'asked' | 'written'>;

export interface CellParams extends ReadText {
  readonly layer: number;
  /** Counted from 0, or from the end with negative numbers. */
  readonly position: number;
  /** How many neurons, and of each how many tokens. */
  readonly neurons: number;
  readonly top: number;
}

/** A neuron of the MLP where it is active, and what it writes: its value vector (Geva et al. 2021, arXiv 2012.14913). */
export interface NeuronReading {
  readonly neuron: number;
  /** `mlp.hook_post` at the position. */
  readonly activation: number;
  /** |activation| · |value vector|: how far it moves the stream. */
  readonly contribution: number;
  /** Tokens that the value vector, with the sign of the activation, makes likelier and less likely: [id, logit]. */
  readonly promoted: TopLogits;
  readonly suppressed: TopLogits;
}

export interface CellResult {
  readonly layer: number;
  readonly position: number;
  readonly pieces: Readonly<Record<string, string>>;
  /** [head][key], each summing to 1 over the keys up to the position. */
  readonly attention: readonly (readonly number[])[];
  /** By contribution, the greatest first. */
  readonly neurons: readonly NeuronReading[];
}

export interface AttentionParams extends ReadText {
  readonly layer: number;
  readonly head: number;
}

export interface AttentionResult {
  readonly ids: readonly number[];
  readonly pieces: Readonly<Record<string, string>>;
  /** [query, key]; 0 for keys after the query. */
  readonly pattern: readonly number[];
}
