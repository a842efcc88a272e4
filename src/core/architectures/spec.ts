/**
 * What an architecture family is, as data: how its numbers and tensors are called in a GGUF, and which variant of the
 * decoder's recipe (`graph/decoder.ts`) it is. Adding a family is one file beside this one and one line in `index.ts`.
 */
import type { GgufFile } from '../format/gguf/types.ts';

/** The numbers that shape a decoder. Widths are in elements, `context` in tokens. */
export interface DecoderConfig {
  readonly architecture: string;
  readonly layers: number;
  readonly dModel: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headWidth: number;
  readonly dMlp: number;
  readonly vocab: number;
  readonly context: number;
  readonly ropeBase: number;
  /** True where neighbouring rows of q and k form a rotation pair, as llama.cpp stores the llama family. */
  readonly ropeInterleaved: boolean;
  readonly rmsEpsilon: number;
  /** True where the head is the embedding, transposed. */
  readonly tiedEmbedding: boolean;
}

/** The matrices of one block by role; those in one list read the same input and run as one multiplication. */
export interface BlockTensors {
  readonly attentionNorm: string;
  readonly qkv: readonly string[];
  readonly attentionOut: string;
  readonly mlpNorm: string;
  readonly gateUp: readonly string[];
  readonly mlpOut: string;
}

export interface ArchitectureSpec {
  /** `general.architecture` of the files it reads. */
  readonly id: string;
  /** @throws FormatError where a key is missing, ModelError where the file uses a feature the recipe lacks. */
  config(file: GgufFile): DecoderConfig;
  readonly embedding: string;
  readonly finalNorm: string;
  /** The head's own matrix, absent where the embedding is tied. */
  readonly head: string;
  block(layer: number): BlockTensors;
}

/** A model whose numbers agree with each other and with the shape of every tensor that its recipe reads. */
export interface CheckedModel {
  readonly spec: ArchitectureSpec;
  readonly config: DecoderConfig;
}
