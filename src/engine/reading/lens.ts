/** The logit lens over a text: what each layer would say if it were the last. */
import { LENS_INPUT, LENS_NORMALIZED, buildLens } from '../../core/lens/lensGraph.ts';
import { throwIfCancelled } from '../../core/errors.ts';
import { parseLayers, residPost } from '../../core/graph/hooks.ts';
import { topLogits } from '../../core/sampling/sampler.ts';
import { norm } from '../../core/tensor/norm.ts';
import type { LensParams, LensResult, TopLogits } from '../../protocol/engineService.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { GraphSession, floats, tensor } from '../session/graphSession.ts';
import { RowSteering } from '../../core/steering/rowSteering.ts';
import { resolveSteering } from '../generate/steerChoice.ts';
import type { DirectionSource } from '../store/directions.ts';
import { piecesOf, readIds, streamsOf } from './text.ts';
import type { WorkContext } from '../workContext.ts';

/** Streams in one run: their logits are 200 kB each. */
const ROWS_AT_ONCE = 64;

export async function readLens(
  model: LoadedModel,
  source: DirectionSource,
  params: LensParams,
  context: WorkContext,
): Promise<LensResult> {
  const layers = parseLayers(params.layers, model.config.layers);
  const ids = readIds(model, params);
  const { parts, gates, applied } = await resolveSteering(model, source, { steer: params.steer ?? [], scope: 'all' });
  const steering = parts.length > 0 ? new RowSteering(parts, ids.length) : undefined;
  await model.main.useGates(gates);
  const streams = await streamsOf(model, ids, layers.map(residPost), context.signal, steering);
  const session = await GraphSession.open(buildLens(model.config, model.packed), model.packed, model.settings);
  try {
    const { dModel } = model.config;
    const from = Math.max(0, ids.length - (params.last ?? ids.length)) * dModel;
    const result: { layer: number; top: TopLogits[]; norms: number[] }[] = [];
    for (const layer of layers) {
      const values = (streams.get(residPost(layer)) ?? new Float32Array(0)).subarray(from);
      const norms = Array.from({ length: values.length / dModel }, (_, row) =>
        norm(values.subarray(row * dModel, (row + 1) * dModel)),
      );
      result.push({ layer, top: await readStreams(model, session, values, params.top, context), norms });
      context.emit({
        kind: 'progress',
        phase: 'reading layers',
        done: result.length,
        total: layers.length,
        unit: 'layers',
      });
    }
    const named = result.flatMap(({ top }) => top.flatMap((position) => position.map(([id]) => id)));
    return { ids, pieces: piecesOf(model, [...ids, ...named]), steer: applied, layers: result };
  } finally {
    await session.release();
  }
}

/** The top logits of each stream of [rows, dModel]. */
async function readStreams(
  { config, exactHead }: LoadedModel,
  session: GraphSession,
  streams: Float32Array,
  top: number,
  { signal }: WorkContext,
): Promise<TopLogits[]> {
  const { dModel, vocab } = config;
  const result: TopLogits[] = [];
  for (let at = 0; at < streams.length; at += ROWS_AT_ONCE * dModel) {
    throwIfCancelled(signal);
    const part = streams.subarray(at, at + ROWS_AT_ONCE * dModel);
    const rows = part.length / dModel;
    const out = await session.run(
      { [LENS_INPUT]: tensor.float32(part, [1, rows, dModel]) },
      { logits: null, [LENS_NORMALIZED]: null },
    );
    const logits = floats(out.logits);
    const normalized = floats(out[LENS_NORMALIZED]);
    for (let row = 0; row < rows; row++) {
      const stream = normalized.subarray(row * dModel, (row + 1) * dModel);
      const exact = exactHead ? (id: number) => exactHead.logit(id, stream) : null;
      result.push(topLogits({ values: logits.subarray(row * vocab, (row + 1) * vocab), exact }, top));
    }
  }
  return result;
}
