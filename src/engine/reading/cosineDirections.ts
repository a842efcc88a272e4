/** The one direction of each layer that streams are compared with: an artefact's own, or the mean of a gate's. */
import { UsageError } from '../../core/errors.ts';
import { assertFits } from '../../core/artefact/fits.ts';
import { meanRow } from '../../core/methods/means.ts';
import { fittable } from '../generate/steerChoice.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import type { DirectionSource } from '../store/directions.ts';

/** @throws StoreError for an unknown name; ModelError for another model's; UsageError `other-hook` for what is not of streams */
export async function loadCosineDirections(
  model: LoadedModel,
  source: DirectionSource,
  name: string,
): Promise<ReadonlyMap<number, Float32Array>> {
  const { manifest, directions, gates } = await source.load(name);
  assertFits(manifest, fittable(model));
  if (manifest.hook !== 'resid_post')
    throw new UsageError(
      'other-hook',
      `"${name}" acts at ${manifest.hook}, and streams are read at resid_post`,
      'Choose a direction that acts at resid_post.',
    );
  const ofGates = [...gates].map(([layer, { V, rank }]) => [layer, meanRow(V, V.length / rank)] as const);
  return new Map([...directions, ...ofGates]);
}
