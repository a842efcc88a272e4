/** What answers are asked for with, and what comes back: shared by all methods of the engine that write text. Types only. */

import type { Precision } from '../core/weights/precision.ts';
import type { Figures, TopProbabilities } from '../core/lens/reading.ts';
import type { FeatureChange } from '../core/sae/featureSteering.ts';

/** A step of long work. `total` is absent where it cannot be known. */
export interface Progress {
  readonly kind: 'progress';
  /** What is being done, in words for the user: "preparing weights". */
  readonly phase: string;
  readonly done: number;
  readonly total?: number;
  readonly unit: string;
}

export type { Precision };

export interface Prompt {
  readonly id: string;
  readonly prompt: string;
  /** What was said before, the oldest first; only for prompts that are asked as a chat. */
  readonly turns?: readonly ChatTurn[];
}

export interface ChatTurn {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

export interface SteerChoice {
  readonly name: string;
  /** Multiplies the strength that the artefact was fitted with. */
  readonly strength: number;
}

/** A feature of a sparse autoencoder, and what is to become of it; see `core/sae/featureSteering.ts`. */
export interface FeatureChoice extends FeatureChange {
  /** The autoencoder's. */
  readonly name: string;
}

export interface GenerateOptions {
  /** `auto` asks as a chat where the model has a template. */
  readonly mode: 'chat' | 'raw' | 'auto';
  readonly system?: string;
  /** The answer is made to begin with it. */
  readonly prefill?: string;
  /**
   * The text after the place where the answer goes: the model fills in between the prompt and it. Only for prompts that
   * are continued as they are, and for models with `infill`.
   */
  readonly suffix?: string;
  /**
   * True where prompt follows prompt while somebody types: what the call before has run already is not run again, which
   * changes no bit of the answer, and a prompt is run in shorter pieces, so that a call that is cancelled ends sooner.
   */
  readonly reuse?: boolean;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  /** 0 is off. */
  readonly topK: number;
  readonly repeatPenalty: number;
  readonly stop: readonly string[];
  readonly ignoreEos: boolean;
  readonly batch: number;
  readonly seed: number;
  readonly steer: readonly SteerChoice[];
  /** Features that steer beside the artefacts; at every position, where `scope` does not say otherwise. */
  readonly features?: readonly FeatureChoice[];
  /** Layers in place of the artefacts' own. */
  readonly steerLayers?: string;
  /** `prompt`, `answer`, `all`, `first:N` or `decide:N`, in place of the artefacts' own. */
  readonly scope?: string;
}

export interface GenerateParams {
  readonly prompts: readonly Prompt[];
  readonly options: GenerateOptions;
  /**
   * Tells of the layers at each token as it is written, where one answer is written at a time; with so many likeliest tokens of
   * each cell. It changes no bit of the answer, and takes at most as long as the writing does.
   */
  readonly watch?: { readonly top: number };
}

/** What the layers hold at a token of an answer, in the run that wrote the next one. */
export interface WrittenLayers {
  /** Counted in the answer. */
  readonly index: number;
  readonly id: number;
  /** The vocabulary's text of the token. */
  readonly pieces: Readonly<Record<string, string>>;
  /** One for each layer, as in {@link LayerMeasures}; null where nothing can be said. */
  readonly norm: Figures;
  readonly change: Figures;
  /** Absent until it is read. */
  readonly lens?: {
    readonly entropy: Figures;
    readonly divergence: Figures;
    readonly confidence: Figures;
    readonly top: readonly TopProbabilities[];
    readonly pieces: Readonly<Record<string, string>>;
  };
}

export type StopReason = 'eos' | 'length' | 'text' | 'nonfinite';

export interface AppliedSteering {
  readonly name: string;
  readonly strength: number;
  readonly layers: readonly number[];
  /** |strength v| over the median norm of the layer's residual stream, the largest of the layers. */
  readonly dose: number;
  /** How what it was made on differs without forbidding its use, such as the precision or the surface; absent where it does not. */
  readonly notes?: readonly string[];
}

export interface Generated {
  readonly id: string;
  /** The answer with its prefill. */
  readonly text: string;
  /** The generated tokens. The token that ended the answer is not among them. */
  readonly ids: readonly number[];
  readonly stop: StopReason;
  readonly promptTokens: number;
  /** Tokens of the prompt that were not run again; absent without `reuse`. */
  readonly reusedTokens?: number;
  readonly tokens: number;
  readonly ms: { readonly prompt: number; readonly decode: number };
  readonly steer: readonly AppliedSteering[];
}

/** Text of an answer as it appears, and each answer as it is done. */
export type GenerateEvent =
  | Progress
  | { readonly kind: 'text'; readonly id: string; readonly text: string }
  /** Only where `watch` asks for it. */
  | { readonly kind: 'layers'; readonly id: string; readonly tokens: readonly WrittenLayers[] }
  | { readonly kind: 'answer'; readonly answer: Generated };
