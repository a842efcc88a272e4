/**
 * Steering that looks before it acts. At its hook a gate reads the activation h of the very token and adds to it
 *
 *   dose · (σ(h A + c) ⊙ softmax(h P + q)) V
 *
 * so that a probe sets the strength (A, c: ACT, arXiv 2406.00034) and another one chooses among several directions
 * (P, q: G-ACT, arXiv 2506.18887, the centroids being the rows of V). Types and checks; the graph computes it
 * (`core/graph/gates.ts`).
 */
import type { SiteName } from '../graph/interventionSites.ts';
import { norm } from '../tensor/norm.ts';

/** The hooks of a block that fitted gates can act at, without TransformerLens' prefix. */
export const GATE_HOOKS = ['resid_post', 'resid_mid', 'z'] as const satisfies readonly SiteName[];
export type GateHook = (typeof GATE_HOOKS)[number];

/** What a gate needs to be refined while it generates; see `onlineGate.ts`. */
export interface Refinement {
  /** The standardisation of its probes' activations: [width] each. */
  readonly mean: Float32Array;
  readonly scale: Float32Array;
  /** The mean of h+, [width]. */
  readonly wanted: Float32Array;
  /** How far a step goes, in standardised activations. */
  readonly rate: number;
}

/** The numbers of one gate, of rank r, at a hook that is `width` wide. */
export interface GateWeights {
  readonly rank: number;
  /** Strength: [width, r], a probe for each direction; [width, 1] where `choice` is there, one for all. */
  readonly A: Float32Array;
  readonly c: Float32Array; // [r], or [1]
  /** Choice among the directions; absent where each goes its own way. */
  readonly choice?: { readonly P: Float32Array; readonly q: Float32Array }; // [width, r], [r]
  /** The directions, row by row: [r, width]. */
  readonly V: Float32Array;
  /** Absent where the gate stays as it was fitted; only for gates with one strength for all directions. */
  readonly refinement?: Refinement;
  /** Present in a gate over features. */
  readonly features?: FeatureRule;
}

/**
 * A gate whose directions are decoder rows of a sparse autoencoder, and whose probes are the encoder's columns (A, c): it
 * reads the activations a of its features at the very token and adds, for each of them,
 *
 *   dose · (slope a + (active ? whenActive : 0) + always) V
 *
 * which is every operation on features: see `core/sae/featureSteering.ts`.
 */
export interface FeatureRule {
  /** A feature is active where its pre-activation is above this and above 0, [r]. */
  readonly threshold: Float32Array;
  readonly slope: Float32Array; // [r]
  readonly whenActive: Float32Array; // [r]
  readonly always: Float32Array; // [r]
  /** Of a top-k autoencoder: all of its encoder, since a feature is active only among the k strongest. */
  readonly topK?: { readonly k: number; readonly A: Float32Array; readonly c: Float32Array }; // [width, dSae], [dSae]
}

/** A gate in its place. */
export interface Gate extends GateWeights {
  readonly layer: number;
  readonly hook: SiteName;
}

/** What is wrong with the numbers of a gate, in words, where they do not fit each other or the width of its hook, or are none. */
export function gateFault(gate: GateWeights, width: number): string | undefined {
  // Even at a dose of 0 they would spoil the rows that take nothing of the gate.
  if (!hasFiniteNumbers(gate)) return 'a number of the gate is not finite';
  const { rank, A, c, choice, V, refinement, features } = gate;
  const columns = choice ? 1 : rank;
  const fits =
    rank > 0 &&
    A.length === width * columns &&
    c.length === columns &&
    V.length === rank * width &&
    (choice === undefined || (choice.P.length === width * rank && choice.q.length === rank)) &&
    (refinement === undefined || (columns === 1 && isRefinement(refinement, width))) &&
    (features === undefined || (choice === undefined && isRule(features, rank, width)));
  return fits ? undefined : `the numbers of a gate of rank ${rank} do not fit a width of ${width}`;
}

function isRefinement({ mean, scale, wanted, rate }: Refinement, width: number): boolean {
  return [mean, scale, wanted].every(({ length }) => length === width) && rate > 0 && scale.every((value) => value > 0);
}

function isRule({ threshold, slope, whenActive, always, topK }: FeatureRule, rank: number, width: number): boolean {
  const { k, A, c } = topK ?? { k: 1, A: { length: width }, c: { length: 1 } };
  return (
    [threshold, slope, whenActive, always].every(({ length }) => length === rank) &&
    A.length === width * c.length &&
    Number.isInteger(k) &&
    k >= 1 &&
    k <= c.length
  );
}

function hasFiniteNumbers({ A, c, choice, V, refinement, features }: GateWeights): boolean {
  const arrays = [A, c, V];
  if (choice) arrays.push(choice.P, choice.q);
  if (refinement) arrays.push(refinement.mean, refinement.scale, refinement.wanted, Float32Array.of(refinement.rate));
  if (features) arrays.push(features.threshold, features.slope, features.whenActive, features.always);
  if (features?.topK) arrays.push(features.topK.A, features.topK.c, Float32Array.of(features.topK.k));
  return arrays.every((array) => array.every(Number.isFinite));
}

/**
 * The norm of the longest direction: the most that a gate can add at dose 1, but for several open at once. Of features it is
 * what they add whatever their activation is.
 */
export function longestDirection({ rank, V, features }: GateWeights): number {
  const width = V.length / rank;
  const amount = (row: number): number =>
    features ? Math.abs(features.whenActive[row]) + Math.abs(features.always[row]) : 1;
  const norms = Array.from(
    { length: rank },
    (_, row) => amount(row) * norm(V.subarray(row * width, (row + 1) * width)),
  );
  return Math.max(...norms);
}

/**
 * What a gate's probe says of each activation: σ(h A + c), the largest where each direction has a probe of its own.
 * @param h one activation after the other, [pos, width]
 * @returns [pos], from 0 (closed) to 1 (open)
 */
export function gateStrengths({ rank, A, c, V }: GateWeights, h: Float32Array): number[] {
  const width = V.length / rank;
  return Array.from({ length: h.length / width }, (_, row) => {
    const evidence = Array.from(c, (bias, column) => {
      let sum = bias;
      for (let i = 0; i < width; i++) sum += h[row * width + i] * A[i * c.length + column];
      return sum;
    });
    return 1 / (1 + Math.exp(-Math.max(...evidence)));
  });
}
