/** What both sides of `npm run bench:sae` are told, and what each answers for its turn. */

export interface BenchJob {
  readonly architecture: 'topk';
  readonly dIn: number;
  readonly dSae: number;
  readonly k: number;
  readonly batch: number;
  readonly steps: number;
  readonly seed: number;
  readonly learningRate: number;
  /** Of every step, since the peer knows no schedule. */
  readonly learningRates: readonly number[];
  readonly deadAfter: number;
  /** What activations are multiplied by. */
  readonly scale: number;
  readonly threads: number;
}

/** One turn of some steps. */
export interface Turn {
  readonly wallMs: number;
  /** Processor time of all threads. */
  readonly cpuMs: number;
  /** The most memory that the process has had so far. */
  readonly peakBytes: number;
  /** Explained variance of each step's batch, before the step. */
  readonly explained: readonly number[];
}
