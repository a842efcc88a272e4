/** The trees: what they show of models, directions and studies, what a click and a key do, and that names are obeyed nowhere. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { fake } from './fake/state.ts';
import { decorationProviders, treeViews } from './fake/trees.ts';
import { Uri, type MarkdownString, type ThemeIcon, type TreeItem } from './fake/values.ts';
import { writeDirection } from './directions.ts';
import { holds, manifest, shownIn } from './manifest.ts';
import { FakeMemento, catalogueFor, chooseModel, engineFor, fakeLog, freshHome } from './support.ts';

const { registerViews } = await import('../../../src/host/views/index.ts');
const { SteeringState } = await import('../../../src/host/steering/steeringState.ts');
const { RunStore } = await import('../../../src/host/runs/runStore.ts');

interface Row {
  readonly node: unknown;
  readonly item: TreeItem & {
    readonly description?: string;
    readonly tooltip: MarkdownString;
    readonly iconPath: ThemeIcon;
    readonly command?: { readonly command: string; readonly arguments: readonly unknown[] };
    readonly accessibilityInformation: { readonly label: string; readonly role: string };
  };
}

async function prepare(t: TestContext) {
  const { home, settings } = await freshHome(t);
  const engine = engineFor(t, settings);
  const [store, shipped] = [path.join(home, 'store'), path.join(home, 'shipped')];
  const directions = catalogueFor(t, settings, engine, shipped);
  const steering = new SteeringState(new FakeMemento() as never, settings, directions);
  const runs = new RunStore(settings, fakeLog());
  const registered = registerViews({ settings, engine, directions, steering, runs, log: fakeLog() } as never);
  t.after(() => {
    registered.dispose();
    steering.dispose();
    runs.dispose();
  });
  return { home, store, shipped, settings, engine, directions, steering, runs, registered };
}

async function rows(id: string, parent?: unknown): Promise<Row[]> {
  const provider = treeViews.get(`steerscope.${id}`)?.treeDataProvider;
  assert.ok(provider, id);
  const nodes = await provider.getChildren(parent);
  return nodes.map((node) => ({ node, item: provider.getTreeItem(node) as Row['item'] }));
}

/** Every row of a tree. */
async function allRows(id: string, parent?: unknown): Promise<Row[]> {
  const here = await rows(id, parent);
  const below = await Promise.all(here.map(({ node }) => allRows(id, node)));
  return here.flatMap((row, i) => [row, ...(below[i] ?? [])]);
}

function labels(found: readonly Row[]): string[] {
  return found.map(({ item }) => item.label);
}

async function row(id: string, label: string): Promise<Row> {
  const found = (await allRows(id)).find(({ item }) => item.label === label);
  assert.ok(found, `no row ${label}`);
  return found;
}

async function writeModel(home: string, name: string): Promise<string> {
  const file = path.join(home, 'models', name);
  await fs.mkdir(path.dirname(file), { recursive: true });
  await fs.writeFile(file, 'x'.repeat(2_000_000));
  return file;
}

test('with nothing on the disk every view is empty, and has a welcome for that in every state', async (t) => {
  await prepare(t);
  for (const { id } of manifest.contributes.views.steerscope) {
    assert.deepEqual(await rows(id.replace('steerscope.', '')), [], id);
    assert.equal(treeViews.get(id)?.message, '');
    const welcomes = manifest.contributes.viewsWelcome.filter(({ view }) => view === id);
    for (const hasModel of [false, true]) {
      const shown = welcomes.filter(({ when = 'always' }) =>
        holds(when, { 'steerscope.hasModel': hasModel, always: true }),
      );
      assert.equal(shown.length, 1, `${id}, ${hasModel ? 'with' : 'without'} a model`);
    }
  }
});

test('models: the chosen one is marked, and only what was fetched can be removed', async (t) => {
  const { home, engine } = await prepare(t);
  await writeModel(home, 'SmolLM2-135M-Instruct.Q4_1.gguf');
  await writeModel(home, 'other.gguf');
  const own = await chooseModel(home, 'mine');
  await engine.refresh();
  const found = await rows('models');
  assert.deepEqual(labels(found), ['smollm2-135m-instruct', 'other.gguf', 'mine.gguf']);
  assert.deepEqual(
    found.map(({ item }) => [item.description, item.contextValue, item.iconPath.id]),
    [
      ['2 MB', 'model.fetched', 'circle-outline'],
      ['2 MB', 'model.fetched', 'circle-outline'],
      ['in use · 0 MB', 'model', 'pass-filled'],
    ],
  );
  const mine = found.at(-1)?.item;
  assert.ok(mine?.tooltip.value.includes(own));
  assert.match(mine?.accessibilityInformation.label ?? '', /^mine\.gguf, in use, 0 MB/);
  for (const { node, item } of found) assert.deepEqual(item.command?.arguments, [node]);
  const menus = (viewItem: string): string[] => shownIn('view/item/context', { view: 'steerscope.models', viewItem });
  assert.deepEqual(menus('model'), ['steerscope.selectModel']);
  assert.deepEqual(menus('model.fetched'), ['steerscope.selectModel', 'steerscope.removeModel']);
});

