/** Distributions over the vocabulary, as logits give them: what a token costs, and how far two of them are apart. In nats. */

/** log softmax, [vocab]; NaN throughout where the logits hold a number that is none. */
export function logSoftmax(logits: Float32Array): Float64Array {
  const peak = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - peak);
  const offset = peak + Math.log(total);
  return Float64Array.from(logits, (logit) => logit - offset);
}

/** KL(p || q) of two distributions, given as log probabilities. */
export function klOfLogs(logP: Float64Array, logQ: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < logP.length; i++) sum += Math.exp(logP[i]) * (logP[i] - logQ[i]);
  return Math.max(0, sum);
}

/** KL(p || q) of two softmax distributions, in nats. */
export function klDivergence(p: Float32Array, q: Float32Array): number {
  return klOfLogs(logSoftmax(p), logSoftmax(q));
}
