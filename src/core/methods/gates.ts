/** From activations on both sides of a contrast to the numbers of a gate. */
import { foldStandardisation, type LinearProbe } from '../probes/linear.ts';
import { fitLogistic } from '../probes/logistic.ts';
import type { GateWeights } from '../steering/gate.ts';

/** How hard the probes of gates are held: with far fewer texts than dimensions any of them could be told apart perfectly. */
const L2 = 1;

/**
 * The strength of a gate: σ(h A + c) = 1 - p(h), p being the probability that h is already on the positive side. This is
 * what sets the strength in ACT (arXiv 2406.00034, section 3.3) in place of a constant.
 *
 * @param positive rows of activations that have what is wanted, [n+, width]
 * @param negative rows that lack it, [n-, width]
 */
export function strengthProbe(
  positive: Float32Array,
  negative: Float32Array,
  width: number,
): Pick<GateWeights, 'A' | 'c'> {
  const X = new Float32Array(positive.length + negative.length);
  X.set(negative);
  X.set(positive, negative.length);
  const lacking = negative.length / width;
  const y = Int32Array.from({ length: X.length / width }, (_, row) => (row < lacking ? 0 : 1));
  const { weights, bias } = foldStandardisation(fitLogistic(X, y, { classes: 2, l2: L2 }));
  const A = Float32Array.from({ length: width }, (_, i) => weights[i] - weights[width + i]);
  return { A, c: Float32Array.of(bias[0] - bias[1]) };
}

/** The choice of a gate: softmax(h P + q) are the probabilities of the probe's classes. */
export function choiceOf(probe: LinearProbe): { P: Float32Array; q: Float32Array } {
  const { weights, bias } = foldStandardisation(probe);
  const rank = probe.classes;
  const width = weights.length / rank;
  const P = Float32Array.from(
    { length: weights.length },
    (_, at) => weights[(at % rank) * width + Math.floor(at / rank)],
  );
  return { P, q: Float32Array.from(bias) };
}
