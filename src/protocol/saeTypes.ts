/** What the engine's methods about sparse autoencoders take and give. */
import type { ArtefactManifest } from '../core/artefact/manifest.ts';
import type { CallContext } from './rpc.ts';
import type { Progress } from './generateTypes.ts';

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

export interface SaeExportParams {
  readonly name: string;
  /** A folder that is not there yet, or empty. */
  readonly out: string;
}

export interface SaeExportResult {
  readonly folder: string;
  /** The names of the files in it. */
  readonly files: readonly string[];
}

/** The methods of the engine's service about autoencoders; see `saeSchemas.ts`. */
export interface SaeService {
  /** Makes an artefact of a folder that another program wrote. */
  saeImport(params: SaeImportParams, context: CallContext<Progress>): Promise<SaeImportResult>;
  /** Writes an artefact for other programs. */
  saeExport(params: SaeExportParams, context: CallContext<Progress>): Promise<SaeExportResult>;
}
