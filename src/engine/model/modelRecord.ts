/** What artefacts keep of the model that they are made on. */
import type { ModelRecord } from '../../core/artefact/manifest.ts';
import type { LoadedModel } from './loadedModel.ts';

export function modelRecord({ summary }: Pick<LoadedModel, 'summary'>): ModelRecord {
  const { name, fingerprint, architecture, dModel, layers, precision, weightTypes } = summary;
  return { name, fingerprint, architecture, dModel, layers, precision, weightTypes };
}
