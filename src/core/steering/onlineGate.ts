/**
 * A gate that learns while it generates (G-ACT, arXiv 2506.18887, section 3.3): after each token that it has read, one step
 * down the gradient of the cross-entropy of both its probes. Two labels are at hand without a judge. The direction that would
 * have been right is the centroid nearest to what is missing, the mean of h+ less h; and as long as nothing is decided, the
 * token has not got what is wanted. The gate that it was made of stays as it is.
 */
import { softmax } from '../probes/linear.ts';
import type { Gate, Refinement } from './gate.ts';

export class OnlineGate {
  readonly gate: Gate;

  constructor(
    gate: Gate,
    private readonly refinement: Refinement,
  ) {
    const { A, c, choice } = gate;
    this.gate = {
      ...gate,
      A: A.slice(),
      c: c.slice(),
      ...(choice ? { choice: { P: choice.P.slice(), q: choice.q.slice() } } : {}),
    };
  }

  /** One step from the activation of one token, [width]. */
  learn(h: Float32Array): void {
    const { mean, scale } = this.refinement;
    const z = Float64Array.from(h, (value, i) => (value - mean[i]) / scale[i]);
    const { A, c, choice, rank } = this.gate;
    const lacks = 1 / (1 + Math.exp(-(dotColumn(h, A, 0, 1) + c[0])));
    this.step(A, c, 0, 1, lacks - 1, z);
    if (choice === undefined) return;
    const right = this.nearest(h);
    const p = Float64Array.from({ length: rank }, (_, k) => dotColumn(h, choice.P, k, rank) + choice.q[k]);
    softmax(p);
    for (let k = 0; k < rank; k++) this.step(choice.P, choice.q, k, rank, p[k] - (k === right ? 1 : 0), z);
  }

  /** w -= rate error z, for the column of a probe over standardised activations, carried over to the folded numbers. */
  private step(
    weights: Float32Array,
    bias: Float32Array,
    column: number,
    columns: number,
    error: number,
    z: Float64Array,
  ): void {
    const { mean, scale, rate } = this.refinement;
    const by = rate * error;
    let offset = -by;
    for (let i = 0; i < z.length; i++) {
      const change = (by * z[i]) / scale[i];
      weights[i * columns + column] -= change;
      offset += change * mean[i];
    }
    bias[column] += offset;
  }

  /** The centroid nearest to the mean of h+ less h. */
  private nearest(h: Float32Array): number {
    const { V, rank } = this.gate;
    const { wanted } = this.refinement;
    let best = 0;
    let least = Infinity;
    for (let k = 0; k < rank; k++) {
      let distance = 0;
      for (let i = 0; i < h.length; i++) distance += (wanted[i] - h[i] - V[k * h.length + i]) ** 2;
      if (distance < least) [best, least] = [k, distance];
    }
    return best;
  }
}

function dotColumn(h: Float32Array, weights: Float32Array, column: number, columns: number): number {
  return h.reduce((sum, value, i) => sum + value * weights[i * columns + column], 0);
}
