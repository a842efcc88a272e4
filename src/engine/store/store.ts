/**
 * The artefact store: a folder with a folder for every artefact, `NAME_GENERATION/{tensors.safetensors, manifest.json}`.
 *
 * An artefact is written in full under a temporary name and then renamed to its slot. That one rename is the commit: it
 * is atomic, and it fails where the slot is taken, so two processes that save one name cannot both win and neither needs
 * a lock that a kill could leave behind. Replacing takes the next generation, and the newest one counts. There is no
 * index: the listing is the folder. Nothing in a slot is ever edited.
 */
import { join } from 'node:path';
import { checkName } from '../../core/artefact/manifest.ts';
import type { ArtefactManifest, ManifestDraft } from '../../core/artefact/manifest.ts';
import { StoreError, throwIfCancelled } from '../../core/errors.ts';
import type { SteerscopeError } from '../../core/errors.ts';
import { nearestNames } from '../../core/nearest.ts';
import { LEFT_OVER_MS, cleanTemporaryFiles, makeFolder, syncFolder } from '../../files/atomic.ts';
import { asStoreError, explained, systemCode } from '../../files/fileErrors.ts';
import { temporaryPath } from '../../files/temporary.ts';
import { MANIFEST_FILE, prepareArtefact, readArtefact, readManifest, writeArtefact } from './artefactFiles.ts';
import type { StoredArtefact, StoredTensor } from './artefactFiles.ts';
import { slotFolder, slotsAmong } from '../../core/artefact/storeLayout.ts';
import type { Slot } from '../../core/artefact/storeLayout.ts';
import { storeFiles, type StoreFiles } from './storeFiles.ts';

export type { StoredArtefact, StoredTensor } from './artefactFiles.ts';

export interface SaveOptions {
  /** Take the place of an artefact of this name; without it a name that exists is refused. */
  readonly replace?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface StoreListing {
  /** By name. */
  readonly artefacts: readonly ArtefactManifest[];
  /** Those that cannot be read, with the reason and what to do. */
  readonly damaged: readonly { readonly name: string; readonly error: SteerscopeError }[];
}

export interface ArtefactStore {
  readonly folder: string;
  /** Every artefact; none where the store does not exist yet. Reads manifests, not tensors. */
  list(): Promise<StoreListing>;
  /** One manifest. Throws StoreError `unknown-artefact` (with the nearest names), `damaged-artefact`. */
  show(name: string): Promise<ArtefactManifest>;
  /** The folder of an artefact: what is kept beside it, and came with it, is in there. Throws as `show` does. */
  place(name: string): Promise<string>;
  /** Manifest and tensors, checked against their hash. Throws as `show` does. */
  load(name: string): Promise<StoredArtefact>;
  /**
   * Throws where a `save` under this name would be refused, before work is done for it: StoreError `name-exists`, or what
   * the disk says of a file that is made and removed again.
   */
  assertSavable(name: string, options?: SaveOptions): Promise<void>;
  /**
   * Writes an artefact; when this resolves, it is on the disk. Throws StoreError `name-exists`, or what the disk says;
   * FormatError for a draft that could not be read back; CancelledError. The store is then as it was; only where the
   * very last step fails, bringing the store's list of names to the disk, the artefact may be there after all.
   */
  save(
    draft: ManifestDraft,
    tensors: ReadonlyMap<string, StoredTensor>,
    options?: SaveOptions,
  ): Promise<ArtefactManifest>;
  /** Removes an artefact, damaged or not; returns its manifest where that can be read. */
  remove(name: string): Promise<ArtefactManifest | undefined>;
  diskUse(): Promise<{ readonly artefacts: number; readonly bytes: number }>;
  /** Removes what killed processes left behind. Every `save` does it too. Never throws. */
  collectGarbage(): Promise<void>;
}

/** The store in `folder`, which the first save makes. Opening touches no disk. */
export function openStore(folder: string, { files = storeFiles }: { readonly files?: StoreFiles } = {}): ArtefactStore {
  return new FolderStore(folder, files);
}

/** How often one generation is read before it is called damaged: its name may be removed and used again meanwhile. */
const READ_ATTEMPTS = 3;

class FolderStore implements ArtefactStore {
  constructor(
    readonly folder: string,
    private readonly files: StoreFiles,
  ) {}

