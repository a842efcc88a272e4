/** The lenses: where they stand, what they mark, what a click does, and that drawing them uses no engine. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { prepareParts, run, steeredIn } from './completion/support.ts';
import { provided, type CodeLens } from './fake/languages.ts';
import { fake } from './fake/state.ts';
import { FakeDocument, openMarked } from './fake/texts.ts';
import { Uri } from './fake/values.ts';

const { registerLenses } = await import('../../../src/host/lenses/index.ts');
const { registerTextDocuments } = await import('../../../src/host/textDocuments.ts');

const ASKING = 'int a = 1;\n\n// Print the first ten primes.\n\n';
const PLACE = 'comment:print the first ten primes.';

const prepare = (t: TestContext) => prepareParts(t, registerLenses, registerTextDocuments);

function lenses(document: FakeDocument): readonly CodeLens[] {
  assert.ok(provided.lenses, 'no provider is registered');
  return provided.lenses.provider.provideCodeLenses(document);
}

/** The titles of the lenses above a line, as one reads them. */
function row(document: FakeDocument, line = 0): string {
  const above = lenses(document).filter(({ range }) => range.start.line === line);
  return above.map(({ command }) => command.title).join(' | ');
}

function click(document: FakeDocument, title: string, line = 0): Promise<unknown> {
  const lens = lenses(document).find(({ command, range }) => command.title === title && range.start.line === line);
  assert.ok(lens, `there is no lens ${title}: ${row(document, line)}`);
  return run(lens.command.command.replace('steerscope.', ''), ...(lens.command.arguments ?? []));
}

function cpp(text = ASKING): FakeDocument {
  return openMarked(text, 'cpp', Uri.file('/w/a.cpp')).document;
}

test('they stand at the top and above what asks: the languages that something steers to, auto, off, inspect, compare', async (t) => {
  const { engine } = await prepare(t);
  const document = cpp();
  const titles = 'Steer: ×1 | C++ | Python | Rust | $(check) auto | off | inspect | compare';
  assert.equal(row(document, 0), titles);
  assert.equal(row(document, 2), titles);
  assert.equal(lenses(document).length, 16);
  assert.equal(engine.uses, 0);
});

test('a place in the first line is the only one there; a text of another kind has none', async (t) => {
  await prepare(t);
  const document = cpp('// Print the first ten primes.\n\n');
  assert.equal(lenses(document).length, 8);
  assert.match(lenses(document)[1]?.command.tooltip ?? '', /^Steer this place/);
  assert.deepEqual(lenses(new FakeDocument(Uri.file('/w/a.bin'), 'plaintext', ASKING)), []);
});

test('a very long text has those at its top only', async (t) => {
  await prepare(t);
  assert.equal(lenses(cpp(`${ASKING}${'int b;\n'.repeat(80_000)}`)).length, 8);
});

for (const [choice, head, mark] of [
  [{ kind: 'off' }, 'Steer:', '$(check) off'],
  [{ kind: 'auto', strength: 2 }, 'Steer: ×2', '$(check) auto'],
  [{ kind: 'language', language: 'rust', strength: 0.75 }, 'Steer: ×0.75', '$(check) Rust'],
  // None of the others stands for these, so the head says them.
  [{ kind: 'direction', name: 'polite', strength: 1 }, 'Steer: polite ×1', undefined],
  [{ kind: 'language', language: 'julia', strength: 1 }, 'Steer: Julia ×1', undefined],
] as const)
  test(`the choice in force is marked, with its strength: ${JSON.stringify(choice)}`, async (t) => {
    const { steering } = await prepare(t);
    const document = cpp();
    await steering.choose(steeredIn(document), choice);
    const titles = row(document).split(' | ');
    assert.equal(titles[0], head);
    assert.deepEqual(
      titles.filter((title) => title.startsWith('$(check)')),
      mark === undefined ? [] : [mark],
    );
  });

test('where no lens says auto, as in Markdown, the head does', async (t) => {
  await prepare(t);
  const { document } = openMarked('# Print the first ten primes\n\n', 'markdown', Uri.file('/w/a.md'));
  assert.equal(row(document), 'Steer: auto ×1 | C++ | Python | Rust | off | inspect | compare');
});