test('models: an open one tells its figures, one that could not be opened says why, and packed weights their size', async (t) => {
  const { home, engine } = await prepare(t);
  await chooseModel(home, 'mine');
  assert.deepEqual(labels(await allRows('models')), ['mine.gguf']);
  await engine.use(async () => undefined);
  const facts = (await allRows('models')).slice(1);
  assert.deepEqual(
    facts.slice(0, 6).map(({ item }) => [item.label, item.description]),
    [
      ['Layers', '4'],
      ['Width', '8, 2 heads, 1 for keys and values'],
      ['Context', '512 tokens'],
      ['Vocabulary', '100 tokens'],
      ['Precision', 'fast'],
      ['Weights', 'F32 (9)'],
    ],
  );
  for (const { item } of facts) assert.match(item.accessibilityInformation.label, /: /);
  await fs.mkdir(path.join(home, 'packed', 'deep'), { recursive: true });
  await fs.writeFile(path.join(home, 'packed', 'deep', 'body.bin'), 'x'.repeat(3_000_000));
  assert.equal((await row('models', 'Packed weights')).item.description, '3 MB');
  await chooseModel(home, 'bad');
  await assert.rejects(engine.use(async () => undefined));
  const { item } = await row('models', 'bad.gguf');
  assert.deepEqual([item.description, item.iconPath.id], ['could not be opened · 0 MB', 'warning']);
  assert.ok(item.tooltip.value.includes('This is no GGUF. Take another file.'));
  assert.deepEqual(labels(await allRows('models')), ['bad.gguf', 'Packed weights']);
});

async function withDirections(t: TestContext) {
  const prepared = await prepare(t);
  const { home, shipped, store, engine, directions } = prepared;
  await writeModel(home, 'SmolLM2-135M-Instruct.Q4_1.gguf');
  await writeDirection(shipped, { name: 'cpp', target: 'cpp' });
  await writeDirection(shipped, { name: 'cpp-raw', target: 'cpp', surface: 'raw' });
  const rust = await writeDirection(store, { name: 'my-rust', target: 'rust' });
  await editJson(path.join(rust, 'manifest.json'), (value) => {
    value['figures'] = { fitSplit: { n: 32, onTarget: [0.875, 0.72, 0.95], valid: [0.5, 0.3, 0.7] } };
  });
  await writeDirection(store, { name: 'polite' });
  await writeDirection(store, { name: 'foreign', target: 'cpp', model: 'another' });
  await engine.refresh();
  await directions.refresh();
  return prepared;
}

async function editJson(file: string, edit: (value: Record<string, unknown>) => void): Promise<void> {
  const value = JSON.parse(await fs.readFile(file, 'utf8')) as Record<string, unknown>;
  edit(value);
  await fs.writeFile(file, JSON.stringify(value));
}

test('directions: by language, then other concepts, then those of other models, each with what it is', async (t) => {
  await withDirections(t);
  assert.deepEqual(labels(await allRows('directions')), [
    ...['C++', 'cpp', 'cpp-raw'],
    ...['Rust', 'my-rust'],
    ...['Other concepts', 'polite'],
    ...['Of other models', 'foreign'],
  ]);
  const described = async (label: string): Promise<unknown> => (await row('directions', label)).item.description;
  assert.equal(await described('cpp-raw'), 'raw text · ships with Steerscope');
  assert.equal(await described('my-rust'), 'answers · 88% · yours');
  assert.equal(await described('foreign'), 'of another · answers · yours');
  const { item } = await row('directions', 'my-rust');
  assert.match(item.tooltip.value, /88% \[72, 95\] of 32 answers/);
  assert.equal(item.accessibilityInformation.label, 'my-rust, answers, 88%, yours');
});

