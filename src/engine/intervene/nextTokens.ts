/**
 * Next-token distributions of several runs, to be compared. Where the head is approximate, the logits of the tokens that
 * are likeliest in any of the runs are computed again in full precision in all of them: they are what a difference and a
 * divergence consist of.
 */
import { ModelError, UsageError } from '../../core/errors.ts';
import { quoted } from '../../core/format/quoted.ts';
import { topIndices } from '../../core/sampling/sampler.ts';
import { logSoftmax } from '../../core/stats/distributions.ts';
import type { TokenChoice, TokenOdds } from '../../protocol/interventionTypes.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import type { LastPosition } from '../session/observedSession.ts';

/** Of each run, the tokens whose logits are made exact. */
const SHARPENED = 48;

/** The logits of each run, comparable token by token. @param also tokens that are made exact in any case */
export function comparable(
  { exactHead }: Pick<LoadedModel, 'exactHead'>,
  runs: readonly LastPosition[],
  also: readonly number[] = [],
): Float32Array[] {
  if (exactHead === null) return runs.map(({ logits }) => logits);
  const ids = new Set([...also, ...runs.flatMap(({ logits }) => topIndices(logits, SHARPENED))]);
  return runs.map(({ logits, normalized }) => {
    const values = logits.slice();
    for (const id of ids) values[id] = exactHead.logit(id, normalized);
    return values;
  });
}

/** Whether a distribution says anything: an overflow makes logits no numbers, or all the same. */
export function saysSomething(logits: Float32Array): boolean {
  let [low, high] = [Infinity, -Infinity];
  for (const logit of logits) {
    if (!Number.isFinite(logit)) return false;
    if (logit < low) low = logit;
    if (logit > high) high = logit;
  }
  return low < high;
}

/** @throws ModelError `nonfinite` */
export function assertSaysSomething(logits: Float32Array): void {
  if (saysSomething(logits)) return;
  throw new ModelError(
    'nonfinite',
    'the changed run overflows: no next token can be read from it',
    'Scale by a smaller factor.',
  );
}

/** The odds of any token in a distribution. */
export function oddsIn(logits: Float32Array): (id: number) => TokenOdds {
  const logs = logSoftmax(logits);
  return (id) => ({ logit: logits[id], probability: Math.exp(logs[id]) });
}

/** The likeliest token of `first`, and the likeliest of `second` that is another. */
export function likeliestPair(first: Float32Array, second: Float32Array): readonly [number, number] {
  const [one = 0] = topIndices(first, 1);
  const other = topIndices(second, 2).find((id) => id !== one);
  return [one, other ?? one];
}

/** @throws UsageError `bad-token`, `not-one-token`, `same-token` */
export function chosenTokens(
  model: Pick<LoadedModel, 'tokenizer' | 'config'>,
  choices: readonly [TokenChoice, TokenChoice],
): readonly [number, number] {
  const tokens = [tokenOf(model, choices[0]), tokenOf(model, choices[1])] as const;
  if (tokens[0] === tokens[1])
    throw new UsageError('same-token', 'both tokens of the logit difference are the same', 'Choose two that differ.');
  return tokens;
}

function tokenOf({ tokenizer, config }: Pick<LoadedModel, 'tokenizer' | 'config'>, choice: TokenChoice): number {
  if (typeof choice === 'number') {
    if (Number.isInteger(choice) && choice >= 0 && choice < config.vocab) return choice;
    throw new UsageError(
      'bad-token',
      `the model has no token ${choice}`,
      `It has the tokens 0 to ${config.vocab - 1}.`,
    );
  }
  const ids = tokenizer.encode(choice, { special: true });
  const [id] = ids;
  if (ids.length === 1 && id !== undefined) return id;
  const pieces = ids.map((each) => quoted(tokenizer.piece(each))).join(', ');
  throw new UsageError(
    'not-one-token',
    `${quoted(choice)} is no single token but ${ids.length === 0 ? 'none' : pieces}`,
    'Choose a text that is one token; a space before a word belongs to it.',
  );
}
