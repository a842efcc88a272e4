/** Manifests of artefacts that the safety trials make for a model. */
import type { ManifestDraft } from '../../src/core/artefact/manifest.ts';
import type { FittedSteering } from '../../src/core/methods/method.ts';
import type { LoadedModel } from '../../src/engine/model/loadedModel.ts';
import { modelRecord } from '../../src/engine/model/modelRecord.ts';
import type { SaeDraft } from '../../src/engine/sae/saeArtefact.ts';
import { VERSION } from '../../src/protocol/version.ts';

export interface DraftParts {
  readonly name: string;
  readonly kind: 'steering' | 'probe';
  readonly fitted: Pick<FittedSteering, 'layers' | 'strength' | 'scope' | 'medianNorms'> &
    Partial<Pick<FittedSteering, 'intervention'>>;
  readonly params?: ManifestDraft['params'];
}

export function draftFor(
  model: Pick<LoadedModel, 'summary'>,
  { name, kind, fitted, params = {} }: DraftParts,
): ManifestDraft {
  const { intervention, scope, strength, medianNorms } = fitted;
  return {
    name,
    kind,
    method: 'trial',
    model: modelRecord(model),
    hook: intervention?.kind === 'gates' ? intervention.hook : 'resid_post',
    layers: fitted.layers,
    positions: 'of a trial',
    chatTemplateHash: null,
    scope,
    strength,
    params,
    seed: 0,
    dataHash: '00'.repeat(32),
    figures: {},
    medianNorms,
    software: VERSION,
  };
}

/** An autoencoder of the residual stream after a block. */
export function saeDraftFor({ config }: Pick<LoadedModel, 'config'>, name: string, layer: number): SaeDraft {
  return {
    name,
    method: 'topk',
    hook: 'resid_post',
    layer,
    positions: 'of a trial',
    seed: 0,
    dataHash: '00'.repeat(32),
    figures: {},
    medianNorms: Array.from({ length: config.layers }, () => 1),
  };
}
