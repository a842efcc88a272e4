/** What readings of the model give: plain numbers, and ids with the vocabulary's pieces for them. */

import type { LanguageId } from '../language/languages.ts';

/** [token id, probability], descending. */
export type TopProbabilities = readonly (readonly [number, number])[];

/** [token id, logit]. */
type NamedLogits = readonly (readonly [number, number])[];

/** One number for each [position, layer]; null where the stream has overflowed, and nothing can be read of it. */
export type Figures = readonly (number | null)[];

export interface LayerMeasures {
  /** |h| of the residual stream after the layer. */
  readonly norm: Figures;
  /** |h - h before| / |h before|: what the block added, as a share of what it was given. */
  readonly change: Figures;
  /** Of the lens's distribution, in nats. */
  readonly entropy: Figures;
  /** KL(final || lens), in nats. */
  readonly divergence: Figures;
  /** The probability of the lens's first token. */
  readonly confidence: Figures;
  /** With the direction that was asked for; null in layers that it has none in. */
  readonly cosine?: Figures;
}

/** What a linear probe of each layer says of the languages: probabilities, which over the languages sum to 1. */
export interface ProbeScores {
  /** The artefact, and when it was made: ISO 8601, UTC. */
  readonly artefact: string;
  readonly createdAt: string;
  /** What the probes were fitted on, in words. */
  readonly positions: string;
  /** The layer whose probe did best, and reads lines. */
  readonly layer: number;
  /** Of each language [position, layer]; null at positions of a kind that no probe was fitted on. */
  readonly scores: readonly { readonly language: LanguageId; readonly values: Figures }[];
}

/** Every layer at every position that was read. */
export interface LayersReading {
  readonly ids: readonly number[];
  /** The first position that was read. */
  readonly first: number;
  readonly layers: number;
  /** The vocabulary's text of every id that occurs in the result. */
  readonly pieces: Readonly<Record<string, string>>;
  readonly measures: LayerMeasures;
  /** Where it was asked for, and there are probes of every layer. */
  readonly probe?: ProbeScores;
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

/** A neuron of the MLP where it is active, and what it writes: its value vector (Geva et al. 2021, arXiv 2012.14913). */
export interface NeuronReading {
  readonly neuron: number;
  /** `mlp.hook_post` at the position. */
  readonly activation: number;
  /** |activation| · |value vector|: how far it moves the stream. */
  readonly contribution: number;
  /** Tokens that the value vector, with the sign of the activation, makes likelier and less likely: [id, logit]. */
  readonly promoted: NamedLogits;
  readonly suppressed: NamedLogits;
}

export interface CellReading {
  readonly layer: number;
  readonly position: number;
  readonly pieces: Readonly<Record<string, string>>;
  /** [head][key], each summing to 1 over the keys up to the position. */
  readonly attention: readonly (readonly number[])[];
  /** By contribution, the greatest first. */
  readonly neurons: readonly NeuronReading[];
}

export interface AttentionReading {
  readonly ids: readonly number[];
  readonly pieces: Readonly<Record<string, string>>;
  /** [query, key]; 0 for keys after the query. */
  readonly pattern: readonly number[];
}
