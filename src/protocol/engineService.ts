/**
 * What the engine does for its front ends: one interface, whose parameters and results are plain data. The terminal's
 * `--json` documents and the panels' data are these results as they are. Lengths of time are in milliseconds.
 */
import type { ArtefactManifest } from '../core/artefact/manifest.ts';
import type { JsonValue } from '../core/artefact/json.ts';
import type { ProbeResult } from '../core/probes/study.ts';
import type { Surface } from '../core/steering/choice.ts';
import type {
  AttentionParams,
  AttentionReading,
  CellParams,
  CellReading,
  LayersParams,
  LayersResult,
} from './readingTypes.ts';
import type { InterveneParams, InterveneResult, SweepParams, SweepResult } from './interventionTypes.ts';
import type {
  Generated,
  GenerateEvent,
  GenerateParams,
  Precision,
  Progress,
  SteerChoice,
  AppliedSteering,
} from './generateTypes.ts';
import type { CompareEvent, CompareParams, CompareResult } from './compareTypes.ts';
import type { CallContext } from './rpc.ts';
import type { SaeCollectService } from './saeCollectTypes.ts';
import type { SaeFeatureService } from './saeFeatureTypes.ts';
import type { SaeService } from './saeTypes.ts';
import type { StorePlace } from './storePlace.ts';
import type { ReadParams, TextParams, TokenizeParams, Tokens } from './textTypes.ts';
import type { Examined, Likelihood, LikelihoodParams } from './studyTypes.ts';

export type { ReadParams, TextParams, TokenizeParams, Tokens };
export type * from './generateTypes.ts';
export type { StorePlace };

/** [estimate, lower, upper] of a share, with its 95% Wilson interval. */
export type Share = readonly [number, number, number];

export interface OpenParams {
  /** A name of the catalogue, or a path to a `.gguf`. */
  readonly model: string;
  readonly precision: Precision;
  readonly threads: number;
  /** The folder of models, packed weights and the store. */
  readonly home: string;
  /** The artefact store, where it is not the one in `home`. */
  readonly store?: string;
  /** True fetches a model of the catalogue that is not here: the one action that uses the network. */
  readonly get: boolean;
}

export interface ModelSummary {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  readonly architecture: string;
  readonly layers: number;
  readonly dModel: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headWidth: number;
  readonly vocab: number;
  readonly context: number;
  /** How many tensors are stored in each type. */
  readonly weightTypes: Readonly<Record<string, number>>;
  readonly precision: Precision;
  readonly fingerprint: string;
  /** True where it can be asked for what belongs between two texts: see {@link GenerateOptions.suffix}. */
  readonly infill: boolean;
}

/** How far the fast logits are from the exact ones, on a text that is built in. */
export interface LogitGap {
  readonly maxAbs: number;
  readonly relRms: number;
  /** The share of positions with the same first token. */
  readonly top1: number;
}

/** [token id, logit], descending, ties by the lower id. */
export type TopLogits = readonly (readonly [number, number])[];

export interface LogitsResult {
  readonly ids: readonly number[];
  /** The vocabulary's text of every id that occurs in the result. */
  readonly pieces?: Readonly<Record<string, string>>;
  readonly top: readonly TopLogits[];
}

export interface CaptureParams extends TextParams {
  /** Comma-separated globs of hook names. */
  readonly hooks: string;
  /** The safetensors file to write; absent returns the values instead. */
  readonly out?: string;
}

export interface CaptureResult {
  readonly ids: readonly number[];
  readonly hooks: Readonly<Record<string, readonly number[]>>;
  readonly values?: Readonly<Record<string, Float32Array>>;
}

export interface LensParams extends ReadParams {
  /** `all`, or a list such as `0,5,10-20`. */
  readonly layers: string;
  readonly top: number;
  /** Only the last so many positions are read; all where absent. The head is most of the work. */
  readonly last?: number;
  /** Vectors that act at every position, so that the lens sees what the steered model sees. */
  readonly steer?: readonly SteerChoice[];
}

