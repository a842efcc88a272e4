/** The schema of the engine's method that collects activations. */
import * as v from 'valibot';
import { STORE_DTYPES } from '../core/sae/activationManifest.ts';
import * as field from './fields.ts';
import type { ParamsSchemas } from './rpc.ts';
import type { SaeCollectService } from './saeCollectTypes.ts';

export const saeCollectSchemas: ParamsSchemas<SaeCollectService> = {
  saeCollect: v.strictObject({
    hook: field.someText,
    layer: field.index,
    corpus: v.variant('kind', [
      v.strictObject({ kind: v.literal('folder'), folder: field.someText }),
      v.strictObject({ kind: v.literal('written') }),
    ]),
    out: field.someText,
    tokens: field.corpusTokens,
    dtype: v.picklist(STORE_DTYPES),
    memoryBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    seed: field.seed,
    window: field.maxTokens,
    batch: field.batch,
  }),
};
