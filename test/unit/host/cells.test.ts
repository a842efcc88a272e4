/** Notebooks: the item below a markdown cell that asks, what it chooses, and the cell that the code goes into. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { grey, prepare as prepareCompletion, run } from './completion/support.ts';
import { FakeNotebook, NotebookCellData, NotebookCellKind, cellItems, type FakeCell } from './fake/notebooks.ts';
import { fake } from './fake/state.ts';
import { FakeEditor } from './fake/texts.ts';

const { registerLenses } = await import('../../../src/host/lenses/index.ts');

const { Markup, Code } = NotebookCellKind;
const TASK = 'Print the first ten primes.';

async function prepare(t: TestContext) {
  const services = await prepareCompletion(t);
  const registered = registerLenses(services as never);
  t.after(() => registered.dispose());
  return services;
}

function notebook(...cells: readonly [kind: number, text: string][]): FakeNotebook {
  return new FakeNotebook(
    ...cells.map(([kind, text]) => new NotebookCellData(kind, text, kind === Code ? 'rust' : 'markdown')),
  );
}

function items(cell: FakeCell) {
  assert.ok(cellItems.provider, 'no provider is registered');
  return cellItems.provider.provideCellStatusBarItems(cell);
}

test('the cell that asks has the item, and the empty code cell below it; others have none', async (t) => {
  const { engine } = await prepare(t);
  const book = notebook([Markup, TASK], [Code, ''], [Code, 'a'], [Markup, '---']);
  const seen = book.getCells().map((cell) => items(cell).map(({ text }) => text));
  assert.deepEqual(seen, [['$(compass) Steer: auto'], ['$(compass) Steer: auto'], [], []]);
  assert.equal(engine.uses, 0);
});

test('it is said to who hears it, goes with the lenses’ switch, and is drawn again with a new choice', async (t) => {
  const { steering } = await prepare(t);
  const cell = notebook([Markup, TASK], [Code, '']).cellAt(0);
  const [item] = items(cell);
  assert.deepEqual(item?.accessibilityInformation, { label: 'Steering of this cell: auto', role: 'button' });
  assert.deepEqual(item.command?.arguments, [cell]);
  let changes = 0;
  cellItems.provider?.onDidChangeCellStatusBarItems(() => changes++);
  await steering.choose({ uri: cell.notebook.uri, languageId: 'rust' } as never, { kind: 'off' });
  assert.equal(changes, 1);
  assert.equal(items(cell)[0]?.text, '$(compass) Steer: off');
  fake.set('steerscope.codeLens.enabled', false);
  assert.deepEqual(items(cell), []);
});

test('a click chooses for the cell, and the code goes into a new cell below it', async (t) => {
  const { steering } = await prepare(t);
  const book = notebook([Markup, TASK], [Code, 'let a = 1;']);
  fake.answers.push('Rust');
  await run('steerCell', book.cellAt(0));
  assert.deepEqual(
    book.getCells().map(({ kind, document }) => [kind, document.languageId, document.getText()]),
    [
      [Markup, 'markdown', TASK],
      [Code, 'rust', ''],
      [Code, 'rust', 'let a = 1;'],
    ],
  );
  const { choice, scope } = steering.inForce({
    ...{ uri: book.uri, languageId: 'rust', placeId: 'cell:print the first ten primes.' },
  } as never);
  assert.deepEqual([choice, scope], [{ kind: 'language', language: 'rust', strength: 1 }, 'place']);
  assert.deepEqual(fake.said('document'), [`${book.uri.toString()} cells 1-2`]);
  assert.deepEqual(
    fake.executed.map(({ command }) => command),
    ['notebook.cell.edit', 'editor.action.inlineSuggest.hide', 'editor.action.inlineSuggest.trigger'],
  );
});

test('an empty cell below is used as it is; who leaves the list changes nothing', async (t) => {
  await prepare(t);
  const book = notebook([Markup, TASK], [Code, ' \n']);
  await run('steerCell', book.cellAt(0));
  assert.deepEqual([book.cellCount, fake.executed], [2, []]);
  fake.answers.push('Rust');
  await run('steerCell', book.cellAt(0));
  assert.equal(book.cellCount, 2);
  assert.equal(fake.executed.at(-1)?.command, 'editor.action.inlineSuggest.trigger');
});

test('the empty cell is completed with what the cell above asks, steered by its choice', async (t) => {
  const { engine, steering } = await prepare(t);
  const book = notebook([Markup, `# ${TASK}`], [Code, '']);
  const at = { uri: book.uri, languageId: 'rust', placeId: 'cell:print the first ten primes.' };
  await steering.choose(at as never, { kind: 'language', language: 'cpp', strength: 0.5 });
  engine.writes = () => 'cpp\nint main() {}\n```';
  const [offer] = await grey(new FakeEditor(book.cellAt(1).document));
  assert.equal(offer?.insertText, 'int main() {}');
  assert.equal(engine.last.prompt, TASK);
  assert.deepEqual(engine.last.options.steer, [{ name: 'cpp', strength: 0.5 }]);
});
