/**
 * A study as pictures: language shares under the three conditions, the strength sweep, and languages by strength. Pure:
 * figures in, what is to be drawn out.
 */
import { CONDITIONS, conditionNames } from '../charts/conditions.ts';
import type { CONDITION_WORDS, ConditionId } from '../charts/conditions.ts';
import { languageLabel } from '../charts/format.ts';
import { languagesByStrength } from '../charts/heatMap.ts';
import type { HeatMap, HeatWords } from '../charts/heatMap.ts';
import { languageShares } from '../charts/languageShares.ts';
import type { LanguageShares } from '../charts/languageShares.ts';
import { strengthSweep } from '../charts/strengthSweep.ts';
import type { SWEEP_WORDS, StrengthSweep } from '../charts/strengthSweep.ts';
import type { Words } from '../charts/words.ts';
import { partOf, sharesByKind, sharesByStyle, sharesCompared } from './groups.ts';
import type { GroupWords, GroupedShares } from './groups.ts';
import type { PartFigures, StudyFigures } from './study.ts';

export interface StudyWords extends GroupWords, HeatWords {
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
  /** Of the unsteered answers; absent where there is nothing to hold against each other. */
  readonly byKind?: GroupedShares;
  readonly byStyle?: GroupedShares;
  readonly compared?: GroupedShares;
  /** From two strengths on, the model as it is among them. */
  readonly sweep?: StrengthSweep;
  readonly heat?: HeatMap;
}

/** Strengths from which on a line says more than the bars do: as it is, as fitted, and one more. */
const SWEEP_FROM = 3;

/** @param other a study that this one is compared with */
export function viewOfStudy(
  study: StudyFigures,
  words: StudyWords,
  other?: StudyFigures & { readonly title: string },
): StudyView {
  const { parts, direction, styles } = study;
  const target = direction?.target;
  const targetName = target === undefined ? words.anyCode : languageLabel(target, words.languages);
  const names = conditionNames(target === undefined ? (direction?.name ?? '') : targetName, words.conditions);
  const found = CONDITIONS.flatMap((condition) => partOf(study, condition) ?? []);
  const main: StudyView['main'] = Object.fromEntries(found.map((part) => [part.condition, part]));
  const conditions = found.map((part) => ({ ...part, id: part.condition, name: names[part.condition] }));
  const commonest = commonestLanguage(main.plain);
  const ends = [...new Set([commonest, target].filter((language) => language !== undefined))];
  const shares = languageShares(conditions, ends, words);
  const byKind = main.plain && sharesByKind(main.plain, ends, words);
  const byStyle = sharesByStyle(parts, ends, words);
  const compared = other && sharesCompared(study, other, { names, ends }, words);
  const view = {
    ...{ target: targetName, names, main, shares },
    ...(byKind ? { byKind } : {}),
    ...(byStyle ? { byStyle } : {}),
    ...(compared ? { compared } : {}),
  };
  const measured = parts.filter(({ condition, style, n }) => condition !== 'asked' && style === styles[0] && n > 0);
  if (measured.length < SWEEP_FROM) return view;
  return {
    ...view,
    sweep: strengthSweep(measured, targetName, words.sweep),
    heat: languagesByStrength(measured, ends, words),
  };
}

function commonestLanguage(plain: PartFigures | undefined): string | undefined {
  return Object.entries(plain?.counts ?? {}).sort((a, b) => b[1] - a[1])[0]?.[0];
}
