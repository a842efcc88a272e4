/**
 * Steering directions by name: those of the user's store first, then those that ship with Steerscope. The shipped ones
 * lie in a store of their own, which is only read.
 */
import { StoreError } from '../../core/errors.ts';
import { checkName, type ArtefactManifest } from '../../core/artefact/manifest.ts';
import type { GateWeights } from '../../core/steering/gate.ts';
import { steeringOf } from './steeringTensors.ts';
import { openStore, unknownArtefact, type ArtefactStore, type StoreListing, type StoredArtefact } from './store.ts';

/** An artefact that steers: one direction, or one gate, for each layer that it has. */
export interface Directions {
  readonly manifest: ArtefactManifest;
  readonly directions: ReadonlyMap<number, Float32Array>; // layer -> [dModel]
  readonly gates: ReadonlyMap<number, GateWeights>;
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

  /** The user's artefacts and, behind them, the shipped ones that none of theirs hides; and those of theirs that are damaged. */
  async list(): Promise<StoreListing> {
    const { artefacts: own, damaged } = await this.store.list();
    const names = new Set([...own, ...damaged].map(({ name }) => name));
    const shipped = (await this.shipped.list()).artefacts.filter(({ name }) => !names.has(name));
    return { artefacts: [...own, ...shipped], damaged };
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

  /** The store that has a name. One of the user's that is damaged is theirs still: the shipped one is not put in its place. */
  private async storeOf(name: string): Promise<ArtefactStore> {
    checkName(name);
    const own = await namesIn(this.store);
    if (own.includes(name)) return this.store;
    const shipped = await namesIn(this.shipped);
    if (shipped.includes(name)) return this.shipped;
    throw unknownArtefact(name, this.store.folder, [...new Set([...own, ...shipped])]);
  }
}

async function namesIn(store: ArtefactStore): Promise<string[]> {
  const { artefacts, damaged } = await store.list();
  return [...artefacts, ...damaged].map(({ name }) => name);
}

function asDirections(artefact: StoredArtefact): Directions {
  const { manifest, tensors } = artefact;
  const { directions, gates } = steeringOf(tensors, manifest.model.layers);
  if (manifest.kind !== 'steering' || directions.size + gates.size === 0)
    throw new StoreError(
      'not-a-direction',
      `"${manifest.name}" is a ${manifest.kind} and cannot steer`,
      'Choose a steering artefact.',
    );
  return { manifest, directions, gates };
}
