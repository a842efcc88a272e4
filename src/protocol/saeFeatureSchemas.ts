/** The schemas of the engine's methods about the features of autoencoders. */
import * as v from 'valibot';
import { FEATURE_OPS } from '../core/sae/featureSteering.ts';
import { FEATURE_SORTS } from '../core/sae/evidenceList.ts';
import { readEntries, storeEntries } from './entries.ts';
import * as field from './fields.ts';
import type { ParamsSchemas } from './rpc.ts';
import type { SaeFeatureService } from './saeFeatureTypes.ts';

const { artefactName: name } = field;

export const saeFeatureSchemas: ParamsSchemas<SaeFeatureService> = {
  saeEvidence: v.strictObject({
    name,
    corpus: field.someText,
    heldOut: v.exactOptional(v.boolean()),
    corpusName: v.exactOptional(field.someText),
    tokens: field.maxTokens,
    windowTokens: field.windowTokens,
    contexts: field.contexts,
    seed: field.seed,
  }),
  saeFeatures: v.strictObject({
    ...storeEntries,
    name,
    search: v.exactOptional(field.someText),
    language: v.exactOptional(field.someText),
    sort: v.picklist(FEATURE_SORTS, `must be one of ${FEATURE_SORTS.join(', ')}`),
    limit: field.top,
  }),
  saeFeature: v.strictObject({ ...storeEntries, name, index: field.index }),
  saeLabel: v.strictObject({ ...storeEntries, name, index: field.index, label: field.label }),
  saeDirection: v.strictObject({
    name,
    replace: v.boolean(),
    sae: field.someText,
    index: field.index,
    op: v.picklist(FEATURE_OPS),
    value: field.strength,
  }),
  saeFires: v.strictObject({ ...readEntries, name, top: field.top, last: v.exactOptional(field.last) }),
};
