/** What `compare` of the engine's service takes and gives: two steerings of one prompt, side by side. Types only. */
import type {
  AppliedSteering,
  ChatTurn,
  GenerateOptions,
  Precision,
  Progress,
  SteerChoice,
  StopReason,
} from './generateTypes.ts';

/** How one of the two answers is steered. */
export interface CompareSide {
  /** Empty for the model as it is. */
  readonly steer: readonly SteerChoice[];
  /** In place of the artefacts' own. */
  readonly steerLayers?: string;
  readonly scope?: string;
}

/** How both answers are asked for. */
export type CompareOptions = Omit<GenerateOptions, 'batch' | 'reuse' | 'steer' | 'steerLayers' | 'scope'>;

export interface CompareParams {
  readonly prompt: string;
  readonly turns?: readonly ChatTurn[];
  readonly options: CompareOptions;
  readonly a: CompareSide;
  readonly b: CompareSide;
  /** The runs part where |h_A - h_B| / |h_A| exceeds it. */
  readonly threshold: number;
  /** How many likely tokens of each distribution are told. */
  readonly top: number;
}

/** [token id, probability], descending. */
export type TopTokens = readonly (readonly [number, number])[];

/** A number that may have overflowed under steering: null is no number. */
export type Measured = number | null;

/**
 * One of the two texts, read under A and under B (teacher-forced). Everything is of the run that a token was chosen from:
 * token t is the one after position promptTokens + t - 1.
 */
export interface ComparedText {
  readonly ids: readonly number[];
  /** KL(A || B) of the distributions that each token was chosen from, in nats. */
  readonly kl: readonly Measured[];
  /** log p of each token that was written, under A and under B, in nats. */
  readonly logA: readonly Measured[];
  readonly logB: readonly Measured[];
  /** What A and B hold the likeliest there, token by token. */
  readonly topA: readonly TopTokens[];
  readonly topB: readonly TopTokens[];
  /** |h_A - h_B| / |h_A| of the residual stream out of each block, [layer][token]. */
  readonly difference: readonly (readonly Measured[])[];
  /** The lowest layer in which any token's difference exceeds the threshold, and the first such token; null where none does. */
  readonly parts: { readonly layer: number; readonly token: number } | null;
}

/** A gate, and how far its probe opened it for each token: σ(h A + c), null where it had no part in the run. */
export interface GateTrace {
  readonly name: string;
  readonly layer: number;
  readonly hook: string;
  readonly strength: readonly Measured[];
}

/** One of the two answers, and how it was steered. */
export interface ComparedSide {
  readonly text: string;
  readonly ids: readonly number[];
  readonly stop: StopReason;
  readonly steer: readonly (AppliedSteering & {
    readonly scope: string;
    /** Of each token: whether this was added in the run that it was chosen from, at its last position. */
    readonly acting: readonly boolean[];
  })[];
  readonly gates: readonly GateTrace[];
  /** Tokens after which the text so far was read again without what had decided them; 0 for never. */
  readonly decided: number;
}

export interface CompareResult {
  readonly model: string;
  readonly precision: Precision;
  readonly layers: number;
  readonly threshold: number;
  readonly promptTokens: number;
  readonly a: ComparedSide;
  readonly b: ComparedSide;
  /** The first token in which the two texts differ, one text's end included; null where they are the same. */
  readonly divergence: number | null;
  /** The text of A and the text of B. */
  readonly texts: readonly [ComparedText, ComparedText];
  /** The vocabulary's spelling of every id that occurs. */
  readonly pieces: Readonly<Record<string, string>>;
}

export type CompareEvent = Progress | { readonly kind: 'text'; readonly id: 'a' | 'b'; readonly text: string };
