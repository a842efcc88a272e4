/** The schemas of the engine's methods about sparse autoencoders. */
import * as v from 'valibot';
import { FEATURE_OPS } from '../core/sae/featureSteering.ts';
import { TRAINING_ARCHITECTURES } from '../core/sae/training/config.ts';
import * as field from './fields.ts';
import type { ParamsSchemas } from './rpc.ts';
import { SAE_FORMATS, type SaeService } from './saeTypes.ts';

export const featureChoice = v.strictObject({
  name: field.someText,
  index: field.index,
  op: v.picklist(FEATURE_OPS),
  value: field.strength,
});

export const saeSchemas: ParamsSchemas<SaeService> = {
  saeImport: v.strictObject({
    folder: field.someText,
    name: field.artefactName,
    replace: v.boolean(),
    hook: v.exactOptional(field.someText),
  }),
  saeEval: v.strictObject({
    name: field.someText,
    on: v.variant('kind', [
      v.strictObject({ kind: v.literal('corpus'), folder: field.someText }),
      v.strictObject({
        kind: v.literal('texts'),
        texts: v.array(v.strictObject({ id: field.someText, text: field.text })),
      }),
      v.strictObject({ kind: v.literal('activations'), folder: field.someText, rows: v.exactOptional(field.count) }),
    ]),
    window: field.maxTokens,
    maxTokens: field.maxTokens,
    seed: field.seed,
  }),
  saeTrain: v.strictObject({
    activations: field.someText,
    name: field.artefactName,
    replace: v.boolean(),
    resume: v.boolean(),
    architecture: v.picklist(TRAINING_ARCHITECTURES),
    dSae: v.exactOptional(field.count),
    k: v.exactOptional(field.count),
    sparsity: v.exactOptional(field.amount),
    batch: v.exactOptional(field.count),
    steps: v.exactOptional(field.count),
    tokens: v.exactOptional(field.count),
    learningRate: v.exactOptional(field.learningRate),
    seed: field.seed,
    memoryBytes: field.count,
    checkpointMinutes: field.amount,
  }),
  saeExport: v.strictObject({ name: field.someText, out: field.someText, as: v.picklist(SAE_FORMATS) }),
};
