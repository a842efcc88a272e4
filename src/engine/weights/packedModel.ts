/**
 * The packed form of a model on disk: the arrays that ONNX Runtime maps into memory, made once from a GGUF and shared
 * by all windows. A file appears under its name only when complete, and its name holds the digest of its layout, so an
 * existing file of the right size is a finished one.
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteSource } from '../../core/byteSource.ts';
import { StoreError } from '../../core/errors.ts';
import type { GgufFile } from '../../core/format/gguf/types.ts';
import type { PackedMatrix, PackedVector, PackedWeights } from '../../core/graph/weights.ts';
import {
  layOutMatrix,
  layOutVector,
  weightName,
  type MatrixPlan,
  type PackedPart,
  type PackedParts,
  type VectorPlan,
  type WeightPlan,
} from '../../core/weights/plan.ts';
import { LEFT_OVER_MS, cleanTemporaryFiles, makeFolder, writeFileAtomically } from '../../files/atomic.ts';
import { appendMatrix, appendVector, type Packing } from './packWeights.ts';

/** Raised whenever an encoding changes, so that files of an older program are not read. */
const PACK_VERSION = 1;

export interface PackProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface PackOptions {
  /** The folder of this model's packed files. */
  readonly directory: string;
  readonly onProgress?: (progress: PackProgress) => void;
  readonly signal?: AbortSignal;
}

/** One packed file: its members and where they lie. */
interface PackedFile {
  readonly name: string;
  readonly size: number;
  readonly matrices: readonly { plan: MatrixPlan; parts: PackedParts }[];
  readonly vectors: readonly { plan: VectorPlan; part: PackedPart }[];
}

/** Weights that lie in packed files of one folder. */
export interface PackedModel extends PackedWeights {
  readonly directory: string;
  /** Bytes of all its files, as they are mapped. */
  readonly bytes: number;
}

/**
 * Makes sure that the packed files of a plan exist, and describes them.
 * @throws StoreError where the folder cannot be written, CancelledError on the signal; nothing torn is left behind.
 */
export async function packModel(
  source: ByteSource,
  file: GgufFile,
  plan: WeightPlan,
  options: PackOptions,
): Promise<PackedModel> {
  // A hundred megabytes each, where an engine was killed while it prepared them.
  await cleanTemporaryFiles(options.directory, LEFT_OVER_MS);
  const files = packedFiles(plan);
  const totalBytes = files.reduce((sum, packed) => sum + packed.size, 0);
  let doneBytes = 0;
  for (const packed of files) {
    const path = join(options.directory, packed.name);
    if (!(await isComplete(path, packed.size))) {
      await makeFolder(options.directory);
      const before = doneBytes;
      const progress = (bytes: number) => options.onProgress?.({ doneBytes: before + bytes, totalBytes });
      const { signal } = options;
      await writeFileAtomically(path, (out) => writePacked({ out, source, file, signal }, packed, progress), {
        signal,
      });
    }
    doneBytes += packed.size;
  }
  return describe(plan, files, options.directory, totalBytes);
}

/** The body and, where it shares no bytes with the embedding, the head, which alone differs between precisions. */
function packedFiles(plan: WeightPlan): PackedFile[] {
  const files = [layOut('body', [...plan.matrices, plan.embedding], plan.vectors)];
  if (plan.head !== plan.embedding) files.push(layOut('head', [plan.head], []));
  return files;
}

function layOut(group: string, plans: readonly MatrixPlan[], vectorPlans: readonly VectorPlan[]): PackedFile {
  let offset = 0;
  const matrices = plans.map((plan) => {
    const { parts, end } = layOutMatrix(plan, offset);
    offset = end;
    return { plan, parts };
  });
  const vectors = vectorPlans.map((plan) => {
    const { part, end } = layOutVector(plan, offset);
    offset = end;
    return { plan, part };
  });
  const digest = createHash('sha256')
    .update(JSON.stringify([PACK_VERSION, plans, vectorPlans]))
    .digest('hex');
  return { name: `${group}-${digest.slice(0, 16)}.bin`, size: offset, matrices, vectors };
}

async function isComplete(path: string, size: number): Promise<boolean> {
  try {
    const found = await stat(path);
    return found.isFile() && found.size === size;
  } catch {
    return false;
  }
}

async function writePacked(packing: Packing, packed: PackedFile, progress: (doneBytes: number) => void): Promise<void> {
  for (const { plan, parts } of packed.matrices) {
    await appendMatrix(packing, plan, parts);
    progress(packing.out.length);
  }
  for (const { plan, part } of packed.vectors) await appendVector(packing, plan, part);
  await packing.out.append(new Uint8Array(packed.size - packing.out.length));
}

function describe(plan: WeightPlan, files: readonly PackedFile[], directory: string, bytes: number): PackedModel {
  const matrices = new Map<string, PackedMatrix>();
  const vectors = new Map<string, PackedVector>();
  for (const { name, matrices: members, vectors: gains } of files) {
    for (const member of members) matrices.set(member.plan.name, { ...member, file: name });
    for (const gain of gains) vectors.set(gain.plan.name, { part: gain.part, file: name });
  }
  const embedding = matrices.get(plan.embedding.name);
  if (plan.head === plan.embedding && embedding) matrices.set(weightName.head, embedding);
  return { directory, bytes, matrix: (name) => required(matrices, name), vector: (name) => required(vectors, name) };
}

function required<T>(map: ReadonlyMap<string, T>, name: string): T {
  const found = map.get(name);
  if (found === undefined) throw new StoreError('internal', `no packed weight is called ${name}`);
  return found;
}
