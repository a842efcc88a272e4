/** The gates that a session runs with: their places, which its graph is built for, and their numbers as inputs of a run. */
import type { Tensor } from 'onnxruntime-node';
import type { GatePlace } from '../../core/graph/context.ts';
import { DOSES, gateHookName, gateInput, gateRead, type GatePart } from '../../core/graph/gates.ts';
import { gateStrengths, type FeatureRule, type Gate } from '../../core/steering/gate.ts';
import { OnlineGate } from '../../core/steering/onlineGate.ts';
import { floats, tensor, type Feeds } from './graphSession.ts';

export class GateSet {
  readonly places: readonly GatePlace[];
  private readonly numbers: Feeds;

  constructor(readonly gates: readonly Gate[]) {
    this.places = gates.map(({ layer, hook, choice, features }) => ({
      hook: gateHookName(layer, hook),
      choice: choice !== undefined,
      ...(features ? { features: featurePlace(features) } : {}),
    }));
    this.numbers = Object.fromEntries(gates.flatMap(numbersOf));
  }

  static readonly none = new GateSet([]);

  /** True where a graph that was built for the one serves the other. */
  hasPlacesOf(other: GateSet): boolean {
    return JSON.stringify(this.places) === JSON.stringify(other.places);
  }

  /** The inputs of a run of as many rows as there are doses; null for a row that takes nothing. */
  feeds(rows: readonly (Float32Array | null)[]): Feeds {
    const count = this.gates.length;
    if (count === 0) return {};
    const doses = new Float32Array(rows.length * count);
    rows.forEach((row, i) => row && doses.set(row, i * count));
    return { ...this.numbers, [DOSES]: tensor.float32(doses, [rows.length, 1, count]) };
  }
}

/** The memory that what each gate reads of some tokens is written into, for a run that is looked at. */
export class GateReads {
  private readonly reads: readonly Tensor[];

  constructor(
    private readonly gates: readonly Gate[],
    tokens: number,
  ) {
    this.reads = gates.map(({ V, rank }) => {
      const width = V.length / rank;
      return tensor.float32(new Float32Array(tokens * width), [1, tokens, width]);
    });
  }

  /** What the run is to write. */
  get fetches(): Readonly<Record<string, Tensor>> {
    return Object.fromEntries(this.reads.map((read, index) => [gateRead(index), read]));
  }

  /**
   * How open each gate was for each token, [gate][token]; before the gates of `learning`, which had part in the run, learn
   * from it.
   */
  strengths(learning?: LearningGates): number[][] {
    return this.gates.map((gate, index) => {
      const learner = learning?.learner(index);
      return learner ? gateStrengths(learner.gate, learner.read) : gateStrengths(gate, floats(this.reads[index]));
    });
  }
}

/** The gates of one row while they learn: their numbers now, and the memory that what they read is written into. */
export class LearningGates {
  private readonly learners: readonly { readonly index: number; readonly online: OnlineGate; readonly read: Tensor }[];

  constructor(private readonly set: GateSet) {
    this.learners = set.gates.flatMap((gate, index) => {
      if (gate.refinement === undefined) return [];
      const width = gate.V.length / gate.rank;
      const read = tensor.float32(new Float32Array(width), [1, 1, width]);
      return [{ index, online: new OnlineGate(gate, gate.refinement), read }];
    });
  }

  /** False where no gate has what it takes to learn. */
  get canLearn(): boolean {
    return this.learners.length > 0;
  }

  /** As {@link GateSet.feeds}, for one row. */
  feeds(doses: Float32Array | null): Feeds {
    const learnt = this.learners.flatMap(({ index, online }) => numbersOf(online.gate, index));
    return { ...this.set.feeds([doses]), ...Object.fromEntries(learnt) };
  }

  /** What a run is to write, so that {@link learn} can be called after it. */
  get fetches(): Readonly<Record<string, Tensor>> {
    return Object.fromEntries(this.learners.map(({ index, read }) => [gateRead(index), read]));
  }

  /** A gate as it is now and what it read last, [width]; undefined for one that does not learn. */
  learner(index: number): { readonly gate: Gate; readonly read: Float32Array } | undefined {
    const found = this.learners.find((learner) => learner.index === index);
    return found && { gate: found.online.gate, read: floats(found.read) };
  }

  learn(): void {
    for (const { online, read } of this.learners) online.learn(floats(read));
  }
}

function featurePlace({ topK }: FeatureRule): NonNullable<GatePlace['features']> {
  return topK ? { topK: { k: topK.k, dSae: topK.c.length } } : {};
}

function featureNumbers(
  { threshold, slope, whenActive, always, topK }: FeatureRule,
  index: number,
): [string, Tensor][] {
  const vectors = Object.entries({ threshold, slope, whenActive, always }) as [GatePart, Float32Array][];
  const inputs = vectors.map(([part, data]): [string, Tensor] => [
    gateInput(index, part),
    tensor.float32(data, [1, 1, data.length]),
  ]);
  // The graph asks for no encoder where all features may be active at once.
  if (!topK || topK.k >= topK.c.length) return inputs;
  const dSae = topK.c.length;
  return [
    ...inputs,
    [gateInput(index, 'E'), tensor.float32(topK.A, [1, topK.A.length / dSae, dSae])],
    [gateInput(index, 'e'), tensor.float32(topK.c, [1, 1, dSae])],
  ];
}

function numbersOf({ rank, A, c, choice, V, features }: Gate, index: number): [string, Tensor][] {
  const width = V.length / rank;
  const inputs: [string, Tensor][] = [
    [gateInput(index, 'A'), tensor.float32(A, [1, width, A.length / width])],
    [gateInput(index, 'c'), tensor.float32(c, [1, 1, c.length])],
    [gateInput(index, 'V'), tensor.float32(V, [1, rank, width])],
  ];
  if (choice)
    inputs.push(
      [gateInput(index, 'P'), tensor.float32(choice.P, [1, width, rank])],
      [gateInput(index, 'q'), tensor.float32(choice.q, [1, 1, rank])],
    );
  return features ? [...inputs, ...featureNumbers(features, index)] : inputs;
}
