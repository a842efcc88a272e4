/** Groups of parameters that several methods of the engine's service share. */
import * as v from 'valibot';
import * as field from './fields.ts';

export const textEntries = { text: field.text, special: v.boolean() };
export const storeEntries = { home: field.someText, store: v.exactOptional(field.someText) };
export const MODES = ['chat', 'raw', 'auto'] as const;
export const readEntries = {
  ...textEntries,
  asked: v.exactOptional(
    v.strictObject({
      mode: v.picklist(MODES),
      system: v.exactOptional(field.text),
      prefill: v.exactOptional(field.text),
      suffix: v.exactOptional(field.text),
    }),
  ),
  written: v.exactOptional(field.text),
};
