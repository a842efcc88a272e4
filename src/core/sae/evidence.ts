/**
 * What is known of the features of a sparse autoencoder from text that it was not trained on: where each is active, how
 * strongly, in which language, and what it says of the next token. One page a feature, and a row of the list of all.
 */
import type { LanguageId } from '../language/languages.ts';
import type { Histogram } from './doublingHistogram.ts';

/** A piece of text in which a feature is strong. */
export interface FeatureContext {
  /** Which of the evidence's files, counted from 0. */
  readonly file: number;
  /** The strongest token's place in the file, in tokens. */
  readonly position: number;
  /** The vocabulary's spelling of each token. */
  readonly pieces: readonly string[];
  /** The activation at each of them, 0 where there is none. */
  readonly values: readonly number[];
  /** Which of them is the strongest. */
  readonly at: number;
}

/** How a feature goes with a language. */
export interface LanguageSelectivity {
  readonly language: LanguageId;
  /**
   * The chance that the feature is stronger in a window of this language than in one of another (AUROC, ties half), by the
   * largest activation of each window; null where there are no windows to compare.
   */
  readonly auroc: number | null;
  /** How much more of the promoted logit mass than of the vocabulary is on words of the language: 1 is no preference; null without such words. */
  readonly lift: number | null;
}

/** A token, in the vocabulary's spelling, and what a unit of the feature adds to its logit, through the final norm's gain and the head. */
export type TokenLogit = readonly [piece: string, logit: number];

export interface FeatureEvidence {
  readonly index: number;
  /** Made from what is below. */
  readonly label: string;
  /** Tokens at which it is active. */
  readonly active: number;
  /** Over the tokens at which it is active; 0 where it never is. */
  readonly mean: number;
  readonly max: number;
  /** Of its activations, the zeros left out. */
  readonly histogram: Histogram;
  /** The strongest first. */
  readonly contexts: readonly FeatureContext[];
  readonly promoted: readonly TokenLogit[];
  readonly suppressed: readonly TokenLogit[];
  /** In the order of the card's languages. */
  readonly selectivity: readonly LanguageSelectivity[];
  /** Other features by the cosine of what they write, the nearest first. */
  readonly nearest: readonly (readonly [index: number, cosine: number])[];
}

/** A feature in the list of all. */
export interface FeatureRow {
  readonly index: number;
  readonly label: string;
  /** The share of tokens at which it is active. */
  readonly density: number;
  readonly max: number;
  /** In the order of the card's languages. */
  readonly aurocs: readonly (number | null)[];
  /** The strongest tokens of its contexts, each once, in the vocabulary's spelling. */
  readonly tokens: readonly string[];
}

export interface EvidenceFile {
  readonly path: string;
  readonly language: LanguageId;
}

/** What all of it was measured on. */
export interface EvidenceCard {
  /** The artefact's id: a name may be used again. */
  readonly artefact: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly software: string;
  /** How the text was named by whoever gave it. */
  readonly corpus: string;
  readonly dSae: number;
  /** Tokens that were counted. */
  readonly tokens: number;
  /** Of one window. */
  readonly windowTokens: number;
  /** Tokens that were run and not counted: see `massive.ts`. */
  readonly excluded: { readonly first: number; readonly massive: number };
  /** Those that have windows. */
  readonly languages: readonly LanguageId[];
  /** In the order of `languages`. */
  readonly windows: readonly number[];
  readonly files: readonly EvidenceFile[];
  /** Contexts of a feature at most, and of one file. */
  readonly contexts: number;
  readonly contextsPerFile: number;
}

/** What a row is made of. */
export interface RowFigures extends Pick<FeatureRow, 'index' | 'label' | 'max' | 'aurocs'> {
  readonly active: number;
  /** The strongest token of each context. */
  readonly peaks: readonly string[];
}

/** @param tokens that were counted */
export function rowOf({ index, label, active, max, aurocs, peaks }: RowFigures, tokens: number): FeatureRow {
  const density = tokens > 0 ? active / tokens : 0;
  return { index, label, density, max, aurocs, tokens: [...new Set(peaks)].slice(0, ROW_TOKENS) };
}

const ROW_TOKENS = 4;
