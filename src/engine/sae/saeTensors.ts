/** The tensors of an autoencoder, under SAELens' names: as they are, as halves, or as bytes. */
import { FormatError, UsageError } from '../../core/errors.ts';
import type { Sae } from '../../core/sae/sae.ts';
import type { StoredTensor } from '../store/store.ts';

/**
 * What the matrices are kept as; the vectors are float32 always. `float16` takes half the room, `int8` a quarter: each row of a
 * matrix is divided by a scale of its own, so that its largest weight is 127, and rounded. A row of W_enc is one number of the
 * input, and those are of very different sizes; a row of W_dec is a feature.
 */
export type SaeDtype = 'float32' | 'float16' | 'int8';

/** @throws UsageError `no-half` where a weight is too large for float16 */
export function saeTensors(
  { dIn, dSae, wEnc, bEnc, wDec, bDec, threshold }: Sae,
  dtype: SaeDtype,
): Map<string, StoredTensor> {
  return new Map<string, StoredTensor>([
    ...matrix('W_enc', [dIn, dSae], wEnc, dtype),
    ...matrix('W_dec', [dSae, dIn], wDec, dtype),
    ['b_enc', { shape: [dSae], data: bEnc }],
    ['b_dec', { shape: [dIn], data: bDec }],
    ...(threshold ? [['threshold', { shape: [dSae], data: threshold }] as const] : []),
  ]);
}

/** A tensor in its shape; a matrix of bytes is brought back to its scales. @throws FormatError `other-tensors` */
export function saeTensor(
  tensors: ReadonlyMap<string, StoredTensor>,
  name: string,
  shape: readonly number[],
): Float32Array {
  const found = tensors.get(name);
  if (found?.shape.join() !== shape.join())
    throw new FormatError(
      'other-tensors',
      `its tensor ${name} is [${found?.shape.join() ?? 'missing'}] in place of [${shape.join()}]`,
    );
  if (found.dtype !== 'I8') return found.data;
  const [rows, width = 1] = shape;
  const scales = saeTensor(tensors, scaleOf(name), [rows]);
  return found.data.map((value, i) => value * scales[Math.floor(i / width)]);
}

/** The least that is infinite as a half. */
const HALF_OVERFLOW = 65_520;
const LARGEST_BYTE = 127;

function scaleOf(name: string): string {
  return `${name}_scale`;
}

function matrix(
  name: string,
  shape: readonly [rows: number, width: number],
  data: Float32Array,
  dtype: SaeDtype,
): (readonly [string, StoredTensor])[] {
  if (dtype === 'float32') return [[name, { shape, data }]];
  if (dtype === 'int8') return bytes(name, shape, data);
  if (data.some((value) => Math.abs(value) >= HALF_OVERFLOW))
    throw new UsageError('no-half', 'a weight is too large for float16', 'Keep this autoencoder as float32.');
  return [[name, { shape, data, dtype: 'F16' }]];
}

function bytes(
  name: string,
  shape: readonly [rows: number, width: number],
  data: Float32Array,
): (readonly [string, StoredTensor])[] {
  const [rows, width] = shape;
  const scales = Float32Array.from({ length: rows }, (_, row) => {
    const ofRow = data.subarray(row * width, (row + 1) * width);
    return ofRow.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / LARGEST_BYTE;
  });
  const rounded = data.map((value, i) => Math.round(value / (scales[Math.floor(i / width)] || 1)));
  return [
    [name, { shape, data: rounded, dtype: 'I8' }],
    [scaleOf(name), { shape: [rows], data: scales }],
  ];
}
