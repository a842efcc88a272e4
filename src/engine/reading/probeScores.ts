/** Which language the stream of each layer looks like, by that layer's own probe. */
import { SteerscopeError } from '../../core/errors.ts';
import type { ProbeScores } from '../../core/lens/reading.ts';
import { scores } from '../../core/probes/linear.ts';
import { linesOfTokens } from '../../core/probes/tokenLines.ts';
import type { LayersParams } from '../../protocol/readingTypes.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { visiblePositions } from '../probe/bodyTokens.ts';
import { findLayerProbes, type LayerProbes } from '../probe/lineProbe.ts';
import type { ArtefactStore } from '../store/store.ts';

/** The probes that were asked for; undefined where they were not, or need not be there and are not. @throws as `findLayerProbes` */
export async function wantedProbes(
  model: LoadedModel,
  own: ArtefactStore,
  shippedFolder: string,
  wanted: LayersParams['probe'],
): Promise<LayerProbes | undefined> {
  if (wanted === undefined) return undefined;
  try {
    return await findLayerProbes(model, own, shippedFolder);
  } catch (error) {
    const isMissing = ['no-line-probe', 'no-layer-probes'].some((reason) => SteerscopeError.is(error, reason));
    if (wanted === 'if-there' && isMissing) return undefined;
    throw error;
  }
}

/**
 * The probability of each language at [position, layer], from the first position that was read on.
 * @param streams [positions read, dModel] of each layer
 * @param ids of the whole text
 */
export function probeScores(
  model: LoadedModel,
  { name: artefact, createdAt, positions, layer: bestLayer, languages, byLayer }: LayerProbes,
  streams: readonly Float32Array[],
  { ids, first }: { readonly ids: readonly number[]; readonly first: number },
): ProbeScores {
  const visible = new Set(visiblePositions(linesOfTokens(ids.map((id) => model.tokenizer.tokenBytes(id)))));
  const scored = streams.map((stream, layer) => scores(byLayer[layer], stream)); // [positions, languages] each
  const values = languages.map((_, c) =>
    ids.slice(first).flatMap((__, row) =>
      scored.map((ofLayer) => {
        const score = ofLayer[row * languages.length + c];
        // A stream that overflowed has no score; nor has a token of a kind that no probe has seen.
        return visible.has(first + row) && Number.isFinite(score) ? score : null;
      }),
    ),
  );
  return {
    artefact,
    createdAt,
    positions,
    layer: bestLayer,
    scores: languages.map((language, c) => ({ language, values: values[c] })),
  };
}
