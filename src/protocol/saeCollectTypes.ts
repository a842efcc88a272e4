/** Collecting activations for sparse autoencoders: what the engine's method takes and gives. */
import type { Precision } from '../core/weights/precision.ts';
import type { Part, StoreDtype } from '../core/sae/activationManifest.ts';
import type { Progress } from './generateTypes.ts';
import type { CallContext } from './rpc.ts';

export interface SaeCollectParams {
  /** The place inside a block: `resid_post`, `mlp_out`, `attn.hook_z`. */
  readonly hook: string;
  readonly layer: number;
  /** Source files of a folder, or what the model writes itself. */
  readonly corpus: { readonly kind: 'folder'; readonly folder: string } | { readonly kind: 'written' };
  /** The folder of the store; one that was broken off there goes on. */
  readonly out: string;
  /** Tokens to run, at the most; a tenth of them of the held-out part. */
  readonly tokens: number;
  readonly dtype: StoreDtype;
  /** The most memory, in bytes, that activations take while they wait to be written. */
  readonly memoryBytes: number;
  readonly seed: number;
  /** Tokens that run together. */
  readonly window: number;
  /** Windows in one run. */
  readonly batch: number;
}

/** What is in a store, and what it cost. */
export interface SaeCollectResult {
  readonly folder: string;
  readonly hook: string;
  readonly layer: number;
  readonly dIn: number;
  readonly dtype: StoreDtype;
  readonly precision: Precision;
  readonly corpusHash: string;
  readonly splitBy: 'package' | 'file';
  readonly files: number;
  /** Files, and folders that were not looked into, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Tokens that the corpus gave. */
  readonly tokens: number;
  readonly rows: Readonly<Record<Part, number>>;
  /** Rows of each package and language, by part. */
  readonly packages: Readonly<Record<string, Readonly<Record<Part, number>>>>;
  readonly languages: Readonly<Record<string, Readonly<Record<Part, number>>>>;
  /** Positions that were left out on purpose: the first of each window, and those longer than the threshold. */
  readonly excluded: { readonly first: number; readonly massive: number; readonly threshold: number };
  /** Of the part that is trained on. */
  readonly meanNorm: number;
  readonly medianNorm: number;
  readonly bytes: number;
  /** What activations took in memory at the most, by the sizes of the buffers. */
  readonly bufferBytes: number;
  /** Of this call: tokens that were run, 0 where all was there, and how long that took. */
  readonly run: { readonly tokens: number; readonly ms: number };
}

/** The method of the engine's service that collects; see `saeCollectSchemas.ts`. */
export interface SaeCollectService {
  /** Runs a corpus up to a hook, and keeps what is there. What was broken off goes on. */
  saeCollect(params: SaeCollectParams, context: CallContext<Progress>): Promise<SaeCollectResult>;
}
