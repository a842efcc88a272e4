/** Activation stores whose every row says where it is from, written without a model. */
import { readStoreManifest, ActivationWriter, type WriterOptions } from '../../../src/engine/sae/activationWriter.ts';
import type { CollectionPlan, Part, StoreDtype } from '../../../src/core/sae/activationManifest.ts';

export const D_IN = 8;
const WINDOW = 16;

export function samplePlan(files: number, dtype: StoreDtype = 'float32'): CollectionPlan {
  const part = (file: number): Part => (file % 5 === 0 ? 'heldOut' : 'train');
  const all = Array.from({ length: files }, (_, file) => ({
    path: `package-${file}/main.py`,
    package: `package-${file}`,
    language: file % 2 === 0 ? 'python' : 'go',
    part: part(file),
    tokens: WINDOW,
  }));
  return {
    model: { name: 'tiny', fingerprint: 'ab'.repeat(32), precision: 'fast' },
    hook: 'resid_post',
    layer: 1,
    dIn: D_IN,
    dtype,
    window: WINDOW,
    batch: 2,
    bos: false,
    seed: 0,
    corpus: { hash: 'cd'.repeat(32), splitBy: 'package', leftOut: {} },
    files: [...all.filter((file) => file.part === 'heldOut'), ...all.filter((file) => file.part === 'train')],
  };
}

/** The activation of token `token` of file `file`: numbers that no other one has, and that a half holds exactly. */
export function sampleRow(file: number, token: number): number[] {
  return Array.from({ length: D_IN }, (_, i) => (i === 0 ? file : i === 1 ? token : i / 4));
}

export const MASSIVE_TOKEN = 3;

/** Positions of a window that are kept: not the first, and not one that plays the massive one. */
const OFFSETS = Array.from({ length: WINDOW }, (_, i) => i).filter((i) => i !== 0 && i !== MASSIVE_TOKEN);

export const ROWS_A_WINDOW = OFFSETS.length;

export interface SampleOptions {
  readonly files?: number;
  readonly dtype?: StoreDtype;
  readonly shardRows?: number;
  /** Called before each run with its number; throwing ends the writer as a kill would. */
  readonly beforeBatch?: (batch: number) => void;
}

/** Writes a store, or goes on with what is in the folder: one window a file, two windows a run. */
export async function writeSampleStore(folder: string, options: SampleOptions = {}): Promise<void> {
  const { files = 30, dtype = 'float32', shardRows = 50, beforeBatch } = options;
  const plan = samplePlan(files, dtype);
  const signal = new AbortController().signal;
  const settings: WriterOptions = { shardRows, batchRows: 2 * WINDOW, signal };
  const there = await readStoreManifest(folder);
  const writer = there
    ? await ActivationWriter.resume(folder, there, settings)
    : await ActivationWriter.begin(folder, plan, { multiple: 10, medianNorm: 1 }, settings);
  const batches = (['heldOut', 'train'] as const).flatMap((part) => {
    const numbers = plan.files.flatMap((file, number) => (file.part === part ? [number] : []));
    return Array.from({ length: Math.ceil(numbers.length / 2) }, (_, i) => ({
      part,
      numbers: numbers.slice(2 * i, 2 * i + 2),
    }));
  });
  for (const [batch, { part, numbers }] of batches.entries()) {
    if (batch < writer.manifest.batchesDone) continue;
    beforeBatch?.(batch);
    await writer.enter(part);
    for (const file of numbers) {
      const ids = Array.from({ length: WINDOW }, (_, token) => 100 * file + token);
      const values = Float32Array.from(ids.flatMap((_, token) => sampleRow(file, token)));
      const norms = OFFSETS.map((token) => Math.hypot(...sampleRow(file, token)));
      writer.add({ file, start: 0, ids, offsets: OFFSETS }, values, norms, 1);
    }
    await writer.endBatch();
  }
  await writer.finish();
}
