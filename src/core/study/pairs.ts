/**
 * Methods held against each other on the same prompts (McNemar): every one against asking, and against the plain
 * difference of means, by language and over all of them together. Pure.
 */
import type { LanguageId } from '../language/languages.ts';
import { mcnemar } from '../stats/mcnemar.ts';
import type { McNemar } from '../stats/mcnemar.ts';
import { ASKED, UNSTEERED } from './file.ts';
import { MEASURES, answerOutcome, succeeds } from './outcome.ts';
import type { Measure } from './outcome.ts';
import type { StudyCell } from './plan.ts';
import type { CellAgainst } from './rows.ts';

/** What every method is held against, where it was measured under the same conditions. */
export const RIVALS = [ASKED, 'dim'] as const;
export type Rival = (typeof RIVALS)[number];

type Conditions = Pick<StudyCell, 'style' | 'opening'>;
type Method = Pick<StudyCell, 'method' | 'strength' | 'seed'>;

/** In `onlyFirst` the method alone succeeded, in `onlySecond` its rival. */
export interface Comparison extends Conditions, Method, McNemar {
  readonly rival: Rival;
  /** null: over all languages together. */
  readonly target: LanguageId | null;
  readonly measure: Measure;
  /** Prompts that both answered, and on which the measure says something of both. */
  readonly n: number;
}

/** Whether each succeeded on a prompt. */
type Pair = readonly [boolean, boolean];

export function comparisons(all: readonly CellAgainst[]): Comparison[] {
  const methods = all.filter(({ method }) => method !== UNSTEERED && method !== ASKED);
  return RIVALS.flatMap((rival) => methods.filter(({ method }) => method !== rival).map((one) => ({ one, rival })))
    .flatMap(({ one, rival }) => {
      const other = rivalOf(one, all, rival);
      return other === undefined
        ? []
        : MEASURES.map((measure) => ({ one, rival, measure, pairs: pairs(one, other, measure) }));
    })
    .reduce<Compared[]>(withPooled, [])
    .filter(({ pairs: { length } }) => length > 0)
    .map(({ one: { method, strength, seed, style, opening }, rival, target, measure, pairs: list }) => ({
      ...{ method, strength, seed, style, opening, rival, target, measure },
      n: list.length,
      ...mcnemar(
        list.map(([first]) => first),
        list.map(([, second]) => second),
      ),
    }));
}

interface Compared {
  readonly one: CellAgainst;
  readonly rival: Rival;
  readonly measure: Measure;
  readonly target: LanguageId | null;
  readonly pairs: readonly Pair[];
}

/** Adds a comparison, and its pairs to those of the same kind in the other languages. */
function withPooled(all: Compared[], added: Omit<Compared, 'target'>): Compared[] {
  const isSame = ({ one, rival, measure, target }: Compared): boolean =>
    target === null &&
    rival === added.rival &&
    measure === added.measure &&
    (['method', 'strength', 'seed', 'style', 'opening'] as const).every((key) => one[key] === added.one[key]);
  const pooled = all.find(isSame);
  const rest = all.filter((compared) => compared !== pooled);
  return [
    ...rest,
    { ...added, target: added.one.target },
    { ...added, target: null, pairs: [...(pooled?.pairs ?? []), ...added.pairs] },
  ];
}

/** The rival under the same conditions; a fitted one as it was fitted, with the first seed. */
function rivalOf(one: CellAgainst, all: readonly CellAgainst[], rival: Rival): CellAgainst | undefined {
  return all.find(
    ({ method, target, style, opening, strength, seed }) =>
      method === rival &&
      target === one.target &&
      style === one.style &&
      opening === one.opening &&
      (rival === ASKED || (strength === 1 && seed === 0)),
  );
}

function pairs(first: CellAgainst, second: CellAgainst, measure: Measure): Pair[] {
  const others = new Map(second.result.answers.map((answer) => [answer.id, answer]));
  return first.result.answers.flatMap((answer): Pair[] => {
    const other = others.get(answer.id);
    if (other === undefined) return [];
    const a = succeeds(answerOutcome(answer, first.target), measure);
    const b = succeeds(answerOutcome(other, second.target), measure);
    return a === null || b === null ? [] : [[a, b]];
  });
}
