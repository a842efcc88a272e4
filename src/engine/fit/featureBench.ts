/** An autoencoder as a steering method sees it: what its features do on texts, and which words they promote. */
import { throwIfCancelled } from '../../core/errors.ts';
import type { LanguageId } from '../../core/language/languages.ts';
import type { ContrastText, FeatureBench } from '../../core/methods/method.ts';
import { decoderRow } from '../../core/sae/features.ts';
import type { SparseFeatures } from '../../core/sae/sae.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { valuesAt } from '../reading/capture.ts';
import { decodeFeatures } from '../sae/features/decoderReading.ts';
import type { LoadedSae } from '../sae/saeArtefact.ts';
import { SaeEncoder } from '../sae/saeEncoder.ts';
import type { WorkContext } from '../workContext.ts';

/** What is steered to, and from where that is a language too. */
export interface Languages {
  readonly target?: LanguageId;
  readonly source?: LanguageId;
}

/** Undefined where the contrast is not between languages: lifts are of the words of a language. */
export function createFeatureBench(
  model: LoadedModel,
  loaded: LoadedSae,
  { target, source }: Languages,
  context: WorkContext,
): FeatureBench | undefined {
  if (target === undefined) return undefined;
  const { sae, layer } = loaded;
  return {
    layer,
    sae,
    activations: (texts) => tailFeatures(model, loaded, texts, context),
    lifts: async (features) => {
      const wDec = new Float32Array(features.length * sae.dIn);
      features.forEach((feature, i) => wDec.set(decoderRow(sae, feature), i * sae.dIn));
      const rows = { wDec, dIn: sae.dIn, dSae: features.length };
      const decoded = await decodeFeatures(model, rows, source ? [target, source] : [target], context);
      return decoded.map(({ lifts: [lift, sourceLift] }, i) => ({
        index: features[i],
        lift: lift ?? 1,
        sourceLift: sourceLift ?? 1,
      }));
    },
  };
}

/** The mean of each feature over the tail of each text, [texts, dSae]. */
async function tailFeatures(
  model: LoadedModel,
  { sae, hook }: LoadedSae,
  texts: readonly ContrastText[],
  { signal, emit }: WorkContext,
): Promise<Float32Array> {
  const { dIn, dSae } = sae;
  const means = new Float32Array(texts.length * dSae);
  const encoder = await SaeEncoder.open(model, sae);
  try {
    for (const [index, { ids, tail }] of texts.entries()) {
      throwIfCancelled(signal);
      const values = (await valuesAt(model, ids, [hook], signal)).get(hook) ?? new Float32Array(0); // [pos, dIn]
      const features = await encoder.encode(values.slice(Math.max(0, ids.length - tail) * dIn));
      addMean(means.subarray(index * dSae, (index + 1) * dSae), features);
      emit({ kind: 'progress', phase: 'reading features', done: index + 1, total: texts.length, unit: 'texts' });
    }
  } finally {
    await encoder.release();
  }
  return means;
}

/** Adds the mean over all rows to `mean` [dSae]. */
function addMean(mean: Float32Array, { starts, indices, values }: SparseFeatures): void {
  const rows = starts.length - 1;
  indices.forEach((feature, at) => (mean[feature] += values[at] / rows));
}
