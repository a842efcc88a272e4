/** What is known of features, for the export to Neuronpedia. */
import { neuronpediaFeature, type NeuronpediaFeature } from '../../../core/sae/neuronpediaFeature.ts';
import type { ArtefactSource } from '../../store/artefactSource.ts';
import { FeatureFiles } from './featureFiles.ts';

/**
 * Of the features of an autoencoder, with the user's labels before the automatic ones; undefined where nobody has looked at them.
 * @throws StoreError `unknown-artefact`, `not-an-sae`; FormatError `invalid-evidence`, `evidence-version`
 */
export async function neuronpediaEvidence(
  source: ArtefactSource,
  name: string,
): Promise<((index: number) => NeuronpediaFeature) | undefined> {
  const files = await FeatureFiles.of(source, name);
  const own = await files.labels();
  const evidence = files.knownEvidence();
  if (!evidence) return undefined;
  const { page, rows } = evidence;
  return (index) => neuronpediaFeature(page(index), rows[index].density, own.get(index) ?? rows[index].label);
}
