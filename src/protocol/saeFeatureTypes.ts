/** What the engine's methods about the features of autoencoders take and give: plain data, as `--json` prints it. */
import type { ArtefactManifest } from '../core/artefact/manifest.ts';
import type { EvidenceCard, EvidenceFile, FeatureEvidence } from '../core/sae/evidence.ts';
import type { FeatureOp } from '../core/sae/featureSteering.ts';
import type { FeatureSort, ListedFeature } from '../core/sae/evidenceList.ts';
import type { Progress } from './generateTypes.ts';
import type { CallContext } from './rpc.ts';
import type { StorePlace } from './storePlace.ts';
import type { ReadParams } from './textTypes.ts';

/** Looks at the features of an autoencoder on text that it was not trained on, and keeps what was seen. */
export interface SaeEvidenceParams {
  readonly name: string;
  /** A folder of source files. */
  readonly corpus: string;
  /** True where it is the corpus that was trained on: only packages are looked at that were held out. */
  readonly heldOut?: boolean;
  /** How the corpus is named in what is kept; the folder's own name where absent. */
  readonly corpusName?: string;
  /** Tokens in all; each language gets the same part at most. */
  readonly tokens: number;
  /** Of a window: what is run at once, and what languages are compared by. */
  readonly windowTokens: number;
  /** Contexts kept of each feature. */
  readonly contexts: number;
  readonly seed: number;
}

/** What was looked at, and what came of it. */
export interface SaeEvidenceResult {
  readonly card: Omit<EvidenceCard, 'files'> & { readonly files: number };
  /** Features that were never active. */
  readonly silent: number;
  /** By language: those that tell it from all others with an AUROC of at least 0.95. */
  readonly selective: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}

export interface SaeFeaturesParams extends StorePlace {
  readonly name: string;
  /** Part of a label, a token or a context, in any case; or the number of a feature. */
  readonly search?: string;
  /** Only features that go with this language more than with any other. */
  readonly language?: string;
  readonly sort: FeatureSort;
  readonly limit: number;
}

export interface SaeFeaturesResult {
  readonly name: string;
  readonly card: Omit<EvidenceCard, 'files'> & { readonly files: number };
  /** Those that were found, of which `features` are the first. */
  readonly found: number;
  readonly features: readonly ListedFeature[];
}

export interface SaeFeatureParams extends StorePlace {
  readonly name: string;
  readonly index: number;
}

export interface SaeFeatureResult extends FeatureEvidence {
  /** The user's, where there is one. */
  readonly ownLabel?: string;
  /** The share of tokens at which it is active. */
  readonly density: number;
  /** The labels of the nearest, in their order. */
  readonly nearestLabels: readonly string[];
  /** What the contexts' `file` counts in: the files that are among them, others are left out. */
  readonly files: Readonly<Record<string, EvidenceFile>>;
}

export interface SaeLabelParams extends StorePlace {
  readonly name: string;
  readonly index: number;
  /** Empty takes the label away. */
  readonly label: string;
}

export interface SaeFiresParams extends ReadParams {
  readonly name: string;
  /** Features of each token, the strongest first. */
  readonly top: number;
  /** Only the last so many positions are told of; all where absent. */
  readonly last?: number;
}

export interface SaeFiresResult {
  readonly name: string;
  readonly layer: number;
  readonly hook: string;
  readonly ids: readonly number[];
  readonly pieces: Readonly<Record<string, string>>;
  /** The first position that is told of. */
  readonly first: number;
  /** Positions that nothing is told of: the first of the text, and massive ones. See `core/sae/massive.ts`. */
  readonly leftOut: readonly number[];
  /** Of each position from `first` on: [feature, activation], the strongest first. */
  readonly features: readonly (readonly (readonly [feature: number, activation: number])[])[];
  /** How many are active at each of these positions, those that are not listed too. */
  readonly active: readonly number[];
  /** The labels of all features that occur, the user's where there is one; empty where no evidence was made. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Keeps a change of a feature as a steering artefact. */
export interface SaeDirectionParams {
  /** Of the artefact. */
  readonly name: string;
  readonly replace: boolean;
  /** The autoencoder. */
  readonly sae: string;
  readonly index: number;
  readonly op: FeatureOp;
  readonly value: number;
}

/** The methods of the engine's service about features; see `saeFeatureSchemas.ts`. */
export interface SaeFeatureService {
  /** Looks at the features of an autoencoder on text, and keeps what was seen. */
  saeEvidence(params: SaeEvidenceParams, context: CallContext<Progress>): Promise<SaeEvidenceResult>;
  /** The features that were looked at: those that are asked for, in an order. */
  saeFeatures(params: SaeFeaturesParams, context: CallContext): Promise<SaeFeaturesResult>;
  /** All that is known of one. */
  saeFeature(params: SaeFeatureParams, context: CallContext): Promise<SaeFeatureResult>;
  /** Gives a feature the user's own label. */
  saeLabel(params: SaeLabelParams, context: CallContext): Promise<null>;
  /** Which features are active at the tokens of a text. */
  saeFires(params: SaeFiresParams, context: CallContext<Progress>): Promise<SaeFiresResult>;
  /** Makes a direction of a feature, which is then chosen like any other. */
  saeDirection(params: SaeDirectionParams, context: CallContext<Progress>): Promise<ArtefactManifest>;
}
