/** From the store that an autoencoder was trained into to the folder that ships: rounded, and with its evidence beside it. */
import fs from 'node:fs/promises';
import path from 'node:path';
import type { ManifestDraft } from '../../src/core/artefact/manifest.ts';
import { EVIDENCE_FILE } from '../../src/engine/sae/features/featureFiles.ts';
import type { ArtefactStore } from '../../src/engine/store/store.ts';

/** Of the repository's room, what an autoencoder may take with all that comes with it. */
const MAX_BYTES = 12e6;

/** Keeps the artefact `name` of one store in another, its matrices as halves. */
export async function roundInto(from: ArtefactStore, to: ArtefactStore, name: string): Promise<void> {
  const { manifest, tensors } = await from.load(name);
  const { schemaVersion: _version, id: _id, createdAt: _created, tensors: _tensors, ...draft } = manifest;
  const rounded = [...tensors].map(([key, tensor]) => {
    const isMatrix = tensor.shape.length === 2;
    return [key, isMatrix ? ({ ...tensor, dtype: 'F16' } as const) : tensor] as const;
  });
  await to.save(draft satisfies ManifestDraft, new Map(rounded));
}

/** Copies the artefact as it is, so that its evidence is still that of its id. @returns what it takes, in bytes */
export async function layOut(store: ArtefactStore, name: string, target: string): Promise<{ readonly bytes: number }> {
  const from = await store.place(name);
  const { id } = await store.show(name);
  const to = path.join(target, path.basename(from));
  await fs.rm(to, { recursive: true, force: true });
  await fs.cp(from, to, { recursive: true });
  await fs.copyFile(path.join(store.folder, 'features', id, EVIDENCE_FILE), path.join(to, EVIDENCE_FILE));
  const files = await fs.readdir(to);
  const sizes = await Promise.all(files.map(async (file) => (await fs.stat(path.join(to, file))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > MAX_BYTES) throw new Error(`${to} has ${bytes} bytes, more than ${MAX_BYTES}: keep fewer contexts`);
  return { bytes };
}
