/** The settings: values that are not what they may be count as not set, and writing goes where the value is decided. */
import assert from 'node:assert/strict';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, test } from 'node:test';
import './fake/register.ts';
import { fake } from './fake/state.ts';
import { Uri } from './fake/values.ts';

const { Settings } = await import('../../../src/host/settings.ts');

const settings = new Settings({ STEERSCOPE_HOME: '/data/steerscope' });

beforeEach(() => fake.reset());

test('what the manifest says holds where nothing is set', () => {
  assert.deepEqual(settings.model, {
    model: 'smollm2-135m-instruct',
    precision: 'fast',
    threads: os.availableParallelism(),
    home: path.resolve('/data/steerscope'),
  });
  assert.deepEqual(settings.completion(undefined), {
    mode: 'automatic',
    exclude: ['**/.env*', '**/*.{pem,key}'],
    delayMs: 150,
    maxTokens: 32,
    maxTokensOnRequest: 128,
  });
  assert.deepEqual(settings.defaultSteering(undefined), { kind: 'auto', strength: 1 });
  const lenses = settings.codeLens(undefined);
  assert.deepEqual(lenses, { isEnabled: true, languages: ['cpp', 'python', 'rust', 'java', 'javascript'] });
  assert.equal(settings.languageLines(undefined), false);
});

test('values that are not what the setting may be count as not set', () => {
  const wrong: readonly (readonly [string, unknown])[] = [
    ['model', 7],
    ['precision', 'half'],
    ['threads', -1],
    ['home', null],
    ['completion.mode', 'always'],
    ['completion.exclude', 'all'],
    ['completion.delay', -5],
    ['completion.maxTokens', 1.5],
    ['completion.maxTokensOnRequest', 0],
    ['steering.default', ''],
    ['steering.strength', Number.NaN],
    ['codeLens.languages', ['cpp', 'klingon']],
    ['codeLens.enabled', 'yes'],
    ['languageLines.enabled', 1],
  ];
  const before = [
    settings.model,
    settings.completion(undefined),
    settings.defaultSteering(undefined),
    settings.strength(undefined),
    settings.codeLens(undefined).isEnabled,
    settings.languageLines(undefined),
  ];
  for (const [name, value] of wrong) fake.set(`steerscope.${name}`, value);
  const { exclude } = settings.completion(undefined);
  assert.deepEqual(exclude, []);
  const after = [
    settings.model,
    { ...settings.completion(undefined), exclude: ['**/.env*', '**/*.{pem,key}'] },
    settings.defaultSteering(undefined),
    settings.strength(undefined),
    settings.codeLens(undefined).isEnabled,
    settings.languageLines(undefined),
  ];
  assert.deepEqual(after, before);
});

test('paths are whole: of the user, whatever folder the editor was started in', () => {
  fake.set('steerscope.home', '~/models');
  assert.equal(settings.home, path.join(os.homedir(), 'models'));
  fake.set('steerscope.home', 'relative');
  assert.equal(settings.home, path.join(os.homedir(), 'relative'));
  fake.set('steerscope.model', '~/my.gguf');
  assert.equal(settings.model.model, path.join(os.homedir(), 'my.gguf'));
  fake.set('steerscope.model', 'SmolLM2-135M-Instruct');
  assert.equal(settings.model.model, 'smollm2-135m-instruct');
});

const CHOICES: readonly (readonly [string, number, unknown])[] = [
  ['off', 1, { kind: 'off' }],
  ['auto', 2, { kind: 'auto', strength: 2 }],
  ['auto', 0, { kind: 'off' }],
  ['cpp', 1, { kind: 'language', language: 'cpp', strength: 1 }],
  ['C++', 1, { kind: 'language', language: 'cpp', strength: 1 }],
  ['my-concept', 1.5, { kind: 'direction', name: 'my-concept', strength: 1.5 }],
];
for (const [name, strength, choice] of CHOICES)
  test(`steering.default ${name} at ${strength}`, () => {
    fake.set('steerscope.steering.default', name);
    fake.set('steerscope.steering.strength', strength);
    assert.deepEqual(settings.defaultSteering(undefined), choice);
  });

test('a restricted workspace has no say in what steers', () => {
  fake.set('steerscope.steering.default', 'rust', 'workspace');
  assert.equal(settings.defaultSteering(undefined).kind, 'language');
  fake.isTrusted = false;
  assert.equal(settings.defaultSteering(undefined).kind, 'auto');
});

test('a switch is turned over where it is decided', async () => {
  const document = { uri: Uri.file('/w/a.ts'), languageId: 'typescript' } as never;
  assert.equal(await settings.toggle('languageLines.enabled', document), true);
  assert.deepEqual(fake.values.global['steerscope.languageLines.enabled'], true);
  fake.set('steerscope.languageLines.enabled', true, 'workspace');
  assert.equal(await settings.toggle('languageLines.enabled', document), false);
  assert.equal(fake.values.workspace['steerscope.languageLines.enabled'], false);
  assert.equal(fake.values.global['steerscope.languageLines.enabled'], true);
  fake.set('steerscope.languageLines.enabled', false, 'workspaceFolder');
  assert.equal(await settings.toggle('languageLines.enabled', document), true);
  assert.equal(fake.values.workspaceFolder['steerscope.languageLines.enabled'], true);
});

test('a value is taken away wherever it is, and no other', async () => {
  fake.set('steerscope.steering.default', 'mine', 'workspace');
  fake.set('steerscope.steering.default', 'other', 'global');
  await settings.unset('steering.default', 'mine');
  assert.deepEqual([fake.values.workspace, fake.values.global], [{}, { 'steerscope.steering.default': 'other' }]);
});

test('listeners hear of settings below a name, and not of others', () => {
  const heard: string[] = [];
  const subscriptions = ['steering', 'model'].map((name) => settings.onDidChange(name, () => heard.push(name)));
  fake.set('steerscope.steering.strength', 2);
  fake.set('steerscope.model', 'x');
  for (const subscription of subscriptions) subscription.dispose();
  fake.set('steerscope.model', 'y');
  assert.deepEqual(heard, ['steering', 'model']);
});
