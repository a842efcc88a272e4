/** The shapes of results that are kept: what a file must hold to be believed. One schema a step. */
import * as v from 'valibot';
import type { Answer } from '../../core/bias/answers.ts';
import type { LensResult } from '../../protocol/engineService.ts';
import type { LensReading, Speed } from '../report/data.ts';

const number = v.pipe(v.number(), v.finite());
const whole = v.pipe(v.number(), v.safeInteger());

export const answersSchema: v.GenericSchema<unknown, readonly Answer[]> = v.pipe(
  v.array(
    v.strictObject({
      id: v.string(),
      text: v.string(),
      tokens: whole,
      stop: v.string(),
      language: v.string(),
      confidence: number,
      parses: v.exactOptional(v.boolean()),
    }),
  ),
  v.minLength(1),
);

export { probeResultSchema as probeSchema } from '../../core/probes/study.ts';

const pairs = v.array(v.tuple([whole, number]));

const lensResult: v.GenericSchema<unknown, LensResult> = v.strictObject({
  ids: v.array(whole),
  pieces: v.exactOptional(v.record(v.string(), v.string())),
  steer: v.exactOptional(
    v.array(v.strictObject({ name: v.string(), strength: number, layers: v.array(whole), dose: number })),
  ),
  layers: v.array(v.strictObject({ layer: whole, top: v.array(pairs) })),
});

export const lensSchema: v.GenericSchema<unknown, LensReading> = v.strictObject({
  prompt: v.strictObject({ id: v.string(), prompt: v.string() }),
  plain: lensResult,
  steered: v.exactOptional(lensResult),
});

export const speedSchema: v.GenericSchema<unknown, Speed> = v.strictObject({
  tokensPerRun: whole,
  pairs: v.pipe(
    v.array(v.strictObject({ plain: number, steered: number, first: v.picklist(['plain', 'steered']) })),
    v.minLength(1),
  ),
  medianPlain: number,
  medianSteered: number,
  overhead: number,
  overheadRange: v.tuple([number, number]),
});

/** Which artefact a tour has fitted. The artefact itself is in the store. */
export const fittedSchema: v.GenericSchema<unknown, { readonly name: string; readonly id: string }> = v.strictObject({
  name: v.string(),
  id: v.string(),
});