test('how far the choice in force reaches is told: to the place, the file, or all', async (t) => {
  const { steering } = await prepare(t);
  const document = cpp();
  const reach = (): string | undefined => lenses(document).find(({ range }) => range.start.line === 2)?.command.tooltip;
  assert.equal(reach(), 'From the settings; nothing is chosen here');
  await steering.choose(steeredIn(document), { kind: 'off' });
  assert.equal(reach(), 'Chosen for this file');
  await steering.choose(steeredIn(document, PLACE), { kind: 'off' });
  assert.equal(reach(), 'Chosen for this place');
});

test('they can be switched off, for a language too, and list what the settings say', async (t) => {
  await prepare(t);
  const document = cpp();
  let changes = 0;
  provided.lenses?.provider.onDidChangeCodeLenses(() => changes++);
  fake.set('steerscope.codeLens.languages', ['rust', 'go']);
  assert.equal(row(document), 'Steer: ×1 | Rust | $(check) auto | off | inspect | compare');
  fake.set('steerscope.codeLens.enabled', false, 'global', 'cpp');
  assert.deepEqual(lenses(document), []);
  fake.set('steerscope.codeLens.enabled', false);
  assert.equal(changes, 3);
  assert.deepEqual(lenses(openMarked('a = 1\n').document), []);
});

test('they are drawn again when a choice or the directions change, and not once they are gone', async (t) => {
  const { steering, directions, dispose } = await prepare(t);
  const document = cpp();
  let changes = 0;
  provided.lenses?.provider.onDidChangeCodeLenses(() => changes++);
  await steering.choose(steeredIn(document), { kind: 'off' });
  assert.equal(changes, 1);
  directions.change();
  assert.equal(changes, 2);
  fake.set('steerscope.completion.delay', 1);
  assert.equal(changes, 2);
  dispose();
  directions.change();
  assert.equal(changes, 2);
  assert.equal(provided.lenses, undefined);
});

test('a click on a place chooses for it alone, keeps the strength, and asks for the completion there', async (t) => {
  const { steering } = await prepare(t);
  const document = cpp();
  fake.set('steerscope.steering.strength', 1.5);
  await click(document, 'Rust', 2);
  const rust = { kind: 'language', language: 'rust', strength: 1.5 };
  assert.deepEqual(steering.inForce(steeredIn(document, PLACE)), { choice: rust, scope: 'place' });
  assert.equal(steering.inForce(steeredIn(document)).scope, 'workspace');
  const { selection } = fake.activeTextEditor as unknown as { selection: { active: object } };
  assert.deepEqual({ ...selection.active }, { line: 3, character: 0 });
  assert.equal(fake.executed.at(-1)?.command, 'steerscope.triggerCompletion');
  assert.equal(row(document, 2), 'Steer: ×1.5 | C++ | Python | $(check) Rust | auto | off | inspect | compare');
});

test('a click at the top chooses for the file, whose places follow, and the cursor stays', async (t) => {
  const { steering } = await prepare(t);
  const editor = openMarked(`${ASKING}int b = ‸;\n`, 'cpp', Uri.file('/w/a.cpp'));
  const { active } = editor.selection;
  await click(editor.document, 'off');
  assert.deepEqual(steering.inForce(steeredIn(editor.document, PLACE)), { choice: { kind: 'off' }, scope: 'file' });
  assert.equal(editor.selection.active, active);
  assert.equal(fake.executed.at(-1)?.command, 'steerscope.triggerCompletion');
});

test('a click on a place that has gone meanwhile keeps the choice and completes nothing', async (t) => {
  const { steering } = await prepare(t);
  const document = cpp();
  document.edit(2, 2, 'int b;');
  await run('steerPlace', { uri: document.uri.toString(), placeId: PLACE, choice: { kind: 'off' } });
  assert.equal(steering.inForce(steeredIn(document, PLACE)).scope, 'place');
  assert.deepEqual(fake.executed, []);
});
