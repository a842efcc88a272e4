/**
 * An engine without a model, for the tests of the terminal program: it serves the real interface through the real RPC
 * and the real schemas. Its answers tell what it was asked, and names such as `crash` or `hang` make it behave so.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ModelError, StoreError } from '../../src/core/errors.ts';
import type { ArtefactManifest } from '../../src/core/artefact/manifest.ts';
import { siteNamed } from '../../src/core/graph/interventionSites.ts';
import { runEngineChild } from '../../src/engine/process/childShell.ts';
import { engineSchemas } from '../../src/protocol/engineSchemas.ts';
import type {
  EngineService,
  GenerateEvent,
  GenerateParams,
  Generated,
  ModelSummary,
  OpenParams,
  Progress,
} from '../../src/protocol/engineService.ts';
import type {
  InterveneParams,
  InterveneResult,
  SweepParams,
  SweepResult,
} from '../../src/protocol/interventionTypes.ts';
import type { CallContext } from '../../src/protocol/rpc.ts';
import { sampleComparison } from '../sampleComparison.ts';

const never = new Promise<never>(() => {});

/** Tells a test that all is as it wants it: the engine is at a work that will not end. */
let logWaiting: () => void = () => {};

function summary({ model, precision }: OpenParams): ModelSummary {
  return {
    name: model,
    path: `/models/${model}.gguf`,
    sha256: '0'.repeat(64),
    architecture: 'llama',
    layers: 2,
    dModel: 4,
    heads: 2,
    kvHeads: 1,
    headWidth: 2,
    vocab: 256,
    context: 64,
    weightTypes: { Q4_1: 14, F32: 5 },
    precision,
    fingerprint: 'f'.repeat(64),
    infill: false,
  };
}

function manifest(name: string, more: Partial<ArtefactManifest> = {}): ArtefactManifest {
  return {
    schemaVersion: 1,
    id: '0'.repeat(32),
    name,
    kind: 'steering',
    method: 'dim',
    createdAt: '2026-01-02T03:04:05.000Z',
    model: {
      name: 'fake',
      fingerprint: 'f'.repeat(64),
      architecture: 'llama',
      dModel: 4,
      layers: 2,
      precision: 'fast',
      weightTypes: {},
    },
    hook: 'resid_post',
    layers: [0, 1],
    positions: 'the last 8 positions',
    chatTemplateHash: null,
    scope: 'all',
    strength: 1.5,
    params: {},
    seed: 0,
    dataHash: '0'.repeat(64),
    figures: { share: [1, 0.9, 1] },
    medianNorms: [1, 2],
    tensors: { file: 'tensors.safetensors', sha256: '0'.repeat(64), entries: {} },
    software: '0.1.0',
    ...more,
  };
}

/** Every character is a token. */
function tokens(text: string): number[] {
  return [...text].map((character) => character.codePointAt(0) ?? 0);
}

/** What the prompt asks for, if it is one of these; otherwise the answer is the call itself, as JSON. */
async function answerTo(id: string, prompt: string, params: GenerateParams, signal: AbortSignal): Promise<Generated> {
  if (prompt === 'crash') process.exit(9);
  if (prompt === 'hang' || prompt === 'wait') logWaiting();
  if (prompt === 'hang') await never;
  if (prompt === 'wait') await sleep(1e8, undefined, { signal });
  if (prompt === 'fail') throw new StoreError('toy', 'the answer\nfailed', 'Ask something else.');
  const text = prompt.startsWith('say ') ? prompt.slice(4) : JSON.stringify({ prompt, ...params.options });
  const ids = tokens(text);
  return {
    id,
    text,
    ids,
    stop: prompt === 'explode' ? 'nonfinite' : 'eos',
    promptTokens: prompt.length,
    tokens: ids.length,
    ms: { prompt: 1, decode: 2 },
    steer: params.options.steer.map((choice) => ({ ...choice, layers: [0, 1], dose: 0.25 })),
  };
}

function intervened({ text, hook, layer, position, change, continued }: InterveneParams): InterveneResult {
  const odds = { logit: 1, probability: 0.5 };
  const sourced = change.kind === 'patch' ? { source: 3, recovered: 0.25 } : {};
  const continuation = { ids: [97], text: 'a' };
  return {
    ids: tokens(text),
    pieces: { 97: 'a', 98: '\u001b[31m' },
    site: siteNamed(hook),
    hook: `blocks.${layer}.${hook}`,
    layer,
    position,
    change,
    norm: { original: 2, changed: 1 },
    next: [98, 97].map((id) => ({ id, original: odds, changed: { logit: 2, probability: 0.75 } })),
    kl: 0.125,
    tokens: [97, 98],
    difference: { original: -1, changed: 0, ...sourced },
    ...(continued > 0 ? { continuation: { original: continuation, changed: continuation } } : {}),
  };
}

