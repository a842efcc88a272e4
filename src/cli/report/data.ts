/**
 * What the tour measured, as plain data: the input of the report and of the terminal's summary. Types only; every value
 * in it came from the engine, and may hold text of a model, which is never trusted.
 */
import type { ArtefactManifest } from '../../core/artefact/manifest.ts';
import type { Condition } from '../../core/bias/answers.ts';
import type { EngineFacts, LensResult, ModelSummary, ProbeResult, Prompt } from '../../protocol/engineService.ts';

/** A result with its date, and whether it was measured in this run or kept from an earlier one. */
export interface Dated<T> {
  readonly value: T;
  /** ISO 8601, UTC: when it was measured. */
  readonly at: string;
  /** How long that took, in milliseconds; absent where it is not known. */
  readonly ms?: number;
  readonly isKept: boolean;
}

/** One pair of timed runs, in tokens per second. */
export interface SpeedPair {
  readonly plain: number;
  readonly steered: number;
  /** Which of the two ran first: the order alternates, so that a machine that slows down favours neither. */
  readonly first: 'plain' | 'steered';
}

export interface Speed {
  readonly tokensPerRun: number;
  readonly pairs: readonly SpeedPair[];
  readonly medianPlain: number;
  readonly medianSteered: number;
  /** The median over pairs of plain over steered, less one: 0.02 is two per cent more time with steering. */
  readonly overhead: number;
  /** The smallest and the largest overhead of a pair. */
  readonly overheadRange: readonly [number, number];
}

/** The next token after the opening, read out of every layer, without and with the vector. */
export interface LensReading {
  readonly prompt: Prompt;
  readonly plain: LensResult;
  /** Absent where the engine cannot read a steered run. */
  readonly steered?: LensResult;
}

export interface Language {
  readonly id: string;
  readonly name: string;
}

export interface Settings {
  readonly seed: number;
  readonly threads: number;
  readonly maxTokens: number;
  readonly repeatPenalty: number;
  /** What every answer is made to begin with. */
  readonly opening: string;
  /** What the rival of steering adds to the prompt: "Use C++." */
  readonly request: string;
  /** The command that repeats this run. */
  readonly command: string;
}

export interface ReportData {
  readonly software: string;
  readonly madeAt: string;
  readonly model: ModelSummary;
  readonly facts: EngineFacts;
  readonly target: Language;
  readonly source: Language;
  readonly settings: Settings;
  readonly prompts: readonly Prompt[];
  readonly plain: Dated<Condition>;
  readonly steered: Dated<Condition>;
  readonly asked: Dated<Condition>;
  readonly fit: Dated<ArtefactManifest>;
  /** |strength v| over the median norm of the layer, as the engine applied it. */
  readonly dose: number;
  readonly probe: Dated<ProbeResult>;
  readonly lens?: Dated<LensReading>;
  readonly speed: Dated<Speed>;
}
