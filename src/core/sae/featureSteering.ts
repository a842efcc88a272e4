/**
 * Steering by features of a sparse autoencoder: what is asked for, and the gate that does it. With a the activation of the
 * feature at the very token and d its decoder row:
 *
 * | op       | what is done                                                        |
 * | -------- | ------------------------------------------------------------------- |
 * | `add`    | h + value norm d/\|d\|: `value` in median norms of the layer        |
 * | `when`   | the same, only at tokens where the feature is active                |
 * | `hold`   | the feature's part of h becomes value norm d/\|d\|, whatever it was |
 * | `clamp`  | a becomes `value`                                                   |
 * | `scale`  | a becomes `value` times a                                           |
 * | `ablate` | a becomes 0                                                         |
 *
 * `when`, `hold` and `add` are the three tiers of aggressiveness, {@link TIERS}, after "Breaking Bad Tokens" (Goyal et al.
 * 2025, arXiv 2505.14536), which steers where a feature is active, or always.
 *
 * What is changed is h itself and not its reconstruction: the error of the autoencoder stays in. Features are active as the
 * autoencoder says, a top-k one among its k strongest.
 */
import { UsageError } from '../errors.ts';
import type { FeatureRule, GateWeights } from '../steering/gate.ts';
import { norm } from '../tensor/norm.ts';
import { decoderRow } from './features.ts';
import type { Sae } from './sae.ts';

export const FEATURE_OPS = ['add', 'when', 'hold', 'clamp', 'scale', 'ablate'] as const;
export type FeatureOp = (typeof FEATURE_OPS)[number];

/** From the gentlest to the hardest: at tokens that have the feature, as much at every token, more at every token. */
export const TIERS = ['when', 'hold', 'add'] as const satisfies readonly FeatureOp[];

/** The method of artefacts that keep such a change: see `keepFeature.ts`. */
export const FEATURE_METHOD = 'sae-feature';

/** True for what acts on any surface: a feature is of the model's stream, and no answers or texts were told apart to find it. */
export function actsAnywhere({ method }: { readonly method: string }): boolean {
  return method === FEATURE_METHOD;
}

export interface FeatureChange {
  readonly index: number;
  readonly op: FeatureOp;
  /** In the unit of the op; of no meaning for `ablate`. */
  readonly value: number;
}

/** True where the value is in median norms of the layer. */
export function isDosed(op: FeatureOp): boolean {
  return op === 'add' || op === 'when' || op === 'hold';
}

/** Median norms that are added where nobody says how many: fitted directions have about as much. */
export const DEFAULT_DOSE = 0.2;

/** What an operation is begun with. @param max the largest activation that was seen of the feature */
export function usualValue(op: FeatureOp, max: number): number {
  if (isDosed(op)) return DEFAULT_DOSE;
  if (op === 'ablate') return 0;
  return op === 'scale' ? 2 : Math.max(1, Math.round(max));
}

/** True where nothing would be changed. */
export function isIdle({ op, value }: FeatureChange): boolean {
  return ((op === 'add' || op === 'when') && value === 0) || (op === 'scale' && value === 1);
}

/**
 * The gate that makes all these changes of one autoencoder at once, to be taken at a dose of 1.
 * @param medianNorm of the value at the hook
 * @throws UsageError `no-feature`, `same-feature`, `dead-direction` (a decoder row of zeros), `negative-activation`
 */
export function featureGate(
  sae: Sae,
  changes: readonly FeatureChange[],
  medianNorm: number,
): GateWeights & { readonly features: FeatureRule } {
  checkChanges(sae, changes);
  const { dIn, dSae, wEnc, threshold, architecture, k } = sae;
  const rank = changes.length;
  const A = new Float32Array(dIn * rank);
  const V = new Float32Array(rank * dIn);
  const bias = foldedBias(sae);
  changes.forEach(({ index }, column) => {
    for (let i = 0; i < dIn; i++) A[i * rank + column] = wEnc[i * dSae + index];
    V.set(decoderRow(sae, index), column * dIn);
  });
  const rows = changes.map((change) => coefficients(change, medianNorm / norm(decoderRow(sae, change.index))));
  const features: FeatureRule = {
    threshold: Float32Array.from(changes, ({ index }) => Math.max(0, threshold?.[index] ?? 0)),
    slope: Float32Array.from(rows, ({ slope }) => slope),
    whenActive: Float32Array.from(rows, ({ whenActive }) => whenActive),
    always: Float32Array.from(rows, ({ always }) => always),
    ...(architecture === 'topk' && k !== undefined ? { topK: { k, A: wEnc, c: bias } } : {}),
  };
  return { rank, A, c: Float32Array.from(changes, ({ index }) => bias[index]), V, features };
}

/** bEnc with what taking bDec off the input does to it, [dSae]. */
function foldedBias({ bEnc, bDec, wEnc, dIn, dSae, applyBDecToInput }: Sae): Float32Array {
  const bias = Float64Array.from(bEnc);
  if (applyBDecToInput)
    for (let i = 0; i < dIn; i++) for (let j = 0; j < dSae; j++) bias[j] -= bDec[i] * wEnc[i * dSae + j];
  return Float32Array.from(bias);
}

/** @param unit the activation whose part of h is one median norm long */
function coefficients({ op, value }: FeatureChange, unit: number): Record<'slope' | 'whenActive' | 'always', number> {
  const nothing = { slope: 0, whenActive: 0, always: 0 };
  switch (op) {
    case 'add':
      return { ...nothing, always: value * unit };
    case 'when':
      return { ...nothing, whenActive: value * unit };
    case 'hold':
      return { ...nothing, slope: -1, always: value * unit };
    case 'clamp':
      return { ...nothing, slope: -1, always: value };
    case 'scale':
      return { ...nothing, slope: value - 1 };
    case 'ablate':
      return { ...nothing, slope: -1 };
  }
}

function checkChanges(sae: Sae, changes: readonly FeatureChange[]): void {
  const seen = new Set<number>();
  for (const { index, op, value } of changes) {
    if (!(Number.isSafeInteger(index) && index >= 0 && index < sae.dSae))
      throw new UsageError(
        'no-feature',
        `there is no feature ${index}`,
        `This autoencoder has the features 0 to ${sae.dSae - 1}.`,
      );
    if (seen.has(index))
      throw new UsageError('same-feature', `feature ${index} is given twice`, 'Give each feature once.');
    seen.add(index);
    if (norm(decoderRow(sae, index)) === 0)
      throw new UsageError('dead-direction', `feature ${index} writes nothing`, 'Choose another feature.');
    if (op === 'clamp' && value < 0)
      throw new UsageError(
        'negative-activation',
        `feature ${index} cannot be clamped to ${value}`,
        'Activations are 0 or more; to push the other way, add a negative dose.',
      );
  }
}
