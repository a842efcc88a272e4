/** Which features are active at the tokens of a text. */
import { encode } from '../../../core/sae/features.ts';
import { countedPositions, rowNorms } from '../../../core/sae/massive.ts';
import type { SaeFiresParams, SaeFiresResult } from '../../../protocol/saeFeatureTypes.ts';
import type { LoadedModel } from '../../model/loadedModel.ts';
import { assertRoomForHooks, valuesAt } from '../../reading/capture.ts';
import { piecesOf, readIds } from '../../reading/text.ts';
import type { ArtefactSource } from '../../store/artefactSource.ts';
import type { WorkContext } from '../../workContext.ts';
import { massiveThreshold } from '../massiveThreshold.ts';
import { loadSae } from '../saeArtefact.ts';
import { SaeEncoder } from '../saeEncoder.ts';
import { labelsOf } from './labels.ts';

/** Fewer positions are quicker encoded plainly than a session is opened. */
const FEW_POSITIONS = 8;

/** @throws those of a text or a prompt, and of the autoencoder; CancelledError */
export async function featuresAtTokens(
  model: LoadedModel,
  source: ArtefactSource,
  params: SaeFiresParams,
  { signal, emit }: WorkContext,
): Promise<SaeFiresResult> {
  const { name, top } = params;
  const loaded = await loadSae(source, name, model);
  const { sae, hook, layer } = loaded;
  const ids = readIds(model, params);
  const first = Math.max(0, ids.length - (params.last ?? ids.length));
  assertRoomForHooks(model, [hook], ids.length);
  emit({ kind: 'progress', phase: 'running the text', done: 0, total: ids.length, unit: 'tokens' });
  const values = (await valuesAt(model, ids, [hook], signal)).get(hook) ?? new Float32Array(0);
  const counted = countedPositions(rowNorms(values, sae.dIn), await massiveThreshold(model, loaded));
  const found = await encoded(model, sae, values.slice(first * sae.dIn));
  const all = Array.from({ length: ids.length - first }, (_, row) => {
    const active: [number, number][] = [];
    if (counted[first + row] === 0) return active;
    for (let at = found.starts[row]; at < found.starts[row + 1]; at++)
      active.push([found.indices[at], found.values[at]]);
    return active.sort(([, a], [, b]) => b - a);
  });
  const features = all.map((active) => active.slice(0, top));
  const named = new Set(features.flatMap((active) => active.map(([feature]) => feature)));
  return {
    name,
    layer,
    hook,
    ids,
    pieces: piecesOf(model, ids),
    first,
    leftOut: Array.from(ids.keys()).filter((position) => position >= first && counted[position] === 0),
    features,
    active: all.map((active) => active.length),
    labels: await labelsOf(source, name, named),
  };
}

async function encoded(model: LoadedModel, sae: Parameters<typeof encode>[0], values: Float32Array) {
  if (values.length <= FEW_POSITIONS * sae.dIn) return encode(sae, values);
  const encoder = await SaeEncoder.open(model, sae);
  try {
    return await encoder.encode(values);
  } finally {
    await encoder.release();
  }
}
