/**
 * What the layers hold at each token of an answer while it is written. The streams are those of the run itself and cost
 * nothing; the logit lens costs more than writing does, so it is read from time to time, of all tokens that have come since, and
 * never takes more time than the writing before it.
 */
import { residPost, type HookName } from '../../core/graph/hooks.ts';
import { streamChanges, streamNorms } from '../../core/lens/streamMeasures.ts';
import type { WrittenLayers } from '../../protocol/generateTypes.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { LensMeasures, type LensRead } from '../reading/lensMeasures.ts';
import { piecesOf } from '../reading/text.ts';
import type { StepWatch } from '../session/mainSession.ts';

/** As often as a picture changes that somebody follows. */
const PAUSE_MS = 250;

/** A token that was run, whose lens nobody has read yet. */
interface RunToken {
  readonly index: number;
  readonly id: number;
  /** [layer][dModel] */
  readonly streams: readonly Float32Array[];
}

export interface LayersWatchOptions {
  /** The least time of writing between two readings of the lens. */
  readonly pauseMs?: number;
  /** The likeliest tokens of each cell. */
  readonly top: number;
  readonly signal: AbortSignal;
  readonly onLayers: (tokens: readonly WrittenLayers[]) => void;
}

export class LayersWatch {
  private readonly hooks: readonly HookName[];
  private waiting: RunToken[] = [];
  private lens: LensMeasures | undefined;
  private readToMs = performance.now();
  private costMs = 0;

  constructor(
    private readonly model: LoadedModel,
    private readonly options: LayersWatchOptions,
  ) {
    this.hooks = Array.from({ length: model.config.layers }, (_, layer) => residPost(layer));
  }

  /** Looks at the step that runs a token. @param index of the token in its answer */
  at(index: number, id: number): StepWatch {
    return {
      hooks: this.hooks,
      onRun: ({ hooks }) => {
        const streams = this.hooks.map((hook) => hooks.get(hook) ?? new Float32Array(this.model.config.dModel));
        const token = { index, id, streams };
        this.waiting.push(token);
        this.options.onLayers([this.measured(token)]);
      },
    };
  }

  /** Reads what waits, where the writing since the last time was long enough. @throws CancelledError */
  async read(): Promise<void> {
    const startMs = performance.now();
    const { pauseMs = PAUSE_MS } = this.options;
    if (this.waiting.length === 0 || startMs - this.readToMs < Math.max(pauseMs, this.costMs)) return;
    const { dModel } = this.model.config;
    const tokens = this.waiting;
    this.waiting = [];
    const streams = this.hooks.map((_, layer) => {
      const stacked = new Float32Array(tokens.length * dModel);
      tokens.forEach(({ streams: of }, row) => stacked.set(of[layer], row * dModel));
      return stacked;
    });
    const { top, signal } = this.options;
    this.lens ??= await LensMeasures.open(this.model);
    const read = await this.lens.read(streams, top, { signal, emit: () => undefined });
    this.options.onLayers(tokens.map((token, row) => ({ ...this.measured(token), lens: this.rowOf(read, row) })));
    this.readToMs = performance.now();
    this.costMs = this.readToMs - startMs;
  }

  async release(): Promise<void> {
    await this.lens?.release();
  }

  private measured({ index, id, streams }: RunToken): WrittenLayers {
    const { dModel } = this.model.config;
    return {
      ...{ index, id, pieces: piecesOf(this.model, [id]) },
      norm: streams.map((stream) => finite(streamNorms(stream, dModel)[0])),
      // What goes into the first block is in none of these streams.
      change: streams.map((stream, layer) =>
        layer === 0 ? null : finite(streamChanges(stream, streams[layer - 1], dModel)[0]),
      ),
    };
  }

  private rowOf({ entropy, divergence, confidence, top }: LensRead, row: number): NonNullable<WrittenLayers['lens']> {
    const layers = this.hooks.length;
    const of = <T>(values: readonly T[]): T[] => values.slice(row * layers, (row + 1) * layers);
    const tops = of(top);
    return {
      ...{ entropy: of(entropy).map(finite), divergence: of(divergence).map(finite), confidence: of(confidence) },
      top: tops,
      pieces: piecesOf(
        this.model,
        tops.flatMap((cell) => cell.map(([id]) => id)),
      ),
    };
  }
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
