/**
 * Which weights the graph reads, in which encoding, and where each part of them lies in the packed file. Planning is
 * pure: the same model and precision give the same plan, so a plan's digest can name a packed file.
 *
 * Encodings of a matrix W [out, in]:
 * - `q4`        4-bit values with one scale for 32 columns: w = d (q - 8). Exact for Q4_0.
 * - `q4affine`  the same plus a correction for the minimum m of each block: w = d q + m = d (q - 8) + (m + 8 d), so that
 *               W x = Q4(x) + blocksum32(x) C with C = m + 8 d. Exact for Q4_1 and Q4_K.
 * - `q8`        8-bit values, one scale for 32 columns: w = d (q - 128). Exact for Q8_0, rounded for all others.
 * - `f32`       the dequantised values.
 */
import type { CheckedModel } from '../architectures/spec.ts';
import type { GgmlType, GgufFile, GgufTensor } from '../format/gguf/types.ts';
import { FormatError } from '../errors.ts';
import type { Precision } from './precision.ts';

export type { Precision };

export type Encoding = 'q4' | 'q4affine' | 'q8' | 'f32';

/** Columns that share one scale. */
export const BLOCK = 32;

export interface MatrixPlan {
  readonly name: string;
  /** Tensors of the GGUF, stacked along their rows. */
  readonly sources: readonly string[];
  readonly encoding: Encoding;
  /** Outputs in all, and of each source. */
  readonly rows: number;
  readonly columns: number;
}

export interface VectorPlan {
  readonly name: string;
  readonly source: string;
  readonly length: number;
}

/** The matrices and vectors of a model in one precision. `head` has the embedding's plan where both can share bytes. */
export interface WeightPlan {
  readonly precision: Precision;
  readonly vectors: readonly VectorPlan[];
  readonly matrices: readonly MatrixPlan[];
  readonly embedding: MatrixPlan;
  readonly head: MatrixPlan;
}

/** Names of weights, as the graph asks for them. */
export const weightName = {
  embedding: 'embed.W_E',
  head: 'unembed.W_U',
  finalNorm: 'ln_final.w',
  attentionNorm: (layer: number) => `blocks.${layer}.ln1.w`,
  qkv: (layer: number) => `blocks.${layer}.attn.W_QKV`,
  attentionOut: (layer: number) => `blocks.${layer}.attn.W_O`,
  mlpNorm: (layer: number) => `blocks.${layer}.ln2.w`,
  gateUp: (layer: number) => `blocks.${layer}.mlp.W_gate_in`,
  mlpOut: (layer: number) => `blocks.${layer}.mlp.W_out`,
} as const;

/**
 * Plans the weights of a checked model. In `exact`, no stored weight is rounded and no activation is quantised; in
 * `fast` and `int8`, what has no exact form in 4 bits runs in 8 bits, activations included.
 */
export function planWeights(file: GgufFile, model: CheckedModel, precision: Precision): WeightPlan {
  const { spec, config } = model;
  const vectors: VectorPlan[] = [];
  const matrices: MatrixPlan[] = [];
  const vector = (name: string, source: string) => vectors.push({ name, source, length: config.dModel });
  const matrix = (name: string, sources: readonly string[]) =>
    matrices.push(planMatrix(file, name, sources, linearEncoding(typesOf(file, sources), precision)));
  for (let layer = 0; layer < config.layers; layer++) {
    const block = spec.block(layer);
    vector(weightName.attentionNorm(layer), block.attentionNorm);
    matrix(weightName.qkv(layer), block.qkv);
    matrix(weightName.attentionOut(layer), [block.attentionOut]);
    vector(weightName.mlpNorm(layer), block.mlpNorm);
    matrix(weightName.gateUp(layer), block.gateUp);
    matrix(weightName.mlpOut(layer), [block.mlpOut]);
  }
  vector(weightName.finalNorm, spec.finalNorm);
  const embedding = planMatrix(file, weightName.embedding, [spec.embedding], embeddingEncoding(file, spec.embedding));
  const headSource = config.tiedEmbedding ? spec.embedding : spec.head;
  const headEncoding = precision === 'exact' ? 'f32' : 'q8';
  const sharesBytes = config.tiedEmbedding && embedding.encoding === headEncoding;
  const head = sharesBytes ? embedding : planMatrix(file, weightName.head, [headSource], headEncoding);
  return { precision, vectors, matrices, embedding, head };
}

