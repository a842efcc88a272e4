/**
 * What a text goes on with, with values put in and without, greedily. There is no cache that holds what was changed, so
 * the whole text is run again for each token, both texts as rows of one run.
 */
import { NON_FINITE, chooseToken, type SamplingOptions } from '../../core/sampling/sampler.ts';
import type { Continuation } from '../../protocol/interventionTypes.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import type { LastPosition, Patch } from '../session/observedSession.ts';
import type { Bench } from './bench.ts';

const GREEDY: SamplingOptions = { temperature: 0, topP: 1, topK: 0, repeatPenalty: 1 };

/** A text that is being continued. */
interface Text {
  readonly ids: number[];
  readonly patches: readonly Patch[];
  next: LastPosition;
  hasEnded: boolean;
}

/**
 * @param starts what follows the text in each of the runs, of which the first token is known already
 * @param onToken told how many tokens there are
 * @throws CancelledError
 */
export async function continueTexts(
  bench: Bench,
  ids: readonly number[],
  starts: readonly { readonly patches: readonly Patch[]; readonly next: LastPosition }[],
  count: number,
  onToken: (done: number) => void,
): Promise<Continuation[]> {
  const { model } = bench;
  const texts = starts.map((start): Text => ({ ...start, ids: [...ids], hasEnded: false }));
  for (let done = 1; done <= count; done++) {
    for (const text of texts) append(model, text);
    onToken(done);
    const open = texts.filter(({ hasEnded }) => !hasEnded);
    if (open.length === 0 || done === count) break;
    const rows = await bench.changed(open);
    open.forEach((text, row) => (text.next = rows[row]));
  }
  return texts.map((text) => {
    const added = text.ids.slice(ids.length);
    return { ids: added, text: model.tokenizer.decode(added) };
  });
}

/** Appends the likeliest token; a token that ends an answer, or none, ends the text and is not in it. */
function append({ tokenizer, exactHead }: LoadedModel, text: Text): void {
  if (text.hasEnded) return;
  const { logits, normalized } = text.next;
  const exact = exactHead ? (id: number) => exactHead.logit(id, normalized) : null;
  const id = chooseToken({ values: logits.slice(), exact }, new Set(), GREEDY, Math.random);
  if (id === NON_FINITE || tokenizer.eosIds.has(id)) text.hasEnded = true;
  else text.ids.push(id);
}
