/** A study with the figures of a short real one (12 prompts, the default model, C++), for pages to draw. */
import { languageNamed, type LanguageId } from '../../../src/core/language/languages.ts';
import type { PartFigures, StudyFigures } from '../../../src/core/bias/study.ts';

type Row = readonly [
  condition: PartFigures['condition'],
  strength: number,
  counts: Readonly<Record<string, number>>,
  valid: number,
];

const ROWS: readonly Row[] = [
  ['plain', 0, { python: 11, other: 1 }, 0],
  ['steered', 1, { cpp: 10, julia: 1, other: 1 }, 9],
  ['asked', 0, { cpp: 9, python: 2, none: 1 }, 8],
  ['steered', 0.5, { python: 5, cpp: 4, c: 1, typescript: 2 }, 4],
  ['steered', 0.75, { cpp: 12 }, 12],
  ['steered', 1.5, { cpp: 12 }, 12],
  ['steered', 2, { cpp: 11, julia: 1 }, 11],
  ['steered', 3, { cpp: 8, c: 4 }, 7],
  ['steered', 4, { cpp: 6, c: 2, other: 3, java: 1 }, 2],
];
/** |h| over |v| at strength 1, as it was measured. */
const DOSE = 0.18504680240652255;

/** Of the tasks by turns. */
const KINDS = ['high-level', 'performance', 'general'] as const;

/** An answer to each task: the same tasks in every part. */
function judgedBy(counts: Readonly<Record<string, number>>): PartFigures['judged'] {
  const languages = Object.entries(counts).flatMap(([language, count]) =>
    Array.from({ length: count }, () => language),
  );
  return languages.map((language, i) => ({ id: `task-${i}`, language, kind: KINDS[i % KINDS.length] ?? 'general' }));
}

export function samplePart(
  [condition, strength, counts, valid]: Row,
  target: LanguageId | undefined,
  style: PartFigures['style'] = 'instruction',
): PartFigures {
  const n = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const dose = condition === 'steered' ? { dose: strength * DOSE } : {};
  const inAnyLanguage = Object.entries(counts).filter(([language]) => languageNamed(language) !== undefined);
  const onTarget =
    target === undefined ? inAnyLanguage.reduce((sum, [, count]) => sum + count, 0) : (counts[target] ?? 0);
  return { condition, style, strength, n, counts, onTarget, valid, judged: judgedBy(counts), ...dose };
}

/** @param parts how many of its parts are there */
export function sampleStudy(parts = ROWS.length, change: Partial<Omit<StudyFigures, 'parts'>> = {}): StudyFigures {
  const study: Omit<StudyFigures, 'parts'> = {
    version: 1,
    startedAt: '2026-11-24T17:05:00.000Z',
    elapsedMs: 63_400,
    end: parts === ROWS.length ? 'complete' : 'cancelled',
    model: { name: 'smollm2-135m-instruct', precision: 'fast', fingerprint: 'f'.repeat(64) },
    direction: { name: 'cpp', id: '0'.repeat(32), target: 'cpp', layers: [16], scope: 'first:3' },
    prompts: 12,
    tasks: 'core',
    styles: ['instruction'],
    expected: 108,
    maxTokens: 96,
    repeatPenalty: 1.1,
    seed: 0,
    opening: 'Here is the code:\n\n```',
    software: '0.1.0',
    ...change,
  };
  return { ...study, parts: ROWS.slice(0, parts).map((row) => samplePart(row, study.direction?.target)) };
}

/** A study in three styles, of which the last is answered otherwise. */
export function styledStudy(): StudyFigures {
  const study = sampleStudy(3, { styles: ['instruction', 'question', 'comment'], expected: 60, end: 'complete' });
  const more: readonly (readonly [PartFigures['style'], Row])[] = [
    ['question', ['plain', 0, { python: 12 }, 0]],
    ['question', ['steered', 1, { cpp: 8, python: 4 }, 6]],
    ['comment', ['plain', 0, { python: 4, cpp: 7, none: 1 }, 0]],
    ['comment', ['steered', 1, { cpp: 12 }, 11]],
  ];
  return { ...study, parts: [...study.parts, ...more.map(([style, row]) => samplePart(row, 'cpp', style))] };
}
