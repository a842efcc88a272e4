/** The door of the engine: what calls it lets in, and that front ends agree with it. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import * as v from 'valibot';
import { DEFAULT_MODEL } from '../../../src/core/models/catalogue.ts';
import { DEFAULT_MODEL_NAME } from '../../../src/protocol/defaults.ts';
import { engineSchemas } from '../../../src/protocol/engineSchemas.ts';
import { VERSION } from '../../../src/protocol/version.ts';
import { GREEDY } from '../../greedy.ts';

const options = { ...GREEDY, mode: 'auto', maxTokens: 1 };
const generate = { prompts: [{ id: 'a', prompt: 'p' }], options };
const language = { kind: 'language', target: 'cpp', source: 'python' };
const fit = { method: 'dim', contrast: language, name: 'dim-cpp', replace: false, seed: 0 };

/** The first complaint about the call, with the place; undefined where it is let in. */
function refusal(method: keyof typeof engineSchemas, params: unknown): string | undefined {
  const result = v.safeParse(engineSchemas[method], params);
  if (result.success) return undefined;
  return `${v.getDotPath(result.issues[0]) ?? ''} ${result.issues[0].message}`.trim();
}

test('good calls are let in as they are', () => {
  const calls = [
    ['open', { model: 'm', precision: 'fast', threads: 2, home: '/h', get: false }],
    ['open', { model: 'm', precision: 'exact', threads: 2, home: '/h', store: '/s', get: true }],
    ['gap', {}],
    [
      'lens',
      { text: '', special: false, layers: '0,5,10-20', top: 5, asked: { mode: 'chat', prefill: '' }, steer: [] },
    ],
    ['generate', generate],
    ['generate', { ...generate, options: { ...options, steer: [{ name: 'a', strength: 1e38 }], scope: 'first:3' } }],
    ['generate', { ...generate, options: { ...options, mode: 'raw', suffix: '', reuse: true } }],
    ['fit', fit],
    ['fit', { ...fit, contrast: { kind: 'prompts', positive: ['a'], negative: ['b'] }, tuneTasks: 3 }],
    ['remember', { key: '0'.repeat(64), value: [null, { a: 1 }] }],
  ] as const;
  for (const [method, params] of calls) assert.deepEqual(v.parse(engineSchemas[method], params), params);
});

const REFUSED: readonly (readonly [method: keyof typeof engineSchemas, params: unknown, complaint: RegExp])[] = [
  ['open', { model: 'm', precision: 'half', threads: 2, home: '/h', get: false }, /^precision must be one of/],
  ['open', { model: 'm', precision: 'fast', threads: 0, home: '/h', get: false }, /^threads must be a whole number/],
  ['gap', { surprise: 1 }, /^surprise/],
  ['gap', undefined, /object/i],
  ['tokenize', { text: '\ud800', special: false }, /^text holds half of a surrogate pair/],
  ['logits', { text: 'a', special: false, top: 1.5 }, /^top must be a whole number/],
  ['lens', { text: 'a', special: false, top: 1, layers: '' }, /^layers must be "all" or a list/],
  ['lens', { text: 'a', special: false, top: 1, layers: '-1' }, /^layers must be "all" or a list/],
  ['generate', { ...generate, prompts: [] }, /^prompts must hold at least one prompt/],
  [
    'generate',
    { ...generate, prompts: [...generate.prompts, ...generate.prompts] },
    /^prompts must not hold an id twice/,
  ],
  ['generate', { ...generate, prompts: [{ id: 'a', prompt: '' }] }, /^prompts\.0\.prompt must not be empty/],
  ['generate', { ...generate, options: { ...options, scop: 'all' } }, /^options\.scop/],
  ['generate', { ...generate, options: { ...options, temperature: NaN } }, /^options\.temperature/],
  ['generate', { ...generate, options: { ...options, scope: undefined } }, /^options\.scope/],
  ['generate', { ...generate, options: { ...options, reuse: 1 } }, /^options\.reuse/],
  ['generate', { ...generate, options: { ...options, suffix: '\udc00' } }, /^options\.suffix holds half/],
  ['fit', { ...fit, name: '../etc' }, /^name must be 1 to 64/],
  ['fit', { ...fit, contrast: { ...language, kind: 'colour' } }, /^contrast\.kind/],
  ['remember', { key: 'a', value: null }, /^key must be a SHA-256/],
  ['remember', { key: '0'.repeat(64), value: Infinity }, /^value must be JSON/],
];

for (const [method, params, complaint] of REFUSED) {
  test(`refused: ${method} ${JSON.stringify(params)}`, () => {
    assert.match(refusal(method, params) ?? 'let in', complaint);
  });
}

for (const strength of [NaN, Infinity, -Infinity, 1e39, -3.5e38, '1']) {
  test(`a strength of ${strength} is refused`, () => {
    const steered = { ...generate, options: { ...options, steer: [{ name: 'a', strength }] } };
    assert.match(refusal('generate', steered) ?? 'let in', /^options\.steer\.0\.strength must be a finite number/);
  });
}

test('the default model is one of the catalogue; the version is the package’s', () => {
  assert.equal(DEFAULT_MODEL_NAME, DEFAULT_MODEL.name);
  const { version } = JSON.parse(fs.readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as Record<
    string,
    unknown
  >;
  assert.equal(VERSION, version);
});
