/**
 * Keys and values of earlier tokens, for a fixed number of rows. One array a layer holds all rows; the runtime reads and
 * writes it in place, because the same tensor is given as `past` and as `present`. A row alone is a view of the same
 * memory, so rows are prefilled one by one and decoded together without a copy.
 */
import { Tensor } from 'onnxruntime-node';
import type { DecoderConfig } from '../../core/architectures/spec.ts';

/** The tensors of one run, by input and by output name. */
export interface CacheBinding {
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly fetches: Readonly<Record<string, Tensor>>;
}

export class KvCache {
  private readonly arrays: Float32Array[];
  private readonly bindings = new Map<string, CacheBinding>();

  /** `capacity` is the most tokens that a row can hold. */
  constructor(
    private readonly config: DecoderConfig,
    readonly rows: number,
    readonly capacity: number,
  ) {
    this.arrays = Array.from({ length: 2 * config.layers }, () => new Float32Array(rows * this.rowLength));
  }

  /** Bytes that a cache of this shape takes. */
  static bytes(config: DecoderConfig, rows: number, capacity: number): number {
    return 2 * config.layers * rows * config.kvHeads * capacity * config.headWidth * 4;
  }

  /** Elements of one row in one array: [kvHeads, capacity, headWidth]. */
  private get rowLength(): number {
    return this.config.kvHeads * this.capacity * this.config.headWidth;
  }

  /** The tensors of one row. */
  row(row: number): CacheBinding {
    return this.bind(row, 1);
  }

  /** The tensors of `count` rows together, from `first` on. */
  rowsFrom(first: number, count: number): CacheBinding {
    return this.bind(first, count);
  }

  /** Copies one row over another. */
  copyRow(from: number, to: number): void {
    for (const array of this.arrays)
      array.copyWithin(to * this.rowLength, from * this.rowLength, (from + 1) * this.rowLength);
  }

  private bind(first: number, rows: number): CacheBinding {
    const key = `${first}+${rows}`;
    const known = this.bindings.get(key);
    if (known) return known;
    const shape = [rows, this.config.kvHeads, this.capacity, this.config.headWidth];
    const feeds: Record<string, Tensor> = {};
    const fetches: Record<string, Tensor> = {};
    this.arrays.forEach((array, i) => {
      const part = `${i >> 1}.${i % 2 === 0 ? 'key' : 'value'}`;
      const view = array.subarray(first * this.rowLength, (first + rows) * this.rowLength);
      const tensor = new Tensor('float32', view, shape);
      feeds[`past.${part}`] = tensor;
      fetches[`present.${part}`] = tensor;
    });
    const binding = { feeds, fetches };
    this.bindings.set(key, binding);
    return binding;
  }
}
