/**
 * The session that generates: residual streams observable at every layer at no cost, a steering port at each, and the
 * key-value cache. It runs one piece of one row (prefill) or one token of many rows (decode), and nothing else: what
 * comes next is decided by `generate/`.
 */
import type { Tensor } from 'onnxruntime-node';
import type { DecoderConfig } from '../../core/architectures/spec.ts';
import { HEAD_INPUT } from '../../core/graph/decoder.ts';
import type { HookName } from '../../core/graph/hooks.ts';
import type { NextLogits } from '../../core/sampling/sampler.ts';
import type { Gate } from '../../core/steering/gate.ts';
import type { RowSteering } from '../../core/steering/rowSteering.ts';
import type { PackedModel } from '../weights/packedModel.ts';
import { assertRoomFor } from '../model/memory.ts';
import { letMessagesIn } from '../turn.ts';
import { GateReads, GateSet, LearningGates } from './gateSet.ts';
import { floats, tensor } from './graphSession.ts';
import type { ExactHead } from './exactHead.ts';
import { KvCache } from './kvCache.ts';
import { MainGraphs, type MainSettings } from './mainGraphs.ts';
import { RowMemory, cutIntoPieces, type Piece } from './pieces.ts';

/** Tokens of a prompt in one run: the most that passes before a cancellation is noticed. */
const PREFILL_CHUNK = 256;

/**
 * The same where each keystroke calls the last prompt off. Shorter pieces are given up sooner and cost more in all:
 * docs/decisions/0019-reuse-between-keystrokes.md has the figures.
 */
const TYPING_CHUNK = 40;

/** A cache grows in steps of this many tokens, so that neighbouring lengths share one. */
const CAPACITY_STEP = 256;

export interface PrefillRequest {
  readonly ids: readonly number[];
  readonly steering?: RowSteering;
  readonly signal?: AbortSignal | undefined;
  /**
   * True runs the prompt in short pieces, and none of those that the row still holds from a prompt before. Only what is
   * run is told to `onPiece`.
   */
  readonly reuse?: boolean;
  /** Called with the number of tokens that are not run, before the first piece of a prompt with `reuse`. */
  readonly onReuse?: (tokens: number) => void;
  /** Hooks among the residual streams whose values are wanted. */
  readonly hooks?: readonly HookName[];
  /** True tells each piece how open the gates were. */
  readonly gateStrengths?: boolean;
  /** Which positions' logits are wanted: all, those from one on, or (absent) the last one's. A piece gives one at least. */
  readonly logits?: 'all' | { readonly from: number };
  /** Called after each piece with its first position, its values by hook and its logits. */
  readonly onPiece?: (piece: PrefillPiece) => void;
}

export interface PrefillPiece {
  readonly start: number;
  readonly length: number;
  readonly hooks: ReadonlyMap<HookName, Float32Array>; // [length, dModel]
  /** What the gates' probes said of each token, [gate][length]; empty where nobody asked. */
  readonly gateStrengths: readonly (readonly number[])[];
  /** One of each position that was asked for, the last of them the piece's last. */
  readonly logits: readonly NextLogits[];
}

/** The memory that a run writes what the head gives into. */
interface HeadOutputs {
  readonly logits: Tensor; // [rows, positions, vocab]
  readonly [HEAD_INPUT]: Tensor; // [rows, positions, dModel]
}

/** One row of a decode step. */
export interface StepRow {
  readonly id: number;
  /** The position of that token. */
  readonly position: number;
  readonly steering?: RowSteering;
}

/** How a decode step of one row is looked at. */
export interface StepWatch {
  /** Hooks among the residual streams whose values are wanted. */
  readonly hooks: readonly HookName[];
  /** Called after the run, and before any gate learns from it. */
  readonly onRun: (values: Pick<PrefillPiece, 'hooks' | 'gateStrengths'>) => void;
}

export class MainSession {
  private cache: KvCache;
  /** What each row of the cache holds. */
  private readonly memories = new Map<number, RowMemory>();
  /** The vector that each row of the decode input holds, to copy only what changed. */
  private steer: { readonly input: Tensor; readonly held: (Float32Array | null)[] } | undefined;
  private readonly zero: Tensor;
  /** The gates that runs are made with; those of the graph, wherever there are any. */
  private gates = GateSet.none;
  /** What decode steps write into, one for each number of rows. */
  private readonly stepOutputs = new Map<number, HeadOutputs>();

