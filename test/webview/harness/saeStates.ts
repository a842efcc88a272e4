/** Every state that the panel of features can be in, by name, as its host would show it; and what it is told of features. */
import type { TrainingFigures } from '../../../src/core/sae/training/figures.ts';
import type { SaeSnapshot } from '../../../src/protocol/panels/sae.ts';
import type { TrainingChoice, TrainingState } from '../../../src/protocol/panels/saeTraining.ts';
import type { SaeFeatureResult, SaeFeaturesResult, SaeFiresResult } from '../../../src/protocol/saeFeatureTypes.ts';
import { sampleCard, sampleFeature, sampleRow } from '../../unit/sae/sampleEvidence.ts';

const CHOICE: TrainingChoice = {
  activations: '/home/me/acts',
  name: 'mine',
  architecture: 'topk',
  k: 32,
  sparsity: null,
  steps: null,
};

/** A run of so many steps, with held-out figures at every fourth. */
export function sampleCurve(steps = 40): readonly TrainingFigures[] {
  return Array.from({ length: steps }, (_, i) => ({
    step: 10 * (i + 1),
    loss: 0.9 * 0.95 ** i + 0.1,
    l0: 32,
    explainedVariance: 0.8 - 0.7 * 0.9 ** i,
    ...(i % 4 === 3 ? { heldOut: 0.78 - 0.7 * 0.9 ** i } : {}),
    dead: 0.05 * 0.9 ** i,
    learningRate: 2e-4,
  }));
}

const LATEST = { figures: sampleCurve()[39], vectorsPerSecond: 6012 };

const RUNNING: TrainingState = {
  choice: CHOICE,
  activity: 'training',
  work: { phase: 'training', done: 400, total: 1000, leftMs: 95_000 },
  latest: LATEST,
  curve: 1,
};

const LIST: SaeSnapshot = {
  state: {},
  model: { state: 'ready', name: 'smollm2-135m-instruct', precision: 'fast' },
  autoencoders: [
    { name: 'code', label: 'code · resid_post 16' },
    { name: 'mine', label: 'mine · resid_post 12' },
  ],
  settings: { name: 'code', search: '', language: null, sort: 'auroc' },
  needsEvidence: false,
  list: 1,
  featureVersion: 0,
  steering: { op: 'add', value: 0.2 },
  hasCompletion: false,
  training: { choice: { ...CHOICE, activations: null }, activity: 'idle' },
};

/** Nothing is listed. */
function withoutList({ list: _, ...state }: SaeSnapshot): SaeSnapshot {
  return state;
}

const NONE = withoutList({ ...LIST, autoencoders: [], settings: { ...LIST.settings, name: null } });

export const STATES_OF_SAE = {
  'no model': { ...NONE, model: { state: 'missing', name: '', precision: 'fast' } },
  'no autoencoder': NONE,
  'nothing known': withoutList({ ...LIST, needsEvidence: true }),
  looking: withoutList({
    ...LIST,
    work: { phase: 'looking at features', done: 30, total: 120, leftMs: 47_000 },
  }),
  list: LIST,
  'nothing found': { ...LIST, list: 9, settings: { ...LIST.settings, search: 'zzz' } },
  failed: { ...LIST, problem: 'the engine ended by itself. Try again; if it comes back, show the log.' },
  feature: { ...LIST, feature: 3 },
  'silent feature': { ...LIST, feature: 4607 },
  cursor: { ...LIST, cursor: { key: 5, of: 'cursor', name: 'main.rs:3' } },
  collecting: {
    ...LIST,
    training: {
      choice: CHOICE,
      activity: 'collecting',
      work: { phase: 'collecting', done: 1, total: 10, leftMs: 60_000 },
    },
  },
  training: { ...LIST, training: RUNNING },
  unfinished: { ...LIST, training: { choice: CHOICE, activity: 'unfinished', curve: 1, latest: LATEST } },
  'training failed': {
    ...LIST,
    training: {
      choice: { ...CHOICE, architecture: 'jumprelu' },
      activity: 'idle',
      problem: 'The name mine is taken. Choose another.',
    },
  },
  completion: {
    ...LIST,
    hasCompletion: true,
    cursor: { key: 6, of: 'completion', name: 'the completion at main.rs:3' },
  },
  all: { ...LIST, feature: 3, cursor: { key: 5, of: 'cursor', name: 'main.rs:3' } },
} as const satisfies Readonly<Record<string, SaeSnapshot>>;

const { files, ...CARD } = sampleCard(4608);

export function sampleList(count: number): SaeFeaturesResult {
  const features = Array.from({ length: count }, (_, index) => sampleRow(index));
  return { name: 'code', card: { ...CARD, files: files.length }, found: count, features };
}

/** Feature 4607 was never active. */
export function samplePage(index: number): SaeFeatureResult {
  const feature = sampleFeature(index);
  const page = {
    ...feature,
    density: 0.0425,
    nearestLabels: ['on "let"', 'on "struct"'],
    files: { 0: files[0], 1: files[1] },
  };
  if (index !== 4607) return { ...page, ownLabel: 'opens a function' };
  const nothing = { active: 0, mean: 0, max: 0, histogram: { width: 0, counts: [] }, contexts: [] };
  return { ...page, ...nothing, density: 0, label: 'never active in this text' };
}

export function sampleFires(): SaeFiresResult {
  return {
    name: 'code',
    layer: 16,
    hook: 'blocks.16.hook_resid_post',
    ids: [1, 2, 3],
    pieces: { 1: 'fn', 2: 'Ġmain', 3: '(' },
    first: 1,
    leftOut: [],
    features: [
      [
        [12, 8.5],
        [7, 1.25],
      ],
      [],
    ],
    active: [32, 0],
    labels: { 12: 'on "main"' },
  };
}
