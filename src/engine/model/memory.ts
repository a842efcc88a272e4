/** How much memory a model will take, before it is loaded, and how much there is. Sizes are in bytes. */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { DecoderConfig } from '../../core/architectures/spec.ts';
import { ModelError } from '../../core/errors.ts';
import { layOutMatrix, type MatrixPlan, type WeightPlan } from '../../core/weights/plan.ts';
import { KvCache } from '../session/kvCache.ts';

/** Node, the runtime's code and the tokenizer's tables, measured on the default model. */
const BASE_BYTES = 110e6;

/** Tokens that the cache and the working memory of one prefill are counted for. */
const CONTEXT_TOKENS = 512;

export interface MemoryEstimate {
  /** Mapped from the packed file; the system may drop and read these pages again. */
  readonly mapped: number;
  /** Copies that the runtime makes in the layout of its kernels. */
  readonly prepacked: number;
  readonly cache: number;
  readonly working: number;
  readonly total: number;
}

/** Estimates the resident memory of the engine after a prompt of 512 tokens. */
export function estimateMemory(config: DecoderConfig, plan: WeightPlan): MemoryEstimate {
  const matrices = [...plan.matrices, plan.head];
  const mapped = [...plan.matrices, plan.embedding, ...(plan.head === plan.embedding ? [] : [plan.head])].reduce(
    (sum, matrix) => sum + layOutMatrix(matrix, 0).end,
    0,
  );
  const graphs = plan.precision === 'int8' ? 2 : 1; // each has copies of its own
  const prepacked = graphs * matrices.reduce((sum, matrix) => sum + prepackedBytes(matrix), 0);
  const cache = KvCache.bytes(config, 1, CONTEXT_TOKENS);
  const widest = Math.max(config.dMlp * 2, config.dModel * config.layers);
  const working = BASE_BYTES + CONTEXT_TOKENS * widest * 4 * 2;
  return { mapped, prepacked, cache, working, total: mapped + prepacked + cache + working };
}

function prepackedBytes(matrix: MatrixPlan): number {
  const { quantized, weight, correction } = layOutMatrix(matrix, 0).parts;
  return (quantized?.length ?? 0) + (weight?.length ?? 0) + (correction?.length ?? 0);
}

/** Memory that can be had without swapping: what the system calls available, which counts caches that it can drop. */
export function availableMemory(): number {
  try {
    const line = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'));
    if (line) return Number(line[1]) * 1024;
  } catch {
    // Not Linux: the free memory is all that Node can tell.
  }
  return os.freemem();
}

/** @throws ModelError `does-not-fit` with the figures, before anything of the model is loaded. */
export function assertFitsMemory(estimate: MemoryEstimate, available: number): void {
  if (estimate.total <= available) return;
  const parts = `weights ${megabytes(estimate.mapped + estimate.prepacked)}, cache ${megabytes(estimate.cache)}, the rest ${megabytes(estimate.working)}`;
  throw new ModelError(
    'does-not-fit',
    `the model needs about ${megabytes(estimate.total)} of memory (${parts}) and ${megabytes(available)} are available`,
    'Close other programs, or choose a smaller model or a 4-bit file of it.',
  );
}

/**
 * What a request takes beside the model, refused while nothing of it has been allocated.
 *
 * @throws ModelError `does-not-fit` with the figures
 */
export function assertRoomFor(bytes: number, what: string, advice: string, available = availableMemory()): void {
  if (bytes <= available) return;
  const figures = `${megabytes(bytes)} of memory, and ${megabytes(available)} are available`;
  throw new ModelError('does-not-fit', `${what} would take about ${figures}`, advice);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
