/** What the logit lens says of residual streams of every layer, and what is measured of it; the head is most of the work. */
import { throwIfCancelled } from '../../core/errors.ts';
import {
  LENS_DIVERGENCE,
  LENS_ENTROPY,
  LENS_FINAL,
  LENS_INPUT,
  LENS_LOG_PROBS,
  LENS_NORMALIZED,
  buildLensMeasures,
} from '../../core/lens/lensGraph.ts';
import type { Figures } from '../../core/lens/reading.ts';
import { areUsable, topLogits } from '../../core/sampling/sampler.ts';
import type { TopLogits } from '../../protocol/engineService.ts';
import type { TopProbabilities } from '../../protocol/readingTypes.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { GraphSession, floats, tensor } from '../session/graphSession.ts';
import { letMessagesIn } from '../turn.ts';
import type { WorkContext } from '../workContext.ts';

/** Positions in one run of the lens: logits and log-probabilities are 200 kB each. */
const POSITIONS_AT_ONCE = 32;

/** Each [position, layer]. */
export interface LensRead {
  readonly entropy: Figures;
  readonly divergence: Figures;
  /** The probability of the first token. */
  readonly confidence: Figures;
  readonly top: readonly TopProbabilities[];
}

interface LensCell {
  readonly entropy: number | null;
  readonly divergence: number | null;
  readonly top: TopProbabilities;
}

export class LensMeasures {
  private constructor(
    private readonly model: Pick<LoadedModel, 'config' | 'exactHead'>,
    private readonly session: GraphSession,
  ) {}

  static async open(model: LoadedModel): Promise<LensMeasures> {
    const { config, packed, settings } = model;
    return new LensMeasures(model, await GraphSession.open(buildLensMeasures(config, packed), packed, settings));
  }

  /** @param streams of each layer, [positions, dModel] @throws CancelledError between two layers */
  async read(streams: readonly Float32Array[], top: number, { signal, emit }: WorkContext): Promise<LensRead> {
    const { dModel } = this.model.config;
    const positions = streams[0].length / dModel;
    const [entropy, divergence, confidence] = [0, 1, 2].map(() => new Array<number | null>(positions * streams.length));
    const tops = new Array<TopProbabilities>(positions * streams.length);
    for (let from = 0; from < positions; from += POSITIONS_AT_ONCE) {
      const to = Math.min(positions, from + POSITIONS_AT_ONCE);
      const final = await this.finalLogProbs(streams[streams.length - 1].subarray(from * dModel, to * dModel));
      for (const [layer, stream] of streams.entries()) {
        // Between two layers, as a block of positions takes seconds.
        await letMessagesIn(signal);
        throwIfCancelled(signal);
        const read = await this.readBlock(stream.subarray(from * dModel, to * dModel), final, top);
        for (const [row, cell] of read.entries()) {
          const at = (from + row) * streams.length + layer;
          [entropy[at], divergence[at], confidence[at], tops[at]] = [
            cell.entropy,
            cell.divergence,
            cell.top[0]?.[1] ?? null,
            cell.top,
          ];
        }
      }
      emit({ kind: 'progress', phase: 'reading layers', done: to, total: positions, unit: 'positions' });
    }
    return { entropy, divergence, confidence, top: tops };
  }

  release(): Promise<void> {
    return this.session.release();
  }

  /** The log-probabilities that every layer is compared with: [rows, vocab]. */
  private async finalLogProbs(stream: Float32Array): Promise<Float32Array> {
    const { dModel, vocab } = this.model.config;
    const rows = stream.length / dModel;
    const out = await this.session.run(this.feedsOf(stream, new Float32Array(rows * vocab)), {
      [LENS_LOG_PROBS]: null,
    });
    return floats(out[LENS_LOG_PROBS]);
  }

  private async readBlock(stream: Float32Array, final: Float32Array, count: number): Promise<LensCell[]> {
    const {
      config: { dModel, vocab },
      exactHead,
    } = this.model;
    const names = ['logits', LENS_NORMALIZED, LENS_LOG_PROBS, LENS_ENTROPY, LENS_DIVERGENCE];
    const out = await this.session.run(
      this.feedsOf(stream, final),
      Object.fromEntries(names.map((name) => [name, null])),
    );
    const [logits, normalized, logProbs, entropy, divergence] = names.map((name) => floats(out[name]));
    return Array.from({ length: stream.length / dModel }, (_, row) => {
      const values = logits.subarray(row * vocab, (row + 1) * vocab);
      // A stream that overflowed leaves logits that are all the same: no distribution, and nothing to measure.
      if (!areUsable(values)) return { entropy: null, divergence: null, top: [] };
      // What the softmax took off every logit of the position.
      const offset = values[0] - logProbs[row * vocab];
      const read = normalized.subarray(row * dModel, (row + 1) * dModel);
      const exact = exactHead ? (id: number) => exactHead.logit(id, read) : null;
      const approximate = exact ? values.slice() : values;
      const top = topLogits({ values, exact }, count);
      return {
        entropy: entropy[row],
        divergence: divergence[row],
        top: probabilities(top, approximate, offset),
      };
    });
  }

  private feedsOf(stream: Float32Array, final: Float32Array) {
    const { dModel, vocab } = this.model.config;
    const rows = stream.length / dModel;
    return {
      [LENS_INPUT]: tensor.float32(stream, [1, rows, dModel]),
      [LENS_FINAL]: tensor.float32(final, [1, rows, vocab]),
    };
  }
}

/**
 * From logits to probabilities. Those of the likeliest tokens are exact where the others are approximate, so that the sum of
 * all is set right by what they differ from what was summed.
 */
function probabilities(top: TopLogits, summed: Float32Array, offset: number): TopProbabilities {
  const total = top.reduce((sum, [id, logit]) => sum + Math.exp(logit - offset) - Math.exp(summed[id] - offset), 1);
  return top.map(([id, logit]) => [id, Math.exp(logit - offset) / total] as const);
}
