/**
 * What the export for Neuronpedia takes of each feature: a part of the evidence that `sae evidence` collects, so that a
 * record of evidence can be given as it is. Everything but the index may be missing; the rest comes from the weights.
 */
import { pieceText } from '../charts/pieces.ts';
import type { FeatureEvidence } from './evidence.ts';

export interface NeuronpediaFeature {
  readonly index: number;
  /** In words; becomes an explanation. */
  readonly label?: string;
  /** The share of tokens at which it is active. */
  readonly density?: number;
  readonly max?: number;
  /** Of its activations, the zeros left out: how many, and where each bin is. */
  readonly bars?: { readonly heights: readonly number[]; readonly values: readonly number[] };
  /** The text of a token, and what a unit of the feature adds to its logit; the strongest first. */
  readonly promoted?: readonly (readonly [token: string, logit: number])[];
  readonly suppressed?: readonly (readonly [token: string, logit: number])[];
  /** Other features by the cosine of what they write. */
  readonly nearest?: readonly (readonly [index: number, cosine: number])[];
  /** Pieces of text in which it is active, the strongest first. */
  readonly contexts?: readonly NeuronpediaContext[];
}

export interface NeuronpediaContext {
  /** The text of each token. */
  readonly tokens: readonly string[];
  /** The activation at each of them, 0 where there is none. */
  readonly values: readonly number[];
}

/** What was seen of a feature, as Neuronpedia shows it: bins by their middles, tokens as text. @param density its share of tokens */
export function neuronpediaFeature(evidence: FeatureEvidence, density: number, label: string): NeuronpediaFeature {
  const { index, max, histogram, nearest, contexts } = evidence;
  const { width, counts } = histogram;
  const texts = (list: FeatureEvidence['promoted']) => list.map(([piece, logit]) => [pieceText(piece), logit] as const);
  return {
    ...{ index, label, density, max, nearest },
    bars: { heights: counts, values: counts.map((_, bin) => (bin + 0.5) * width) },
    promoted: texts(evidence.promoted),
    suppressed: texts(evidence.suppressed),
    contexts: contexts.map(({ pieces, values }) => ({ tokens: pieces.map(pieceText), values })),
  };
}
