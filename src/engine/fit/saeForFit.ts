/** The autoencoder that a method works with. */
import { UsageError } from '../../core/errors.ts';
import type { SteeringMethod } from '../../core/methods/method.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { loadSae, type LoadedSae } from '../sae/saeArtefact.ts';
import type { ArtefactSource } from '../store/artefactSource.ts';
import { openStore } from '../store/store.ts';

export interface SaePlaces {
  /** Where autoencoders are found by name. */
  readonly saes: ArtefactSource;
  /** The folder of those that come with Steerscope. */
  readonly shippedSaes: string;
}

/**
 * The one that is named or, where none is, the one that ships for this model; undefined for a method that needs none.
 *
 * @throws UsageError `no-sae` where none ships, `needless-sae`; what `loadSae` throws where it is of another model or hook
 */
export async function saeForFit(
  model: Pick<LoadedModel, 'summary' | 'config'>,
  { saes, shippedSaes }: SaePlaces,
  { id, needsSae }: Pick<SteeringMethod, 'id' | 'needsSae'>,
  name: string | undefined,
): Promise<LoadedSae | undefined> {
  if (!needsSae) {
    if (name === undefined) return undefined;
    throw new UsageError('needless-sae', `${id} works without an autoencoder`, 'Leave --sae out.');
  }
  // What a vector is added to.
  return loadSae(saes, name ?? (await shippedFor(model, shippedSaes, id)), model, { hook: 'resid_post' });
}

async function shippedFor({ summary }: Pick<LoadedModel, 'summary'>, folder: string, method: string): Promise<string> {
  const { artefacts } = await openStore(folder).list();
  const found = artefacts.find(({ kind, model }) => kind === 'sae' && model.fingerprint === summary.fingerprint);
  if (found) return found.name;
  throw new UsageError(
    'no-sae',
    `${method} needs a sparse autoencoder, and none ships for ${summary.name}`,
    'Train one (steerscope sae collect, then sae train) and name it: --sae NAME.',
  );
}
