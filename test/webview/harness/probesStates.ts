/** Every state that the panel of probes can be in, by name, as its host would show it. */
import type { PastProbes, ProbesSnapshot, ProbesWork } from '../../../src/protocol/panels/probes.ts';

const KEPT: PastProbes = {
  id: '00000000-0000-4000-8000-000000000001',
  title: 'C++, Python: resid_post, resid_mid',
  createdAt: '2026-11-27T09:30:00.000Z',
};
const SECOND: PastProbes = {
  id: '00000000-0000-4000-8000-000000000002',
  title: 'Python, C++, Java, Rust, JavaScript, Go: resid_post',
  createdAt: '2026-11-26T09:30:00.000Z',
};
const PAST = [KEPT, SECOND];

const EMPTY: ProbesSnapshot = {
  state: {},
  model: { state: 'ready', name: 'smollm2-135m-instruct', precision: 'fast' },
  settings: { target: 'cpp', against: 'python', hook: 'resid_post', elsewhere: 'resid_mid', seed: 0 },
  past: [],
  file: 'main.cpp',
  isReading: false,
};

const STARTING: ProbesWork = {
  ...{ hook: 'resid_post', place: 1, places: 2, phase: '', done: 0, total: 0, unit: '' },
};
const WORK: ProbesWork = {
  ...{ hook: 'resid_mid', place: 2, places: 2, phase: 'probing code', done: 27, total: 60, unit: 'texts' },
  leftMs: 47_000,
};

/** Nobody has a file open. */
function withoutFile({ file: _, ...state }: ProbesSnapshot): ProbesSnapshot {
  return state;
}

export const STATES_OF_PROBES = {
  'no model': withoutFile({ ...EMPTY, model: { state: 'missing', name: '', precision: 'fast' } }),
  empty: EMPTY,
  opening: { ...EMPTY, model: { ...EMPTY.model, state: 'opening' }, work: STARTING },
  probing: { ...EMPTY, work: WORK, study: 5 },
  study: { ...EMPTY, past: PAST, study: 1, studyId: KEPT.id },
  'six languages': {
    ...EMPTY,
    settings: { ...EMPTY.settings, against: 'all', elsewhere: null },
    ...{ past: PAST, study: 2, studyId: SECOND.id },
  },
  cancelled: { ...EMPTY, past: PAST, study: 3 },
  failed: {
    ...EMPTY,
    study: 4,
    problem: 'the engine ended by itself. Try again; if it comes back, show the log.',
  },
  reading: { ...EMPTY, isReading: true },
  'no probe': { ...EMPTY, fileProblem: { text: 'No probe of languages was made on this model.', needsProbe: true } },
  file: { ...EMPTY, reading: { key: 1, name: 'main.cpp', isStale: false } },
  'stale file': { ...EMPTY, file: 'other.py', reading: { key: 1, name: 'main.cpp', isStale: true } },
  'long file': { ...EMPTY, reading: { key: 2, name: 'main.cpp', isStale: false } },
  'blank file': { ...EMPTY, reading: { key: 3, name: 'main.cpp', isStale: false } },
  all: { ...EMPTY, past: PAST, study: 1, studyId: KEPT.id, reading: { key: 1, name: 'main.cpp', isStale: false } },
} as const satisfies Readonly<Record<string, ProbesSnapshot>>;