function swept({ text, hook, change, layers, window }: SweepParams): SweepResult {
  const ids = tokens(text);
  const last = window !== undefined && 'last' in window ? window.last : ids.length;
  const positions = Array.from(ids.keys()).slice(-last);
  const rows = layers.split(',').map(Number);
  const grid = rows.map((layer) => positions.map((position) => (position === 0 ? null : layer + position / 10)));
  return {
    ids,
    pieces: { 97: 'a', 98: 'b' },
    site: siteNamed(hook),
    change,
    layers: rows,
    positions,
    runs: rows.length * positions.length + 1,
    tokens: [97, 98],
    difference: { original: -1, ...(change.kind === 'patch' ? { source: 1 } : {}) },
    kl: grid,
    differences: grid,
    ...(change.kind === 'patch' ? { recovered: grid } : {}),
  };
}

/** Answers the prompts from the last to the first, so that no order is right by chance. */
async function answerAll(params: GenerateParams, { emit, signal }: CallContext<GenerateEvent>): Promise<Generated[]> {
  const [first] = params.prompts;
  while (first?.prompt === 'go on') {
    emit({ kind: 'text', id: first.id, text: 'and on ' });
    await sleep(10, undefined, { signal });
  }
  emit({ kind: 'progress', phase: 'reading prompts', done: 0, total: 1, unit: 'prompts' });
  const answers: Generated[] = [];
  for (const { id, prompt } of params.prompts.toReversed()) {
    const answer = await answerTo(id, prompt, params, signal);
    const middle = Math.floor(answer.text.length / 2);
    emit({ kind: 'text', id, text: answer.text.slice(0, middle) });
    emit({ kind: 'text', id, text: answer.text.slice(middle) });
    emit({ kind: 'answer', answer });
    answers.push(answer);
  }
  return answers.toReversed();
}

