/** Directions on the disk for tests of the host: manifests alone, since nobody here reads a tensor. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { SCHEMA_VERSION, type ArtefactManifest } from '../../../src/core/artefact/manifest.ts';
import { sampleDraft, sampleModel } from '../core/artefact/sample.ts';
import { fingerprintOf } from './fake/models.ts';

export interface SampleDirection {
  readonly name: string;
  readonly generation?: number;
  /** The model that it is of. */
  readonly model?: string;
  readonly target?: string;
  readonly surface?: ArtefactManifest['surface'];
  readonly kind?: ArtefactManifest['kind'];
  readonly strength?: number;
  readonly method?: string;
}

/** Writes an artefact's manifest into a store; returns its folder. */
export async function writeDirection(store: string, direction: SampleDirection): Promise<string> {
  const { name, generation = 1, model = 'smollm2-135m-instruct', target, surface, kind = 'steering' } = direction;
  const { target: _target, ...draft } = sampleDraft(name);
  const manifest = {
    ...draft,
    ...(target ? { target } : {}),
    ...(surface ? { surface } : {}),
    kind,
    ...(direction.method ? { method: direction.method } : {}),
    strength: direction.strength ?? draft.strength,
    schemaVersion: SCHEMA_VERSION,
    id: 'ef'.repeat(16),
    createdAt: '2026-01-01T00:00:00.000Z',
    model: { ...sampleModel, name: model, fingerprint: fingerprintOf(model) },
    tensors: { file: 'tensors.safetensors', sha256: '00'.repeat(32), entries: {} },
  };
  const folder = path.join(store, `${name}_${generation}`);
  await fs.mkdir(folder, { recursive: true });
  await fs.writeFile(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
  return folder;
}
