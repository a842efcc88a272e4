/**
 * Appends the matrices and vectors of a GGUF to a packed file, in the order of its layout, a few megabytes of rows at a
 * time, so that packing takes little memory whatever the model.
 */
import type { ByteSource } from '../../core/byteSource.ts';
import { FormatError, throwIfCancelled } from '../../core/errors.ts';
import { dequantize } from '../../core/format/gguf/dequantize.ts';
import { readTensor } from '../../core/format/gguf/readTensor.ts';
import type { GgufFile, GgufTensor } from '../../core/format/gguf/types.ts';
import { encodeRows } from '../../core/weights/encode.ts';
import { BLOCK, type MatrixPlan, type PackedPart, type PackedParts, type VectorPlan } from '../../core/weights/plan.ts';
import type { FileWriter } from '../../files/atomic.ts';

/** Values that are decoded at a time. */
const CHUNK_ELEMENTS = 1 << 20;

/** What all members of a packed file are read from and written to. */
export interface Packing {
  readonly out: FileWriter;
  readonly source: ByteSource;
  readonly file: GgufFile;
  readonly signal: AbortSignal | undefined;
}

/** Appends a matrix: its sources one below the other, each part at the offset that the layout gives. */
export async function appendMatrix(packing: Packing, plan: MatrixPlan, parts: PackedParts): Promise<void> {
  if (parts.weight) return appendDequantized(packing, plan, parts.weight);
  const { quantized, scales, correction } = parts;
  if (!quantized || !scales) throw new FormatError('internal', `${plan.name} has no place to be packed to`);
  const blocks = plan.columns / BLOCK;
  const allScales = new Float32Array(plan.rows * blocks); // [rows, blocks]
  const allCorrections = correction && new Float32Array(blocks * plan.rows); // [blocks, rows]
  await padTo(packing.out, quantized.offset);
  let firstRow = 0;
  for (const { tensor, rows, bytes } of rowChunks(packing, plan)) {
    const encoded = encodeRows(tensor.type, bytes, rows * plan.columns, plan.encoding);
    await append(packing.out, encoded.quantized);
    allScales.set(encoded.scales, firstRow * blocks);
    if (encoded.correction && allCorrections)
      transposeInto(allCorrections, encoded.correction, { rows, blocks, firstRow, allRows: plan.rows });
    firstRow += rows;
  }
  await padTo(packing.out, scales.offset);
  await append(packing.out, allScales);
  if (correction && allCorrections) {
    await padTo(packing.out, correction.offset);
    await append(packing.out, allCorrections);
  }
}

async function appendDequantized(packing: Packing, plan: MatrixPlan, part: PackedPart): Promise<void> {
  await padTo(packing.out, part.offset);
  for (const { tensor, rows, bytes } of rowChunks(packing, plan))
    await append(packing.out, dequantize(tensor.type, bytes, rows * plan.columns));
}

/** Appends a norm's gain as float32. */
export async function appendVector(packing: Packing, plan: VectorPlan, part: PackedPart): Promise<void> {
  await padTo(packing.out, part.offset);
  await append(packing.out, readTensor(packing.source, tensorOf(packing.file, plan.source)));
}

interface Placement {
  readonly rows: number;
  readonly blocks: number;
  readonly firstRow: number;
  readonly allRows: number;
}

/** `from` [rows, blocks] into the columns from `firstRow` on of `to` [blocks, allRows]. */
function transposeInto(to: Float32Array, from: Float32Array, { rows, blocks, firstRow, allRows }: Placement): void {
  for (let row = 0; row < rows; row++)
    for (let block = 0; block < blocks; block++) to[block * allRows + firstRow + row] = from[row * blocks + block];
}

interface RowChunk {
  readonly tensor: GgufTensor;
  readonly rows: number;
  readonly bytes: Uint8Array;
}

/** The stored bytes of a matrix's sources, in runs of whole rows. */
function* rowChunks({ source, file, signal }: Packing, plan: MatrixPlan): Generator<RowChunk> {
  for (const name of plan.sources) {
    const tensor = tensorOf(file, name);
    const [rows = 0, columns = 0] = tensor.shape;
    const bytesPerRow = tensor.byteLength / rows;
    const step = Math.max(1, Math.floor(CHUNK_ELEMENTS / columns));
    for (let row = 0; row < rows; row += step) {
      throwIfCancelled(signal);
      const count = Math.min(step, rows - row);
      yield { tensor, rows: count, bytes: source.read(tensor.offset + row * bytesPerRow, count * bytesPerRow) };
    }
  }
}

function tensorOf(file: GgufFile, name: string): GgufTensor {
  const tensor = file.tensors.get(name);
  if (tensor === undefined) throw new FormatError('missing-tensor', `the tensor ${name} is missing`);
  return tensor;
}

async function padTo(out: FileWriter, offset: number): Promise<void> {
  if (out.length < offset) await out.append(new Uint8Array(offset - out.length));
}

async function append(out: FileWriter, values: Float32Array | Uint8Array): Promise<void> {
  await out.append(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}
