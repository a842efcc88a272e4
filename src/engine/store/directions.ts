/**
 * Steering directions by name: those of the user's store first, then those that ship with Steerscope. The shipped ones
 * lie in a store of their own, which is only read.
 */
import { StoreError } from '../../core/errors.ts';
import type { ArtefactManifest } from '../../core/artefact/manifest.ts';
import { openStore, type ArtefactStore, type StoredArtefact } from './store.ts';

/** An artefact with one direction for each layer that it has. */
export interface Directions {
  readonly manifest: ArtefactManifest;
  readonly directions: ReadonlyMap<number, Float32Array>; // layer -> [dModel]
}

/** Name of the tensor that holds the direction of a layer. */
export function directionTensor(layer: number): string {
  return `direction.${layer}`;
}

export class DirectionSource {
  private readonly shipped: ArtefactStore;

  constructor(
    readonly store: ArtefactStore,
    shippedFolder: string,
  ) {
    this.shipped = openStore(shippedFolder);
  }

  /** @throws StoreError `unknown-artefact`, `not-a-direction` */
  async load(name: string): Promise<Directions> {
    return asDirections(await (await this.storeOf(name)).load(name));
  }

  async show(name: string): Promise<ArtefactManifest> {
    return (await this.storeOf(name)).show(name);
  }

  /** The user's artefacts and, behind them, the shipped ones that none of theirs hides. */
  async list(): Promise<ArtefactManifest[]> {
    const own = (await this.store.list()).artefacts;
    const names = new Set(own.map((manifest) => manifest.name));
    const shipped = (await this.shipped.list()).artefacts.filter((manifest) => !names.has(manifest.name));
    return [...own, ...shipped];
  }

  /** Returns what was removed; null for an artefact too damaged to say. @throws StoreError `shipped-artefact`, `unknown-artefact` */
  async remove(name: string): Promise<ArtefactManifest | null> {
    if ((await this.storeOf(name)) === this.shipped)
      throw new StoreError(
        'shipped-artefact',
        `"${name}" came with Steerscope and is not in your store`,
        'Fit one of the same name to use yours in its place.',
      );
    return (await this.store.remove(name)) ?? null;
  }

  /** The store that has a name; the user's where none has, since its error lists what is near. */
  private async storeOf(name: string): Promise<ArtefactStore> {
    const has = async (store: ArtefactStore) =>
      (await store.list()).artefacts.some((manifest) => manifest.name === name);
    return !(await has(this.store)) && (await has(this.shipped)) ? this.shipped : this.store;
  }
}

function asDirections(artefact: StoredArtefact): Directions {
  const { manifest, tensors } = artefact;
  const directions = new Map<number, Float32Array>();
  for (let layer = 0; layer < manifest.model.layers; layer++) {
    const data = tensors.get(directionTensor(layer))?.data;
    if (data instanceof Float32Array) directions.set(layer, data);
  }
  if (manifest.kind !== 'steering' || directions.size === 0)
    throw new StoreError(
      'not-a-direction',
      `"${manifest.name}" is a ${manifest.kind} and cannot steer`,
      'Choose a steering artefact.',
    );
  return { manifest, directions };
}
