/**
 * What a steering method is: from contrast data and a model to directions with a place, a strength and a scope. Methods
 * are pure; the model comes as a bench that runs texts and tries candidates for them. One file a method, one line in
 * `registry.ts`.
 */
import type { Sae } from '../sae/sae.ts';
import type { GateHook, GateWeights } from '../steering/gate.ts';
import type { Scope } from '../steering/scope.ts';

/** A text of the contrast, in the model's tokens, with the positions that count: its last `tail` tokens. */
export interface ContrastText {
  readonly ids: readonly number[];
  readonly tail: number;
}

/** What a method is fitted on. The two lists correspond by index where the contrast is between languages. */
export interface ContrastData {
  readonly positive: readonly ContrastText[];
  readonly negative: readonly ContrastText[];
}

/** The mean activation at a hook over the tail of each text, layer by layer: `means[layer]` is [texts, width]. */
export interface TailActivations {
  readonly texts: number;
  readonly means: readonly Float32Array[];
  /** The median norm of the value over all positions of all texts, [layer]. */
  readonly medianNorms: readonly number[];
}

/** What a method makes, before it is settled where and how much of it acts. */
export type Intervention =
  /** The same vector at every token: `directions[layer]` is [dModel], added to `resid_post`. */
  | { readonly kind: 'vectors'; readonly directions: readonly Float32Array[] }
  /** What is added depends on the token's own activation; layer -> gate. */
  | { readonly kind: 'gates'; readonly hook: GateHook; readonly gates: ReadonlyMap<number, GateWeights> };

/** One way to use an intervention: where, how much, and over which positions. */
export interface Candidate {
  readonly layers: readonly number[];
  readonly strength: number;
  readonly scope: Scope;
}

/** What came of a candidate on some tasks: counts of answers. */
export interface Trial {
  readonly candidate: Candidate;
  readonly n: number;
  /** Answers in the target language, by keywords. */
  readonly onTarget: number;
  /** Those that also parse, have two real lines and do not repeat themselves. */
  readonly valid: number;
  /** The lead of the target over the next language in keyword points, summed over the answers. */
  readonly evidence: number;
}

/** An MLP neuron that speaks for a language. */
export interface Neuron {
  readonly layer: number;
  readonly neuron: number;
  readonly score: number;
  /** What it adds to the stream for each unit of its activation, [dModel]. */
  readonly writes: Float32Array;
}

/** How much of what a feature promotes is words of either language, over their share of the vocabulary: `core/sae/logitMass.ts`. */
export interface FeatureLift {
  readonly index: number;
  /** 1, no preference, where the language has no words of one token. */
  readonly lift: number;
  /** The same where there is no source. */
  readonly sourceLift: number;
}

/** The features of a sparse autoencoder of `resid_post`. */
export interface FeatureBench {
  readonly layer: number;
  readonly sae: Pick<Sae, 'dSae' | 'dIn' | 'wDec'>;
  /** The mean of each feature over the tail of each text, [texts, dSae]. */
  activations(texts: readonly ContrastText[]): Promise<Float32Array>;
  /** Of these features, in their order. */
  lifts(features: readonly number[]): Promise<readonly FeatureLift[]>;
}

/** The model, as a method sees it. */
export interface FitBench {
  readonly layers: number;
  readonly dModel: number;
  readonly headWidth: number;
  /** Where in a text candidates act, and what is fitted without being tried. */
  readonly scope: Scope;
  /** At `resid_post` unless told otherwise. */
  activations(texts: readonly ContrastText[], hook?: GateHook): Promise<TailActivations>;
  /** Those that speak for the target language by their weights, the best first; none where there is no such language. */
  topNeurons(count: number): Promise<readonly Neuron[]>;
  /** Present for methods that need an autoencoder, where the contrast is between languages. */
  readonly features?: FeatureBench;
  /** How many tasks there are to try candidates on; 0 where the contrast has no judge. */
  readonly tasks: number;
  /** Tries each candidate on the tasks [first, first + count). */
  tryOut(intervention: Intervention, candidates: readonly Candidate[], first: number, count: number): Promise<Trial[]>;
}

export interface FittedSteering extends Candidate {
  readonly intervention: Intervention;
  readonly medianNorms: readonly number[];
  /** Figures of the fit for the manifest: plain JSON. */
  readonly figures: Readonly<Record<string, unknown>>;
}

/** The positions of the methods that read the tails of the contrast's texts. */
export const TAIL_POSITIONS =
  'the mean over the last 8 tokens of each text; for languages these end at the line before the code';

export interface SteeringMethod {
  readonly id: string;
  readonly title: string;
  /** In words: which positions the activations are taken at. */
  readonly positions: string;
  /** True where it works with the features of a sparse autoencoder. */
  readonly needsSae?: true;
  fit(data: ContrastData, bench: FitBench, options: FitOptions): Promise<FittedSteering>;
}

export interface FitOptions {
  /** Decides what is left to chance. */
  readonly seed: number;
}
