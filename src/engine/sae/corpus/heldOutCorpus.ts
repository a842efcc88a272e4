/** The part of a corpus that no autoencoder was trained on. */
import { UsageError } from '../../../core/errors.ts';
import type { ArtefactManifest } from '../../../core/artefact/manifest.ts';
import { splitCorpus } from '../../../core/sae/corpus/split.ts';
import type { WorkContext } from '../../workContext.ts';
import { corpusHash, type Corpus } from './corpus.ts';
import { folderCorpus } from './folderCorpus.ts';

export interface HeldOutCorpus extends Corpus {
  /** What there is to know of how the split came about. */
  readonly notes: readonly string[];
}

/**
 * The packages of a folder that `sae collect` holds out, by the same walk, rules and split. The seed of the split is that of
 * the collection which the autoencoder was trained on, where its record says it.
 *
 * @param seed in its place, for an autoencoder that was trained elsewhere
 * @throws what `folderCorpus` throws; UsageError `nothing-held-out`
 */
export async function heldOutCorpus(
  folder: string,
  { name, params }: Pick<ArtefactManifest, 'name' | 'params'>,
  seed: number,
  context: WorkContext,
): Promise<HeldOutCorpus> {
  const corpus = await folderCorpus(folder, context);
  const { corpusHash: trainedOn, corpusSeed } = params;
  const { heldOut } = splitCorpus(corpus.texts, typeof corpusSeed === 'number' ? corpusSeed : seed);
  const texts = corpus.texts.filter((_, i) => heldOut[i]);
  if (texts.length === 0)
    throw new UsageError(
      'nothing-held-out',
      `${folder} has no two packages, or files, of one language, so that none is held out`,
      'Give text that the autoencoder was not trained on with --texts.',
    );
  const isSame = trainedOn === corpusHash(corpus);
  return { ...corpus, texts, notes: isSame ? [] : [`${folder} is not what "${name}" was trained on, or has changed`] };
}
