/** Cells made by hand, for the tests of figures and pages. */
import type { CellAnswer, CellResult } from '../../../src/core/study/cell.ts';
import type { StudyCell } from '../../../src/core/study/plan.ts';
import type { StudyFacts } from '../../../src/core/study/results.ts';
import { readStudyFile } from '../../../src/core/study/file.ts';

export function cellOf(method: string, target: StudyCell['target'], more: Partial<StudyCell> = {}): StudyCell {
  const isFitted = method !== 'none' && method !== 'prompt';
  return {
    ...{ method, target, style: 'instruction', opening: 'neutral' },
    strength: isFitted ? 1 : 0,
    seed: 0,
    prompts: 4,
    ...more,
  };
}

export function answerOf(id: string, language: CellAnswer['language'], more: Partial<CellAnswer> = {}): CellAnswer {
  return {
    ...{ id, language },
    kind: 'high-level',
    text: `text of ${id}`,
    tokens: 10,
    stop: 'eos',
    confidence: 0.9,
    hasCode: language !== 'none',
    parses: true,
    valid: true,
    syntax: true,
    distinct3: 0.9,
    ms: 5,
    ...more,
  };
}

export function resultOf(cell: StudyCell, answers: readonly CellAnswer[], more: Partial<CellResult> = {}): CellResult {
  return {
    version: 1,
    key: 'a'.repeat(64),
    cell: { ...cell, prompts: answers.length },
    at: '2026-01-02T03:04:05.000Z',
    machine: 'a machine',
    software: '0.1.0',
    batch: 4,
    ms: { generate: 2000, judge: 1000, likelihood: 1000 },
    dose: null,
    answers,
    ...more,
  };
}

export const facts: StudyFacts = {
  study: readStudyFile(
    JSON.stringify({ name: 'sample', title: 'A sample', parts: [{ methods: ['none'], targets: ['cpp'] }] }),
    'sample',
  ),
  command: 'steerscope study sample.json',
  software: '0.1.0',
  madeAt: '2026-01-02T03:04:05.000Z',
  model: { name: 'toy', fingerprint: 'f'.repeat(64), precision: 'fast' },
  repeatPenalty: 1.1,
  scoredTokens: 128,
  artefacts: [],
  missing: [],
};
