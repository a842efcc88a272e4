/** How the memory that was asked for is shared out between one run's activations and the shard that they wait in. */
import { UsageError } from '../../core/errors.ts';
import { BYTES_PER_NUMBER, type StoreDtype } from '../../core/sae/activationManifest.ts';

/** A shard of this size is written in about a second, which is what a kill loses beside the runs since. Bytes. */
const SHARD_BYTES = 64e6;

export interface BufferLayout {
  readonly shardRows: number;
  readonly batchRows: number;
  /** What all of it takes at the most. */
  readonly bytes: number;
}

export interface BufferRequest {
  readonly dIn: number;
  readonly dtype: StoreDtype;
  readonly window: number;
  readonly batch: number;
  readonly memoryBytes: number;
}

/** @throws UsageError `memory-too-small` with what is enough */
export function layOutBuffers({ dIn, dtype, window, batch, memoryBytes }: BufferRequest): BufferLayout {
  const batchRows = window * batch;
  // A row as the runtime gives it, and as it waits; 24 bytes more for its token, place and norm as numbers of JavaScript.
  const runBytes = batchRows * dIn * Float32Array.BYTES_PER_ELEMENT;
  const rowBytes = dIn * BYTES_PER_NUMBER[dtype] + 24;
  const room = memoryBytes - runBytes - batchRows * rowBytes;
  const shardRows = Math.floor(Math.min(room, SHARD_BYTES) / rowBytes);
  if (shardRows >= batchRows) return { shardRows, batchRows, bytes: runBytes + (shardRows + batchRows) * rowBytes };
  const least = Math.ceil((runBytes + 2 * batchRows * rowBytes) / 1e6);
  throw new UsageError(
    'memory-too-small',
    `${(memoryBytes / 1e6).toFixed(1)} MB do not hold the activations of ${batch} windows of ${window} tokens twice`,
    `Give --memory ${least} or more, or a smaller --batch or --window.`,
  );
}
