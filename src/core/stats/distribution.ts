/** Distributions over the vocabulary, as logits give them. Pure. */

/** log of the softmax of logits. */
export function logSoftmax(logits: Float32Array): Float64Array {
  const peak = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - peak);
  const offset = peak + Math.log(total);
  return Float64Array.from(logits, (logit) => logit - offset);
}

/** KL(p || q) of two distributions that are given as logits, in nats. */
export function klDivergence(p: Float32Array, q: Float32Array): number {
  const logP = logSoftmax(p);
  const logQ = logSoftmax(q);
  let sum = 0;
  for (let i = 0; i < logP.length; i++) sum += Math.exp(logP[i]) * (logP[i] - logQ[i]);
  return Math.max(0, sum);
}
