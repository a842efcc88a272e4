/**
 * The unsteered answers of a study by kind of task and by prompt style, and one study beside another: bars with their
 * intervals and table, and what may be said of the differences. Pure.
 */
import { SERIES_LOOKS } from '../charts/conditions.ts';
import type { ConditionId, SeriesLook } from '../charts/conditions.ts';
import { languageLabel, pointsWithInterval } from '../charts/format.ts';
import { languageShares } from '../charts/languageShares.ts';
import type { LanguageShares, ShareCondition, SharesWords } from '../charts/languageShares.ts';
import { fill } from '../charts/words.ts';
import type { Words } from '../charts/words.ts';
import { pairedDifference, shareDifference } from '../stats/difference.ts';
import type { Interval } from '../stats/wilson.ts';
import { mcnemar } from '../stats/mcnemar.ts';
import { TASK_KINDS, countByKind } from './byKind.ts';
import type { PartFigures, StudyFigures } from './study.ts';

export const GROUP_WORDS = {
  'high-level': 'high-level',
  performance: 'performance-critical',
  general: 'general',
  instruction: 'instruction',
  question: 'question',
  comment: 'comment in a file',
  answers: '{0} ({1})',
  kinds: '{0}: {1} of {2} high-level tasks and {3} of {4} performance-critical ones, {5} (other tasks in each).',
  styles: '{0}, the same {1} tasks: {2} less {3}, {4}; only as {2} {5}, only as {3} {6}, p = {7} (McNemar, exact).',
  unpaired: '{0}, {1}: {2} of {3} here, {4} of {5} there, {6} (not the same tasks).',
  paired: '{0}, {1}: {2} of {3} here, {4} of {5} there, {6} (the same tasks).',
  points: '{0} points [{1}, {2}]',
  holdsNothing: 'The interval holds 0: so few tasks show no difference.',
  here: 'this study',
  there: 'the other: {0}',
} as const;

export interface GroupWords extends SharesWords {
  readonly groups: Words<typeof GROUP_WORDS>;
}

export interface GroupedShares {
  readonly shares: LanguageShares<SeriesLook>;
  /** What may be said of the differences, a sentence each. */
  readonly statements: readonly string[];
}

/** The unsteered answers in the main style by kind of task; undefined unless there are two kinds. */
export function sharesByKind(
  plain: PartFigures,
  ends: readonly string[],
  words: GroupWords,
): GroupedShares | undefined {
  const { groups } = words;
  const kinds = countByKind(plain.judged, ({ kind }) => kind);
  const series = TASK_KINDS.flatMap((kind, i): ShareCondition<SeriesLook>[] => {
    const counted = kinds.find((one) => one.kind === kind);
    const id = SERIES_LOOKS[i];
    return counted && id ? [{ id, name: fill(groups.answers, groups[kind], counted.n), ...counted }] : [];
  });
  if (series.length < 2) return undefined;
  const [high, performance] = ['high-level', 'performance'].map((kind) => kinds.find((one) => one.kind === kind));
  const language = ends[0];
  const statements: string[] = [];
  if (high && performance && language !== undefined) {
    const [first, second] = [high, performance].map(({ counts, n }) => ({ hits: counts[language] ?? 0, n }));
    if (first && second) {
      const difference = shareDifference(first, second);
      const figures = [first.hits, first.n, second.hits, second.n, pointsWithInterval(difference, groups.points)];
      statements.push(
        said(fill(groups.kinds, languageLabel(language, words.languages), ...figures), difference, words),
      );
    }
  }
  return { shares: languageShares(series, ends, words), statements };
}

