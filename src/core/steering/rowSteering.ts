/**
 * The steering of one row: vectors and gates, each with its scope, summed where they act together. Vectors are stacked over
 * the layers, as the graph's `steer` input wants them: layer N occupies [N dModel, (N + 1) dModel).
 */
import { UsageError } from '../errors.ts';
import { actsAt, decidedTokens, type Scope } from './scope.ts';

interface Scoped {
  readonly scope: Scope;
  /** Names the numbers: two parts with the same name are equal. Absent where nobody compares. */
  readonly id?: string;
}

export interface SteeringVector extends Scoped {
  readonly stacked: Float32Array; // [layers * dModel], strength multiplied in
}

/** How much a row takes of each gate of the session, strength multiplied in. */
export interface GateDoses extends Scoped {
  readonly doses: Float32Array; // [gates]
}

/** What steers a request: what `RowSteering` binds to the length of one prompt. */
export type SteeringPart = SteeringVector | GateDoses;

/** What acts on one position. The same object comes back while the same parts act: a caller may compare by identity. */
export interface Acting {
  /** [layers * dModel]; null for none. */
  readonly vector: Float32Array | null;
  /** [gates]; null for none. */
  readonly doses: Float32Array | null;
}

export class RowSteering {
  private readonly sums = new Map<string, Acting | null>();

  constructor(
    private readonly parts: readonly SteeringPart[],
    private readonly promptTokens: number,
  ) {}

  /** Generated tokens after which the text so far is to be read again, steered by what is {@link settled}; 0 for never. */
  get decidedTokens(): number {
    return Math.max(0, ...this.parts.map(({ scope }) => decidedTokens(scope)));
  }

  /** What steers on, once everything is decided: undefined for nothing. */
  get settled(): RowSteering | undefined {
    const parts = this.parts.filter(({ scope }) => decidedTokens(scope) === 0);
    return parts.length === 0 ? undefined : new RowSteering(parts, this.promptTokens);
  }

  /** What acts at `position`; null for nothing. */
  at(position: number): Acting | null {
    const acting = this.actingAt(position);
    const key = acting.map((part) => this.parts.indexOf(part)).join();
    let sum = this.sums.get(key);
    if (sum === undefined) this.sums.set(key, (sum = acting.length === 0 ? null : addUp(acting)));
    return sum;
  }

  /**
   * The name of what acts at `position`: equal names, equal sums, in whatever request. Empty for nothing, null where a part
   * without a name acts.
   */
  keyAt(position: number): string | null {
    const ids = this.actingAt(position).map(({ id }) => id);
    // In their order: a sum of floats depends on it. As JSON, so that no name can pass for two.
    if (ids.length === 0) return '';
    return ids.includes(undefined) ? null : JSON.stringify(ids);
  }

  private actingAt(position: number): SteeringPart[] {
    return this.parts.filter((part) => actsAt(part.scope, position, this.promptTokens));
  }
}

function addUp(parts: readonly SteeringPart[]): Acting {
  return {
    vector: sumOf(parts.flatMap((part) => ('stacked' in part ? [part.stacked] : []))),
    doses: sumOf(parts.flatMap((part) => ('doses' in part ? [part.doses] : []))),
  };
}

function sumOf(arrays: readonly Float32Array[]): Float32Array | null {
  if (arrays.length === 0) return null;
  const sum = Float32Array.from(arrays[0]);
  for (const array of arrays.slice(1)) for (let i = 0; i < sum.length; i++) sum[i] += array[i];
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
