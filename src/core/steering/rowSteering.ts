/**
 * The steering of one row: vectors, each with its scope, summed where they act together. Stacked over the layers, as
 * the graph's `steer` input wants them: layer N occupies [N dModel, (N + 1) dModel).
 */
import { UsageError } from '../errors.ts';
import { actsAt, type Scope } from './scope.ts';

export interface SteeringVector {
  readonly stacked: Float32Array; // [layers * dModel], strength multiplied in
  readonly scope: Scope;
  /** Names the numbers in `stacked`: two vectors with the same name are equal. Absent where nobody compares. */
  readonly id?: string;
}

export class RowSteering {
  private readonly sums = new Map<string, Float32Array | null>();

  constructor(
    private readonly vectors: readonly SteeringVector[],
    private readonly promptTokens: number,
  ) {}

  /**
   * What is added to the residual streams at `position`; null for nothing. The same object comes back while the same
   * vectors act, so a caller may compare by identity.
   */
  at(position: number): Float32Array | null {
    const acting = this.actingAt(position);
    const key = acting.map((vector) => this.vectors.indexOf(vector)).join();
    let sum = this.sums.get(key);
    if (sum === undefined) {
      sum = acting.length === 0 ? null : addUp(acting);
      this.sums.set(key, sum);
    }
    return sum;
  }

  /**
   * The name of what is added at `position`: equal names, equal sums, in whatever request. Empty for nothing, null where
   * a vector without a name acts.
   */
  keyAt(position: number): string | null {
    const ids = this.actingAt(position).map(({ id }) => id);
    // In their order: a sum of floats depends on it. As JSON, so that no name can pass for two.
    if (ids.length === 0) return '';
    return ids.includes(undefined) ? null : JSON.stringify(ids);
  }

  private actingAt(position: number): SteeringVector[] {
    return this.vectors.filter((vector) => actsAt(vector.scope, position, this.promptTokens));
  }
}

function addUp(vectors: readonly SteeringVector[]): Float32Array {
  const sum = Float32Array.from(vectors[0]?.stacked ?? []);
  for (const { stacked } of vectors.slice(1)) for (let i = 0; i < sum.length; i++) sum[i] += stacked[i];
  return sum;
}

/**
 * One direction per layer as a stacked vector: strength times the direction in the chosen layers, zero in all others.
 * A product that is too large for float32 is infinite, and ends the answers that it acts on.
 * @throws UsageError `bad-strength` where the strength is no finite number
 */
export function stackDirections(
  directions: ReadonlyMap<number, Float32Array>, // layer -> [dModel]
  strength: number,
  shape: { readonly layers: number; readonly dModel: number },
): Float32Array {
  if (!Number.isFinite(strength))
    throw new UsageError(
      'bad-strength',
      `${strength} is no strength`,
      'Give a finite number; 0 is off and 1 is as fitted.',
    );
  const stacked = new Float32Array(shape.layers * shape.dModel);
  for (const [layer, direction] of directions)
    for (let i = 0; i < shape.dModel; i++) stacked[layer * shape.dModel + i] = strength * direction[i];
  return stacked;
}
