/**
 * The one model of an engine: found and checked when it is opened, packed and loaded when first run. Calls that run it
 * take turns, since its cache and its sessions serve one call at a time.
 */
import { EngineError } from '../../core/errors.ts';
import type { OpenParams } from '../../protocol/engineService.ts';
import { abortable } from '../../files/abortable.ts';
import { homeFolders } from '../../files/paths.ts';
import { loadModel, openModelFile, type LoadedModel, type ModelFile } from '../model/loadedModel.ts';
import type { FitPlaces } from '../fit/fitArtefact.ts';
import { ArtefactSource } from '../store/artefactSource.ts';
import { DirectionSource } from '../store/directions.ts';
import { openStore } from '../store/store.ts';
import { shippedFolder } from './shipped.ts';
import type { WorkContext } from '../workContext.ts';

export class OpenedModel {
  private loading: Promise<LoadedModel> | undefined;
  private turn: Promise<void> = Promise.resolve();

  private constructor(
    readonly params: OpenParams,
    readonly file: ModelFile,
    readonly directions: DirectionSource,
  ) {}

  static async open(params: OpenParams, context: WorkContext): Promise<OpenedModel> {
    return new OpenedModel(params, await openModelFile(params, context), directionsAt(params));
  }

  /**
   * Runs `work` on the loaded model when it is its turn.
   *
   * @throws CancelledError at once where the caller leaves while others have their turn; what `work` throws
   */
  async use<T>(context: WorkContext, work: (model: LoadedModel) => Promise<T>): Promise<T> {
    const before = this.turn;
    let leave: () => void = () => {};
    const left = new Promise<void>((resolve) => (leave = resolve));
    // Whoever leaves the queue does not let those behind overtake the ones in front.
    this.turn = before.then(() => left);
    try {
      await abortable(before, context.signal);
      return await work(await this.load(context));
    } finally {
      leave();
    }
  }

  /** Frees the memory and the file, when the calls that were made before are done. */
  async close(): Promise<void> {
    await this.turn;
    const model = await this.loading?.catch(() => undefined);
    await model?.main.release();
    await model?.observed.release();
    this.file.source.close();
  }

  private load(context: WorkContext): Promise<LoadedModel> {
    this.loading ??= loadModel(this.file, this.params, context).catch((error: unknown) => {
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }
}

/** The artefacts of a home, or of a store that was named. */
export function directionsAt({ home, store }: { readonly home: string; readonly store?: string }): DirectionSource {
  const shipped = [shippedFolder('directions'), shippedFolder('saes')];
  return new DirectionSource(openStore(store ?? homeFolders(home).store), ...shipped);
}

/** A fit writes to the store that was named, and takes an autoencoder from there, from the home, or from what ships. */
export function fitPlaces({ directions: { store }, params: { home } }: OpenedModel): FitPlaces {
  const { runs, store: own } = homeFolders(home);
  const shippedSaes = shippedFolder('saes');
  return { store, runs, saes: new ArtefactSource(store, own, shippedSaes), shippedSaes };
}

export function notOpen(): EngineError {
  return new EngineError('not-open', 'no model is open in this engine', 'Open one first.');
}