test('directions: a click steers by those that fit and shows the others, which are grey by more than colour', async (t) => {
  await withDirections(t);
  const fit = await row('directions', 'cpp');
  assert.deepEqual([fit.item.command?.command, fit.item.command?.arguments], ['steerscope.chooseSteering', [fit.node]]);
  assert.equal((fit.node as { direction: { name: string } }).direction.name, 'cpp');
  const unfit = await row('directions', 'foreign');
  assert.equal(unfit.item.command?.command, 'steerscope.showArtefact');
  assert.equal(unfit.item.iconPath.id, 'circle-slash');
  const colours = [unfit.item.resourceUri, Uri.file('/w/a.py')].map((uri) =>
    decorationProviders.at(-1)?.provideFileDecoration(uri),
  );
  assert.deepEqual(
    colours.map((found) => found !== undefined),
    [true, false],
  );
  assert.equal(fit.item.resourceUri, undefined);
});

test('directions: the menus offer what works: steering where it fits, removing where it is the user’s', async (t) => {
  await withDirections(t);
  const offered = async (label: string): Promise<string[]> => {
    const viewItem = (await row('directions', label)).item.contextValue ?? '';
    const commands = shownIn('view/item/context', { view: 'steerscope.directions', viewItem });
    return commands.map((command) => command.replace('steerscope.', ''));
  };
  assert.deepEqual(await offered('cpp'), ['chooseSteering', 'showArtefact', 'exportArtefact']);
  assert.deepEqual(await offered('my-rust'), ['chooseSteering', 'showArtefact', 'exportArtefact', 'removeArtefact']);
  assert.deepEqual(await offered('foreign'), ['showArtefact', 'exportArtefact', 'removeArtefact']);
  assert.deepEqual(await offered('C++'), []);
});

test('directions: what steers the file in the editor is marked, and moves with the editor and the choice', async (t) => {
  const { steering } = await withDirections(t);
  const inForce = async (): Promise<string[]> => {
    const marked = (await allRows('directions')).filter(({ item }) => item.description?.startsWith('in force'));
    for (const { item } of marked) assert.equal(item.iconPath.id, 'compass-active');
    return labels(marked);
  };
  assert.deepEqual(await inForce(), []);
  const view = treeViews.get('steerscope.directions');
  const before = view?.changes ?? 0;
  const document = { uri: Uri.file('/w/a.cpp'), languageId: 'cpp' };
  fake.setActiveEditor(document);
  assert.deepEqual(await inForce(), ['cpp', 'cpp-raw']);
  await steering.choose(document as never, { kind: 'direction', name: 'polite', strength: 1 });
  assert.deepEqual(await inForce(), ['polite']);
  await steering.choose(document as never, { kind: 'language', language: 'rust', strength: 1 });
  assert.deepEqual(await inForce(), ['my-rust']);
  await steering.choose(document as never, { kind: 'off' });
  assert.deepEqual(await inForce(), []);
  assert.ok((view?.changes ?? 0) >= before + 4, 'the tree was not told');
});

test('directions: none without a model; where none fits, the view says so above those of other models', async (t) => {
  const { home, engine, directions } = await withDirections(t);
  await chooseModel(home, 'mine');
  await engine.reopen();
  await directions.refresh();
  assert.deepEqual(labels(await rows('directions')), ['Of other models']);
  assert.match(treeViews.get('steerscope.directions')?.message ?? '', /No direction fits this model/);
  fake.set('steerscope.model', path.join(home, 'nowhere.gguf'));
  await engine.reopen();
  assert.deepEqual(await rows('directions'), []);
  assert.equal(treeViews.get('steerscope.directions')?.message, '');
});

test('runs: the newest first, with date and model; opened and removed with the row itself', async (t) => {
  const { home, runs } = await prepare(t);
  const first = await runs.save({ kind: 'bias', title: 'C++, 12 prompts', model: 'smollm2', data: {} });
  const second = await runs.save({ kind: 'unknown', title: 'Rust', model: 'mine', data: {} });
  await editJson(path.join(home, 'studies', `${first.id}.json`), (value) => {
    value['createdAt'] = '2025-01-02T12:00:00.000Z';
  });
  const found = await rows('runs');
  assert.deepEqual(labels(found), ['Rust', 'C++, 12 prompts']);
  assert.deepEqual(
    found.map(({ node }) => node),
    [{ run: second }, { run: { ...first, createdAt: '2025-01-02T12:00:00.000Z' } }],
  );
  const [newest, oldest] = found.map(({ item }) => item);
  assert.match(oldest?.description ?? '', /2025.* · smollm2$/);
  assert.deepEqual([newest?.iconPath.id, oldest?.iconPath.id], ['file', 'graph']);
  assert.deepEqual(oldest?.command?.command, 'steerscope.openRun');
  assert.deepEqual(oldest?.command?.arguments, [found[1]?.node]);
  const menus = shownIn('view/item/context', { view: 'steerscope.runs', viewItem: oldest?.contextValue ?? '' });
  assert.deepEqual(menus, ['steerscope.removeRun']);
  await runs.remove(second.id);
  assert.deepEqual(labels(await rows('runs')), ['C++, 12 prompts']);
  assert.ok((treeViews.get('steerscope.runs')?.changes ?? 0) >= 3);
});

