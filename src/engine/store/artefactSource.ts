/**
 * Artefacts by name: those of the user's store first, then those that ship with Steerscope. The shipped ones lie in stores
 * of their own, which are only read.
 */
import { StoreError } from '../../core/errors.ts';
import { checkName, type ArtefactManifest } from '../../core/artefact/manifest.ts';
import { openStore, unknownArtefact, type ArtefactStore, type StoreListing, type StoredArtefact } from './store.ts';

export class ArtefactSource {
  private readonly shipped: readonly ArtefactStore[];

  constructor(
    readonly store: ArtefactStore,
    ...shippedFolders: readonly string[]
  ) {
    this.shipped = shippedFolders.map((folder) => openStore(folder));
  }

  /** Manifest and tensors of whatever kind. @throws StoreError `unknown-artefact`, `damaged-artefact` */
  async read(name: string): Promise<StoredArtefact> {
    return (await this.storeOf(name)).load(name);
  }

  /** The folder that it lies in. @throws StoreError `unknown-artefact` */
  async place(name: string): Promise<string> {
    return (await this.storeOf(name)).place(name);
  }

  async show(name: string): Promise<ArtefactManifest> {
    return (await this.storeOf(name)).show(name);
  }

  /** The user's artefacts and, behind them, the shipped ones that none of theirs hides; and those of theirs that are damaged. */
  async list(): Promise<StoreListing> {
    const { artefacts: own, damaged } = await this.store.list();
    const names = new Set([...own, ...damaged].map(({ name }) => name));
    const shipped = await Promise.all(this.shipped.map(async (store) => (await store.list()).artefacts));
    return { artefacts: [...own, ...shipped.flat().filter(({ name }) => !names.has(name))], damaged };
  }

  /** Returns what was removed; null for an artefact too damaged to say. @throws StoreError `shipped-artefact`, `unknown-artefact` */
  async remove(name: string): Promise<ArtefactManifest | null> {
    if ((await this.storeOf(name)) !== this.store)
      throw new StoreError(
        'shipped-artefact',
        `"${name}" came with Steerscope and is not in your store`,
        'Make one of the same name to use yours in its place.',
      );
    return (await this.store.remove(name)) ?? null;
  }

  /** The store that has a name. One of the user's that is damaged is theirs still: the shipped one is not put in its place. */
  private async storeOf(name: string): Promise<ArtefactStore> {
    checkName(name);
    const known: string[] = [];
    for (const store of [this.store, ...this.shipped]) {
      const names = await namesIn(store);
      if (names.includes(name)) return store;
      known.push(...names);
    }
    throw unknownArtefact(name, this.store.folder, [...new Set(known)]);
  }
}

async function namesIn(store: ArtefactStore): Promise<string[]> {
  const { artefacts, damaged } = await store.list();
  return [...artefacts, ...damaged].map(({ name }) => name);
}
