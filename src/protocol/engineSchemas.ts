/**
 * The schema of the parameters of each method of the engine's service: the door of the engine. Objects are strict, so
 * that a misspelt option is refused and never quietly without effect.
 */
import * as v from 'valibot';
import { isJsonObject } from '../core/artefact/json.ts';
import type { JsonValue } from '../core/artefact/json.ts';
import type { CompareOptions } from './compareTypes.ts';
import type { EngineService, GenerateParams } from './engineService.ts';
import { MODES, readEntries, storeEntries, textEntries } from './entries.ts';
import * as field from './fields.ts';
import type { ParamsSchemas } from './rpc.ts';
import { saeCollectSchemas } from './saeCollectSchemas.ts';
import { saeFeatureSchemas } from './saeFeatureSchemas.ts';
import { featureChoice, saeSchemas } from './saeSchemas.ts';

const none = v.strictObject({});
const named = v.strictObject({ ...storeEntries, name: field.someText });

const recordKey = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal'));
const json = v.custom<JsonValue>((value) => isJsonObject({ value }), 'must be JSON, and not nested too deep');

const steer = v.array(v.strictObject({ name: field.someText, strength: field.strength }));

const generateOptions = v.strictObject({
  mode: v.picklist(MODES),
  system: v.exactOptional(field.text),
  prefill: v.exactOptional(field.text),
  suffix: v.exactOptional(field.text),
  reuse: v.exactOptional(v.boolean()),
  maxTokens: field.maxTokens,
  temperature: field.temperature,
  topP: field.topP,
  topK: field.topK,
  repeatPenalty: field.repeatPenalty,
  stop: v.array(field.someText),
  ignoreEos: v.boolean(),
  batch: field.batch,
  seed: field.seed,
  steer,
  features: v.exactOptional(v.array(featureChoice)),
  steerLayers: v.exactOptional(field.layers),
  scope: v.exactOptional(field.scope),
});

/** How both answers of a comparison are asked for; panels keep them too. */
export const compareOptions: v.GenericSchema<unknown, CompareOptions> = v.omit(generateOptions, [
  'batch',
  'reuse',
  'steer',
  'features',
  'steerLayers',
  'scope',
]);

const compareSide = v.strictObject({
  steer,
  steerLayers: v.exactOptional(field.layers),
  scope: v.exactOptional(field.scope),
});

const turns = v.array(v.strictObject({ role: v.picklist(['user', 'assistant']), content: field.text }));

const prompts = v.pipe(
  v.array(v.strictObject({ id: field.someText, prompt: field.someText, turns: v.exactOptional(turns) })),
  v.minLength(1, 'must hold at least one prompt'),
  v.check((list) => new Set(list.map(({ id }) => id)).size === list.length, 'must not hold an id twice'),
);

const generateEntries = { prompts, options: generateOptions };

const generate: v.GenericSchema<unknown, GenerateParams> = v.strictObject({
  ...generateEntries,
  watch: v.exactOptional(v.strictObject({ top: field.top })),
});

const judged = v.strictObject({ answers: v.array(v.strictObject({ id: field.someText, text: v.string() })) });

const contrast = v.variant('kind', [
  v.strictObject({ kind: v.literal('language'), target: field.someText, source: v.exactOptional(field.someText) }),
  v.strictObject({
    kind: v.literal('prompts'),
    positive: v.pipe(v.array(field.someText), v.minLength(1, 'must hold at least one prompt')),
    negative: v.pipe(v.array(field.someText), v.minLength(1, 'must hold at least one prompt')),
  }),
]);

const change = v.variant('kind', [
  v.strictObject({ kind: v.literal('zero') }),
  v.strictObject({ kind: v.literal('mean') }),
  v.strictObject({ kind: v.literal('scale'), factor: field.strength }),
  v.strictObject({ kind: v.literal('patch'), source: field.text }),
]);

const tokenChoice = v.union([field.index, field.someText], 'must be the id of a token, or text');