  private constructor(
    private readonly config: DecoderConfig,
    private readonly weights: PackedModel,
    private readonly settings: MainSettings,
    private graphs: MainGraphs,
    /** Present where the graphs' own logits are approximate. */
    private readonly exactHead: ExactHead | null,
  ) {
    this.cache = new KvCache(config, 1, CAPACITY_STEP);
    this.zero = tensor.float32(new Float32Array(this.stackedLength), [1, 1, this.stackedLength]);
  }

  static async create(
    config: DecoderConfig,
    weights: PackedModel,
    settings: MainSettings,
    exactHead: ExactHead | null,
  ): Promise<MainSession> {
    const graphs = await MainGraphs.open(config, weights, settings, GateSet.none);
    return new MainSession(config, weights, settings, graphs, exactHead);
  }

  /**
   * Runs from now on have these gates, to which doses refer by index. Other places than those of the graph take another
   * graph, which is loaded in the place of this one: about as long as loading the model did, packing left aside. A graph
   * keeps its gates where none are wanted, since at doses of 0 they change nothing.
   */
  async useGates(gates: readonly Gate[]): Promise<void> {
    if (gates.length === 0 || gates === this.gates.gates) return;
    const next = new GateSet(gates);
    if (!next.hasPlacesOf(this.gates)) {
      const before = this.graphs;
      this.graphs = await MainGraphs.open(this.config, this.weights, this.settings, next);
      await before.release();
    }
    this.gates = next;
  }

  /** Makes room for `rows` rows of `tokens` tokens. What the rows held is gone. @throws ModelError `does-not-fit` */
  reserve(rows: number, tokens: number): void {
    const capacity = Math.ceil(tokens / CAPACITY_STEP) * CAPACITY_STEP;
    if (this.cache.rows >= rows && this.cache.capacity >= capacity) return;
    const what = `keeping ${rows} ${rows === 1 ? 'text' : 'texts'} of up to ${tokens} tokens in mind`;
    assertRoomFor(KvCache.bytes(this.config, rows, capacity), what, 'Lower --batch or --max-tokens.');
    this.cache = new KvCache(this.config, rows, capacity);
    this.memories.clear();
  }

  /**
   * Runs a whole prompt into one row, piece by piece, and returns the logits of its last position.
   * @throws CancelledError between two pieces; those that were run stay good for a prompt with `reuse`
   */
  async prefill(row: number, request: PrefillRequest): Promise<NextLogits> {
    const { ids, steering, signal, reuse = false } = request;
    const pieces = cutIntoPieces(ids.length, reuse ? TYPING_CHUNK : PREFILL_CHUNK, steering);
    const memory = this.memoryOf(row);
    let first = 0;
    if (reuse) {
      // The last one is always run: its logits are what a prefill is for.
      first = memory.count(pieces.slice(0, -1), ids, steering);
      request.onReuse?.(pieces[first]?.start ?? 0);
    }
    let last: NextLogits | undefined;
    for (const piece of pieces.slice(first)) {
      await letMessagesIn(signal);
      memory.forget(piece.start);
      const values = await this.prefillPiece(row, request, piece);
      memory.keep(piece, ids, steering);
      request.onPiece?.(values);
      last = values.logits.at(-1);
    }
    if (last === undefined) throw new RangeError('a prompt has at least one token');
    return last;
  }

  private async prefillPiece(row: number, request: PrefillRequest, { start, length }: Piece): Promise<PrefillPiece> {
    const { ids, steering, hooks = [], logits = { from: ids.length } } = request;
    const acting = steering?.at(start) ?? null;
    const cache = this.cache.row(row);
    const from = logits === 'all' ? 0 : Math.min(Math.max(0, logits.from - start), length - 1);
    const positions = Array.from({ length: length - from }, (_, i) => from + i);
    const head = this.headOutputs(1, positions.length);
    const values = this.streamMemory(hooks, length);
    const reads = request.gateStrengths ? new GateReads(this.gates.gates, length) : undefined;
    await this.graphs.prompt.runInto(
      {
        ids: tensor.ids(ids.slice(start, start + length)),
        logitPositions: tensor.int64(positions, [positions.length]),
        steer: acting?.vector ? tensor.float32(acting.vector, [1, 1, this.stackedLength]) : this.zero,
        ...this.gates.feeds([acting?.doses ?? null]),
        seqlens: tensor.int32([start + length - 1], [1]),
        totalLength: tensor.int32([start + length], []),
        ...cache.feeds,
      },
      {
        ...head,
        ...this.streamFetches(values, length),
        ...reads?.fetches,
        ...cache.fetches,
      },
    );
    const gateStrengths = reads?.strengths() ?? [];
    return { start, length, hooks: values, gateStrengths, logits: this.nextLogits(head, positions.length) };
  }

