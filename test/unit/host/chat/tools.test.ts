/** The tools that look: what they ask the engine, what a model reads of it, and how they end when they cannot. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../files/support.ts';
import { callTool, registered } from '../fake/chat.ts';
import { CancellationError, CancellationTokenSource } from '../fake/events.ts';
import { fake } from '../fake/state.ts';
import { chooseModel, complaints } from '../support.ts';
import { prepare } from './support.ts';

const INSPECT = 'steerscope_inspect_activations';
const CLASSIFY = 'steerscope_classify_language';

async function textOf(name: string, input: unknown): Promise<string> {
  const { text } = await callTool(name, input);
  assert.ok(text !== undefined, 'it was not run');
  return text;
}

test('inspect_activations gives a row for each layer: norm, and the likeliest tokens with their logits', async (t) => {
  await prepare(t);
  assert.deepEqual((await textOf(INSPECT, { text: 'for i in range(' })).split('\n'), [
    'talker, fast precision, 4 layers of width 8.',
    'The text has 4 tokens; everything is at its last one, "range(".',
    'Tokens are in the spelling of the vocabulary: Ġ is a space, Ċ a line feed.',
    'layer | norm of the residual stream after it | likeliest next tokens by the logit lens, with logits',
    '0 | 0.0 | "10" 5.3, "\\"" 4.3, "#9" 3.3',
    '1 | 10.0 | "10" 5.3, "\\"" 4.3, "#9" 3.3',
    '2 | 20.1 | "10" 5.3, "\\"" 4.3, "#9" 3.3',
    '3 | 30.1 | "10" 5.3, "\\"" 4.3, "#9" 3.3',
  ]);
});

test('inspect_activations reads the layers and as many tokens as it is asked for', async (t) => {
  await prepare(t);
  const rows = (await textOf(INSPECT, { text: 'a b', layers: '1,3', top: 1 })).split('\n').slice(4);
  assert.deepEqual(rows, ['1 | 10.0 | "10" 5.3', '3 | 30.1 | "10" 5.3']);
});

test('classify_language gives a row for each run of lines, blank ones in it, and what the detector says', async (t) => {
  await prepare(t);
  const text = 'def f():\n\n  def g():\nint x;\ndef h():';
  assert.deepEqual((await textOf(CLASSIFY, { text })).split('\n'), [
    'Line by line, by a probe of the model (layer 2), which tells apart Python, C++ and no others:',
    'lines | language | mean score',
    '1-3 | Python | 0.75',
    '4 | C++ | 1.00',
    '5 | Python | 0.75',
    '',
    'The whole, by a detector that is no part of the model: Python, confidence 0.88; it parses as such.',
  ]);
});

test('classify_language says which lines were left out', async (t) => {
  await prepare(t);
  assert.match(
    await textOf(CLASSIFY, { text: 'far\nint x;' }),
    /^The first 2 lines were not read: the text is too long\.$/m,
  );
});

test('classify_language takes an answer as it is, and code with ticks in it as code', async (t) => {
  await prepare(t);
  const answer = 'Here:\n```cpp\nint x;\n```\nThat is def.';
  assert.match(await textOf(CLASSIFY, { text: answer }), /detector .*: C\+\+,/);
  assert.match(await textOf(CLASSIFY, { text: 'x = "```"\ndef f(): pass' }), /detector .*: Python,/);
  assert.match(await textOf(CLASSIFY, { text: '```\n```' }), /detector .*: no code, confidence 0\.00\.$/);
});

test('without a probe for the model, classify_language says how to make one, and still asks the detector', async (t) => {
  await prepare(t);
  const text = await textOf(CLASSIFY, { text: 'no probe' });
  assert.match(text, /^Line by line: No probe fits this model\. Make one\. In the editor: “Steerscope: Make a Probe/);
  assert.match(text, /^The whole, by a detector .*: C\+\+/m);
  assert.deepEqual(complaints(), []);
});

test('tools that only look ask nothing, and show what they do', async (t) => {
  await prepare(t);
  const looking = await callTool(INSPECT, { text: 'a b' });
  assert.deepEqual(looking.prepared, { invocationMessage: 'Looking inside the model at 3 characters' });
  const telling = await callTool(CLASSIFY, { text: 'int' });
  assert.deepEqual(telling.prepared, { invocationMessage: 'Telling the language of 3 characters' });
});

test('a wrong input never reaches the engine, even where the editor did not prepare the call', async (t) => {
  const { engine } = await prepare(t);
  await assert.rejects(callTool(INSPECT, { text: '' }), {
    message: `The input of ${INSPECT} is wrong: text must not be empty. Correct it and call the tool again.`,
  });
  const invoke = registered.tools.get(CLASSIFY)?.invoke({ input: { text: 5 } }, new CancellationTokenSource().token);
  await assert.rejects(async () => invoke, {
    message: `The input of ${CLASSIFY} is wrong: text must be text. Correct it and call the tool again.`,
  });
  assert.equal(engine.state.engine, 'idle');
});

test('what the engine refuses is told with its advice', async (t) => {
  await prepare(t);
  await assert.rejects(callTool(INSPECT, { text: 'a', layers: '99' }), {
    message: 'There is no layer 99. The layers are 0 to 3.',
  });
  assert.deepEqual(complaints(), [`${INSPECT}: There is no layer 99. The layers are 0 to 3.`]);
});

test('without a model, a tool says how to get one', async (t) => {
  await prepare(t);
  fake.set('steerscope.model', '/nowhere/none.gguf');
  await assert.rejects(callTool(INSPECT, { text: 'a' }), {
    message: /^There is no model at .*none\.gguf\. Choose another: /,
  });
});

test('a call that is cancelled before it runs starts nothing', async (t) => {
  const { engine } = await prepare(t);
  const source = new CancellationTokenSource();
  source.cancel();
  await assert.rejects(callTool(CLASSIFY, { text: 'a' }, { token: source.token }), CancellationError);
  assert.equal(engine.state.engine, 'idle');
  assert.deepEqual(complaints(), []);
});

test('a call that is cancelled while the model opens ends as cancelled, and is no error', async (t) => {
  const { home, engine } = await prepare(t);
  await chooseModel(home, 'slow');
  const source = new CancellationTokenSource();
  const call = callTool(INSPECT, { text: 'a' }, { token: source.token });
  await Promise.all([
    assert.rejects(call, CancellationError),
    until(() => engine.state.model === 'opening').then(() => source.cancel()),
  ]);
  assert.deepEqual(complaints(), []);
});