const HOSTILE = [
  '[click](command:steerscope.removeModel)',
  '`[click](command:x)`',
  '``` $(trash) <img src=x onerror=alert(1)> ![](http://a/b)',
  'line\n\n# heading\u2028\u202egpj.exe',
];

test('names out of files are text in tooltips and one line in labels, whatever they hold', async (t) => {
  const { runs } = await prepare(t);
  for (const title of HOSTILE) await runs.save({ kind: title, title, model: title, data: {} });
  const found = await rows('runs');
  assert.equal(found.length, HOSTILE.length);
  for (const { item } of found) {
    assert.equal(item.tooltip.isTrusted, false);
    assert.equal(item.tooltip.supportHtml, false);
    assert.equal(item.tooltip.supportThemeIcons, false);
    for (const text of [item.label, item.description ?? '', item.accessibilityInformation.label])
      assert.doesNotMatch(text, /[\n\u2028\u202e]/);
    assert.equal(
      outsideOfCode(item.tooltip.value)
        .replace(/Made: |Study: |Model: /g, '')
        .trim(),
      '',
    );
  }
});

/** What is left of Markdown without its code spans, by the rule of CommonMark: a run of marks ends at the next as long. */
function outsideOfCode(markdown: string): string {
  return markdown
    .split('\n\n')
    .map((paragraph) => paragraph.replace(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/gs, ''))
    .join('\n');
}

test('the delete key removes the selected row, by the command of its view; what cannot be removed stays', async (t) => {
  const { home } = await withDirections(t);
  const shipped = ['cpp', 'C++', 'Of other models'].map(async (label) => (await row('directions', label)).node);
  const [mine, staying] = [(await row('directions', 'polite')).node, await Promise.all(shipped)];
  await chooseModel(home, 'mine');
  const removed: unknown[] = [];
  for (const name of ['removeModel', 'removeArtefact', 'removeRun'])
    fake.commands.set(`steerscope.${name}`, (node) => removed.push([name, node]));
  const press = async (view: string, node: unknown): Promise<void> => {
    const shown = treeViews.get(`steerscope.${view}`);
    assert.ok(shown);
    shown.selection = node === undefined ? [] : [node];
    const keys = { focusedView: `steerscope.${view}`, listFocus: true };
    const [binding, ...others] = manifest.contributes.keybindings.filter(
      ({ key, when }) => key === 'delete' && holds(when, keys),
    );
    assert.ok(binding && others.length === 0);
    await fake.commands.get(binding.command)?.(binding.args);
  };
  const fetched = (await rows('models'))[0]?.node;
  const own = (await row('models', 'mine.gguf')).node;
  for (const node of [fetched, own, undefined]) await press('models', node);
  for (const node of staying) await press('directions', node);
  await press('directions', mine);
  await press('runs', { run: { id: 'x' } });
  assert.deepEqual(removed, [
    ['removeModel', fetched],
    ['removeArtefact', mine],
    ['removeRun', { run: { id: 'x' } }],
  ]);
  assert.equal(fake.said('statusBar').length, 5);
});

test('Refresh reads the disk again and draws every tree; nothing is left of the views when they go', async (t) => {
  const { home, shipped, engine, directions, registered } = await prepare(t);
  await writeModel(home, 'SmolLM2-135M-Instruct.Q4_1.gguf');
  await writeDirection(shipped, { name: 'cpp', target: 'cpp' });
  const before = [...treeViews.values()].map(({ changes }) => changes);
  await fake.commands.get('steerscope.refreshViews')?.();
  assert.equal(engine.state.model, 'closed');
  assert.deepEqual(labels(await rows('directions')), ['C++']);
  for (const [i, { changes }] of [...treeViews.values()].entries()) assert.ok(changes > (before[i] ?? 0));
  registered.dispose();
  assert.ok([...treeViews.values()].every(({ isDisposed }) => isDisposed));
  const after = [...treeViews.values()].map(({ changes }) => changes);
  await directions.refresh();
  assert.deepEqual(
    [...treeViews.values()].map(({ changes }) => changes),
    after,
  );
  assert.equal(fake.commands.has('steerscope.refreshViews'), false);
});
