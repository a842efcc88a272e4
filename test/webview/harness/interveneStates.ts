/** Every state that the panel of interventions can be in, by name, with figures that the terminal printed for the default model. */
import type { InterveneResult, SweepResult } from '../../../src/protocol/interventionTypes.ts';
import type { InterveneSettings, InterveneSnapshot, Provenance } from '../../../src/protocol/panels/intervene.ts';

/** Ids of what the fake host hands out. */
export const IDS = {
  tokens: '00000000-0000-4000-8000-000000000010',
  sourceTokens: '00000000-0000-4000-8000-000000000011',
  single: '00000000-0000-4000-8000-000000000012',
} as const;

export const SWEEP_IDS = {
  patched: '00000000-0000-4000-8000-000000000001',
  ablated: '00000000-0000-4000-8000-000000000002',
} as const;

/** `intervene --text 'The capital of France is' --source 'The capital of Italy is' --layer 15 --position 3 --continue 8` */
export const RESULT: InterveneResult = {
  ids: [504, 3575, 282, 4649, 314],
  sourceIds: [504, 3575, 282, 7158, 314],
  pieces: {
    '30': '.',
    '42': ':',
    '198': 'Ċ',
    '260': 'Ġthe',
    '282': 'Ġof',
    '314': 'Ġis',
    '436': 'Ġwas',
    '504': 'The',
    '1315': 'ĠNew',
    '2250': 'ĠLe',
    '2988': 'Ġanswer',
    '3575': 'Ġcapital',
    '4469': 'ĠRoman',
    '4528': 'ĠLondon',
    '4649': 'ĠFrance',
    '7042': 'ĠParis',
    '7057': 'ĠEmpire',
    '7158': 'ĠItaly',
    '7268': 'ĠRome',
    '19997': 'ĠFlorence',
    '28676': 'ĠMilan',
    '29526': 'ĠRoma',
  },
  site: 'resid_post',
  hook: 'blocks.15.hook_resid_post',
  layer: 15,
  position: 3,
  sourcePosition: 3,
  change: { kind: 'patch', source: 'The capital of Italy is' },
  norm: { original: 187.03, changed: 185.61 },
  next: [
    {
      id: 7042,
      original: { logit: 17.371, probability: 0.77291 },
      changed: { logit: 10.813, probability: 0.0011133 },
      source: { logit: 10.489, probability: 0.00092413 },
    },
    {
      id: 7268,
      original: { logit: 10.059, probability: 0.00051564 },
      changed: { logit: 16.691, probability: 0.39745 },
      source: { logit: 16.508, probability: 0.38033 },
    },
    {
      id: 260,
      original: { logit: 14.889, probability: 0.064553 },
      changed: { logit: 15.465, probability: 0.11663 },
      source: { logit: 15.494, probability: 0.13785 },
    },
    {
      id: 28676,
      original: { logit: 9.1176, probability: 0.0002012 },
      changed: { logit: 14.948, probability: 0.069514 },
      source: { logit: 14.885, probability: 0.075028 },
    },
    {
      id: 19997,
      original: { logit: 8.2865, probability: 8.7635e-5 },
      changed: { logit: 14.85, probability: 0.063042 },
      source: { logit: 15.019, probability: 0.08577 },
    },
    {
      id: 29526,
      original: { logit: 6.7032, probability: 1.7991e-5 },
      changed: { logit: 14.646, probability: 0.051441 },
      source: { logit: 14.135, probability: 0.035431 },
    },
    {
      id: 4528,
      original: { logit: 13.245, probability: 0.012477 },
      changed: { logit: 9.5553, probability: 0.0003164 },
      source: { logit: 9.018, probability: 0.00021237 },
    },
    {
      id: 2250,
      original: { logit: 13.009, probability: 0.0098588 },
      changed: { logit: 10.273, probability: 0.00064833 },
      source: { logit: 9.9376, probability: 0.00053268 },
    },
    {
      id: 1315,
      original: { logit: 12.952, probability: 0.0093037 },
      changed: { logit: 11.209, probability: 0.0016533 },
      source: { logit: 11.074, probability: 0.0016599 },
    },
  ],
  kl: 4.7398,
  tokens: [7268, 7042],
  difference: { original: -7.3125, changed: 5.8778, source: 6.0199, recovered: 0.98934 },
  continuation: {
    original: { ids: [7042, 30, 198, 198, 504, 2988, 314, 42], text: ' Paris.\n\nThe answer is:' },
    changed: { ids: [7268, 30, 198, 198, 504, 4469, 7057, 436], text: ' Rome.\n\nThe Roman Empire was' },
  },
};

