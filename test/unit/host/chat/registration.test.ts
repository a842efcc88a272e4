/** What of the chat there is in editors of different ages, and that manifest and tools say the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registered } from '../fake/chat.ts';
import { fake } from '../fake/state.ts';
import { manifest } from '../manifest.ts';
import { complaints } from '../support.ts';
import { open, prepare } from './support.ts';

const { languageModelTools: tools, languageModelChatProviders: vendors } = manifest.contributes;
const names = tools.map(({ name }) => name);

test('an editor without a chat gets nothing, and no complaint', async (t) => {
  const { chat } = await prepare(t, 'none');
  assert.deepEqual([registered.tools.size, registered.models.size], [0, 0]);
  assert.deepEqual(complaints(), []);
  chat.dispose();
});

test('an editor that knows tools only gets the tools', async (t) => {
  await prepare(t, 'tools');
  assert.deepEqual([...registered.tools.keys()], names);
  assert.equal(registered.models.size, 0);
  assert.deepEqual(complaints(), []);
});

test('an editor that keeps chat models to itself gets the tools, and the log says what it refused', async (t) => {
  await prepare(t, 'guarded');
  assert.deepEqual([...registered.tools.keys()], names);
  assert.deepEqual(complaints(), ['no part in the chat: the extension may not use the proposed API']);
});

test('an editor that has all gets all that the manifest names, until the extension ends', async (t) => {
  const { chat } = await prepare(t);
  assert.deepEqual([...registered.tools.keys()], names);
  assert.deepEqual(
    [...registered.models.keys()],
    vendors.map(({ vendor }) => vendor),
  );
  chat.dispose();
  assert.deepEqual([registered.tools.size, registered.models.size], [0, 0]);
});

test('registering starts no engine and asks the user nothing', async (t) => {
  const { engine } = await prepare(t);
  assert.equal(engine.state.engine, 'idle');
  assert.equal(engine.pid, 0);
  assert.deepEqual(fake.shown, []);
});

test('each tool can be named in a prompt, and says to a user and to a model what it does', () => {
  assert.equal(tools.length, 3);
  for (const tool of tools) {
    assert.equal(tool.name, `steerscope_${tool.toolReferenceName}`);
    assert.equal(tool.canBeReferencedInPrompt, true, tool.name);
    assert.match(tool.displayName, /^%tool\.\w+\.name%$/);
    assert.match(tool.userDescription, /^%tool\.\w+\.description%$/);
    assert.match(tool.icon, /^\$\([\w-]+\)$/);
    assert.ok(tool.modelDescription.length > 200, tool.name);
  }
});

/** An input that each tool takes. */
const GOOD: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  steerscope_inspect_activations: { text: 'for i in range(', layers: '0,1', top: 2 },
  steerscope_classify_language: { text: 'def f(): pass' },
  steerscope_set_steering: { choice: 'cpp', strength: 1, file: '/w/a.py' },
};

/** Whether a tool takes an input, as it says before it runs; what it says of one that it refuses. */
async function refusal(name: string, input: unknown): Promise<string | undefined> {
  const tool = registered.tools.get(name);
  assert.ok(tool, name);
  try {
    await tool.prepareInvocation({ input }, {});
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Error);
    return error.message;
  }
}

for (const { name, inputSchema } of tools)
  test(`${name} takes what the manifest describes, and nothing else`, async (t) => {
    await prepare(t);
    open('/w/a.py');
    const good = GOOD[name] ?? {};
    assert.deepEqual(Object.keys(inputSchema.properties).sort(), Object.keys(good).sort());
    assert.equal(inputSchema.additionalProperties, false);
    assert.equal(await refusal(name, good), undefined);
    for (const [key, property] of Object.entries(inputSchema.properties)) {
      assert.ok(typeof property.description === 'string' && property.description !== '', key);
      const { [key]: _, ...without } = good;
      const isRequired = inputSchema.required.includes(key);
      const missing = await refusal(name, without);
      if (isRequired) assert.match(missing ?? '', new RegExp(`^The input of ${name} is wrong: ${key} is missing\\.`));
      else assert.equal(missing, undefined, key);
      for (const bad of beyond(property)) {
        const said = await refusal(name, { ...good, [key]: bad });
        assert.match(
          said ?? 'taken',
          new RegExp(`${key} (?:must|holds)`),
          `${key}: ${JSON.stringify(bad).slice(0, 40)}`,
        );
      }
      const longest = property.maxLength ?? property.maximum;
      if (longest !== undefined) assert.equal(await refusal(name, { ...good, [key]: atLimit(property) }), undefined);
    }
    for (const input of [null, undefined, 'text', 7, []])
      assert.match((await refusal(name, input)) ?? 'taken', /wrong: (?:it must be an object|\w+ is missing)\./);
    const extra = await refusal(name, { ...good, colour: 'red' });
    assert.match(
      extra ?? 'taken',
      new RegExp(`colour is no input of this tool, whose inputs are .*${Object.keys(good)[0]}`),
    );
    assert.match(extra ?? '', /call the tool again\.$/);
  });

type Property = Readonly<Record<string, unknown>>;

/** Values that a property does not allow. */
function beyond({ type, minLength, maxLength, minimum, exclusiveMinimum, maximum }: Property): unknown[] {
  return [
    ...(type === 'string' ? [7, null, {}, '\ud800'] : ['7', null, NaN, Infinity]),
    ...(minLength === 1 ? [''] : []),
    ...(typeof maxLength === 'number' ? ['x'.repeat(maxLength + 1), ' \n\t'] : []),
    ...(type === 'integer' ? [1.5] : []),
    ...(typeof minimum === 'number' ? [minimum - 1] : []),
    ...(typeof exclusiveMinimum === 'number' ? [exclusiveMinimum, -1] : []),
    ...(typeof maximum === 'number' ? [maximum + 1] : []),
  ];
}

function atLimit({ maxLength, maximum }: Property): unknown {
  return typeof maxLength === 'number' ? 'x'.repeat(maxLength) : maximum;
}
