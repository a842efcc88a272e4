/** Every state that the bias panel can be in, by name, as its host would show it. */
import type { StudyFigures } from '../../../src/core/bias/study.ts';
import type { BiasSnapshot, BiasWork, PastStudy } from '../../../src/protocol/panels/bias.ts';
import { IDLE } from './fakeBias.ts';
import { samplePart, sampleStudy, styledStudy } from './sampleStudy.ts';

const KEPT: PastStudy = {
  id: '00000000-0000-4000-8000-000000000001',
  title: 'C++, 12 prompts',
  createdAt: '2026-11-24T17:05:00.000Z',
};
const BROKEN_OFF: PastStudy = {
  id: '00000000-0000-4000-8000-000000000002',
  title: 'the model as it is, 6 prompts, cancelled',
  createdAt: '2026-11-23T08:00:00.000Z',
};
export const PAST: readonly PastStudy[] = [KEPT, BROKEN_OFF];

const STARTING: BiasWork = { answers: 0, totalAnswers: 108, tokens: 0, totalTokens: 10_368, phase: '' };
const WORK: BiasWork = { ...STARTING, answers: 27, tokens: 2592, phase: 'steered to C++', leftMs: 47_000 };

/** A direction to no language: what is counted is code at all. */
const CONCEPT = { name: 'terse', id: '1'.repeat(32), layers: [12, 13], scope: 'all' };

/** Of the model as it is. */
function plainStudy(): StudyFigures {
  const part = samplePart(['plain', 0, { python: 5, none: 1 }, 4], undefined);
  const { direction: _, ...study } = sampleStudy(0, { end: 'complete', prompts: 6, expected: 6 });
  return { ...study, parts: [part] };
}

export const STATES = {
  'no model': {
    ...IDLE,
    model: { state: 'missing', name: '', precision: 'fast' },
    directions: [],
    settings: { ...IDLE.settings, direction: null },
  },
  empty: IDLE,
  opening: { ...IDLE, model: { ...IDLE.model, state: 'opening' }, work: STARTING },
  measuring: { ...IDLE, work: WORK, study: sampleStudy(3, { end: 'cancelled' }) },
  cancelled: { ...IDLE, past: PAST, studyId: BROKEN_OFF.id, study: sampleStudy(4, { end: 'cancelled' }) },
  failed: {
    ...IDLE,
    past: PAST,
    problem: 'the engine ended by itself. Try again; if it comes back, show the log.',
    study: sampleStudy(2, { end: 'failed' }),
  },
  'failed at once': {
    ...IDLE,
    model: { ...IDLE.model, state: 'failed' },
    problem: 'there is not enough memory: 510 MB are needed, 380 MB are there. Close something.',
  },
  'past studies': { ...IDLE, past: PAST },
  'no sweep': {
    ...IDLE,
    settings: { ...IDLE.settings, sweep: false },
    study: sampleStudy(3, { end: 'complete', expected: 36 }),
  },
  'no direction': {
    ...IDLE,
    settings: { ...IDLE.settings, direction: null, prompts: 6, sweep: false },
    study: plainStudy(),
  },
  'a concept': { ...IDLE, study: sampleStudy(9, { direction: CONCEPT }) },
  styles: {
    ...IDLE,
    settings: { ...IDLE.settings, tasks: 'study', styles: ['instruction', 'question', 'comment'], prompts: 84 },
    study: styledStudy(),
  },
  compared: {
    ...IDLE,
    past: PAST,
    studyId: KEPT.id,
    study: sampleStudy(3, { end: 'complete', expected: 36 }),
    compared: { id: BROKEN_OFF.id, study: { ...plainStudy(), model: { ...sampleStudy().model, precision: 'exact' } } },
  },
  sweep: { ...IDLE, past: PAST, studyId: KEPT.id, study: sampleStudy() },
} as const satisfies Readonly<Record<string, BiasSnapshot>>;

export type StateName = keyof typeof STATES;
