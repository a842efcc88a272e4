/** The methods of the service that are about the features of an autoencoder: each hands over to `sae/features`. */
import type { EngineService } from '../../protocol/engineService.ts';
import type { SaeFeatureService } from '../../protocol/saeFeatureTypes.ts';
import { featuresAtTokens } from '../sae/features/fires.ts';
import { labelFeature, listFeatures, showFeature } from '../sae/features/listFeatures.ts';
import { keepFeature } from '../sae/keepFeature.ts';
import { makeEvidence } from '../sae/features/makeEvidence.ts';
import { directionsAt } from './opened.ts';
import type { RunOnModel } from './readings.ts';

type SaeFeatures = keyof SaeFeatureService;

export function saeFeatures(run: RunOnModel): Pick<EngineService, SaeFeatures> {
  return {
    saeEvidence: (params, context) =>
      run(context, (model, { directions }) => makeEvidence(model, directions, params, context)),
    saeFeatures: (params) => listFeatures(directionsAt(params), params),
    saeFeature: (params) => showFeature(directionsAt(params), params),
    saeLabel: (params) => labelFeature(directionsAt(params), params),
    saeDirection: (params, context) =>
      run(context, (model, { directions }) => keepFeature(model, directions, params, context)),
    saeFires: (params, context) =>
      run(context, (model, { directions }) => featuresAtTokens(model, directions, params, context)),
  };
}
