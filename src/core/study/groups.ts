/** Rows of a study by the conditions that they share, in the order in which they come. Pure. */
import type { StudyCell } from './plan.ts';
import { conditionLabel } from './words.ts';

export interface Group<T> {
  readonly label: string;
  readonly members: readonly T[];
}

/** Members of the same label together. */
export function groupsBy<T>(items: readonly T[], labelOf: (item: T) => string): Group<T>[] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(labelOf(item), [...(groups.get(labelOf(item)) ?? []), item]);
  return [...groups].map(([label, members]) => ({ label, members }));
}

export function byCondition<T extends Pick<StudyCell, 'style' | 'opening'>>(rows: readonly T[]): Group<T>[] {
  return groupsBy(rows, conditionLabel);
}

/** True for what was measured as it was fitted, with the first seed, and for what was not fitted at all. */
export function isAsFitted({ strength, seed }: Pick<StudyCell, 'strength' | 'seed'>): boolean {
  return strength === 0 || (strength === 1 && seed === 0);
}

/** The rows of each language and condition in which some method was tried at several strengths. */
export function sweeps<T extends Pick<StudyCell, 'method' | 'seed'>>(
  rows: readonly T[],
  labelOf: (row: T) => string,
): Group<T>[] {
  return groupsBy(rows, labelOf).filter(({ members }) =>
    groupsBy(members, ({ method, seed }) => `${method} ${seed}`).some((own) => own.members.length > 1),
  );
}
