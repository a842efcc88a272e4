/** What the engine's methods about sparse autoencoders take and give. */
import type { ArtefactManifest } from '../core/artefact/manifest.ts';
import type { SaeQuality } from '../core/sae/evaluation.ts';
import type { DensitySummary } from '../core/sae/featureTally.ts';
import type { Architecture } from '../core/sae/sae.ts';
import type { CallContext } from './rpc.ts';
import type { Progress } from './generateTypes.ts';
import type { SaeTrainEvent, SaeTrainParams, SaeTrainResult } from './saeTrainTypes.ts';

export interface SaeImportParams {
  /** A SAELens folder. */
  readonly folder: string;
  readonly name: string;
  readonly replace: boolean;
  /** The full name of the hook, in place of the one in `cfg.json`. */
  readonly hook?: string;
}

export interface SaeImportResult {
  readonly manifest: ArtefactManifest;
  /** What there is to know of how it came to fit. */
  readonly notes: readonly string[];
}

/** SAELens' folder, or the tree that Neuronpedia imports. */
export const SAE_FORMATS = ['saelens', 'neuronpedia'] as const;

export interface SaeExportParams {
  readonly name: string;
  /** A folder that is not there yet, or empty. */
  readonly out: string;
  readonly as: (typeof SAE_FORMATS)[number];
}

export interface SaeExportResult {
  readonly folder: string;
  /** The names of the files in it. */
  readonly files: readonly string[];
}

export interface SaeEvalParams {
  readonly name: string;
  /** Documents that it was not trained on: intervals are over them. */
  readonly texts: readonly { readonly id: string; readonly text: string }[];
  /** Tokens that are run together; each window begins anew. */
  readonly window: number;
  /** About so many tokens are read, of all texts alike. */
  readonly maxTokens: number;
  readonly seed: number;
}

/** The figures, and on what they stand; see `core/sae/evaluation.ts` and `featureTally.ts` for what each of them is. */
export interface SaeEvalResult extends SaeQuality {
  readonly name: string;
  readonly hook: string;
  readonly architecture: Architecture;
  readonly dIn: number;
  readonly dSae: number;
  readonly documents: number;
  /** Activations that the figures are over. */
  readonly rows: number;
  /** Positions at which the model kept its own value: the first of each window, and massive ones. */
  readonly excluded: { readonly first: number; readonly massive: number };
  readonly l0Median: number;
  /** Of 5 and of 95 in a hundred. */
  readonly l0Quantiles: readonly [number, number];
  readonly density: DensitySummary;
  readonly effectiveFeatures: number;
  /** Effective features by the width of the activations. */
  readonly superposition: number;
  readonly notes: readonly string[];
}

/** The methods of the engine's service about autoencoders; see `saeSchemas.ts`. */
export interface SaeService {
  /** Makes an artefact of a folder that another program wrote. */
  saeImport(params: SaeImportParams, context: CallContext<Progress>): Promise<SaeImportResult>;
  /** How good an autoencoder is on text that it was not trained on. */
  saeEval(params: SaeEvalParams, context: CallContext<Progress>): Promise<SaeEvalResult>;
  /** Trains an autoencoder on collected activations, and keeps it. */
  saeTrain(params: SaeTrainParams, context: CallContext<SaeTrainEvent>): Promise<SaeTrainResult>;
  /** Writes an artefact for other programs. */
  saeExport(params: SaeExportParams, context: CallContext<Progress>): Promise<SaeExportResult>;
}