export interface LensResult {
  readonly ids: readonly number[];
  /** The vocabulary's text of every id that occurs in the result, so that a picture needs no second call. */
  readonly pieces?: Readonly<Record<string, string>>;
  /** What was applied; empty or absent where nothing was. */
  readonly steer?: readonly AppliedSteering[];
  readonly layers: readonly {
    readonly layer: number;
    /** After each position that was read, the last of them the text's. */
    readonly top: readonly TopLogits[];
    /** Of the residual stream at each of these positions; absent in results that were kept before they were measured. */
    readonly norms?: readonly number[];
  }[];
}

/** Activation patching: the value at a hook and position of the source's run is put into the target's run. */
export interface PatchParams {
  readonly source: string;
  readonly target: string;
  readonly special: boolean;
  readonly hook: string;
  /** Positions of the source and of the target, counted from 0; negative ones from the end. */
  readonly sourcePosition: number;
  readonly targetPosition: number;
  readonly top: number;
}

export interface PatchResult {
  /** Next-token logits after the target's last token: source as it is, target as it is, target patched. */
  readonly source: TopLogits;
  readonly target: TopLogits;
  readonly patched: TopLogits;
  /** KL divergence of the patched next-token distribution from the target's, in nats. */
  readonly klFromTarget: number;
}

export interface Judged {
  readonly id: string;
  readonly language: string;
  readonly confidence: number;
  readonly text: string;
  /** No error of the language's parser, cut at the last complete top-level node; absent without a parser. */
  readonly parses?: boolean;
}

export interface BiasResult {
  readonly n: number;
  /** Of every language of the registry, `other`, `undecided` and `none`. */
  readonly counts: Readonly<Record<string, number>>;
  readonly share: Readonly<Record<string, Share>>;
  readonly perPrompt: readonly { readonly id: string; readonly language: string; readonly confidence: number }[];
}

/** What is contrasted: a language against another, or two sets of prompts. */
export type Contrast =
  /** Without a source: Python for answers; for raw text what the model writes by itself. */
  | { readonly kind: 'language'; readonly target: string; readonly source?: string }
  | { readonly kind: 'prompts'; readonly positive: readonly string[]; readonly negative: readonly string[] };

export interface FitParams {
  readonly method: string;
  /** The surface that it is fitted on, and will act on; `answer` where absent. */
  readonly surface?: Surface;
  readonly contrast: Contrast;
  readonly name: string;
  readonly replace: boolean;
  readonly seed: number;
  /** Tasks of the fit split to choose layer and strength on; the method's default where absent. */
  readonly tuneTasks?: number;
  /** The autoencoder of a method that needs one; where absent, the one that ships for the model. */
  readonly sae?: string;
}

export interface ProbeParams {
  /** An artefact of the contrast in question, or the languages themselves. */
  readonly artefact?: string;
  readonly target?: string;
  readonly source?: string;
  /** Two or more languages, in place of target and source. */
  readonly languages?: readonly string[];
  /** A hook of the blocks without its `hook_`, such as `resid_post`. */
  readonly hook: string;
  readonly seed: number;
}

export type { ProbeLayer, ProbeResult } from '../core/probes/study.ts';

export interface LinesParams {
  readonly text: string;
  /** Of a longer text the last tokens are read; a limit of the engine's own where absent. */
  readonly maxTokens?: number;
  /** True tells of each token too. */
  readonly perToken?: boolean;
}

/** A token that says something: not the first of the text, nor white space alone. */
export interface TokenReading {
  /** Where it stands in the text that was given, in UTF-16 units: [start, end). */
  readonly start: number;
  readonly end: number;
  /** Counted from 0. */
  readonly line: number;
  /** The probability of each of the result's languages; they sum to 1. */
  readonly scores: readonly number[];
}

export interface LineReading {
  /** Counted from 0 in the text. A line without a visible token of its own is not among them. */
  readonly line: number;
  /** The language that the model holds the line to be in. */
  readonly language: string;
  /** Of each of the result's languages; they sum to 1. */
  readonly scores: readonly number[];
  /** How many tokens the scores are the average of. */
  readonly tokens: number;
}

export interface LinesResult {
  /** The languages that are told apart; a line in any other gets the one it is most like. */
  readonly languages: readonly string[];
  readonly lines: readonly LineReading[];
  /** Where it was asked for: in the order of the text. */
  readonly perToken?: readonly TokenReading[];
  /** Tokens that were read. */
  readonly tokens: number;
  /** What came before them and was not: tokens, and lines of which not all was read. */
  readonly leftOut: { readonly tokens: number; readonly lines: number };
  readonly probe: { readonly name: string; readonly layer: number; readonly notes: readonly string[] };
}

