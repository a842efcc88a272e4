/**
 * One ONNX Runtime session over one built graph. It owns the native session and knows how to feed it; what is fed is
 * decided elsewhere. `run` blocks this process for as long as the graph takes: that is why the engine is a child.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelError } from '../../core/errors.ts';
import { writeOnnx } from '../../core/format/onnx/write.ts';
import type { Graph } from '../../core/graph/graph.ts';

export interface SessionSettings {
  readonly threads: number;
}

/**
 * How long an idle thread waits for work before it sleeps. The runtime's own choice is to spin for long, which costs two
 * to four times the time where another process takes a core, as in an editor it will; never to spin costs a quarter of
 * the speed of decoding. This short wait keeps the speed and loses a tenth under heavy load.
 */
const SPIN_MICROSECONDS = 20;

/**
 * The published builds of the runtime count how they are used, keep an id of the device for that, and send it home, unless
 * this is set before the first session is opened (privacy notice of ONNX Runtime 1.30). On Windows it means nothing:
 * there, events go to the system's own tracing, which the user's settings of Windows govern.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';

export type Feeds = Readonly<Record<string, Tensor>>;

/** The output that keeps the binding from copying: see {@link GraphSession.runInto}. */
const NOT_RETURNED = 'notReturned';

export class GraphSession {
  private constructor(
    private readonly session: InferenceSession,
    /** The names of the inputs that the graph has. */
    readonly inputs: ReadonlySet<string>,
  ) {}

  /**
   * Adds one output to a graph, emits it and loads it. `weights` has the folder of the files that its initialisers lie in.
   * @throws ModelError where the runtime refuses
   */
  static async open(
    graph: Graph,
    weights: { readonly directory: string },
    settings: SessionSettings,
  ): Promise<GraphSession> {
    graph.firstOutputEmptyList(NOT_RETURNED);
    const session = await openSession(writeOnnx(graph), weights.directory, settings);
    return new GraphSession(session, new Set(graph.inputs.map((input) => input.name)));
  }

  /** Runs the graph and returns the outputs that `fetches` names. */
  run(feeds: Feeds, fetches: Readonly<Record<string, null>>): Promise<Record<string, Tensor>> {
    return this.session.run(feeds, fetches) as Promise<Record<string, Tensor>>;
  }

  /**
   * Runs the graph, whose outputs are written into the tensors given; nothing is returned.
   *
   * The binding (onnxruntime-node 1.30) copies every output that it returns, also one that it was given the memory of.
   * With a key-value cache among them that is the whole cache, for each token: a third of the time of decoding. There is
   * no option against it, but it converts outputs in their order, after the run, and gives up at the first that it has no
   * JavaScript form for. An empty list of tensors is one, so it is the first output; by then all memory is written. A
   * binding that does convert it one day will copy again and still be right.
   */
  async runInto(feeds: Feeds, into: Readonly<Record<string, Tensor>>): Promise<void> {
    try {
      await this.session.run(feeds, { [NOT_RETURNED]: null, ...into });
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('Non tensor type'))) throw error;
    }
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

async function openSession(model: Uint8Array, directory: string, settings: SessionSettings): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(model, {
      executionProviders: ['cpu'],
      intraOpNumThreads: settings.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      extra: {
        session: {
          model_external_initializers_file_folder_path: directory,
          intra_op: { allow_spinning: '1', spin_duration_us: String(SPIN_MICROSECONDS) },
        },
      },
    });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new ModelError(
      'runtime-refused',
      `ONNX Runtime could not load the model's graph: ${cause}`,
      'Remove the prepared weights of this model (steerscope model --get makes them anew) and try again.',
    );
  }
}

/** The values of a float32 result. */
export function floats(value: Tensor | undefined): Float32Array {
  if (!(value?.data instanceof Float32Array)) throw new TypeError('the graph gave no float32 values');
  return value.data;
}

/** Tensors of the kinds that our graphs read. */
export const tensor = {
  ids: (ids: readonly number[], rows = 1): Tensor =>
    new Tensor('int64', BigInt64Array.from(ids, BigInt), [rows, ids.length / rows]),
  int64: (values: readonly number[], shape: readonly number[]): Tensor =>
    new Tensor('int64', BigInt64Array.from(values, BigInt), shape),
  int32: (values: readonly number[], shape: readonly number[]): Tensor =>
    new Tensor('int32', Int32Array.from(values), shape),
  float32: (values: Float32Array, shape: readonly number[]): Tensor => new Tensor('float32', values, shape),
  bool: (values: Uint8Array, shape: readonly number[]): Tensor => new Tensor('bool', values, shape),
};