  private streamMemory(hooks: readonly HookName[], tokens: number): Map<HookName, Float32Array> {
    return new Map(hooks.map((hook) => [hook, new Float32Array(tokens * this.config.dModel)]));
  }

  private streamFetches(values: ReadonlyMap<HookName, Float32Array>, tokens: number): Record<string, Tensor> {
    const shape = [1, tokens, this.config.dModel];
    return Object.fromEntries([...values].map(([hook, value]) => [hook, tensor.float32(value, shape)]));
  }

  /**
   * Runs one token of each of some neighbouring rows of the cache, from row `first` on. Returns the logits of each, good
   * until the next step.
   *
   * @param learning the gates of a row that runs alone, which learn from the token
   * @param watch is told what a row that runs alone was like inside
   */
  async step(rows: readonly StepRow[], first = 0, learning?: LearningGates, watch?: StepWatch): Promise<NextLogits[]> {
    const cache = this.cache.rowsFrom(first, rows.length);
    rows.forEach(({ position }, i) => this.memories.get(first + i)?.forget(position));
    const doses = rows.map((row) => row.steering?.at(row.position)?.doses ?? null);
    let head = this.stepOutputs.get(rows.length);
    if (head === undefined) this.stepOutputs.set(rows.length, (head = this.headOutputs(rows.length, 1)));
    const streams = this.streamMemory(watch?.hooks ?? [], 1);
    const reads = watch && new GateReads(this.gates.gates, 1);
    await this.graphs.token.runInto(
      {
        ids: tensor.ids(
          rows.map((row) => row.id),
          rows.length,
        ),
        logitPositions: tensor.int64([0], [1]),
        steer: this.steerInput(rows),
        ...(learning ? learning.feeds(doses[0]) : this.gates.feeds(doses)),
        seqlens: tensor.int32(
          rows.map((row) => row.position),
          [rows.length],
        ),
        totalLength: tensor.int32([Math.max(...rows.map((row) => row.position)) + 1], []),
        ...cache.feeds,
      },
      { ...head, ...this.streamFetches(streams, 1), ...reads?.fetches, ...learning?.fetches, ...cache.fetches },
    );
    watch?.onRun({ hooks: streams, gateStrengths: reads?.strengths(learning) ?? [] });
    learning?.learn();
    return this.nextLogits(head, rows.length);
  }

  private headOutputs(rows: number, positions: number): HeadOutputs {
    const { vocab, dModel } = this.config;
    const empty = (width: number) =>
      tensor.float32(new Float32Array(rows * positions * width), [rows, positions, width]);
    return { logits: empty(vocab), [HEAD_INPUT]: empty(dModel) };
  }

  private nextLogits(out: HeadOutputs, count: number): NextLogits[] {
    const { vocab, dModel } = this.config;
    const { exactHead } = this;
    const logits = floats(out.logits); // [count, vocab]
    const streams = floats(out[HEAD_INPUT]); // [count, dModel]
    return Array.from({ length: count }, (_, i) => {
      const stream = streams.subarray(i * dModel, (i + 1) * dModel);
      const exact = exactHead ? (id: number) => exactHead.logit(id, stream) : null;
      return { values: logits.subarray(i * vocab, (i + 1) * vocab), exact };
    });
  }

  /** The gates in force, for one row to refine; undefined where none of them learns. */
  learningGates(): LearningGates | undefined {
    const gates = new LearningGates(this.gates);
    return gates.canLearn ? gates : undefined;
  }

  /** Gives row `to` the keys and values of row `from`. */
  moveRow(from: number, to: number): void {
    if (from === to) return;
    this.memories.delete(to);
    this.cache.copyRow(from, to);
  }

  release(): Promise<void> {
    return this.graphs.release();
  }

  private memoryOf(row: number): RowMemory {
    let memory = this.memories.get(row);
    if (memory === undefined) this.memories.set(row, (memory = new RowMemory()));
    return memory;
  }

  private get stackedLength(): number {
    return this.config.layers * this.config.dModel;
  }

  private steerInput(rows: readonly StepRow[]): Tensor {
    const width = this.stackedLength;
    if (this.steer?.held.length !== rows.length) {
      const input = tensor.float32(new Float32Array(rows.length * width), [rows.length, 1, width]);
      this.steer = { input, held: rows.map(() => null) };
    }
    const { input, held } = this.steer;
    const values = floats(input);
    rows.forEach((row, i) => {
      const vector = row.steering?.at(row.position)?.vector ?? null;
      if (vector === held[i]) return;
      if (vector) values.set(vector, i * width);
      else values.fill(0, i * width, (i + 1) * width);
      held[i] = vector;
    });
    return input;
  }
}
