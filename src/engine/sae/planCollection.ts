/** What a collection will run: which files, in which order and part, and how many tokens of each. */
import { UsageError } from '../../core/errors.ts';
import type { CollectionPlan, Part, PlannedFile } from '../../core/sae/activationManifest.ts';
import { HELD_OUT_SHARE, splitCorpus } from '../../core/sae/corpus/split.ts';
import { createRandom } from '../../core/stats/random.ts';
import type { SaeCollectParams } from '../../protocol/saeCollectTypes.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { letMessagesIn } from '../turn.ts';
import type { WorkContext } from '../workContext.ts';
import { corpusHash, type Corpus, type CorpusText } from './corpus/corpus.ts';

type PlanParams = Pick<SaeCollectParams, 'hook' | 'layer' | 'dtype' | 'window' | 'batch' | 'seed' | 'tokens'> & {
  readonly dIn: number;
};

/** The shortest window that is worth running: see `core/sae/corpus/windows`. */
const LEAST_WINDOW = 16;

/**
 * Shuffles the files, and takes them until the tokens are enough: a tenth of them from packages that are held out.
 * @throws UsageError `bad-window`
 */
export async function planCollection(
  { tokenizer, config, fingerprint, summary }: LoadedModel,
  corpus: Corpus,
  { hook, layer, dIn, dtype, window, batch, seed, tokens }: PlanParams,
  { signal, emit }: WorkContext,
): Promise<CollectionPlan> {
  if (window < LEAST_WINDOW || window > config.context)
    throw new UsageError('bad-window', `a window has ${LEAST_WINDOW} to ${config.context} tokens, not ${window}`);
  const split = splitCorpus(corpus.texts, seed);
  const ofPart = (part: Part): CorpusText[] =>
    createRandom(seed).shuffle(corpus.texts.filter((_, i) => split.heldOut[i] === (part === 'heldOut')));
  const count = async (part: Part, wanted: number): Promise<PlannedFile[]> => {
    const files: PlannedFile[] = [];
    let left = wanted;
    for (const text of ofPart(part)) {
      if (left <= 0) break;
      await letMessagesIn(signal);
      emit({ kind: 'progress', phase: 'counting tokens', done: wanted - left, total: wanted, unit: 'tokens' });
      const all = tokenizer.encode(await corpus.read(text)).length;
      const { path, package: name, language } = text;
      files.push({ path, package: name, language, part, tokens: Math.min(all, left) });
      left -= all;
    }
    return files;
  };
  const held = Math.round(tokens * HELD_OUT_SHARE);
  return {
    model: { name: summary.name, fingerprint, precision: summary.precision },
    hook,
    layer,
    dIn,
    dtype,
    window,
    batch,
    bos: tokenizer.addBos && tokenizer.bosId !== undefined,
    seed,
    corpus: { hash: corpusHash(corpus), splitBy: split.by, leftOut: { ...corpus.leftOut } },
    files: [...(await count('heldOut', held)), ...(await count('train', tokens - held))],
  };
}
