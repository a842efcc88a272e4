/** The tool that steers: what the user is asked, what is then in force, and that nothing is without a yes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callTool } from '../fake/chat.ts';
import { CancellationError, CancellationTokenSource } from '../fake/events.ts';
import { fake } from '../fake/state.ts';
import { complaints } from '../support.ts';
import { open, prepare } from './support.ts';

const TOOL = 'steerscope_set_steering';
const FOLDER = [{ uri: new URL('file:///w'), name: 'w' }];

async function refusal(input: unknown): Promise<string> {
  const error = await callTool(TOOL, input).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Error, 'it was not refused');
  return error.message;
}

test('the user is asked what is to steer, where, and in place of what', async (t) => {
  const { steering } = await prepare(t);
  const file = open('/w/src/a.py');
  await steering.choose(file, { kind: 'direction', name: 'polite', strength: 2 });
  const { prepared } = await callTool(TOOL, { choice: 'C++', strength: 0.5, file: 'a.py' }, { agrees: false });
  assert.equal(prepared.invocationMessage, 'Steering completions');
  assert.equal(prepared.confirmationMessages?.title, 'Steer completions to C++?');
  const { value, isTrusted } = prepared.confirmationMessages.message;
  assert.equal(value, 'For ` a.py `: ` C++, strength 0.5 ` in place of ` polite, strength 2 `.');
  assert.equal(isTrusted, false);
});

test('without a yes nothing changes', async (t) => {
  const { steering, settings } = await prepare(t);
  fake.workspaceFolders = FOLDER;
  const file = open('/w/a.py');
  for (const input of [{ choice: 'cpp' }, { choice: 'off', file: '/w/a.py' }]) {
    const { text } = await callTool(TOOL, input, { agrees: false });
    assert.equal(text, undefined);
  }
  assert.deepEqual(steering.inForce(file), { choice: { kind: 'auto', strength: 1 }, scope: 'workspace' });
  assert.deepEqual(settings.defaultSteering(undefined), { kind: 'auto', strength: 1 });
});

test('with a yes the file is steered, and no other', async (t) => {
  const { steering } = await prepare(t);
  const [file, other] = [open('/w/a.py'), open('/w/b.py')];
  const { text } = await callTool(TOOL, { choice: 'rust', strength: 1.25, file: '/w/a.py' });
  assert.equal(text, 'Steering of completions in a.py: Rust, strength 1.25.');
  const rust = { kind: 'language', language: 'rust', strength: 1.25 };
  assert.deepEqual(steering.inForce(file), { choice: rust, scope: 'file' });
  assert.equal(steering.inForce(other).scope, 'workspace');
});

test('what the user agreed to is done, whatever editor is active by then', async (t) => {
  const { steering } = await prepare(t);
  const [asked, active] = [open('/w/a.py'), open('/w/b.py')];
  fake.setActiveEditor(asked);
  const meanwhile = (): void => fake.setActiveEditor(active);
  await callTool(TOOL, { choice: 'off', file: 'a.py' }, { meanwhile });
  assert.deepEqual(steering.inForce(asked).choice, { kind: 'off' });
  assert.equal(steering.inForce(active).scope, 'workspace');
});

test('a file that is closed before the yes is not steered', async (t) => {
  const { steering } = await prepare(t);
  const file = open('/w/a.py');
  const meanwhile = (): void => void (fake.textDocuments.length = 0);
  await assert.rejects(callTool(TOOL, { choice: 'off', file: 'a.py' }, { meanwhile }), {
    message: 'No open file is called "a.py". None is open. Leave "file" out to steer the workspace.',
  });
  assert.equal(steering.inForce(file).scope, 'workspace');
});

test('the workspace is steered by its settings, and files keep what was chosen for them', async (t) => {
  const { steering, settings } = await prepare(t);
  fake.workspaceFolders = FOLDER;
  const file = open('/w/a.py');
  await steering.choose(file, { kind: 'off' });
  const { prepared, text } = await callTool(TOOL, { choice: 'polite', strength: 2 });
  assert.match(prepared.confirmationMessages?.message.value ?? '', /^For the workspace: /);
  assert.equal(
    text,
    'Steering of completions in the workspace: polite, strength 2. Files and places with a choice of their own keep it.',
  );
  assert.equal(fake.values.workspace['steerscope.steering.default'], 'polite');
  assert.deepEqual(settings.defaultSteering(undefined), { kind: 'direction', name: 'polite', strength: 2 });
  assert.deepEqual(steering.inForce(file), { choice: { kind: 'off' }, scope: 'file' });
});

test('in a restricted workspace, and without a folder, the user’s own setting is written, and the question says so', async (t) => {
  await prepare(t);
  fake.isTrusted = false;
  fake.workspaceFolders = FOLDER;
  const { prepared, text } = await callTool(TOOL, { choice: 'cpp' });
  assert.match(prepared.confirmationMessages?.message.value ?? '', /^For every file without a choice of its own: /);
  assert.match(text ?? '', /^Steering of completions in all files: C\+\+, strength 1\./);
  assert.equal(fake.values.global['steerscope.steering.default'], 'cpp');
  assert.equal(fake.values.workspace['steerscope.steering.default'], undefined);
});

test('to turn steering off is asked for as such', async (t) => {
  const { settings } = await prepare(t);
  const { prepared, text } = await callTool(TOOL, { choice: 'off' });
  assert.equal(prepared.confirmationMessages?.title, 'Stop steering completions?');
  assert.match(text ?? '', /^Steering of completions in all files: off\./);
  assert.deepEqual(settings.defaultSteering(undefined), { kind: 'off' });
});

for (const [setting, strength] of [
  [0.75, 0.75],
  [0, 1],
] as const)
  test(`without a strength, that of the settings is taken: ${setting} gives ${strength}`, async (t) => {
    const { steering } = await prepare(t);
    const file = open('/w/a.py');
    fake.set('steerscope.steering.strength', setting);
    await callTool(TOOL, { choice: 'auto', file: 'a.py' });
    assert.deepEqual(steering.inForce(file).choice, { kind: 'auto', strength });
  });

test('an unknown choice is answered with those there are, each once', async (t) => {
  await prepare(t);
  const there = 'Choose one of auto, off, cpp, java, rust, java-raw, polite, to-rust.';
  assert.equal(await refusal({ choice: 'klingon' }), `Nothing that fits this model steers to "klingon". ${there}`);
  // A language that no direction leads to is none either.
  assert.equal(await refusal({ choice: 'python' }), `Nothing that fits this model steers to "python". ${there}`);
  const long = await refusal({ choice: `"\n${'x'.repeat(5000)}` });
  assert.ok(long.length < 300, `${long.length} characters`);
  assert.ok(!long.includes('\n'));
});

test('a direction of the user’s is chosen by its name, and a name of a language is the language', async (t) => {
  const { settings } = await prepare(t);
  await callTool(TOOL, { choice: 'to-rust' });
  assert.deepEqual(settings.defaultSteering(undefined), { kind: 'direction', name: 'to-rust', strength: 1 });
  await callTool(TOOL, { choice: 'c++' });
  assert.deepEqual(settings.defaultSteering(undefined), { kind: 'language', language: 'cpp', strength: 1 });
});

for (const file of ['a.py', '/w/src/a.py', 'file:///w/src/a.py', '\\w\\src\\a.py'])
  test(`an open file is found as ${file}`, async (t) => {
    const { steering } = await prepare(t);
    const document = open('/w/src/a.py');
    await callTool(TOOL, { choice: 'off', file });
    assert.equal(steering.inForce(document).scope, 'file');
  });

test('a file that is not open is answered with the nearest that are, and nothing of the editor’s own', async (t) => {
  await prepare(t);
  for (const name of ['main.cpp', 'parser.rs', 'a.py', 'main.c']) open(`/w/${name}`);
  fake.textDocuments.push({ uri: Object.assign(new URL('output:main.log'), { scheme: 'output' }), languageId: 'log' });
  assert.equal(
    await refusal({ choice: 'off', file: 'main.cc' }),
    'No open file is called "main.cc". Open are main.c, main.cpp, a.py. Leave "file" out to steer the workspace.',
  );
});

test('a call that is cancelled after the yes changes nothing', async (t) => {
  const { steering } = await prepare(t);
  const file = open('/w/a.py');
  const source = new CancellationTokenSource();
  const call = callTool(
    TOOL,
    { choice: 'off', file: 'a.py' },
    { meanwhile: () => source.cancel(), token: source.token },
  );
  await assert.rejects(call, CancellationError);
  assert.equal(steering.inForce(file).scope, 'workspace');
  assert.deepEqual(complaints(), []);
});