const service: EngineService = {
  async open(params, { emit, signal }) {
    if (params.model === 'missing') {
      throw new ModelError('model-missing', 'the model is not here', 'Run steerscope model --get, or npm start.');
    }
    if (params.model === 'progress') await report(emit, signal);
    if (params.get) emit({ kind: 'progress', phase: 'fetching', done: 1, unit: 'bytes' });
    return { ...summary(params), path: JSON.stringify(params) };
  },
  saeImport: () => Promise.reject(new Error('the fake engine has no autoencoders')),
  saeEval: () => Promise.reject(new Error('the fake engine has no autoencoders')),
  saeTrain: async (params, { emit }) => {
    const figures = { loss: 2.5, l0: 32, explainedVariance: 0.875, dead: 0.0625, learningRate: 1e-3 };
    const at = (step: number) => ({ step, ...figures, ...(step === 3 ? { heldOut: 0.75 } : {}) });
    emit({ kind: 'training', steps: 3, figures: at(1), vectorsPerSecond: 5000 });
    // What was asked for comes back as a figure of the card, for a test to read.
    const made = manifest(params.name, { kind: 'sae', params: JSON.parse(JSON.stringify(params)) });
    return { manifest: made, curve: [at(1), at(2), at(3)], run: { steps: 3, ms: 1500 } };
  },
  saeExport: () => Promise.reject(new Error('the fake engine has no autoencoders')),
  saeCollect: () => Promise.reject(new Error('the fake engine has no autoencoders')),
  saeEvidence: () => Promise.reject(new Error('the fake engine has no autoencoders')),
  saeFeatures: () => Promise.reject(new Error('the fake engine has no autoencoders')),
  saeFeature: () => Promise.reject(new Error('the fake engine has no autoencoders')),
  saeDirection: () => Promise.reject(new Error('the fake engine has no autoencoders')),
  saeLabel: () => Promise.reject(new Error('the fake engine has no autoencoders')),
  saeFires: () => Promise.reject(new Error('the fake engine has no autoencoders')),
  gap: async () => ({ maxAbs: 0.5, relRms: 0.01, top1: 0.98 }),
  tokenize: async ({ text }) => ({ ids: tokens(text), pieces: [...text] }),
  logits: async ({ text, top }) => ({
    ids: tokens(text),
    top: tokens(text).map((id) => Array.from({ length: top }, (_, i) => [id + i, 3 - i])),
    pieces: {},
  }),
  capture: async ({ text, hooks, out }) => ({
    ids: tokens(text),
    hooks: { [hooks]: [text.length, 4], [out ?? '']: [] },
  }),
  layers: async ({ text, top, last = text.length, direction, probe }) => {
    const each = <T>(value: T): T[] => new Array<T>(2 * last).fill(value);
    return {
      ids: tokens(text),
      first: text.length - last,
      layers: 2,
      pieces: { 97: 'a', 98: '\u001b[31m' },
      steer: [],
      measures: {
        norm: each(2),
        change: each(0.5),
        entropy: each(1.25),
        divergence: each(0.125),
        confidence: each(0.75),
        ...(direction === undefined ? {} : { cosine: each<number | null>(0.25) }),
      },
      ...(probe === undefined
        ? {}
        : {
            probe: {
              artefact: 'languages\u001b[31m',
              createdAt: '2026-01-02T03:04:05.000Z',
              positions: 'tokens of code',
              layer: 1,
              scores: [{ language: 'cpp' as const, values: each<number | null>(0.875) }],
            },
          }),
      top: each(Array.from({ length: top }, (_, i) => [97 + i, 0.75 / (i + 1)] as const)),
      massive: [],
    };
  },
  cell: async ({ text, layer, position, neurons, top }) => ({
    layer,
    position: position < 0 ? text.length + position : position,
    pieces: { 97: 'a', 98: '\u001b[31m' },
    attention: [[0.25, 0.75]],
    neurons: Array.from({ length: neurons }, (_, neuron) => ({
      neuron,
      activation: 1.5,
      contribution: 3,
      promoted: Array.from({ length: top }, (_, i) => [97 + i, 2 - i] as const),
      suppressed: [],
    })),
  }),
  attention: async ({ text }) => ({ ids: tokens(text), pieces: {}, pattern: [1] }),
  lens: async ({ text, layers, top }) => ({
    ids: tokens(text),
    pieces: { 97: 'a', 98: '\u001b[31m' },
    layers: layers.split(',').map((layer) => ({
      layer: Number(layer),
      top: tokens(text).map((id) => Array.from({ length: top }, (_, i) => [id + i, 3 - i])),
    })),
  }),
  // Asked to tell, it says what it was asked for.
  compare: async (params) => ({
    ...sampleComparison(params),
    ...(params.prompt === 'tell' ? { asked: params } : {}),
  }),
  patch: async () => ({ source: [], target: [], patched: [], klFromTarget: 0 }),
  intervene: async (params) => intervened(params),
  sweep: async (params) => swept(params),
  generate: answerAll,
  judge: async () => [],
  examine: async ({ answers }) =>
    answers.map(({ id, text }) => ({
      id,
      language: text.includes('Use C++.') ? 'cpp' : 'python',
      ...{ confidence: 0.9, hasCode: true, parses: true, syntax: null, distinct3: 1, valid: true },
    })),
  likelihood: async ({ texts }) => texts.map(({ id, ids }) => ({ id, sum: 2 * ids.length, tokens: ids.length })),
  async bias(params, context) {
    const answers = await answerAll(params, context);
    return {
      n: answers.length,
      counts: { python: answers.length },
      share: { python: [1, 0.5, 1] },
      perPrompt: answers.map(({ id }) => ({ id, language: 'python', confidence: 0.9 })),
    };
  },
  async fit(params) {
    if (params.name === 'taken') throw new StoreError('name-exists', 'there is one already', 'Use --replace.');
    return manifest(params.name, { params: JSON.parse(JSON.stringify(params)) });
  },
  async probe(params) {
    const layer = { layer: 0, accuracy: [0.9, 0.8, 0.95], majority: 0.5, shuffled: 0.5 } as const;
    const { target, source, artefact, languages } = params;
    const labels = languages ?? (target === undefined ? [artefact ?? ''] : [target, source ?? '']);
    const confusion = languages?.map((_, i) => languages.map((_, j) => (i === j ? 2 : 0)));
    return {
      labels,
      n: 10,
      layers: [confusion === undefined ? layer : { ...layer, confusion }],
      embedding: layer,
      askedFor: [layer],
      position: params.hook,
    };
  },
  lines: async ({ text, maxTokens = 1024, perToken }) => ({
    languages: ['python', 'cpp'],
    lines: text.split('\n').flatMap((line, i) => {
      const isCpp = line.endsWith(';');
      const reading = { line: i, language: isCpp ? 'cpp' : 'python', scores: isCpp ? [0.25, 0.75] : [0.9, 0.1] };
      return line === '' ? [] : [{ ...reading, tokens: line.length }];
    }),
    ...(perToken ? { perToken: [{ start: 7, end: 10, line: 2, scores: [0.25, 0.75] }] } : {}),
    tokens: Math.min(text.length, maxTokens),
    leftOut: { tokens: Math.max(0, text.length - maxTokens), lines: 0 },
    probe: { name: 'languages', layer: 28, notes: [] },
  }),
  fitLines: async ({ name }) => manifest(name, { kind: 'probe' }),
  artefacts: async ({ store }) => (store === undefined ? [] : [manifest('dim-cpp', { target: store })]),
  async show({ name }) {
    if (name === 'nope') throw new StoreError('unknown-artefact', 'there is no "nope"', 'The nearest is dim-cpp.');
    return manifest(name);
  },
  remove: async ({ name }) => (name === 'damaged' ? null : manifest(name)),
  facts: async () => ({ residentBytes: 0, packedBytes: 0, precision: 'fast', threads: 1 }),
  recall: async () => null,
  remember: async () => null,
};

/** Steps without end, until it is stopped. */
async function report(emit: (progress: Progress) => void, signal: AbortSignal): Promise<void> {
  for (let done = 0; ; done = (done + 1) % 30) {
    emit({ kind: 'progress', phase: 'preparing weights', done: done * 1e6, total: 3e7, unit: 'bytes' });
    await sleep(50, undefined, { signal });
  }
}

await runEngineChild((log) => {
  logWaiting = () => log('info', 'waiting');
  log('info', 'an engine log line');
  log('warning', 'an engine warning');
  return service;
}, engineSchemas);
