/** From a store to the folder that ships: the autoencoder as it is, with its evidence beside it. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { EVIDENCE_FILE } from '../../src/engine/sae/features/featureFiles.ts';
import { featureFolder } from '../../src/engine/sae/features/featureFolder.ts';
import type { ArtefactStore } from '../../src/engine/store/store.ts';

/** Of the repository's room, what an autoencoder may take with all that comes with it. */
const MAX_BYTES = 12e6;

/** Copies the artefact as it is, so that its evidence is still that of its id. @returns what it takes, in bytes */
export async function layOut(store: ArtefactStore, name: string, target: string): Promise<{ readonly bytes: number }> {
  const from = await store.place(name);
  const to = path.join(target, path.basename(from));
  await fs.rm(to, { recursive: true, force: true });
  await fs.cp(from, to, { recursive: true });
  await fs.copyFile(
    path.join(featureFolder(store, await store.show(name)), EVIDENCE_FILE),
    path.join(to, EVIDENCE_FILE),
  );
  const files = await fs.readdir(to);
  const sizes = await Promise.all(files.map(async (file) => (await fs.stat(path.join(to, file))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > MAX_BYTES) throw new Error(`${to} has ${bytes} bytes, more than ${MAX_BYTES}: keep fewer contexts`);
  return { bytes };
}
