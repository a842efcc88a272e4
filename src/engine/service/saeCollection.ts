/** The method of the service that collects activations: finds the corpus, hands over to `engine/sae`, and sums up. */
import { homeFolders } from '../../files/paths.ts';
import type { SaeCollectParams, SaeCollectService } from '../../protocol/saeCollectTypes.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { collectActivations } from '../sae/collect.ts';
import { summariseCollection } from '../sae/collectionSummary.ts';
import type { Corpus } from '../sae/corpus/corpus.ts';
import { folderCorpus } from '../sae/corpus/folderCorpus.ts';
import { writtenCorpus } from '../sae/corpus/writtenCorpus.ts';
import type { WorkContext } from '../workContext.ts';
import type { RunOnModel } from './readings.ts';

export function saeCollection(run: RunOnModel): SaeCollectService {
  return {
    saeCollect: (params, context) =>
      run(context, async (model, { params: { home } }) => {
        const corpus = await corpusOf(model, params, homeFolders(home).runs, context);
        return summariseCollection(params.out, await collectActivations(model, corpus, params, context));
      }),
  };
}

function corpusOf(
  model: LoadedModel,
  { corpus, tokens }: SaeCollectParams,
  runs: string,
  context: WorkContext,
): Promise<Corpus> {
  if (corpus.kind === 'folder') return folderCorpus(corpus.folder, context);
  return writtenCorpus(model, { tokens, runs }, context);
}
