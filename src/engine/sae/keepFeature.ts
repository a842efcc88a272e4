/** A change of one feature as a steering artefact, which is then chosen, composed and dosed like any direction. */
import type { ArtefactManifest, ManifestDraft } from '../../core/artefact/manifest.ts';
import { ModelError } from '../../core/errors.ts';
import { FEATURE_METHOD, featureGate, type FeatureChange } from '../../core/sae/featureSteering.ts';
import { decoderRow } from '../../core/sae/features.ts';
import { GATE_HOOKS, type GateHook } from '../../core/steering/gate.ts';
import { norm } from '../../core/tensor/norm.ts';
import type { SaeDirectionParams } from '../../protocol/saeFeatureTypes.ts';
import { VERSION } from '../../protocol/version.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { modelRecord } from '../model/modelRecord.ts';
import type { DirectionSource } from '../store/directions.ts';
import { directionTensor, tensorsOf } from '../store/steeringTensors.ts';
import type { StoredTensor } from '../store/store.ts';
import type { WorkContext } from '../workContext.ts';
import { medianNormOf } from './massiveThreshold.ts';
import { labelsOf } from './features/labels.ts';
import { loadSae, type LoadedSae } from './saeArtefact.ts';

/**
 * Keeps what `--feature` does as an artefact of its own, which needs the autoencoder no more. What is added at every token
 * of the residual stream is a vector, one median norm long, of the strength `value`; whatever else looks at the activation
 * first, and is a gate.
 *
 * @throws StoreError `name-exists`, `unknown-artefact`, `not-an-sae`; ModelError `no-such-hook`; what `featureGate` throws
 */
export async function keepFeature(
  model: LoadedModel,
  source: DirectionSource,
  { name, replace, sae: saeName, index, op, value }: SaeDirectionParams,
  { signal }: WorkContext,
): Promise<ArtefactManifest> {
  await source.store.assertSavable(name, { replace });
  const loaded = await loadSae(source, saeName, model);
  const { layer } = loaded;
  const hook = gateHookOf(loaded);
  const change: FeatureChange = { index, op, value };
  const medianNorm = await medianNormOf(model, loaded);
  const gate = featureGate(loaded.sae, [change], medianNorm);
  const isVector = op === 'add' && hook === 'resid_post';
  const tensors = isVector
    ? vectorOf(layer, decoderRow(loaded.sae, index), medianNorm)
    : tensorsOf({ kind: 'gates', hook, gates: new Map([[layer, gate]]) }, [layer]);
  const label = (await labelsOf(source, saeName, new Set([index])))[String(index)];
  const draft: ManifestDraft = {
    name,
    kind: 'steering',
    method: FEATURE_METHOD,
    model: modelRecord(model),
    hook,
    layers: [layer],
    positions: `the decoder row of feature ${index} of ${saeName}`,
    chatTemplateHash: null,
    scope: 'all',
    strength: isVector ? value : 1,
    params: {
      ...{ sae: saeName, saeId: loaded.manifest.id, feature: index, op, value },
      ...(label === undefined ? {} : { label }),
    },
    seed: 0,
    dataHash: loaded.manifest.tensors.sha256,
    figures: {},
    medianNorms: Array.from({ length: model.config.layers }, (_, at) => (at === layer ? medianNorm : 0)),
    software: VERSION,
  };
  return source.store.save(draft, tensors, { replace, signal });
}

/** @throws ModelError `no-such-hook` */
function gateHookOf({ manifest, site }: LoadedSae): GateHook {
  const hook = GATE_HOOKS.find((known) => known === site);
  if (hook !== undefined) return hook;
  throw new ModelError(
    'no-such-hook',
    `"${manifest.name}" reads ${site}, and what is kept to steer acts at ${GATE_HOOKS.join(', ')}`,
    'Steer by it without keeping it: steerscope generate --feature.',
  );
}

/** The decoder row, as long as the median norm. */
function vectorOf(layer: number, row: Float32Array, length: number): Map<string, StoredTensor> {
  const factor = length / norm(row);
  return new Map([[directionTensor(layer), { shape: [row.length], data: row.map((value) => value * factor) }]]);
}
