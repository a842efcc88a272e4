/**
 * What happens to the answers as a direction is made stronger: the share in the language, the share that is valid, and
 * from where on quality goes. The warning zones come from these very measurements: past the last strength at which at
 * least three quarters (a half) as many answers are valid as at the best one, the zone of warning (of danger) begins
 * where the drawn line crosses that height. Pure.
 */
import { wilson } from '../stats/wilson.ts';
import type { Interval } from '../stats/wilson.ts';
import { fixed, percent, shareWithInterval } from './format.ts';
import type { Table } from './table.ts';
import { fill } from './words.ts';
import type { Words } from './words.ts';

/** Answers at one strength; 0 is the model as it is. */
export interface SweepMeasurement {
  readonly strength: number;
  readonly n: number;
  readonly onTarget: number;
  readonly valid: number;
  /** |strength v| over the median norm of the layer; absent at 0 and where it was not measured. */
  readonly dose?: number;
}

export type ZoneKind = 'warning' | 'danger';

export interface SweepZone {
  readonly kind: ZoneKind;
  /** Strengths; `to` is the end of the axis. */
  readonly from: number;
  readonly to: number;
}

export interface SweepPoint extends SweepMeasurement {
  readonly share: Interval;
  readonly validShare: Interval;
  /** The zone that the strength itself is in. */
  readonly zone?: ZoneKind;
}

export interface StrengthSweep {
  /** By strength, ascending. */
  readonly points: readonly SweepPoint[];
  readonly zones: readonly SweepZone[];
  /** The strength with the most valid answers, the weakest of equals; absent where none is valid. */
  readonly best?: SweepPoint;
  readonly summary: string;
  readonly table: Table;
}

/** Of the best valid share: below the first a warning, below the second danger. */
export const ZONE_LIMITS = { warning: 0.75, danger: 0.5 } as const satisfies Readonly<Record<ZoneKind, number>>;

export const SWEEP_WORDS = {
  summary: 'Two lines over {0} strengths: answers in {1}, and valid ones.',
  best: 'Most valid answers at strength {0}: {1}.',
  noneValid: 'No strength gave a valid answer.',
  warningFrom: 'Past about {0}, less than three quarters as many are valid.',
  dangerFrom: 'Past about {0}, less than half as many.',
  noZone: 'Quality holds up to the strongest setting that was tried.',
  caption: 'Answers by strength, with 95% intervals in %',
  strength: 'Strength',
  dose: 'Dose',
  answers: 'Answers',
  inTarget: 'In {0}',
  valid: 'Valid',
  zone: 'Zone',
  warning: 'warning',
  danger: 'danger',
} as const;

/** @param target what `onTarget` counts, in words: "C++" */
export function strengthSweep(
  measurements: readonly SweepMeasurement[],
  target: string,
  words: Words<typeof SWEEP_WORDS> = SWEEP_WORDS,
): StrengthSweep {
  const measured = measurements
    .filter(({ n }) => n > 0)
    .map((one) => ({ ...one, share: wilson(one.onTarget, one.n), validShare: wilson(one.valid, one.n) }))
    .sort((a, b) => a.strength - b.strength);
  const best = measured.reduce<(typeof measured)[number] | undefined>(
    (most, one) => (one.valid > 0 && one.validShare[0] > (most?.validShare[0] ?? 0) ? one : most),
    undefined,
  );
  const zones = best === undefined ? [] : zonesOf(measured, best.validShare[0]);
  const points = measured.map((one) => {
    const zone = zones.findLast(({ from }) => one.strength > from)?.kind;
    return { ...one, ...(zone === undefined ? {} : { zone }) };
  });
  const sweep = { points, zones, ...(best === undefined ? {} : { best }) };
  return { ...sweep, summary: summaryOf(sweep, target, words), table: tableOf(sweep, target, words) };
}

function zonesOf(points: readonly { strength: number; validShare: Interval }[], best: number): SweepZone[] {
  const end = points.at(-1)?.strength ?? 0;
  const warning = lastCrossing(points, best * ZONE_LIMITS.warning);
  const danger = lastCrossing(points, best * ZONE_LIMITS.danger);
  return [
    ...(warning === undefined ? [] : [{ kind: 'warning', from: warning, to: danger ?? end } as const]),
    ...(danger === undefined ? [] : [{ kind: 'danger', from: danger, to: end } as const]),
  ];
}

/** Where the line through the points falls below `limit` for good; undefined where it does not. */
function lastCrossing(
  points: readonly { strength: number; validShare: Interval }[],
  limit: number,
): number | undefined {
  const last = points.findLastIndex(({ validShare }) => validShare[0] >= limit);
  const [above, below] = [points[last], points[last + 1]];
  if (above === undefined || below === undefined) return undefined;
  const [high, low] = [above.validShare[0], below.validShare[0]];
  return above.strength + ((high - limit) / (high - low)) * (below.strength - above.strength);
}

type Found = Pick<StrengthSweep, 'points' | 'zones' | 'best'>;

function summaryOf({ points, zones, best }: Found, target: string, words: Words<typeof SWEEP_WORDS>): string {
  const sentences = [fill(words.summary, points.length, target)];
  if (best === undefined) return [...sentences, words.noneValid].join(' ');
  sentences.push(fill(words.best, spelled(best.strength), percent(best.validShare[0])));
  for (const { kind, from } of zones)
    sentences.push(fill(kind === 'warning' ? words.warningFrom : words.dangerFrom, fixed(from, 1)));
  if (zones.length === 0) sentences.push(words.noZone);
  return sentences.join(' ');
}

function tableOf({ points }: Found, target: string, words: Words<typeof SWEEP_WORDS>): Table {
  return {
    caption: words.caption,
    columns: [
      { label: words.strength, isNumber: true },
      { label: words.dose, isNumber: true },
      { label: words.answers, isNumber: true },
      { label: fill(words.inTarget, target), isNumber: true },
      { label: words.valid, isNumber: true },
      { label: words.zone },
    ],
    rows: points.map(({ strength, dose, n, share, validShare, zone }) => [
      spelled(strength),
      dose === undefined ? '' : fixed(dose, 2),
      n,
      shareWithInterval(share),
      shareWithInterval(validShare),
      zone === undefined ? '' : words[zone],
    ]),
  };
}

/** `0.75`, `1`, `1.5`: as few digits as it takes. */
function spelled(strength: number): string {
  return String(Number(strength.toFixed(2)));
}
