/**
 * Every layer of a text at once: what the stream is at each position, and what the logit lens would say there. One reading
 * gives all measures, as the head is most of the work.
 */
import { throwIfCancelled } from '../../core/errors.ts';
import { findHook, residPost } from '../../core/graph/hooks.ts';
import {
  LENS_DIVERGENCE,
  LENS_ENTROPY,
  LENS_FINAL,
  LENS_INPUT,
  LENS_LOG_PROBS,
  LENS_NORMALIZED,
  buildLensMeasures,
} from '../../core/lens/lensGraph.ts';
import { massiveActivations, streamChanges, streamCosines, streamNorms } from '../../core/lens/streamMeasures.ts';
import { areUsable, topLogits } from '../../core/sampling/sampler.ts';
import { RowSteering } from '../../core/steering/rowSteering.ts';
import type { TopLogits } from '../../protocol/engineService.ts';
import type { LayersParams, LayersResult, TopProbabilities } from '../../protocol/readingTypes.ts';
import { resolveSteering } from '../generate/steerChoice.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { GraphSession, floats, tensor } from '../session/graphSession.ts';
import type { DirectionSource } from '../store/directions.ts';
import { letMessagesIn } from '../turn.ts';
import type { WorkContext } from '../workContext.ts';
import { valuesAt } from './capture.ts';
import { loadCosineDirections } from './cosineDirections.ts';
import { probeScores, wantedProbes } from './probeScores.ts';
import { piecesOf, readIds, streamsOf } from './text.ts';

/** Positions in one run of the lens: logits and log-probabilities are 200 kB each. */
const POSITIONS_AT_ONCE = 32;

export interface LayersPlaces {
  readonly directions: DirectionSource;
  /** Folder of the probes that ship. */
  readonly shippedProbes: string;
}

/** @throws those of a text or a prompt, of steering, of the direction, of the probes; CancelledError */
export async function measureLayers(
  model: LoadedModel,
  { directions: source, shippedProbes }: LayersPlaces,
  params: LayersParams,
  context: WorkContext,
): Promise<LayersResult> {
  const ids = readIds(model, params);
  const first = Math.max(0, ids.length - (params.last ?? ids.length));
  const { parts, gates, applied } = await resolveSteering(model, source, { steer: params.steer ?? [], scope: 'all' });
  const directions =
    params.direction === undefined ? undefined : await loadCosineDirections(model, source, params.direction);
  const probes = await wantedProbes(model, source.store, shippedProbes, params.probe);
  await model.main.useGates(gates);
  const steering = parts.length > 0 ? new RowSteering(parts, ids.length) : undefined;
  const { layers, dModel } = model.config;
  const hooks = Array.from({ length: layers }, (_, layer) => residPost(layer));
  context.emit({ kind: 'progress', phase: 'running the text', done: 0, total: ids.length, unit: 'tokens' });
  const read = await streamsOf(model, ids, hooks, context.signal, steering);
  const embed = findHook(model.config, 'hook_embed');
  const embedding = (await valuesAt(model, ids, [embed], context.signal)).get(embed)?.subarray(first * dModel);
  const streams = hooks.map((hook) => (read.get(hook) ?? new Float32Array(0)).subarray(first * dModel));
  const { top, ...lens } = await lensMeasures(model, streams, params.top, context);
  return {
    ids,
    first,
    layers,
    pieces: piecesOf(model, [...ids, ...top.flatMap((cell) => cell.map(([id]) => id))]),
    steer: applied,
    measures: {
      norm: byPosition(streams.map((stream) => streamNorms(stream, dModel))),
      change: byPosition(
        streams.map((stream, layer) => streamChanges(stream, streams[layer - 1] ?? embedding ?? stream, dModel)),
      ),
      ...lens,
      ...(directions && {
        cosine: byPosition(
          streams.map((stream, layer) => {
            const direction = directions.get(layer);
            return direction ? streamCosines(stream, direction) : new Array<null>(stream.length / dModel).fill(null);
          }),
        ),
      }),
    },
    ...(probes ? { probe: probeScores(model, probes, streams, { ids, first }) } : {}),
    top,
    massive: streams.flatMap((stream, layer) =>
      massiveActivations(stream, dModel).map(({ position, ...rest }) => ({
        layer,
        position: first + position,
        ...rest,
      })),
    ),
  };
}

