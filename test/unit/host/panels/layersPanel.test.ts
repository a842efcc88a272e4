/** The host side of the panel of layers: what it reads, from where, and what becomes of a reading. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { layersGrid } from '../../../../src/core/charts/layersGrid.ts';
import { EngineError, StoreError } from '../../../../src/core/errors.ts';
import { layersSchemas, type LayersPanel, type LayersSnapshot } from '../../../../src/protocol/panels/layers.ts';
import { LAYERS_WORDS } from '../../../../src/protocol/panels/layersWords.ts';
import type { SaeFiresParams } from '../../../../src/protocol/saeFeatureTypes.ts';
import { sampleFires } from '../../../webview/harness/saeStates.ts';
import { sampleDraft } from '../../core/artefact/sample.ts';
import { FakePanel, panels, serializers } from '../fake/panels.ts';
import { fake } from '../fake/state.ts';
import { Position, Selection, activateEditor, openMarked, showEditors, textEvents } from '../fake/texts.ts';
import { Uri } from '../fake/values.ts';
import { RESULT, isRead, prepareLayers } from './layersSupport.ts';
import { watchSnapshots } from './page.ts';

async function restored(state: unknown) {
  const panel = new FakePanel('steerscope.layers', '');
  await serializers.get('steerscope.layers')?.deserializeWebviewPanel(panel, state);
  return { panel, ...watchSnapshots<LayersPanel, LayersSnapshot>(panel, layersSchemas) };
}

test('an empty panel has its words and settings, and runs nothing', async (t) => {
  const { engine } = await prepareLayers(t);
  const { client, when } = await restored(null);
  assert.deepEqual(await client.words({}), LAYERS_WORDS);
  const { settings, reading, work, hasCompletion } = await when(() => true);
  assert.deepEqual(settings, {
    measure: 'lens',
    language: 'cpp',
    direction: null,
    tokens: 128,
    steered: false,
    follows: false,
  });
  assert.deepEqual([reading, work, hasCompletion, engine.state.model], [undefined, undefined, false, 'closed']);
});

test('the command reads the editor into the panel: its text, its lines, and the figures of the engine', async (t) => {
  const { run, asked } = await prepareLayers(t);
  openMarked('import numpy\r\nx = ‸1\r\n', 'python', Uri.file('/w/main.py'));
  await run('readLayers');
  const [panel] = panels;
  assert.ok(panel);
  const { client, when } = watchSnapshots<LayersPanel, LayersSnapshot>(panel, layersSchemas);
  const { reading } = await when(isRead);
  assert.deepEqual(asked, [{ text: 'import numpy\nx = 1\n', special: false, last: 128, top: 5, probe: 'if-there' }]);
  assert.deepEqual(
    [reading?.source, reading?.tokens, reading?.layers, reading?.model, reading?.massive, reading?.isLive],
    ['main.py, lines 1 to 3', 6, 14, 'smollm2-135m-instruct', 2, true],
  );
  const id = reading?.id ?? '';
  const norm = { measure: 'norm', language: 'cpp' } as const;
  assert.deepEqual(await client.grid({ id, ...norm }), JSON.parse(JSON.stringify(layersGrid(RESULT, norm))));
  await assert.rejects(client.grid({ id: 'another', ...norm }), /another text has been read/);
});

test('a selection is read alone; a window without a text is told what to do', async (t) => {
  const { run, asked } = await prepareLayers(t);
  const editor = openMarked('one\ntwo‸\n', 'python', Uri.file('/w/a.py'));
  editor.selection = new Selection(new Position(1, 0), new Position(1, 3));
  await run('readLayers');
  const { when } = watchSnapshots<LayersPanel, LayersSnapshot>(panels[0] as FakePanel, layersSchemas);
  assert.equal((await when(isRead)).reading?.source, 'a.py, lines 2 to 2');
  assert.deepEqual(
    asked.map(({ text }) => text),
    ['two'],
  );
  fake.activeTextEditor = undefined;
  showEditors();
  textEvents.closed.fire(editor.document);
  await run('readLayers');
  assert.match(fake.said('error').join('\n'), /no text is open in an editor/i);
});

test('a cell has names in place of ids; a head opens; what is not there is refused', async (t) => {
  const { run } = await prepareLayers(t);
  openMarked('import ‸numpy\n', 'python', Uri.file('/w/main.py'));
  await run('readLayers');
  const { client, when } = watchSnapshots<LayersPanel, LayersSnapshot>(panels[0] as FakePanel, layersSchemas);
  const { reading } = await when(isRead);
  const id = reading?.id ?? '';
  const cell = await client.cell({ id, row: 2, layer: 3 });
  assert.deepEqual([cell.layer, cell.position, cell.token], [3, 2, '2 ⏎']);
  assert.deepEqual(cell.neurons[0]?.promoted, [['␣x', 3]]);
  assert.equal(cell.attention?.columns.length, 3);
  const head = await client.head({ id, layer: 3, head: 0 });
  assert.deepEqual(head.values, [1, null, 0.25, 0.75]);
  await assert.rejects(client.cell({ id, row: 99, layer: 0 }), /no such cell/);
  await assert.rejects(client.cell({ id, row: 0, layer: 99 }), /no such cell/);
});

test('the features at a token are read once for the whole text, and one is opened in its panel', async (t) => {
  const { run, engine } = await prepareLayers(t);
  const model = { ...sampleDraft('code').model, fingerprint: engine.summary.fingerprint };
  engine.answers.artefacts = async () => [{ ...sampleDraft('code'), kind: 'sae', model }, sampleDraft('cpp')] as never;
  const asked: SaeFiresParams[] = [];
  engine.answers.saeFires = async (params) => {
    asked.push(params);
    if (asked.length === 1) throw new StoreError('invalid-sae', 'damaged');
    const features = RESULT.ids.map((_, row) => (row === 1 ? [[4, 2.5], [9, 1]] : [])) as [number, number][][]; // prettier-ignore
    return { ...sampleFires(), name: 'code', first: 0, features, active: features.map(({ length }) => length), labels: { 4: 'mine' } }; // prettier-ignore
  };
  openMarked('import ‸numpy\n', 'python', Uri.file('/w/main.py'));
  await run('readLayers');
  const { client, when } = watchSnapshots<LayersPanel, LayersSnapshot>(panels[0] as FakePanel, layersSchemas);
  const id = (await when(isRead)).reading?.id ?? '';
  await assert.rejects(client.features({ id, row: 1 }), /damaged/);
  const [found] = (await client.features({ id, row: 1 })) ?? [];
  assert.deepEqual([found?.name, found?.active], ['code', 2]);
  assert.deepEqual(found?.features, [{ index: 4, activation: 2.5, label: 'mine' }, { index: 9, activation: 1, label: '' }]); // prettier-ignore
  assert.deepEqual((await client.features({ id, row: 0 }))?.[0]?.features, []);
  assert.equal(asked.length, 2);
  assert.deepEqual([asked[1]?.name, asked[1]?.text, asked[1]?.last], ['code', 'import numpy\n', RESULT.ids.length - RESULT.first]); // prettier-ignore
  const opened: unknown[] = [];
  fake.commands.set('steerscope.showFeatures', (at: unknown) => opened.push(at));
  await client.openFeature({ name: 'code', feature: 4 });
  assert.deepEqual(opened, [{ name: 'code', feature: 4 }]);
});

test('a reading is cancelled, and one that fails is said; nothing of either is kept', async (t) => {
  let fails = false;
  const { run, engine } = await prepareLayers(t, () => {
    if (fails) throw new EngineError('crashed', 'the engine ended by itself', 'Try again.');
    return new Promise<void>(() => {});
  });
  openMarked('import ‸numpy\n', 'python', Uri.file('/w/main.py'));
  await run('readLayers');
  const { client, when } = watchSnapshots<LayersPanel, LayersSnapshot>(panels[0] as FakePanel, layersSchemas);
  const under = await when(({ work }) => work?.done === 1);
  assert.equal(under.work?.phase, 'reading layers');
  await assert.rejects(client.readEditor({}), /a text is being read/);
  await client.cancel({});
  const cancelled = await when(({ work }) => work === undefined);
  assert.deepEqual([cancelled.problem, cancelled.reading], [undefined, undefined]);
  fails = true;
  await client.readEditor({});
  const failed = await when(({ problem }) => problem !== undefined);
  assert.match(failed.problem ?? '', /^The engine ended by itself\. Try again\.$/);
  assert.equal(engine.state.model, 'ready');
});

test('settings are kept and restored with the text, which is read anew; a direction that is not there is refused', async (t) => {
  const { asked } = await prepareLayers(t);
  const settings = { measure: 'cosine', language: 'cpp', direction: 'cpp', tokens: 32, steered: true, follows: false };
  const source = {
    label: 'a.py, lines 1 to 2',
    text: { text: 'x = 1', special: false },
    steer: [{ name: 'cpp', strength: 2 }],
  };
  const { client, when } = await restored({ settings, source });
  const { reading, isStale, state } = await when(isRead);
  assert.deepEqual(asked, [
    {
      text: 'x = 1',
      special: false,
      last: 32,
      top: 5,
      probe: 'if-there',
      steer: [{ name: 'cpp', strength: 2 }],
      direction: 'cpp',
    },
  ]);
  assert.deepEqual([reading?.source, reading?.hasCosine, isStale], ['a.py, lines 1 to 2', true, false]);
  assert.deepEqual(state, { settings, source });
  await client.choose({ measure: 'norm', language: 'cpp', direction: null, tokens: 32, steered: true, follows: false });
  assert.equal((await when(({ settings: now }) => now.measure === 'norm')).isStale, true);
  await assert.rejects(
    client.choose({
      measure: 'norm',
      language: 'cpp',
      direction: 'none-such',
      tokens: 32,
      steered: true,
      follows: false,
    }),
    /no direction none-such/,
  );
});

test('what a page kept and is not what it should be is ignored', async (t) => {
  const { asked } = await prepareLayers(t);
  for (const state of ['x', 7, {}, { settings: { measure: 'all' }, source: null }, { settings: null, source: {} }]) {
    const { when, panel } = await restored(state);
    assert.equal((await when(() => true)).settings.tokens, 128);
    panel.dispose();
  }
  assert.deepEqual(asked, []);
});

test('a reading is saved as a trace and opened again without the model; what is no trace is refused', async (t) => {
  const { run, home, engine } = await prepareLayers(t);
  openMarked('import ‸numpy\n', 'python', Uri.file('/w/main.py'));
  await run('readLayers');
  const { client, when } = watchSnapshots<LayersPanel, LayersSnapshot>(panels[0] as FakePanel, layersSchemas);
  const { reading: before } = await when(isRead);
  const file = path.join(home, 'one.trace.json');
  fake.answers.push(Uri.file(file));
  await client.save({});
  engine.refusal = new EngineError('gone', 'there is no model', '');
  fake.answers.push([Uri.file(file)]);
  await run('openTrace');
  const { reading } = await when(({ reading: now }) => now?.isLive === false);
  assert.deepEqual({ ...reading, id: '', isLive: true }, { ...before, id: '', isLive: true });
  const id = reading?.id ?? '';
  const grid = await client.grid({ id, measure: 'divergence', language: 'cpp' });
  assert.deepEqual(grid, JSON.parse(JSON.stringify(layersGrid(RESULT, { measure: 'divergence', language: 'cpp' }))));
  assert.equal((await client.cell({ id, row: 0, layer: 0 })).attention, undefined);
  await assert.rejects(client.head({ id, layer: 0, head: 0 }), /this reading is from a file/);
  const whole = await fs.readFile(file, 'utf8');
  const damaged = [
    '{',
    '{}',
    whole.slice(0, -20),
    whole.replace('"layers": 14', '"layers": 15'),
    whole.replace('"panel": "layers"', '"panel": "bias"'),
  ];
  for (const content of damaged) {
    await fs.writeFile(file, content);
    fake.answers.push([Uri.file(file)]);
    await run('openTrace');
  }
  assert.equal(fake.said('error').length, damaged.length, fake.said('error').join('\n'));
  assert.equal((await when(() => true)).reading?.id, id);
});

test('a completion is read with its prompt, and each one as it comes where that is wanted', async (t) => {
  const { run, asked, completionState } = await prepareLayers(t);
  const offer = (written: string): void =>
    completionState.offered({
      uri: Uri.file('/w/main.cpp'),
      position: { line: 4, character: 0 },
      completion: {
        plan: {
          prompt: 'Sort a list.',
          options: { mode: 'chat', prefill: '```', steer: [{ name: 'cpp', strength: 1 }] },
        },
        answered: { text: `\`\`\`${written}` },
      },
    } as never);
  await run('readCompletionLayers');
  assert.match(fake.said('error').join(), /nothing has been completed yet/i);
  offer('cpp\nint a;');
  await run('readCompletionLayers');
  const { client, when } = watchSnapshots<LayersPanel, LayersSnapshot>(panels[0] as FakePanel, layersSchemas);
  const { reading } = await when(isRead);
  assert.equal(reading?.source, 'the completion at main.cpp:5');
  const asking = {
    text: 'Sort a list.',
    special: false,
    asked: { mode: 'chat', prefill: '```' },
    last: 128,
    top: 5,
    probe: 'if-there',
  };
  assert.deepEqual(asked, [{ ...asking, written: 'cpp\nint a;' }]);
  offer('cpp\nint b;');
  assert.equal(asked.length, 1);
  await client.choose({ measure: 'lens', language: 'cpp', direction: null, tokens: 128, steered: true, follows: true });
  offer('cpp\nint c;');
  await when((snapshot) => isRead(snapshot) && snapshot.reading?.id !== reading?.id);
  assert.deepEqual(asked[1], { ...asking, written: 'cpp\nint c;', steer: [{ name: 'cpp', strength: 1 }] });
});

test('with another model the reading is stale and cannot be taken apart: its tokens would be others', async (t) => {
  const { run, engine } = await prepareLayers(t);
  openMarked('import ‸numpy\n', 'python', Uri.file('/w/main.py'));
  await run('readLayers');
  const { client, when } = watchSnapshots<LayersPanel, LayersSnapshot>(panels[0] as FakePanel, layersSchemas);
  const read = await when(isRead);
  assert.equal(read.isStale, false);
  const id = read.reading?.id ?? '';
  engine.summary = { ...engine.summary, name: 'another', fingerprint: 'another' };
  engine.enter({ engine: 'running', model: 'ready', summary: engine.summary });
  assert.equal((await when(({ model }) => model.name === 'another')).isStale, true);
  await assert.rejects(client.cell({ id, row: 0, layer: 0 }), /another model was chosen meanwhile/);
  await assert.rejects(client.head({ id, layer: 0, head: 0 }), /another model was chosen meanwhile/);
});

test('a direction that is gone does not stand in the way of the other settings', async (t) => {
  const { asked, directions } = await prepareLayers(t);
  const settings = {
    measure: 'norm',
    language: 'cpp',
    direction: 'gone',
    tokens: 32,
    steered: false,
    follows: false,
  } as const;
  const { client, when } = await restored({ settings, source: null });
  assert.ok(directions.all.length > 0);
  assert.equal((await when(() => true)).settings.direction, null);
  await client.choose({ ...settings, direction: null, measure: 'lens' });
  assert.equal((await when(({ settings: now }) => now.measure === 'lens')).settings.direction, null);
  openMarked('x = ‸1\n', 'python', Uri.file('/w/main.py'));
  await client.readEditor({});
  await when(isRead);
  assert.deepEqual(asked, [{ text: 'x = 1\n', special: false, last: 32, top: 5, probe: 'if-there' }]);
});

test('of a long file the end is read, and the lines that are named are those', async (t) => {
  const { run, asked } = await prepareLayers(t);
  openMarked(`${'x = 1\n'.repeat(2000)}‸`, 'python', Uri.file('/w/main.py'));
  await run('readLayers');
  const { when } = watchSnapshots<LayersPanel, LayersSnapshot>(panels[0] as FakePanel, layersSchemas);
  assert.equal((await when(isRead)).reading?.source, 'main.py, lines 1001 to 2001');
  assert.equal(asked[0]?.text, 'x = 1\n'.repeat(1000));
});

test('of several editors the one that was used last is read when the panel has the focus', async (t) => {
  const { asked } = await prepareLayers(t);
  const first = openMarked('first‸\n', 'python', Uri.file('/w/a.py'));
  const second = openMarked('second‸\n', 'python', Uri.file('/w/b.py'));
  showEditors(first, second);
  activateEditor(second);
  fake.activeTextEditor = undefined;
  const { client, when } = await restored(null);
  await client.readEditor({});
  await when(isRead);
  assert.deepEqual(
    asked.map(({ text }) => text),
    ['second\n'],
  );
});

test('a trace that is opened while a text is read stays; a completion that came meanwhile is read after it', async (t) => {
  let isHeld = false;
  const { run, home, asked, completionState } = await prepareLayers(t, () =>
    isHeld ? new Promise<void>(() => {}) : undefined,
  );
  openMarked('import ‸numpy\n', 'python', Uri.file('/w/main.py'));
  await run('readLayers');
  const { client, when } = watchSnapshots<LayersPanel, LayersSnapshot>(panels[0] as FakePanel, layersSchemas);
  await when(isRead);
  const file = path.join(home, 'one.trace.json');
  fake.answers.push(Uri.file(file));
  await client.save({});
  isHeld = true;
  await client.choose({
    measure: 'lens',
    language: 'cpp',
    direction: null,
    tokens: 128,
    steered: false,
    follows: false,
  });
  await client.readEditor({});
  await when(({ work }) => work?.done === 1);
  await run('openTrace', Uri.file(file));
  assert.equal((await when(isRead)).reading?.isLive, false);
  await client.readEditor({});
  await when(({ work }) => work?.done === 1);
  await client.choose({
    measure: 'lens',
    language: 'cpp',
    direction: null,
    tokens: 128,
    steered: false,
    follows: true,
  });
  const completion = { plan: { prompt: 'Sort.', options: { mode: 'raw', steer: [] } }, answered: { text: 'b' } };
  completionState.offered({ uri: Uri.file('/w/a.cpp'), position: { line: 0 }, completion } as never);
  assert.equal(asked.length, 3);
  isHeld = false;
  await client.cancel({});
  await when((snapshot) => isRead(snapshot) && snapshot.reading?.isLive === true);
  assert.equal(asked[3]?.text, 'Sort.');
});
