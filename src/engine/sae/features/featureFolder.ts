/** Where a store keeps what is known of the features of an autoencoder: by the artefact's id, since a name may be used again. */
import fs from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtefactManifest } from '../../../core/artefact/manifest.ts';
import type { ArtefactStore } from '../../store/store.ts';

export function featureFolder({ folder }: Pick<ArtefactStore, 'folder'>, { id }: Pick<ArtefactManifest, 'id'>): string {
  return join(folder, 'features', id);
}

/** When the artefact is gone, so is what was known of it, labels and all. What cannot be removed is in nobody's way. */
export async function forgetFeatures(
  store: Pick<ArtefactStore, 'folder'>,
  manifest: Pick<ArtefactManifest, 'id'>,
): Promise<void> {
  await fs.rm(featureFolder(store, manifest), { recursive: true, force: true }).catch(() => undefined);
}
