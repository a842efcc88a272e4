/** What methods, styles and the like are called in a study's tables and pictures. Pure. */
import { languageLabel } from '../charts/format.ts';
import { ASKED, UNSTEERED, partsOfMethod } from './file.ts';
import type { Opening } from './file.ts';
import type { Measure } from './outcome.ts';
import type { StudyCell } from './plan.ts';

/** `dim`, `dim ×1.5`, `random, seed 2`, `asked`, `asked and dim`. */
export function methodLabel({ method, strength, seed }: Pick<StudyCell, 'method' | 'strength' | 'seed'>): string {
  if (method === UNSTEERED) return 'unsteered';
  if (method === ASKED) return 'asked';
  const { fitted = method, asks } = partsOfMethod(method);
  return [
    asks ? 'asked and ' : '',
    fitted,
    strength === 1 ? '' : ` ×${strength}`,
    seed === 0 ? '' : `, seed ${seed}`,
  ].join('');
}

export const OPENING_WORDS: Readonly<Record<Opening, string>> = {
  neutral: 'opened neutrally',
  none: 'without an opening',
};

/** `question`, and the opening where it is not the usual one. */
export function conditionLabel({ style, opening }: Pick<StudyCell, 'style' | 'opening'>): string {
  return opening === 'neutral' ? style : `${style}, ${OPENING_WORDS[opening]}`;
}

export const MEASURE_WORDS: Readonly<Record<Measure, string>> = {
  share: 'in the language',
  valid: 'valid',
  syntax: 'passes the compiler',
};

export function targetLabel(target: string | null): string {
  return target === null ? 'all together' : languageLabel(target);
}