const intervention = {
  ...readEntries,
  hook: field.someText,
  index: v.exactOptional(field.index),
  change,
  tokens: v.exactOptional(v.strictTuple([tokenChoice, tokenChoice])),
};

export const engineSchemas: ParamsSchemas<EngineService> = {
  open: v.strictObject({
    model: field.someText,
    precision: field.precision,
    threads: field.threads,
    ...storeEntries,
    get: v.boolean(),
  }),
  gap: none,
  tokenize: v.strictObject({ ...readEntries, asRun: v.exactOptional(v.boolean()) }),
  logits: v.strictObject({ ...textEntries, top: field.top }),
  capture: v.strictObject({ ...textEntries, hooks: field.someText, out: v.exactOptional(field.someText) }),
  lens: v.strictObject({
    ...readEntries,
    layers: field.layers,
    top: field.top,
    last: v.exactOptional(field.last),
    steer: v.exactOptional(steer),
  }),
  layers: v.strictObject({
    ...readEntries,
    last: v.exactOptional(field.last),
    top: field.top,
    steer: v.exactOptional(steer),
    direction: v.exactOptional(field.someText),
    probe: v.exactOptional(v.picklist(['needed', 'if-there'])),
  }),
  cell: v.strictObject({
    ...readEntries,
    layer: field.index,
    position: field.position,
    neurons: field.top,
    top: field.top,
  }),
  attention: v.strictObject({ ...readEntries, layer: field.index, head: field.index }),
  compare: v.strictObject({
    prompt: field.someText,
    turns: v.exactOptional(turns),
    options: compareOptions,
    a: compareSide,
    b: compareSide,
    threshold: field.threshold,
    top: field.top,
  }),
  patch: v.strictObject({
    source: field.text,
    target: field.text,
    special: v.boolean(),
    hook: field.someText,
    sourcePosition: field.position,
    targetPosition: field.position,
    top: field.top,
  }),
  intervene: v.strictObject({
    ...intervention,
    layer: field.index,
    position: field.position,
    sourcePosition: v.exactOptional(field.position),
    top: field.top,
    continued: field.continued,
  }),
  sweep: v.strictObject({
    ...intervention,
    layers: field.layers,
    window: v.exactOptional(
      v.union([v.strictObject({ last: field.last }), v.strictObject({ from: field.position, to: field.position })]),
    ),
  }),
  generate,
  judge: judged,
  bias: v.strictObject(generateEntries),
  examine: judged,
  likelihood: v.strictObject({
    texts: v.array(v.strictObject({ id: field.someText, prompt: field.someText, ids: v.array(field.index) })),
    options: v.strictObject({
      mode: v.picklist(MODES),
      prefill: v.exactOptional(field.text),
    }),
  }),
  fit: v.strictObject({
    method: field.someText,
    surface: v.exactOptional(field.surface),
    contrast,
    name: field.artefactName,
    replace: v.boolean(),
    seed: field.seed,
    tuneTasks: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
    sae: v.exactOptional(field.someText),
  }),
  probe: v.strictObject({
    artefact: v.exactOptional(field.someText),
    target: v.exactOptional(field.someText),
    source: v.exactOptional(field.someText),
    languages: v.exactOptional(v.pipe(v.array(field.someText), v.minLength(2, 'must name at least two languages'))),
    hook: field.someText,
    seed: field.seed,
  }),
  lines: v.strictObject({
    text: field.text,
    maxTokens: v.exactOptional(field.maxTokens),
    perToken: v.exactOptional(v.boolean()),
  }),
  fitLines: v.strictObject({ name: field.artefactName, replace: v.boolean(), seed: field.seed }),
  ...saeSchemas,
  ...saeCollectSchemas,
  ...saeFeatureSchemas,
  artefacts: v.strictObject(storeEntries),
  show: named,
  remove: named,
  facts: none,
  recall: v.strictObject({ key: recordKey }),
  remember: v.strictObject({ key: recordKey, value: json }),
};