/** `sweep` of the same, `--layers 0,5,10,15,20,25,29` */
export const PATCHED: SweepResult = {
  ids: [504, 3575, 282, 4649, 314],
  sourceIds: [504, 3575, 282, 7158, 314],
  pieces: {
    '282': 'Ġof',
    '314': 'Ġis',
    '504': 'The',
    '3575': 'Ġcapital',
    '4649': 'ĠFrance',
    '7042': 'ĠParis',
    '7158': 'ĠItaly',
    '7268': 'ĠRome',
  },
  site: 'resid_post',
  change: { kind: 'patch', source: 'The capital of Italy is' },
  layers: [0, 5, 10, 15, 20, 25, 29],
  positions: [0, 1, 2, 3, 4],
  sourcePositions: [0, 1, 2, 3, 4],
  runs: 37,
  tokens: [7268, 7042],
  difference: { original: -7.3125, source: 6.0199 },
  kl: [
    [0, 0, 0, 4.7556, 0.00012868],
    [0, 0, 0, 4.6916, 0.0038041],
    [0, 0, 0, 4.6694, 0.0045539],
    [0, 0, 0, 4.7401, 0.0039592],
    [0, 0, 0, 4.7345, 0.0058779],
    [0, 0, 0, 0.00040335, 4.6902],
    [0, 0, 0, 0, 4.7149],
  ],
  differences: [
    [-7.3125, -7.3125, -7.3125, 5.9998, -7.3432],
    [-7.3125, -7.3125, -7.3125, 5.8468, -7.5077],
    [-7.3125, -7.3125, -7.3125, 5.74, -7.54],
    [-7.3125, -7.3125, -7.3125, 5.8778, -7.3004],
    [-7.3125, -7.3125, -7.3125, 6.0483, -7.3059],
    [-7.3125, -7.3125, -7.3125, -7.191, 6.0125],
    [-7.3125, -7.3125, -7.3125, -7.3125, 6.0199],
  ],
  recovered: [
    [0, 0, 0, 0.99849, -0.0022979],
    [0, 0, 0, 0.98702, -0.014636],
    [0, 0, 0, 0.979, -0.017064],
    [0, 0, 0, 0.98934, 0.00090765],
    [0, 0, 0, 1.0021, 0.00049406],
    [0, 0, 0, 0.0091124, 0.99944],
    [0, 0, 0, 0, 1],
  ],
};

/** `sweep --text 'The capital of France is' --hook mlp_out --mean --layers 0,10,20,29 --last 3` */
export const ABLATED: SweepResult = {
  ids: [504, 3575, 282, 4649, 314],
  pieces: {
    '260': 'Ġthe',
    '282': 'Ġof',
    '314': 'Ġis',
    '504': 'The',
    '3575': 'Ġcapital',
    '4649': 'ĠFrance',
    '7042': 'ĠParis',
  },
  site: 'mlp_out',
  change: { kind: 'mean' },
  layers: [0, 10, 20, 29],
  positions: [2, 3, 4],
  runs: 13,
  tokens: [7042, 260],
  difference: { original: 2.4827 },
  kl: [
    [1.714, 1.8012, 5.3207],
    [0.022242, 0.019006, 0.25298],
    [0.00064602, 0.011554, 0.026355],
    [0, 0, 11.089],
  ],
  differences: [
    [-0.01173, 1.194, 1.0818],
    [2.3046, 2.0638, 1.0654],
    [2.5504, 2.2115, 2.8908],
    [2.4827, 2.4827, 5.9662],
  ],
};

const FROM: Provenance = {
  model: 'smollm2-135m-instruct',
  precision: 'fast',
  madeAt: '2026-11-28T10:00:00.000Z',
  software: '0.1.0',
};

