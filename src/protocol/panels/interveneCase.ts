/** What the panel of interventions shows, as it is kept and exported; and reading it again, which may have been changed by hand. */
import * as v from 'valibot';
import { SITE_NAMES } from '../../core/graph/interventionSites.ts';
import type { InterveneResult, SweepResult } from '../interventionTypes.ts';
import { interveneSettings, type InterveneSettings, type Provenance } from './intervene.ts';

/** Changes whenever a field of a case changes its meaning, comes or goes. */
export const INTERVENE_CASE_VERSION = 1;

/** Figures, with what they are of and where they come from. */
export interface Made<Result> {
  readonly settings: InterveneSettings;
  readonly from: Provenance;
  readonly result: Result;
}

/** One intervention, one sweep, or both. */
export interface InterveneCase {
  readonly version: number;
  /** ISO 8601, UTC: of the newer of the two. */
  readonly createdAt: string;
  readonly single?: Made<InterveneResult>;
  readonly sweep?: Made<SweepResult>;
}

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const finite = v.pipe(v.number(), v.finite());
const ids = v.pipe(v.array(whole), v.minLength(1));
const date = v.pipe(v.string(), v.isoTimestamp());

const from = v.strictObject({ model: v.string(), precision: v.string(), madeAt: date, software: v.string() });

const change = v.variant('kind', [
  v.strictObject({ kind: v.picklist(['zero', 'mean']) }),
  v.strictObject({ kind: v.literal('scale'), factor: finite }),
  v.strictObject({ kind: v.literal('patch'), source: v.string() }),
]);

/** What both results have. */
const shared = {
  ids,
  sourceIds: v.exactOptional(ids),
  pieces: v.record(v.string(), v.string()),
  site: v.picklist(SITE_NAMES),
  index: v.exactOptional(whole),
  change,
  tokens: v.strictTuple([whole, whole]),
};

const odds = v.strictObject({ logit: finite, probability: finite });
const continuation = v.strictObject({ ids: v.array(whole), text: v.string() });

const single = v.pipe(
  v.strictObject({
    ...shared,
    hook: v.string(),
    layer: whole,
    position: whole,
    sourcePosition: v.exactOptional(whole),
    norm: v.strictObject({ original: finite, changed: finite }),
    next: v.array(v.strictObject({ id: whole, original: odds, changed: odds, source: v.exactOptional(odds) })),
    kl: finite,
    difference: v.strictObject({
      original: finite,
      changed: finite,
      source: v.exactOptional(finite),
      recovered: v.exactOptional(v.nullable(finite)),
    }),
    continuation: v.exactOptional(v.strictObject({ original: continuation, changed: continuation })),
  }),
  v.check(({ ids: { length }, position }) => position < length, 'must be of a token of the text'),
);

const cells = v.array(v.array(v.nullable(finite)));

const sweep = v.pipe(
  v.strictObject({
    ...shared,
    layers: v.pipe(v.array(whole), v.minLength(1)),
    positions: v.pipe(v.array(whole), v.minLength(1)),
    sourcePositions: v.exactOptional(v.array(v.nullable(whole))),
    runs: whole,
    difference: v.strictObject({ original: finite, source: v.exactOptional(finite) }),
    kl: cells,
    differences: cells,
    recovered: v.exactOptional(cells),
  }),
  v.check((swept) => isWhole(swept), 'must have a figure for each layer and position'),
);

/** Every list is as long as the others say, and every position is of the text. */
function isWhole(swept: {
  readonly ids: readonly number[];
  readonly layers: readonly number[];
  readonly positions: readonly number[];
  readonly sourcePositions?: readonly unknown[] | undefined;
  readonly kl: readonly (readonly unknown[])[];
  readonly differences: readonly (readonly unknown[])[];
  readonly recovered?: readonly (readonly unknown[])[] | undefined;
}): boolean {
  const { layers, positions, sourcePositions, kl, differences, recovered } = swept;
  return (
    positions.every((position) => position < swept.ids.length) &&
    (sourcePositions === undefined || sourcePositions.length === positions.length) &&
    [kl, differences, ...(recovered ? [recovered] : [])].every(
      (grid) => grid.length === layers.length && grid.every((row) => row.length === positions.length),
    )
  );
}

const made = <Result>(result: v.GenericSchema<unknown, Result>) =>
  v.strictObject({ settings: interveneSettings, from, result });

const kept: v.GenericSchema<unknown, InterveneCase> = v.pipe(
  v.strictObject({
    version: v.literal(INTERVENE_CASE_VERSION),
    createdAt: date,
    single: v.exactOptional(made(single)),
    sweep: v.exactOptional(made(sweep)),
  }),
  v.check((read) => read.single !== undefined || read.sweep !== undefined, 'must hold an intervention or a sweep'),
);

/** The case that a file holds; undefined where this version cannot read it. */
export function readInterveneCase(data: unknown): InterveneCase | undefined {
  const read = v.safeParse(kept, data);
  return read.success ? read.output : undefined;
}
