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

/** The logits of one position, and the exact value of single ones where the many are approximate. */
export interface NextLogits {
  readonly values: Float32Array; // [vocab]
  readonly exact: ((id: number) => number) | null;
}

/**
 * How far an approximate logit may lie below the first and still belong to the first token. The largest error of a
 * logit measured on the default model is 0.45; two of them can be off in opposite directions.
 */
const APPROXIMATION_MARGIN = 1.5;

/** The most tokens whose exact logits are computed at one position. */
const MOST_REFINED = 64;

/**
 * What {@link chooseToken} returns where nothing may be sampled: where a logit is not a finite number, and where all are
 * the same. A stream whose squares overflow is divided by an infinite norm, and what is left of it are zeros: the
 * overflow is in no logit, and every token is as likely as any other.
 */
export const NON_FINITE = -1;

/**
 * Chooses a token. Writes to the values of `next` (exact logits, and the penalty).
 * `seen` holds the tokens of prompt and answer; `random` gives numbers in [0, 1) and is not called when greedy.
 * Ties go to the lower id.
 */
export function chooseToken(
  next: NextLogits,
  seen: ReadonlySet<number>,
  options: SamplingOptions,
  random: () => number,
): number {
  const logits = next.values;
  const penalty = options.repeatPenalty;
  if (penalty !== 1) for (const id of seen) logits[id] = penalised(logits[id], penalty);
  const best = next.exact
    ? refine(logits, next.exact, (id, logit) => (seen.has(id) ? penalised(logit, penalty) : logit))
    : largest(logits);
  if (best === NON_FINITE || options.temperature === 0) return best;
  return sample(logits, options, random);
}

function penalised(logit: number, penalty: number): number {
  return logit > 0 ? logit / penalty : logit * penalty;
}

/** Puts exact values in place of those that could be the largest, and returns the largest. `adjust` applies the penalty. */
function refine(
  logits: Float32Array,
  exact: (id: number) => number,
  adjust: (id: number, logit: number) => number,
): number {
  const close = closeToLargest(logits, APPROXIMATION_MARGIN);
  if (close.length === 0) return NON_FINITE;
  const threshold = Math.max(...close.map((id) => logits[id])) - APPROXIMATION_MARGIN;
  const isAll = close.length <= MOST_REFINED && close.length < logits.length;
  if (!isAll) close.sort((a, b) => logits[b] - logits[a]).splice(MOST_REFINED);
  for (const id of close) logits[id] = adjust(id, exact(id));
  const top = Math.max(...close.map((id) => logits[id]));
  // All others are below the threshold, unless too many were close.
  const isCertain = isAll && top >= threshold && close.every((id) => Number.isFinite(logits[id]));
  return isCertain ? close[close.findIndex((id) => logits[id] === top)] : largest(logits);
}

/** The `count` largest logits as [id, logit], descending, ties by the lower id; exact where they can be. */
export function topLogits(next: NextLogits, count: number): [number, number][] {
  const { values, exact } = next;
  if (exact) {
    const candidates = topIndices(values, Math.min(count + MOST_REFINED, values.length));
    const threshold = values[candidates[Math.min(count, candidates.length) - 1]] - APPROXIMATION_MARGIN;
    for (const id of candidates) if (values[id] >= threshold) values[id] = exact(id);
  }
  return topIndices(values, count).map((id) => [id, values[id]]);
}

/** True for logits that say something: finite, and not all the same ({@link NON_FINITE}). */
export function areUsable(logits: Float32Array): boolean {
  return largest(logits) !== NON_FINITE;
}

/** The index of the largest logit, the first of equals, or {@link NON_FINITE}. */
function largest(logits: Float32Array): number {
  return closeToLargest(logits, 0)[0] ?? NON_FINITE;
}

/**
 * The indices of the largest logit and of those that lie at most `margin` below it, ascending; none where nothing may be
 * sampled ({@link NON_FINITE}). One pass, as it is run over the whole vocabulary for each token that is written.
 */
function closeToLargest(logits: Float32Array, margin: number): number[] {
  let [max, min] = [-Infinity, Infinity];
  let notFinite = 0;
  const passed: number[] = [];
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id];
    notFinite += logit - logit;
    if (logit < min) min = logit;
    if (!(logit >= max - margin)) continue;
    passed.push(id);
    if (logit > max) max = logit;
  }
  // NaN where any logit was not a number or infinite.
  if (notFinite !== 0 || !(min < max)) return [];
  return passed.filter((id) => logits[id] >= max - margin);
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
