/** Steering directions by name, from wherever artefacts are. */
import { StoreError } from '../../core/errors.ts';
import type { ArtefactManifest } from '../../core/artefact/manifest.ts';
import type { GateWeights } from '../../core/steering/gate.ts';
import { ArtefactSource } from './artefactSource.ts';
import { steeringOf } from './steeringTensors.ts';
import type { StoredArtefact } from './store.ts';

/** An artefact that steers: one direction, or one gate, for each layer that it has. */
export interface Directions {
  readonly manifest: ArtefactManifest;
  readonly directions: ReadonlyMap<number, Float32Array>; // layer -> [dModel]
  readonly gates: ReadonlyMap<number, GateWeights>;
}

export class DirectionSource extends ArtefactSource {
  /** @throws StoreError `unknown-artefact`, `not-a-direction` */
  async load(name: string): Promise<Directions> {
    return asDirections(await this.read(name));
  }
}

function asDirections(artefact: StoredArtefact): Directions {
  const { manifest, tensors } = artefact;
  const { directions, gates } = steeringOf(tensors, manifest.model.layers);
  if (manifest.kind !== 'steering' || directions.size + gates.size === 0)
    throw new StoreError(
      'not-a-direction',
      `"${manifest.name}" is ${manifest.kind === 'sae' ? 'a sparse autoencoder' : `a ${manifest.kind}`} and cannot steer`,
      manifest.kind === 'sae' ? 'Steer by one of its features: --feature NAME:INDEX.' : 'Choose a steering artefact.',
    );
  return { manifest, directions, gates };
}