/** Entropy, divergence and probability of the first token, and the likeliest tokens: each [position, layer]. */
async function lensMeasures(
  model: LoadedModel,
  streams: readonly Float32Array[],
  top: number,
  { signal, emit }: WorkContext,
) {
  const { dModel } = model.config;
  const positions = streams[0].length / dModel;
  const session = await GraphSession.open(buildLensMeasures(model.config, model.packed), model.packed, model.settings);
  const [entropy, divergence, confidence] = [0, 1, 2].map(() => new Array<number | null>(positions * streams.length));
  const tops = new Array<TopProbabilities>(positions * streams.length);
  try {
    for (let from = 0; from < positions; from += POSITIONS_AT_ONCE) {
      const to = Math.min(positions, from + POSITIONS_AT_ONCE);
      const final = await finalLogProbs(
        model,
        session,
        streams[streams.length - 1].subarray(from * dModel, to * dModel),
      );
      for (const [layer, stream] of streams.entries()) {
        // Between two layers, as a block of positions takes seconds.
        await letMessagesIn(signal);
        throwIfCancelled(signal);
        const read = await readBlock(model, session, stream.subarray(from * dModel, to * dModel), final, top);
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
  } finally {
    await session.release();
  }
  return { entropy, divergence, confidence, top: tops };
}

/** The log-probabilities that every layer is compared with: [rows, vocab]. */
async function finalLogProbs(
  { config }: LoadedModel,
  session: GraphSession,
  stream: Float32Array,
): Promise<Float32Array> {
  const rows = stream.length / config.dModel;
  const out = await session.run(feedsOf(config, stream, new Float32Array(rows * config.vocab)), {
    [LENS_LOG_PROBS]: null,
  });
  return floats(out[LENS_LOG_PROBS]);
}

interface LensCell {
  readonly entropy: number | null;
  readonly divergence: number | null;
  readonly top: TopProbabilities;
}

async function readBlock(
  { config, exactHead }: LoadedModel,
  session: GraphSession,
  stream: Float32Array,
  final: Float32Array,
  count: number,
): Promise<LensCell[]> {
  const { dModel, vocab } = config;
  const names = ['logits', LENS_NORMALIZED, LENS_LOG_PROBS, LENS_ENTROPY, LENS_DIVERGENCE];
  const out = await session.run(feedsOf(config, stream, final), Object.fromEntries(names.map((name) => [name, null])));
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

/**
 * From logits to probabilities. Those of the likeliest tokens are exact where the others are approximate, so that the sum of
 * all is set right by what they differ from what was summed.
 */
function probabilities(top: TopLogits, summed: Float32Array, offset: number): TopProbabilities {
  const total = top.reduce((sum, [id, logit]) => sum + Math.exp(logit - offset) - Math.exp(summed[id] - offset), 1);
  return top.map(([id, logit]) => [id, Math.exp(logit - offset) / total] as const);
}

function feedsOf({ dModel, vocab }: LoadedModel['config'], stream: Float32Array, final: Float32Array) {
  const rows = stream.length / dModel;
  return {
    [LENS_INPUT]: tensor.float32(stream, [1, rows, dModel]),
    [LENS_FINAL]: tensor.float32(final, [1, rows, vocab]),
  };
}

/** From a list for each layer to [position, layer]; null where a number is none. */
function byPosition(layers: readonly (readonly (number | null)[])[]): (number | null)[] {
  return layers[0].flatMap((_, position) =>
    layers.map((values) => {
      const value = values[position];
      return value !== null && Number.isFinite(value) ? value : null;
    }),
  );
}
