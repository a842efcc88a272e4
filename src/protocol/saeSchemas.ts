/** The schemas of the engine's methods about sparse autoencoders. */
import * as v from 'valibot';
import * as field from './fields.ts';
import type { ParamsSchemas } from './rpc.ts';
import type { SaeService } from './saeTypes.ts';

export const saeSchemas: ParamsSchemas<SaeService> = {
  saeImport: v.strictObject({
    folder: field.someText,
    name: field.artefactName,
    replace: v.boolean(),
    hook: v.exactOptional(field.someText),
  }),
  saeExport: v.strictObject({ name: field.someText, out: field.someText }),
};