export interface FitLinesParams {
  readonly name: string;
  readonly replace: boolean;
  readonly seed: number;
}

export interface EngineFacts {
  readonly residentBytes: number;
  readonly packedBytes: number;
  readonly precision: Precision;
  readonly threads: number;
}

/** The engine's service. A method is cancelled by its signal and tells its progress as events. */
export interface EngineService extends SaeService, SaeCollectService, SaeFeatureService {
  open(params: OpenParams, context: CallContext<Progress>): Promise<ModelSummary>;
  gap(params: Record<string, never>, context: CallContext<Progress>): Promise<LogitGap>;
  tokenize(params: TokenizeParams, context: CallContext): Promise<Tokens>;
  logits(params: TextParams & { readonly top: number }, context: CallContext<Progress>): Promise<LogitsResult>;
  capture(params: CaptureParams, context: CallContext<Progress>): Promise<CaptureResult>;
  lens(params: LensParams, context: CallContext<Progress>): Promise<LensResult>;
  /** Every measure of every layer at once; see `readingTypes.ts`. */
  layers(params: LayersParams, context: CallContext<Progress>): Promise<LayersResult>;
  cell(params: CellParams, context: CallContext<Progress>): Promise<CellReading>;
  attention(params: AttentionParams, context: CallContext<Progress>): Promise<AttentionReading>;
  /** Two steerings of one prompt: both texts, each read under both. */
  compare(params: CompareParams, context: CallContext<CompareEvent>): Promise<CompareResult>;
  patch(params: PatchParams, context: CallContext<Progress>): Promise<PatchResult>;
  /** Changes one value inside of a run, and says what the output becomes. */
  intervene(params: InterveneParams, context: CallContext<Progress>): Promise<InterveneResult>;
  /** The same change at every layer and position in turn. */
  sweep(params: SweepParams, context: CallContext<Progress>): Promise<SweepResult>;
  generate(params: GenerateParams, context: CallContext<GenerateEvent>): Promise<readonly Generated[]>;
  /** Judges answers that were generated: language by guesslang, parse by tree-sitter. */
  judge(
    params: { readonly answers: readonly { readonly id: string; readonly text: string }[] },
    context: CallContext<Progress>,
  ): Promise<readonly Judged[]>;
  bias(params: GenerateParams, context: CallContext<GenerateEvent>): Promise<BiasResult>;
  /** Judges answers as a study wants it: as `judge` does, and by the compiler of the language, where there is one. */
  examine(
    params: { readonly answers: readonly { readonly id: string; readonly text: string }[] },
    context: CallContext<Progress>,
  ): Promise<readonly Examined[]>;
  /** How likely answers are under the unsteered model. */
  likelihood(params: LikelihoodParams, context: CallContext<Progress>): Promise<readonly Likelihood[]>;
  fit(params: FitParams, context: CallContext<Progress>): Promise<ArtefactManifest>;
  probe(params: ProbeParams, context: CallContext<Progress>): Promise<ProbeResult>;
  /** Which language the model holds each line of a text to be in, by a probe that was made on it. */
  lines(params: LinesParams, context: CallContext<Progress>): Promise<LinesResult>;
  /** Makes that probe for a model that none ships for, and keeps it. */
  fitLines(params: FitLinesParams, context: CallContext<Progress>): Promise<ArtefactManifest>;
  artefacts(params: StorePlace, context: CallContext): Promise<readonly ArtefactManifest[]>;
  show(params: StorePlace & { readonly name: string }, context: CallContext): Promise<ArtefactManifest>;
  /** Returns what was removed; null for an artefact that was too damaged to say. */
  remove(params: StorePlace & { readonly name: string }, context: CallContext): Promise<ArtefactManifest | null>;
  facts(params: Record<string, never>, context: CallContext<Progress>): Promise<EngineFacts>;
  /** What a front end remembered under this key (64 hexadecimal digits), or null. */
  recall(params: { readonly key: string }, context: CallContext): Promise<JsonValue>;
  /** Keeps a finished result of a front end beside the artefacts. The key is a SHA-256 over all that the result depends on. */
  remember(params: { readonly key: string; readonly value: JsonValue }, context: CallContext): Promise<null>;
}
