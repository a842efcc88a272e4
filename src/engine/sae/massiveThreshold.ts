/** How long the activations of an autoencoder's hook are, and from where on one is massive. */
import { MASSIVE_MULTIPLE, rowNorms } from '../../core/sae/massive.ts';
import { median } from '../../core/stats/quantiles.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import type { LoadedSae } from './saeArtefact.ts';

/** The norm above which a position is left out: the rule that the autoencoder was trained by, where it was trained here. */
export async function massiveThreshold(model: LoadedModel, loaded: LoadedSae): Promise<number> {
  return MASSIVE_MULTIPLE * (await medianNormOf(model, loaded));
}

/**
 * The median norm of the value at the hook: the artefact's, or, where it came from elsewhere without one, that over a
 * text that is built in. The first position, which is massive, is left out.
 */
export async function medianNormOf(model: LoadedModel, { manifest, hook, layer, sae }: LoadedSae): Promise<number> {
  const known = manifest.medianNorms[layer] ?? 0;
  if (known > 0) return known;
  const { values } = await model.observed.run({ ids: model.tokenizer.encode(MEASURED_TEXT), hooks: [hook] });
  return median(Array.from(rowNorms(values.get(hook) ?? new Float32Array(), sae.dIn).subarray(1)));
}

/** Prose and code, of our own writing. */
const MEASURED_TEXT = `The median of a list is the value in the middle when it is sorted.

def middle(values):
    """The median, the mean of the two middle values where their number is even."""
    ordered = sorted(values)
    half = len(ordered) // 2
    if len(ordered) % 2 == 1:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2

int largest(const std::vector<int>& values) {
  return *std::max_element(values.begin(), values.end());
}
`;
