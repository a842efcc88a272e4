/** What both sides of `npm run bench:extraction` are told, and what each answers for its turn. */

/** A tensor of `weights.f32`: float32, row-major, at an offset in numbers. */
export interface WeightEntry {
  readonly name: string;
  readonly offset: number;
  readonly shape: readonly number[];
}

export interface ExtractionJob {
  readonly model: string;
  readonly home: string;
  readonly threads: number;
  readonly prompts: readonly (readonly number[])[];
  /** Of the model, for the peer. */
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly ropeBase: number;
  readonly rmsEpsilon: number;
  readonly weights: readonly WeightEntry[];
}

/** Prompts `first` to `first + count - 1`, so many in one run: the residual streams after each of the first `layers` blocks. */
export interface ExtractionRequest {
  readonly first: number;
  readonly count: number;
  readonly batch: number;
  readonly layers: number;
  /** Of the peer: true stops after the last block asked for, false runs the model to its logits, as its forward pass does. */
  readonly cut: boolean;
}

export interface ExtractionTurn {
  readonly wallMs: number;
  /** Processor time of all threads. */
  readonly cpuMs: number;
  /** Values that came back as arrays. */
  readonly numbers: number;
  /** Of the first prompt, the first values of its last position, layer by layer. */
  readonly sample: readonly number[];
}

/** Values of a layer in a sample. */
export const SAMPLE_WIDTH = 16;
