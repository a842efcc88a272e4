/**
 * How likely given answers are under the unsteered model: each is run after its prompt in one prefill, and the logits of
 * each position say what the next token cost. Teacher-forced; nothing is generated.
 *
 * In `fast` precision the head's logits are approximate. Over twelve answers in C++ and Rust their pooled perplexity was
 * 3.0437 where `exact` gives 3.0424, and none of them was off by more than 0.006 nats a token.
 */
import { UsageError } from '../../core/errors.ts';
import type { Likelihood, LikelihoodParams } from '../../protocol/studyTypes.ts';
import { promptIds } from '../generate/promptIds.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { letMessagesIn } from '../turn.ts';
import type { WorkContext } from '../workContext.ts';

/** Scores every text, in their order. @throws UsageError `bad-token`; those of a prompt; CancelledError between pieces */
export async function scoreLikelihood(
  model: LoadedModel,
  { texts, options }: LikelihoodParams,
  { signal, emit }: WorkContext,
): Promise<Likelihood[]> {
  const scores: Likelihood[] = [];
  for (const { id, prompt, ids } of texts) {
    await letMessagesIn(signal);
    assertTokens(model, ids);
    const before = promptIds(model, prompt, options, ids.length);
    scores.push({ id, sum: await negativeLogLikelihood(model, before, ids, signal), tokens: ids.length });
    emit({ kind: 'progress', phase: 'scoring', done: scores.length, total: texts.length, unit: 'texts' });
  }
  return scores;
}

/** -log p(ids | before) in nats, summed over `ids`. */
async function negativeLogLikelihood(
  model: LoadedModel,
  before: readonly number[],
  ids: readonly number[],
  signal: AbortSignal,
): Promise<number> {
  if (ids.length === 0) return 0;
  const all = [...before, ...ids];
  let sum = 0;
  model.main.reserve(1, all.length);
  await model.main.prefill(0, {
    // What follows the last token is nobody's question.
    ids: all.slice(0, -1),
    signal,
    logits: 'all',
    onPiece: ({ start, logits }) => {
      logits.forEach(({ values }, i) => {
        const next = start + i + 1;
        if (next >= before.length) sum += logSumExp(values) - values[all[next]];
      });
    },
  });
  return sum;
}

/** Terms this much below the largest are less than a float of the sum can hold, vocabulary times. */
const NEGLIGIBLE = -30;

/** log of the sum of exp(values), which are float32. */
export function logSumExp(values: Float32Array): number {
  let max = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] > max) max = values[i];
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const below = values[i] - max;
    if (below > NEGLIGIBLE) sum += Math.exp(below);
  }
  return max + Math.log(sum);
}

function assertTokens(model: LoadedModel, ids: readonly number[]): void {
  const { vocab } = model.config;
  const wrong = ids.find((id) => id >= vocab);
  if (wrong !== undefined)
    throw new UsageError('bad-token', `the model has no token ${wrong}`, `It has the tokens 0 to ${vocab - 1}.`);
}
