/** Reading a comparison that was kept: a file of the user's, which may be of another version or changed by hand. */
import * as v from 'valibot';
import { PRECISIONS } from '../../core/weights/precision.ts';
import type { CompareResult } from '../compareTypes.ts';
import { engineSchemas } from '../engineSchemas.ts';
import { compareSettings, type ComparisonCase } from './compare.ts';

/** Changes whenever a field of a case changes its meaning, comes or goes. */
export const CASE_VERSION = 1;

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const numbers = v.array(v.nullable(v.number()));
const top = v.array(v.array(v.tuple([whole, v.number()])));

const side = v.object({
  text: v.string(),
  ids: v.array(whole),
  stop: v.picklist(['eos', 'length', 'text', 'nonfinite']),
  steer: v.array(
    v.object({
      name: v.string(),
      strength: v.number(),
      layers: v.array(whole),
      dose: v.number(),
      notes: v.exactOptional(v.array(v.string())),
      scope: v.string(),
      acting: v.array(v.boolean()),
    }),
  ),
  gates: v.array(v.object({ name: v.string(), layer: whole, hook: v.string(), strength: numbers })),
  decided: whole,
});

const text = v.object({
  ids: v.array(whole),
  ...{ kl: numbers, logA: numbers, logB: numbers, topA: top, topB: top },
  difference: v.array(numbers),
  parts: v.nullable(v.object({ layer: whole, token: whole })),
});

const result: v.GenericSchema<unknown, CompareResult> = v.object({
  model: v.string(),
  precision: v.picklist(PRECISIONS),
  layers: whole,
  threshold: v.number(),
  promptTokens: whole,
  a: side,
  b: side,
  divergence: v.nullable(whole),
  texts: v.tuple([text, text]),
  pieces: v.record(v.string(), v.string()),
});

const kept = v.object({
  version: v.literal(CASE_VERSION),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  software: v.string(),
  settings: compareSettings,
  params: engineSchemas.compare,
  result,
});

/** The comparison that a file holds; undefined where this version cannot read it. */
export function readCase(data: unknown): ComparisonCase | undefined {
  const read = v.safeParse(kept, data);
  return read.success ? read.output : undefined;
}
