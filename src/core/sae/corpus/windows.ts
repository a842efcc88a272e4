/**
 * How the texts of a plan are run: cut into windows, and windows of about one length put together into batches. A function
 * of the plan alone, so that a run that was broken off finds the same batches again.
 */
import type { CollectionPlan, Part, PlannedFile } from '../activationManifest.ts';
import { PARTS } from '../activationManifest.ts';

/** A piece of a file that runs by itself. */
export interface PlannedWindow {
  /** Index into the plan's files. */
  readonly file: number;
  /** Index in the file of its first token. */
  readonly start: number;
  /** Tokens of the file in it. */
  readonly tokens: number;
}

/** Windows that run together, filled up to one length at their ends: no token sees what comes after it. */
export interface PlannedBatch {
  readonly part: Part;
  /** Tokens of each row, BOS and filling included. */
  readonly length: number;
  readonly windows: readonly PlannedWindow[];
}

/** Neighbouring batches, whose texts are read together. */
export interface PlannedChunk {
  /** The number of its first batch. */
  readonly first: number;
  readonly batches: readonly PlannedBatch[];
}

/** What is left of a file is not worth a run of its own below this. Tokens. */
const LEAST_TOKENS = 8;

/** Lengths are rounded up to a multiple of this, so that ends of files find others to run with. */
const LENGTH_STEP = 32;

/** Windows that are sorted by length at once. More would find more of one length, and hold more texts in memory. */
const CHUNK_WINDOWS = 512;

type Shape = Pick<CollectionPlan, 'window' | 'bos' | 'batch'>;

/** The windows of a text of `tokens` tokens. */
export function windowsOf(file: number, tokens: number, { window, bos }: Omit<Shape, 'batch'>): PlannedWindow[] {
  const step = window - (bos ? 1 : 0);
  const windows: PlannedWindow[] = [];
  for (let start = 0; tokens - start >= LEAST_TOKENS; start += step)
    windows.push({ file, start, tokens: Math.min(step, tokens - start) });
  return windows;
}

/** Rows that a text gives if none is massive: the first position of a window is none, be it a BOS or a token. */
export function rowsIn(tokens: number, shape: Omit<Shape, 'batch'>): number {
  return windowsOf(0, tokens, shape).reduce((sum, window) => sum + window.tokens - (shape.bos ? 0 : 1), 0);
}

/** All batches of a plan in their order, a chunk at a time. */
export function* chunksOf(plan: Shape & { readonly files: readonly PlannedFile[] }): Generator<PlannedChunk> {
  let first = 0;
  for (const part of PARTS) {
    let waiting: PlannedWindow[] = [];
    for (const [number, file] of plan.files.entries()) {
      if (file.part !== part) continue;
      waiting.push(...windowsOf(number, file.tokens, plan));
      while (waiting.length >= CHUNK_WINDOWS) {
        const batches = batchesOf(part, waiting.slice(0, CHUNK_WINDOWS), plan);
        yield { first, batches };
        first += batches.length;
        waiting = waiting.slice(CHUNK_WINDOWS);
      }
    }
    const batches = batchesOf(part, waiting, plan);
    if (batches.length > 0) yield { first, batches };
    first += batches.length;
  }
}

function batchesOf(part: Part, windows: readonly PlannedWindow[], { window, bos, batch }: Shape): PlannedBatch[] {
  const byLength = new Map<number, PlannedWindow[]>();
  for (const each of windows) {
    const tokens = each.tokens + (bos ? 1 : 0);
    const length = Math.min(window, Math.ceil(tokens / LENGTH_STEP) * LENGTH_STEP);
    const alike = byLength.get(length);
    if (alike) alike.push(each);
    else byLength.set(length, [each]);
  }
  return [...byLength].flatMap(([length, alike]) =>
    Array.from({ length: Math.ceil(alike.length / batch) }, (_, i) => ({
      part,
      length,
      windows: alike.slice(i * batch, (i + 1) * batch),
    })),
  );
}
