/** Gates of random numbers, and what they add by the formula of `core/steering/gate.ts` in plain loops. */
import { createRandom } from '../../../src/core/stats/random.ts';
import type { Gate, GateHook } from '../../../src/core/steering/gate.ts';
import type { Additions } from '../../referenceForward.ts';

export interface SampleGate {
  readonly layer: number;
  readonly hook: GateHook;
  readonly rank: number;
  readonly choice?: boolean;
  readonly width?: number;
  readonly seed?: number;
}

/** A gate that is half open at ordinary activations, and as large as they are. */
export function sampleGate({
  layer,
  hook,
  rank,
  choice = false,
  width = 64,
  seed = 1,
}: SampleGate): Gate & { readonly hook: GateHook } {
  const random = createRandom(seed);
  const normal = (count: number, deviation: number) =>
    Float32Array.from({ length: count }, () => deviation * random.normal());
  const columns = choice ? 1 : rank;
  return {
    layer,
    hook,
    rank,
    A: normal(width * columns, 1),
    c: normal(columns, 0.5),
    V: normal(rank * width, 0.2),
    ...(choice ? { choice: { P: normal(width * rank, 1), q: normal(rank, 0.5) } } : {}),
  };
}

/** dose (σ(h A + c) ⊙ softmax(h P + q)) V, for one activation h. */
export function gateAddition({ rank, A, c, choice, V }: Gate, dose: number, h: ArrayLike<number>): number[] {
  const affine = (weights: Float32Array, bias: Float32Array) =>
    Array.from(bias, (b, column) => {
      let sum = b;
      for (let i = 0; i < h.length; i++) sum += h[i] * weights[i * bias.length + column];
      return sum;
    });
  const strengths = affine(A, c).map((evidence) => 1 / (1 + Math.exp(-evidence)));
  const powers = choice ? affine(choice.P, choice.q).map(Math.exp) : Array<number>(rank).fill(1);
  const total = choice ? powers.reduce((a, b) => a + b, 0) : 1;
  return Array.from(h, (_, i) =>
    powers.reduce(
      (sum, power, row) => sum + ((dose * strengths[choice ? 0 : row] * power) / total) * V[row * h.length + i],
      0,
    ),
  );
}

/** The gates for the reference: those at one hook one after the other, each seeing what the one before has made. */
export function gateAdditions(
  gates: readonly Gate[],
  dosesAt: (position: number) => ArrayLike<number> | undefined,
): Additions {
  const at = (hook: GateHook) => (layer: number, position: number, value: ArrayLike<number>) => {
    const changed = Float64Array.from(value);
    gates.forEach((gate, index) => {
      if (gate.hook !== hook || gate.layer !== layer) return;
      gateAddition(gate, dosesAt(position)?.[index] ?? 0, changed).forEach((added, i) => (changed[i] += added));
    });
    return changed.map((after, i) => after - value[i]);
  };
  return { resid_post: at('resid_post'), resid_mid: at('resid_mid'), z: at('z') };
}
