/** The host of the panel of comparisons as far as its page can see it, and every state that the panel can be in. */
import type {
  ComparePanel,
  CompareSettings,
  CompareSnapshot,
  ComparisonCase,
} from '../../../src/protocol/panels/compare.ts';
import { COMPARE_WORDS, type CompareWords } from '../../../src/protocol/panels/compareWords.ts';
import { compareSchemas } from '../../../src/protocol/panels/compare.ts';
import { sampleCase } from '../../sampleComparison.ts';
import { usePanelPages } from './panelPages.ts';
import { FakePanelHost } from './fakePanel.ts';

export const SETTINGS: CompareSettings = {
  prompt: 'Write a program that reverses a list.',
  surface: 'answer',
  a: { direction: null, strength: 1 },
  b: { direction: 'cpp', strength: 1 },
  maxTokens: 96,
  read: 'a',
};

export const IDLE: CompareSnapshot = {
  state: {},
  model: { state: 'ready', name: 'smollm2-135m-instruct', precision: 'fast' },
  directions: [
    { name: 'cpp', label: 'C++ · cpp', surface: 'answer' },
    { name: 'rust', label: 'Rust · rust', surface: 'answer' },
    { name: 'cpp-raw', label: 'C++ · cpp-raw', surface: 'raw' },
  ],
  settings: SETTINGS,
  isCompletion: false,
  isStale: false,
  past: [],
};

/** Ids of the comparisons that the fake host has. */
export const SHOWN = '00000000-0000-4000-8000-00000000000a';
export const SAME = '00000000-0000-4000-8000-00000000000b';
export const GATED = '00000000-0000-4000-8000-00000000000c';
const KEPT = '00000000-0000-4000-8000-000000000001';

const steered = { steer: [{ name: 'cpp', strength: 1 }] };
const half = { steer: [{ name: 'rust', strength: 0.5 }] };

export const CASES: Readonly<Record<string, ComparisonCase>> = {
  [SHOWN]: sampleCase(SETTINGS, { steer: [] }, steered),
  [SAME]: sampleCase(SETTINGS, { steer: [] }, { steer: [] }),
  [GATED]: sampleCase(SETTINGS, half, steered),
};

const PAST = [{ id: KEPT, title: 'unsteered ↔ cpp ×1: Write a program', createdAt: '2026-11-24T17:05:00.000Z' }];
const WORK = { phase: 'generating', done: 1, total: 2, texts: { a: 'def f():', b: '#include <io' } };

export const STATES = {
  'no model': { ...IDLE, model: { ...IDLE.model, state: 'missing' }, directions: [] },
  empty: IDLE,
  opening: {
    ...IDLE,
    model: { ...IDLE.model, state: 'opening' },
    work: { ...WORK, phase: '', done: 0, total: 0, texts: { a: '', b: '' } },
  },
  writing: { ...IDLE, work: WORK },
  shown: { ...IDLE, shownId: SHOWN, past: PAST },
  'the text of B': { ...IDLE, shownId: SHOWN, settings: { ...SETTINGS, read: 'b' } },
  'kept, of a completion': { ...IDLE, shownId: GATED, caseId: KEPT, past: PAST, isCompletion: true },
  same: { ...IDLE, shownId: SAME },
  stale: { ...IDLE, shownId: SHOWN, isStale: true },
  failed: { ...IDLE, problem: 'The engine ended by itself. Try again.', shownId: SHOWN, past: PAST },
} as const satisfies Readonly<Record<string, CompareSnapshot>>;

export class FakeCompare extends FakePanelHost<CompareWords, CompareSnapshot> implements ComparePanel {
  constructor(
    snapshot: CompareSnapshot = IDLE,
    table: CompareWords = COMPARE_WORDS,
    /** What is handed out in place of the samples. */
    public cases: Readonly<Record<string, ComparisonCase>> = CASES,
  ) {
    super(snapshot, table);
  }

  choose(settings: CompareSettings): Promise<null> {
    this.show({ ...this.snapshot, settings });
    return this.note('choose', settings);
  }

  tune(settings: CompareSettings): Promise<null> {
    this.show({ ...this.snapshot, settings });
    return this.note('tune', settings);
  }

  comparison({ id }: { id: string }): Promise<ComparisonCase | null> {
    this.asked.push(['comparison', { id }]);
    return Promise.resolve(this.cases[id] ?? null);
  }

  start(params: unknown): Promise<null> {
    return this.note('start', params);
  }

  cancel(params: unknown): Promise<null> {
    return this.note('cancel', params);
  }

  keep(params: unknown): Promise<null> {
    return this.note('keep', params);
  }

  open(params: unknown): Promise<null> {
    return this.note('open', params);
  }

  save(params: unknown): Promise<null> {
    return this.note('save', params);
  }

  openFile(params: unknown): Promise<null> {
    return this.note('openFile', params);
  }

  getModel(params: unknown): Promise<null> {
    return this.note('getModel', params);
  }
}

export function useComparePages() {
  return usePanelPages<ComparePanel, FakeCompare, CompareSnapshot, CompareWords>({
    id: 'compare',
    schemas: compareSchemas,
    idle: IDLE,
    hostOf: (snapshot, words) => new FakeCompare(snapshot, words),
  });
}
