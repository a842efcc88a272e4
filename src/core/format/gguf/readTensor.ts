/**
 * Fetches the data of a tensor out of its file: raw, or as float32. It reads in chunks, so that beside the result only
 * a few megabytes are in memory, and nothing is kept.
 */
import type { ByteSource } from '../../byteSource.ts';
import { FormatError } from '../../errors.ts';
import { quoted } from '../quoted.ts';
import { dequantize } from './dequantize.ts';
import { TENSOR_CHUNK_BYTES } from './limits.ts';
import { GGML_TYPES, type GgufTensor } from './types.ts';

/** All of a tensor as float32, row-major. */
export function readTensor(source: ByteSource, tensor: GgufTensor): Float32Array {
  return readElements(source, tensor, 0, tensor.elements);
}

/** All of a tensor as it is stored. */
export function readTensorBytes(source: ByteSource, tensor: GgufTensor): Uint8Array {
  checkRange(source, tensor);
  return source.read(tensor.offset, tensor.byteLength);
}

/**
 * Rows `firstRow` to `firstRow + count - 1` as float32, [count, cols]. A row is a run along the innermost axis; the
 * outer axes of a tensor of more than two count as one. Throws RangeError where the tensor has no such rows.
 */
export function readRows(source: ByteSource, tensor: GgufTensor, firstRow: number, count: number): Float32Array {
  const columns = tensor.shape.at(-1) ?? 1;
  const rows = tensor.elements / columns;
  if (!Number.isInteger(firstRow) || !Number.isInteger(count) || firstRow < 0 || count < 0 || firstRow + count > rows) {
    throw new RangeError(`rows ${firstRow} to ${firstRow + count} of ${quoted(tensor.name)}, which has ${rows}`);
  }
  return readElements(source, tensor, firstRow * columns, count * columns);
}

/** `count` weights from weight `first`, both at block boundaries: rows are whole blocks. */
function readElements(source: ByteSource, tensor: GgufTensor, first: number, count: number): Float32Array {
  checkRange(source, tensor);
  const { blockSize, blockBytes } = GGML_TYPES[tensor.type];
  const chunk = Math.floor(TENSOR_CHUNK_BYTES / blockBytes) * blockSize;
  const weights = new Float32Array(count);
  for (let done = 0; done < count; done += chunk) {
    const length = Math.min(chunk, count - done);
    const offset = tensor.offset + ((first + done) / blockSize) * blockBytes;
    const bytes = source.read(offset, (length / blockSize) * blockBytes);
    dequantize(tensor.type, bytes, length, weights.subarray(done, done + length));
  }
  return weights;
}

/** The table was checked when it was read; this is for a tensor that is asked of another, shorter source. */
function checkRange(source: ByteSource, tensor: GgufTensor): void {
  const end = tensor.offset + tensor.byteLength;
  if (end <= source.size) return;
  throw new FormatError(
    'truncated',
    `${source.name}: tensor ${quoted(tensor.name)} ends at byte ${end}, but the file has only ${source.size}`,
    'The file has changed since it was opened: open it again.',
  );
}
