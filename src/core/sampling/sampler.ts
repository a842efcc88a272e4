/** Choosing the next token from logits: greedy or sampled, with the usual repetition penalty. Pure but for its random source. */

export interface SamplingOptions {
  /** 0 is greedy. */
  readonly temperature: number;
  /** Keeps the most likely tokens that make up this share; 1 keeps all. */
  readonly topP: number;
  /** Keeps this many tokens; 0 keeps all. */
  readonly topK: number;
  /** Divides the positive and multiplies the negative logits of tokens seen before; 1 leaves them. */
  readonly repeatPenalty: number;
}

/** What {@link chooseToken} returns where a logit is not a finite number: nothing may be sampled from those. */
export const NON_FINITE = -1;

/**
 * Chooses a token. Writes to `logits` [vocab] (the penalty).
 * `seen` holds the tokens of prompt and answer; `random` gives numbers in [0, 1) and is not called when greedy.
 * Ties go to the lower id.
 */
export function chooseToken(
  logits: Float32Array,
  seen: ReadonlySet<number>,
  options: SamplingOptions,
  random: () => number,
): number {
  if (options.repeatPenalty !== 1) penalise(logits, seen, options.repeatPenalty);
  const best = largest(logits);
  if (best === NON_FINITE || options.temperature === 0) return best;
  return sample(logits, options, random);
}

function penalise(logits: Float32Array, seen: ReadonlySet<number>, penalty: number): void {
  for (const id of seen) logits[id] = logits[id] > 0 ? logits[id] / penalty : logits[id] * penalty;
}

/** The index of the largest logit, the first of equals, or NON_FINITE where any logit is infinite or no number. */
function largest(logits: Float32Array): number {
  let best = 0;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id];
    if (!(logit > -Infinity && logit < Infinity)) return NON_FINITE;
    if (logit > logits[best]) best = id;
  }
  return best;
}

function sample(logits: Float32Array, { temperature, topP, topK }: SamplingOptions, random: () => number): number {
  const count = topK > 0 ? Math.min(topK, logits.length) : logits.length;
  const order = topIndices(logits, count);
  const peak = logits[order[0]];
  const weights = Float64Array.from(order, (id) => Math.exp((logits[id] - peak) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let kept = 0;
  let mass = 0;
  while (kept < weights.length && (kept === 0 || mass < topP * total)) mass += weights[kept++];
  let threshold = random() * mass;
  for (let i = 0; i < kept; i++) {
    threshold -= weights[i];
    if (threshold < 0) return order[i];
  }
  return order[kept - 1];
}

/** The indices of the `count` largest values, descending, ties by the lower index. */
export function topIndices(values: Float32Array, count: number): number[] {
  if (count * 8 > values.length) {
    const all = Array.from(values.keys());
    return all.sort((a, b) => values[b] - values[a] || a - b).slice(0, count);
  }
  const top: number[] = [];
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (top.length === count && !(value > values[top[count - 1]])) continue;
    let at = top.length;
    while (at > 0 && value > values[top[at - 1]]) at--;
    top.splice(at, 0, index);
    if (top.length > count) top.pop();
  }
  return top;
}

/** The `count` largest logits as [id, logit], descending, ties by the lower id. */
export function topLogits(logits: Float32Array, count: number): [number, number][] {
  return topIndices(logits, count).map((id) => [id, logits[id]]);
}
