/** From features that are named to the gates of a request. */
import { UsageError } from '../../core/errors.ts';
import { featureGate, isDosed, isIdle, type FeatureChange } from '../../core/sae/featureSteering.ts';
import { median } from '../../core/stats/quantiles.ts';
import type { Gate } from '../../core/steering/gate.ts';
import type { Scope } from '../../core/steering/scope.ts';
import type { AppliedSteering, FeatureChoice } from '../../protocol/generateTypes.ts';
import type { ChosenPart } from '../generate/chosenPart.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import type { ArtefactSource } from '../store/artefactSource.ts';
import { loadSae, type LoadedSae } from './saeArtefact.ts';

export interface ChosenFeatures {
  /** One for each autoencoder of which anything is changed. */
  readonly parts: readonly ChosenPart[];
  readonly applied: readonly AppliedSteering[];
}

/** @throws what `loadSae` and `featureGate` throw; UsageError `bad-value` */
export async function chooseFeatures(
  model: LoadedModel,
  source: ArtefactSource,
  choices: readonly FeatureChoice[],
  scope: Scope,
): Promise<ChosenFeatures> {
  const parts: ChosenPart[] = [];
  const applied: AppliedSteering[] = [];
  for (const name of new Set(choices.map((choice) => choice.name))) {
    const changes = choices.filter((choice) => choice.name === name).map(changeOf);
    const loaded = await loadSae(source, name, model);
    const gate = await gateOf(model, loaded, changes);
    const layers = [loaded.layer];
    for (const change of changes)
      applied.push({
        name: `${name}:${change.index}${change.op === 'add' ? '' : ` ${change.op}`}`,
        strength: change.value,
        layers,
        // What a clamped or scaled feature adds depends on the token.
        dose: isDosed(change.op) ? Math.abs(change.value) : 0,
        ...(loaded.notes.length > 0 ? { notes: loaded.notes } : {}),
      });
    const acting = changes.filter((change) => !isIdle(change));
    if (acting.length === 0) continue;
    const id = `${loaded.manifest.tensors.sha256} features ${JSON.stringify(acting)}`;
    const part = acting.length === changes.length ? gate : await gateOf(model, loaded, acting);
    parts.push({ scope, id, dose: Math.max(...applied.map(({ dose }) => dose)), gates: [part], strength: 1 });
  }
  return { parts, applied };
}

function changeOf({ index, op, value }: FeatureChoice): FeatureChange {
  if (!Number.isFinite(Math.fround(value)))
    throw new UsageError('bad-value', `${value} is no value for feature ${index}`, 'Give a finite number.');
  return { index, op, value };
}

async function gateOf(model: LoadedModel, loaded: LoadedSae, changes: readonly FeatureChange[]): Promise<Gate> {
  const { sae, layer, site } = loaded;
  const medianNorm = changes.some(({ op }) => isDosed(op)) ? await medianNormOf(model, loaded) : 1;
  return { ...featureGate(sae, changes, medianNorm), layer, hook: site };
}

/**
 * The median norm of the value at the hook: the artefact's, or, where it came from elsewhere without one, that over a
 * text that is built in. The first position, which is massive, is left out.
 */
export async function medianNormOf(model: LoadedModel, { manifest, hook, layer, sae }: LoadedSae): Promise<number> {
  const known = manifest.medianNorms[layer] ?? 0;
  if (known > 0) return known;
  const ids = model.tokenizer.encode(MEASURED_TEXT);
  const { values } = await model.observed.run({ ids, hooks: [hook] });
  const all = values.get(hook) ?? new Float32Array();
  const norms = ids.map((_, at) => Math.hypot(...all.subarray(at * sae.dIn, (at + 1) * sae.dIn)));
  return median(norms.slice(1));
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