  async list(): Promise<StoreListing> {
    const artefacts: ArtefactManifest[] = [];
    const damaged: { name: string; error: SteerscopeError }[] = [];
    for (const name of [...(await this.#slots()).keys()].sort()) {
      try {
        artefacts.push(await this.show(name));
      } catch (cause) {
        const error = asStoreError(cause, 'read', name);
        // Removed by another process since the folder was listed.
        if (error.reason !== 'unknown-artefact') damaged.push({ name, error });
      }
    }
    return { artefacts, damaged };
  }

  show(name: string): Promise<ArtefactManifest> {
    return this.#readNewest(name, readManifest);
  }

  place(name: string): Promise<string> {
    return this.#readNewest(name, (folder) => Promise.resolve(folder));
  }

  load(name: string): Promise<StoredArtefact> {
    return this.#readNewest(name, readArtefact);
  }

  async assertSavable(name: string, { replace = false }: SaveOptions = {}): Promise<void> {
    if (!replace && (await this.#newest(checkName(name)))) throw nameExists(name);
    await makeFolder(this.folder, this.files);
    const trial = temporaryPath(join(this.folder, name));
    const file = await explained('write to the store', this.folder, () => this.files.open(trial, 'wx'));
    await file.close().catch(() => undefined);
    await this.files.remove(trial).catch(() => undefined);
  }

  async save(
    draft: ManifestDraft,
    tensors: ReadonlyMap<string, StoredTensor>,
    { replace = false, signal }: SaveOptions = {},
  ): Promise<ArtefactManifest> {
    const name = checkName(draft.name);
    const prepared = prepareArtefact(draft, tensors);
    throwIfCancelled(signal);
    if (!replace && (await this.#newest(name))) throw nameExists(name);
    await makeFolder(this.folder, this.files);
    await this.collectGarbage();
    const staging = temporaryPath(join(this.folder, name));
    try {
      await explained('write to the store', this.folder, () => this.files.makeFolder(staging));
      await writeArtefact(staging, prepared, this.files, signal);
      throwIfCancelled(signal);
      await this.#commit(staging, name, replace);
    } catch (error) {
      // What cannot be removed now is garbage, and collected later; the first error is the one to tell.
      await this.files.remove(staging).catch(() => undefined);
      throw error;
    }
    await syncFolder(this.folder, this.files);
    return prepared.manifest;
  }

  async remove(name: string): Promise<ArtefactManifest | undefined> {
    checkName(name);
    const slots = (await this.#slots()).get(name);
    if (!slots) throw await this.#unknown(name);
    const manifest = await this.show(name).catch(() => undefined);
    // The newest one last: a kill in between must not bring back an older one.
    for (const slot of slots) await this.#discard(slot);
    await syncFolder(this.folder, this.files);
    return manifest;
  }

  async diskUse(): Promise<{ artefacts: number; bytes: number }> {
    const slots = await this.#slots();
    let bytes = 0;
    for (const slot of [...slots.values()].flat()) {
      for (const name of await this.#inside(slot).catch(() => [])) {
        const facts = await this.files.inspect(join(this.#path(slot), name)).catch(() => undefined);
        bytes += facts?.bytes ?? 0;
      }
    }
    return { artefacts: slots.size, bytes };
  }

  async collectGarbage(): Promise<void> {
    await cleanTemporaryFiles(this.folder, LEFT_OVER_MS, this.files);
    const slots = await this.#slots().catch(() => new Map<string, Slot[]>());
    for (const ofName of slots.values()) {
      const newest = ofName.at(-1);
      for (const slot of ofName) {
        // What another window tidies away under our hands is tidy, and what cannot be removed must not stop the work.
        const isGarbage = slot !== newest || (await this.#isAbandoned(slot).catch(() => false));
        if (isGarbage) await this.#discard(slot).catch(() => undefined);
      }
    }
  }

  /** Renames a finished artefact into the next slot of its name. */
  async #commit(staging: string, name: string, replace: boolean): Promise<void> {
    for (;;) {
      const newest = await this.#newest(name);
      if (newest && !replace) throw nameExists(name);
      const slot = { name, generation: (newest?.generation ?? 0) + 1 };
      try {
        await this.files.rename(staging, this.#path(slot));
      } catch (error) {
        // Another process was quicker: look again. Windows says EPERM where others say ENOTEMPTY.
        if (isTaken(error) && (await this.#exists(this.#path(slot)))) continue;
        throw asStoreError(error, 'write', this.#path(slot));
      }
      return this.#supersede(slot, replace);
    }
  }

  /** After the commit: the older generations go. A newer one means that others replaced the name since we looked. */
  async #supersede(own: Slot, replace: boolean): Promise<void> {
    const ofName = (await this.#slots()).get(own.name) ?? [];
    if (!replace && ofName.some(({ generation }) => generation > own.generation)) {
      await this.#discard(own);
      throw nameExists(own.name);
    }
    for (const slot of ofName) {
      if (slot.generation < own.generation) await this.#discard(slot).catch(() => undefined);
    }
  }

  /** Out of the listing at once by a rename, so that no half-removed artefact is ever seen; then off the disk. */
  async #discard(slot: Slot): Promise<void> {
    const path = this.#path(slot);
    const trash = temporaryPath(path);
    try {
      await this.files.rename(path, trash);
    } catch (error) {
      // Removed by another process: all the better.
      if (systemCode(error) === 'ENOENT' && !(await this.#exists(path))) return;
      throw asStoreError(error, 'remove', path);
    }
    await this.files.remove(trash).catch(() => undefined);
  }

  /** Reads the newest generation of a name; a failure counts only where nobody has replaced the artefact meanwhile. */
  async #readNewest<T>(
    name: string,
    read: (folder: string, name: string, files: StoreFiles) => Promise<T>,
  ): Promise<T> {
    checkName(name);
    let failed: { readonly generation: number; readonly times: number } | undefined;
    for (;;) {
      const newest = await this.#newest(name);
      if (!newest) throw await this.#unknown(name);
      try {
        return await read(this.#path(newest), name, this.files);
      } catch (error) {
        const { generation } = newest;
        failed = { generation, times: failed?.generation === generation ? failed.times + 1 : 1 };
        if (failed.times === READ_ATTEMPTS) throw damaged(name, error);
      }
    }
  }

  async #slots(): Promise<Map<string, Slot[]>> {
    try {
      return slotsAmong(await this.files.list(this.folder));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return new Map();
      throw asStoreError(error, 'read the store', this.folder);
    }
  }

  async #newest(name: string): Promise<Slot | undefined> {
    return (await this.#slots()).get(name)?.at(-1);
  }

  /** The names in a slot; none where it is no folder but, say, a link to one. */
  async #inside(slot: Slot): Promise<string[]> {
    const { kind } = await this.files.inspect(this.#path(slot));
    return kind === 'folder' ? this.files.list(this.#path(slot)) : [];
  }

  /** A slot without a manifest was not made by us, or was taken apart by somebody: after a day nobody is at it. */
  async #isAbandoned(slot: Slot): Promise<boolean> {
    if ((await this.#inside(slot)).includes(MANIFEST_FILE)) return false;
    return Date.now() - (await this.files.modifiedMs(this.#path(slot))) > LEFT_OVER_MS;
  }

  async #exists(path: string): Promise<boolean> {
    const facts = await this.files.inspect(path).catch(() => undefined);
    return facts !== undefined;
  }

  async #unknown(name: string): Promise<StoreError> {
    return unknownArtefact(name, this.folder, [...(await this.#slots()).keys()]);
  }

  #path(slot: Slot): string {
    return join(this.folder, slotFolder(slot));
  }
}

/** The error for a name that none of `known` is, with the nearest of them. */
export function unknownArtefact(name: string, folder: string, known: readonly string[]): StoreError {
  const near = nearestNames(name, [...known].sort());
  const advice = known.length > 0 ? 'List them with: steerscope artefacts' : 'Make one with: steerscope fit';
  const nearest = near.length > 0 ? `; nearest: ${near.join(', ')}` : ', which is empty';
  return new StoreError('unknown-artefact', `there is no artefact "${name}" in ${folder}${nearest}`, advice);
}

function isTaken(error: unknown): boolean {
  return ['EEXIST', 'ENOTEMPTY', 'EPERM', 'EACCES'].includes(systemCode(error) ?? '');
}

function nameExists(name: string): StoreError {
  const message = `there is an artefact "${name}" already`;
  return new StoreError('name-exists', message, 'Choose another name, or replace it with --replace.');
}

function damaged(name: string, cause: unknown): SteerscopeError {
  const error = asStoreError(cause, 'read', name);
  // An artefact of another version is whole, and a disk that fails says nothing about the artefact.
  if (error.reason === 'schema-version' || ['no-permission', 'io-error', 'too-many-files'].includes(error.reason))
    return error;
  const advice = `Remove it (steerscope remove ${name}) and make it again.`;
  return new StoreError('damaged-artefact', `the artefact "${name}" is damaged: ${error.message}`, advice, { cause });
}
