/** What an artefact's record says of an autoencoder, before its weights are read. */
import type { ArtefactManifest } from '../artefact/manifest.ts';
import { StoreError, UsageError } from '../errors.ts';

type Record = Pick<ArtefactManifest, 'name' | 'kind' | 'params'>;

/** @throws StoreError `not-an-sae` */
export function assertSae({ name, kind }: Record): void {
  if (kind === 'sae') return;
  throw new StoreError(
    'not-an-sae',
    `"${name}" is a ${kind}, not a sparse autoencoder`,
    'List what there is with: steerscope artefacts. Train one with: steerscope sae train.',
  );
}

/** @throws StoreError `not-an-sae`; UsageError `no-feature` */
export function assertFeature(record: Record, index: number): void {
  assertSae(record);
  const { dSae } = record.params;
  if (typeof dSae !== 'number' || index < dSae) return;
  throw new UsageError(
    'no-feature',
    `there is no feature ${index} in "${record.name}"`,
    `They are counted from 0 to ${dSae - 1}.`,
  );
}