const SETTINGS: InterveneSettings = {
  text: 'The capital of France is',
  prefill: null,
  hook: 'resid_post',
  index: null,
  layer: 15,
  position: 3,
  change: 'patch',
  factor: 2,
  source: 'The capital of Italy is',
  sourcePosition: null,
  tokens: ['', ''],
  continued: 8,
  layers: '0,5,10,15,20,25,29',
  last: 8,
};

const EMPTY: InterveneSettings = {
  ...SETTINGS,
  text: '',
  change: 'zero',
  source: '',
  layer: 0,
  position: -1,
  layers: 'all',
};
const MODEL = { state: 'ready', name: FROM.model, precision: 'fast', layers: 30, heads: 9 } as const;
export const TOKENS = ['The', 'Ġcapital', 'Ġof', 'ĠFrance', 'Ġis'];

/** A text that was read. */
export const IDLE: InterveneSnapshot = {
  state: {},
  model: MODEL,
  settings: SETTINGS,
  tokens: { id: IDS.tokens, count: TOKENS.length },
  sourceTokens: { id: IDS.sourceTokens, count: TOKENS.length },
  runs: { single: 10, sweep: 37 },
  hasCompletion: true,
  past: [],
};

const SINGLE = { single: { id: IDS.single, from: FROM } };
const SWEEP = { sweep: { id: SWEEP_IDS.patched, from: FROM } };
const { tokens: _t, sourceTokens: _s, runs: _r, ...UNREAD } = IDLE;
const NO_TOKENS = { id: '', count: 0 };
const PAST = [
  {
    id: '00000000-0000-4000-8000-000000000020',
    title: 'blocks.15.hook_resid_post: The capital of France is',
    createdAt: '2026-11-24T17:05:00.000Z',
  },
] as const;
const CLOSED = { state: 'closed', name: FROM.model, precision: 'fast' } as const;

export const STATES = {
  'no model': { ...UNREAD, model: { ...CLOSED, state: 'missing' }, settings: EMPTY, hasCompletion: false },
  'no text': { ...IDLE, settings: EMPTY, tokens: NO_TOKENS, runs: { single: 9, sweep: 1 }, hasCompletion: false },
  'not read': { ...UNREAD, model: CLOSED },
  opening: { ...UNREAD, model: { ...CLOSED, state: 'opening' }, work: { kind: 'single', done: 0, total: 0 } },
  ready: IDLE,
  'no source': {
    ...IDLE,
    settings: { ...SETTINGS, source: '' },
    sourceTokens: NO_TOKENS,
    runs: { single: 10, sweep: 2 },
  },
  head: { ...IDLE, settings: { ...SETTINGS, hook: 'z', index: 3, change: 'scale', prefill: 'A' } },
  neuron: { ...IDLE, settings: { ...SETTINGS, hook: 'post', index: 12, change: 'mean', tokens: ['#7042', ' Rome'] } },
  sweeping: { ...IDLE, ...SINGLE, work: { kind: 'sweep', done: 22, total: 37, leftMs: 4000 } },
  failed: { ...IDLE, problem: 'A layer of this model has no head 12. It has the heads 0 to 8.' },
  'failed at once': {
    ...UNREAD,
    model: { ...CLOSED, state: 'failed' },
    problem: 'there is not enough memory: 510 MB are needed, 380 MB are there. Close something.',
  },
  single: { ...IDLE, ...SINGLE },
  stale: {
    ...IDLE,
    single: { ...SINGLE.single, stale: 'settings' },
    sweep: { ...SWEEP.sweep, stale: 'model' },
  },
  ablation: {
    ...IDLE,
    settings: { ...SETTINGS, hook: 'mlp_out', change: 'mean' },
    sweep: { ...SWEEP.sweep, id: SWEEP_IDS.ablated },
  },
  kept: { ...UNREAD, model: CLOSED, ...SINGLE, past: PAST, caseId: PAST[0].id },
  all: { ...IDLE, ...SINGLE, ...SWEEP, past: PAST },
} as const satisfies Readonly<Record<string, InterveneSnapshot>>;

export type StateName = keyof typeof STATES;
