/**
 * Every layer of a text at once: what the stream is at each position, and what the logit lens would say there. One reading
 * gives all measures, as the head is most of the work.
 */
import { findHook, residPost } from '../../core/graph/hooks.ts';
import { massiveActivations, streamChanges, streamCosines, streamNorms } from '../../core/lens/streamMeasures.ts';
import { RowSteering } from '../../core/steering/rowSteering.ts';
import type { LayersParams, LayersResult } from '../../protocol/readingTypes.ts';
import { resolveSteering } from '../generate/steerChoice.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import type { DirectionSource } from '../store/directions.ts';
import type { WorkContext } from '../workContext.ts';
import { valuesAt } from './capture.ts';
import { loadCosineDirections } from './cosineDirections.ts';
import { LensMeasures } from './lensMeasures.ts';
import { probeScores, wantedProbes } from './probeScores.ts';
import { piecesOf, readIds, streamsOf } from './text.ts';

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
  const lens = await LensMeasures.open(model);
  const { top, ...measured } = await lens.read(streams, params.top, context).finally(() => lens.release());
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
      ...measured,
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

/** From a list for each layer to [position, layer]; null where a number is none. */
function byPosition(layers: readonly (readonly (number | null)[])[]): (number | null)[] {
  return layers[0].flatMap((_, position) =>
    layers.map((values) => {
      const value = values[position];
      return value !== null && Number.isFinite(value) ? value : null;
    }),
  );
}