/** An embedding row is looked up, never multiplied, so 8 bits are kept only where they are what is stored. */
function embeddingEncoding(file: GgufFile, name: string): Encoding {
  return tensorOf(file, name).type === 'Q8_0' ? 'q8' : 'f32';
}

function linearEncoding(types: readonly GgmlType[], precision: Precision): Encoding {
  if (types.every((type) => type === 'Q4_0')) return 'q4';
  if (types.every((type) => type === 'Q4_0' || type === 'Q4_1' || type === 'Q4_K')) return 'q4affine';
  return precision === 'exact' ? 'f32' : 'q8';
}

function planMatrix(file: GgufFile, name: string, sources: readonly string[], encoding: Encoding): MatrixPlan {
  const tensors = sources.map((source) => tensorOf(file, source));
  const columns = tensors[0]?.shape[1] ?? 0;
  const rows = tensors.reduce((sum, tensor) => sum + (tensor.shape[0] ?? 0), 0);
  return { name, sources, encoding: columns % BLOCK === 0 ? encoding : 'f32', rows, columns };
}

function typesOf(file: GgufFile, names: readonly string[]): GgmlType[] {
  return names.map((name) => tensorOf(file, name).type);
}

function tensorOf(file: GgufFile, name: string): GgufTensor {
  const tensor = file.tensors.get(name);
  if (tensor === undefined) throw new FormatError('missing-tensor', `the tensor ${name} is missing`);
  return tensor;
}

/** One array of a packed matrix. `offset` is in bytes from the start of the packed file. */
export interface PackedPart {
  readonly dtype: 'float32' | 'uint8';
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
}

/** The parts of an encoded matrix: `quantized` and `scales`, and `correction` for q4affine; or `weight` for f32. */
export type PackedParts = Readonly<Partial<Record<PartRole, PackedPart>>>;
export type PartRole = 'quantized' | 'scales' | 'correction' | 'weight';

const PART_ALIGNMENT = 64;

/** Lays out the parts of one matrix from `offset` on. Returns them with the offset that follows. */
export function layOutMatrix(plan: MatrixPlan, offset: number): { parts: PackedParts; end: number } {
  const { rows, columns, encoding } = plan;
  const blocks = columns / BLOCK;
  const shapes: [PartRole, 'float32' | 'uint8', number[]][] = [];
  if (encoding === 'f32') shapes.push(['weight', 'float32', [rows, columns]]);
  else {
    const bytesPerBlock = encoding === 'q8' ? BLOCK : BLOCK / 2;
    shapes.push(['quantized', 'uint8', [rows, blocks, bytesPerBlock]], ['scales', 'float32', [rows, blocks]]);
    if (encoding === 'q4affine') shapes.push(['correction', 'float32', [blocks, rows]]);
  }
  const parts: Partial<Record<PartRole, PackedPart>> = {};
  for (const [role, dtype, shape] of shapes) {
    const length = shape.reduce((product, n) => product * n, dtype === 'float32' ? 4 : 1);
    parts[role] = { dtype, shape, offset, length };
    offset = align(offset + length);
  }
  return { parts, end: offset };
}

/** Lays out one vector of float32 from `offset` on. */
export function layOutVector(plan: VectorPlan, offset: number): { part: PackedPart; end: number } {
  const length = plan.length * 4;
  return { part: { dtype: 'float32', shape: [plan.length], offset, length }, end: align(offset + length) };
}

function align(offset: number): number {
  return Math.ceil(offset / PART_ALIGNMENT) * PART_ALIGNMENT;
}
