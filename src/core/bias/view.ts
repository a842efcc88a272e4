/**
 * A study as pictures: language shares under the three conditions, the strength sweep, and languages by strength. Pure:
 * figures in, what is to be drawn out.
 */
import { conditionNames } from '../charts/conditions.ts';
import type { CONDITION_WORDS, ConditionId } from '../charts/conditions.ts';
import { languageLabel } from '../charts/format.ts';
import { languagesByStrength } from '../charts/heatMap.ts';
import type { HeatMap, HeatWords } from '../charts/heatMap.ts';
import { languageShares } from '../charts/languageShares.ts';
import type { LanguageShares, SharesWords } from '../charts/languageShares.ts';
import { strengthSweep } from '../charts/strengthSweep.ts';
import type { SWEEP_WORDS, StrengthSweep } from '../charts/strengthSweep.ts';
import type { Words } from '../charts/words.ts';
import type { PartFigures, StudyFigures } from './study.ts';

export interface StudyWords extends SharesWords, HeatWords {
  readonly conditions: Words<typeof CONDITION_WORDS>;
  readonly sweep: Words<typeof SWEEP_WORDS>;
  /** What is counted where a direction leads to no language. */
  readonly anyCode: string;
}

export interface StudyView {
  /** What is counted as reached: the language's name, or that it is code at all. */
  readonly target: string;
  readonly names: Readonly<Record<ConditionId, string>>;
  /** The first answers of each condition; absent where there are none. */
  readonly main: Partial<Readonly<Record<ConditionId, PartFigures>>>;
  readonly shares: LanguageShares;
  /** From two strengths on, the model as it is among them. */
  readonly sweep?: StrengthSweep;
  readonly heat?: HeatMap;
}

/** Strengths from which on a line says more than the bars do: as it is, as fitted, and one more. */
const SWEEP_FROM = 3;

export function viewOfStudy({ parts, direction }: StudyFigures, words: StudyWords): StudyView {
  const target = direction?.target;
  const targetName = target === undefined ? words.anyCode : languageLabel(target, words.languages);
  const names = conditionNames(target === undefined ? (direction?.name ?? '') : targetName, words.conditions);
  const main = {
    ...pick('plain', parts, 0),
    ...pick('steered', parts, 1),
    ...pick('asked', parts, 0),
  };
  const conditions = Object.values(main).map((part) => ({ ...part, id: part.condition, name: names[part.condition] }));
  const commonest = commonestLanguage(main.plain);
  const ends = [...new Set([commonest, target].filter((language) => language !== undefined))];
  const shares = languageShares(conditions, ends, words);
  const measured = parts.filter(({ condition, n }) => condition !== 'asked' && n > 0);
  const view = { target: targetName, names, main, shares };
  if (measured.length < SWEEP_FROM) return view;
  return {
    ...view,
    sweep: strengthSweep(measured, targetName, words.sweep),
    heat: languagesByStrength(measured, ends, words),
  };
}

function pick(
  condition: ConditionId,
  parts: readonly PartFigures[],
  strength: number,
): Partial<Record<ConditionId, PartFigures>> {
  const found = parts.find((part) => part.condition === condition && part.strength === strength && part.n > 0);
  return found === undefined ? {} : { [condition]: found };
}

function commonestLanguage(plain: PartFigures | undefined): string | undefined {
  return Object.entries(plain?.counts ?? {}).sort((a, b) => b[1] - a[1])[0]?.[0];
}