/** The unsteered answers by prompt style; undefined unless there are two styles. */
export function sharesByStyle(
  parts: readonly PartFigures[],
  ends: readonly string[],
  words: GroupWords,
): GroupedShares | undefined {
  const { groups } = words;
  const plain = parts.filter(({ condition, n }) => condition === 'plain' && n > 0);
  const [main, ...others] = plain;
  if (main === undefined || others.length === 0) return undefined;
  const series = plain.flatMap((part, i): ShareCondition<SeriesLook>[] => {
    const id = SERIES_LOOKS[i];
    return id ? [{ id, name: fill(groups.answers, groups[part.style], part.n), n: part.n, counts: part.counts }] : [];
  });
  const language = ends[0];
  const statements = others.flatMap((other) => {
    if (language === undefined) return [];
    const { first, second } = pairsOf(main, other, language);
    const difference = pairedDifference(first, second);
    const { onlyFirst, onlySecond, p } = mcnemar(first, second);
    const names = [groups[main.style], groups[other.style]];
    const figures = [
      first.length,
      ...names,
      pointsWithInterval(difference, groups.points),
      onlyFirst,
      onlySecond,
      p.toPrecision(2),
    ];
    const sentence = fill(groups.styles, languageLabel(language, words.languages), ...figures);
    return first.length === 0 ? [] : [said(sentence, difference, words)];
  });
  return { shares: languageShares(series, ends, words), statements };
}

/**
 * A study beside another: the unsteered answers in the main style of each, and what differs under each condition.
 * @param names of the conditions; @param ends the language that is counted first, and the target
 * @param other with its title
 */
export function sharesCompared(
  study: StudyFigures,
  other: StudyFigures & { readonly title: string },
  { names, ends }: { readonly names: Readonly<Record<ConditionId, string>>; readonly ends: readonly string[] },
  words: GroupWords,
): GroupedShares | undefined {
  const { groups } = words;
  const [here, there] = [partOf(study, 'plain'), partOf(other, 'plain')];
  if (here === undefined || there === undefined) return undefined;
  const [first, second] = SERIES_LOOKS;
  const series: ShareCondition<SeriesLook>[] = [
    { id: first, name: fill(groups.answers, groups.here, here.n), n: here.n, counts: here.counts },
    {
      id: second,
      name: fill(groups.answers, fill(groups.there, other.title), there.n),
      n: there.n,
      counts: there.counts,
    },
  ];
  const [commonest] = ends;
  const target = study.direction?.target;
  const isSameTarget = target !== undefined && target === other.direction?.target;
  const asked = [
    ...(commonest === undefined ? [] : [{ condition: 'plain' as const, language: commonest }]),
    ...(isSameTarget ? (['steered', 'asked'] as const).map((condition) => ({ condition, language: target })) : []),
  ];
  const statements = asked.flatMap(({ condition, language }) => {
    const [a, b] = [partOf(study, condition), partOf(other, condition)];
    if (a === undefined || b === undefined) return [];
    const isPaired = a.n === b.n && pairsOf(a, b, language).first.length === a.n;
    const [hits, others] = [a, b].map(({ counts }) => counts[language] ?? 0);
    const { first: left, second: right } = pairsOf(a, b, language);
    const difference = isPaired
      ? pairedDifference(left, right)
      : shareDifference({ hits: hits ?? 0, n: a.n }, { hits: others ?? 0, n: b.n });
    const figures = [hits ?? 0, a.n, others ?? 0, b.n, pointsWithInterval(difference, groups.points)];
    const template = isPaired ? groups.paired : groups.unpaired;
    const label = languageLabel(language, words.languages);
    return [said(fill(template, label, names[condition], ...figures), difference, words)];
  });
  return { shares: languageShares(series, ends, words), statements };
}

/** The answers of a study in its main style, as the model is, steered as fitted, or asked. */
export function partOf({ parts, styles }: StudyFigures, condition: ConditionId): PartFigures | undefined {
  const strength = condition === 'steered' ? 1 : 0;
  return parts.find(
    (part) => part.condition === condition && part.strength === strength && part.style === styles[0] && part.n > 0,
  );
}

/** Of the tasks that both answered, in the order of the first, whether each answered in the language. */
function pairsOf(a: PartFigures, b: PartFigures, language: string): { first: boolean[]; second: boolean[] } {
  const others = new Map(b.judged.map((task) => [task.id, task.language]));
  const both = a.judged.filter(({ id }) => others.has(id));
  return {
    first: both.map((task) => task.language === language),
    second: both.map(({ id }) => others.get(id) === language),
  };
}

function said(sentence: string, [, low, high]: Interval, { groups }: GroupWords): string {
  return low <= 0 && high >= 0 ? `${sentence} ${groups.holdsNothing}` : sentence;
}
