/** What the engine's methods about sparse autoencoders take and give. */
import type { ArtefactManifest } from '../core/artefact/manifest.ts';
import type { Reconstruction, SpliceQuality } from '../core/sae/evaluation.ts';
import type { ActivityFigures } from '../core/sae/featureTally.ts';
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
  readonly notes: readonly string[];
}

/** What an autoencoder is evaluated on. */
export type SaeEvalSource =
  /** The corpus that it was trained on: of its packages those that were held out, as much of each language. */
  | { readonly kind: 'corpus'; readonly folder: string }
  /** Documents that it was not trained on: intervals are over them. */
  | { readonly kind: 'texts'; readonly texts: readonly { readonly id: string; readonly text: string }[] }
  /** The held-out rows of an activation store; `rows` of them at the most, all where absent. The model is not run. */
  | { readonly kind: 'activations'; readonly folder: string; readonly rows?: number };

export interface SaeEvalParams {
  readonly name: string;
  readonly on: SaeEvalSource;
  /** Tokens of a text that are run together; each window begins anew. */
  readonly window: number;
  /** About so many tokens of text are read. */
  readonly maxTokens: number;
  readonly seed: number;
}

/** The figures, and on what they stand; see `core/sae/evaluation.ts` and `featureTally.ts` for what each of them is. */
export interface SaeEvalResult extends Reconstruction, ActivityFigures {
  readonly name: string;
  readonly hook: string;
  readonly architecture: Architecture;
  readonly dIn: number;
  readonly dSae: number;
  /** Files or texts that the activations are of. */
  readonly documents: number;
  /** Positions that count in no figure, and at which the model kept its own value: the first of each window, and massive ones. */
  readonly excluded: { readonly first: number; readonly massive: number };
  /** Absent where the model was not run. */
  readonly splice?: SpliceQuality;
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
