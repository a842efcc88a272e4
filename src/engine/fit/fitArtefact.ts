/** Fits a method and saves what comes of it. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../core/artefact/json.ts';
import type { ArtefactManifest, ManifestDraft } from '../../core/artefact/manifest.ts';
import type { FittedSteering, SteeringMethod } from '../../core/methods/method.ts';
import { findMethod } from '../../core/methods/registry.ts';
import type { FitParams } from '../../protocol/engineService.ts';
import { VERSION } from '../../protocol/version.ts';
import type { LoadedModel } from '../model/loadedModel.ts';
import { modelRecord } from '../model/modelRecord.ts';
import { tensorsOf } from '../store/steeringTensors.ts';
import type { ArtefactStore } from '../store/store.ts';
import type { LoadedSae } from '../sae/saeArtefact.ts';
import { prepareContrast, type PreparedContrast } from './contrast.ts';
import { createFeatureBench } from './featureBench.ts';
import { createFitBench } from './fitBench.ts';
import { saeForFit, type SaePlaces } from './saeForFit.ts';
import type { WorkContext } from '../workContext.ts';

/** Where a fit leaves what it made, and what it need not make again. */
export interface FitPlaces extends SaePlaces {
  readonly store: ArtefactStore;
  /** The folder of finished work. */
  readonly runs: string;
}

/** @throws StoreError `name-exists`, `read-only` and the like before anything is run; errors of the method, the model and the store */
export async function fitArtefact(
  model: LoadedModel,
  places: FitPlaces,
  params: FitParams,
  context: WorkContext,
): Promise<ArtefactManifest> {
  const { store, runs } = places;
  const method = findMethod(params.method);
  await store.assertSavable(params.name, params);
  const sae = await saeForFit(model, places, method, params.sae);
  const contrast = await prepareContrast(model, params, runs, context);
  const features = sae && createFeatureBench(model, sae, contrast, context);
  const fitted = await method.fit(contrast.data, createFitBench(model, contrast.trial, context, features), {
    seed: params.seed,
  });
  const tensors = tensorsOf(fitted.intervention, fitted.layers);
  return store.save(draft(model, method, params, contrast, fitted, sae), tensors, {
    replace: params.replace,
    signal: context.signal,
  });
}

function draft(
  model: LoadedModel,
  method: SteeringMethod,
  params: FitParams,
  contrast: PreparedContrast,
  fitted: FittedSteering,
  sae: LoadedSae | undefined,
): ManifestDraft {
  const { target, source, trial, dataHash, positions = method.positions } = contrast;
  const { surface = 'answer' } = params;
  const template = surface === 'raw' ? undefined : model.tokenizer.chatTemplate;
  return {
    name: params.name,
    kind: 'steering',
    method: method.id,
    ...(target === undefined ? {} : { target }),
    ...(source === undefined ? {} : { source }),
    model: modelRecord(model),
    surface,
    hook: fitted.intervention.kind === 'gates' ? fitted.intervention.hook : 'resid_post',
    layers: fitted.layers,
    positions,
    chatTemplateHash: template === undefined ? null : createHash('sha256').update(template).digest('hex'),
    scope: fitted.scope,
    strength: fitted.strength,
    params: {
      ...(trial
        ? { directionTasks: contrast.data.negative.length, tuneTasks: trial.prompts.length }
        : { positive: contrast.data.positive.length, negative: contrast.data.negative.length }),
      ...(sae ? { sae: sae.manifest.name, saeId: sae.manifest.id } : {}),
    },
    seed: params.seed,
    dataHash,
    figures: fitted.figures as JsonObject,
    medianNorms: fitted.medianNorms,
    software: VERSION,
  };
}
