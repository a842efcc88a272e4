/**
 * The two files of one artefact: tensors first, then the manifest that vouches for them by their hash. Owns what is inside
 * an artefact's folder; where that folder is and when it counts is the store's business.
 */
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { MAX_MANIFEST_BYTES, SCHEMA_VERSION, TENSORS_FILE, parseManifest } from '../../core/artefact/manifest.ts';
import type { ArtefactManifest, ManifestDraft, TensorRecord } from '../../core/artefact/manifest.ts';
import { bytesSource } from '../../core/byteSource.ts';
import { FormatError, StoreError } from '../../core/errors.ts';
import { encodeSafetensors, parseSafetensorsHeader, readSafetensor } from '../../core/format/safetensors.ts';
import type { EncodedSafetensors, SafetensorsData, SafetensorsFile } from '../../core/format/safetensors.ts';
import { floatToHalf } from '../../core/tensor/half.ts';
import { writeFileAtomically } from '../../files/atomic.ts';
import { explained } from '../../files/fileErrors.ts';
import type { StoreFiles } from './storeFiles.ts';

export const MANIFEST_FILE = 'manifest.json';

/** Read whole, to be hashed before it is believed. A direction has kilobytes, the largest planned artefact 200 MB. */
const MAX_TENSORS_BYTES = 1024 ** 3;

/** A tensor of float32 numbers, row-major. */
export interface StoredTensor {
  readonly shape: readonly number[];
  /**
   * How the file has it: halves take half the room, and are rounded; bytes a quarter, and are for whole numbers from -127 to
   * 127. Absent: `F32`, as they are.
   */
  readonly dtype?: 'F32' | 'F16' | 'I8';
  readonly data: Float32Array;
}

export interface StoredArtefact {
  readonly manifest: ArtefactManifest;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** An artefact as it will be on the disk. */
export interface PreparedArtefact {
  readonly manifest: ArtefactManifest;
  readonly manifestText: string;
  readonly tensors: EncodedSafetensors;
}

/**
 * Encodes an artefact and completes its manifest. What reading would refuse is refused here, before anything is written.
 *
 * @throws FormatError `invalid-manifest` (with the field), `size-mismatch`.
 */
export function prepareArtefact(draft: ManifestDraft, tensors: ReadonlyMap<string, StoredTensor>): PreparedArtefact {
  const encoded = encodeSafetensors(new Map([...tensors].map(([name, tensor]) => [name, asStored(tensor)])));
  const entries = [...tensors].map(([name, { shape, dtype = 'F32' }]): [string, TensorRecord] => [
    name,
    { dtype, shape },
  ]);
  const whole = {
    schemaVersion: SCHEMA_VERSION,
    id: randomUUID().replaceAll('-', ''),
    ...draft,
    createdAt: new Date().toISOString(),
    tensors: {
      file: TENSORS_FILE,
      sha256: sha256(encoded.header, ...encoded.chunks),
      entries: Object.fromEntries(entries),
    },
  };
  const manifestText = `${JSON.stringify(whole, null, 2)}\n`;
  return { manifest: parseManifest(manifestText), manifestText, tensors: encoded };
}

function asStored({ shape, dtype = 'F32', data }: StoredTensor): SafetensorsData {
  if (dtype === 'I8') return { dtype, shape, data: Int8Array.from(data) };
  return { dtype, shape, data: dtype === 'F32' ? data : Uint16Array.from(data, floatToHalf) };
}

/** Writes both files into an empty folder and brings them to the disk. */
export async function writeArtefact(
  folder: string,
  { manifestText, tensors }: PreparedArtefact,
  files: StoreFiles,
  signal: AbortSignal | undefined,
): Promise<void> {
  await writeFileAtomically(
    join(folder, TENSORS_FILE),
    async (file) => {
      for (const bytes of [tensors.header, ...tensors.chunks]) await file.append(bytes);
    },
    { signal, files },
  );
  await writeFileAtomically(join(folder, MANIFEST_FILE), manifestText, { signal, files });
}

/** The manifest in an artefact's folder, which must be of the artefact `name`. Throws FormatError and StoreError. */
export async function readManifest(folder: string, name: string, files: StoreFiles): Promise<ArtefactManifest> {
  const { kind } = await explained('read', folder, () => files.inspect(folder));
  if (kind !== 'folder') throw new StoreError('not-a-folder', `${folder} is a link or no folder, and is not read`);
  const bytes = await readFile(join(folder, MANIFEST_FILE), MAX_MANIFEST_BYTES, files);
  const manifest = parseManifest(new TextDecoder().decode(bytes), `the manifest of "${name}"`);
  if (manifest.name === name) return manifest;
  throw new FormatError(
    'other-name',
    `the manifest of "${name}" is that of "${manifest.name}"`,
    'The folder was renamed.',
  );
}

/** Manifest and tensors, after the hash has been checked over the very bytes that are then read. */
export async function readArtefact(folder: string, name: string, files: StoreFiles): Promise<StoredArtefact> {
  const manifest = await readManifest(folder, name, files);
  const bytes = await readFile(join(folder, TENSORS_FILE), MAX_TENSORS_BYTES, files);
  if (sha256(bytes) !== manifest.tensors.sha256) {
    throw new FormatError('hash-mismatch', `${TENSORS_FILE} of "${name}" is not the file that its manifest describes`);
  }
  const source = bytesSource(bytes, `${TENSORS_FILE} of "${name}"`);
  const file = parseSafetensorsHeader(source);
  checkEntries(file, manifest);
  const tensors = [...file.tensors].map(([tensor, entry]): [string, StoredTensor] => [
    tensor,
    {
      shape: entry.shape,
      ...(entry.dtype === 'F16' || entry.dtype === 'I8' ? { dtype: entry.dtype } : {}),
      data: readSafetensor(source, entry),
    },
  ]);
  return { manifest, tensors: new Map(tensors) };
}

function checkEntries(file: SafetensorsFile, { name, tensors }: ArtefactManifest): void {
  const described = Object.entries(tensors.entries);
  const agree = described.every(([tensor, { dtype, shape }]) => {
    const entry = file.tensors.get(tensor);
    return entry?.dtype === dtype && entry.shape.join() === shape.join();
  });
  if (agree && described.length === file.tensors.size) return;
  throw new FormatError('other-tensors', `${TENSORS_FILE} of "${name}" has other tensors than its manifest says`);
}

function readFile(path: string, maxBytes: number, files: StoreFiles): Promise<Uint8Array> {
  return explained('read', path, () => files.read(path, maxBytes));
}

function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
