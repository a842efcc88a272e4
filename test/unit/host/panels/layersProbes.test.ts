/** The probe scores of the panel of layers: asked for with every reading, and made where there are none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layersSchemas, type LayersPanel, type LayersSnapshot } from '../../../../src/protocol/panels/layers.ts';
import { type FakePanel, panels } from '../fake/panels.ts';
import { fake } from '../fake/state.ts';
import { openMarked } from '../fake/texts.ts';
import { Uri } from '../fake/values.ts';
import { RESULT, isRead, prepareLayers } from './layersSupport.ts';
import { watchSnapshots } from './page.ts';

test('probe scores are asked for with every reading, and where there were none they come after a fit', async (t) => {
  const { run, asked, engine } = await prepareLayers(t);
  const { probe, ...bare } = RESULT;
  assert.ok(probe);
  let fits = 0;
  const read = engine.answers.layers;
  assert.ok(read);
  engine.answers.layers = async (params, options) => ({
    ...(await read(params, options)),
    ...(fits > 0 ? { probe } : { ...bare, probe: undefined as never }),
  });
  fake.commands.set('steerscope.fitLines', () => ++fits > 1);
  openMarked('x = ‸1', 'python', Uri.file('/w/main.py'));
  await run('readLayers');
  const { client, when } = watchSnapshots<LayersPanel, LayersSnapshot>(panels[0] as FakePanel, layersSchemas);
  const first = await when(isRead);
  assert.equal(first.reading?.probe, undefined);
  const picture = { measure: 'probe', language: 'python' } as const;
  await client.choose({ ...first.settings, ...picture });
  await assert.rejects(client.grid({ id: first.reading?.id ?? '', ...picture }), /no probe/);
  // A fit that fails has been told of, and nothing is read for it.
  await client.fitProbes({});
  await client.fitProbes({});
  const { reading, settings } = await when((snapshot) => isRead(snapshot) && snapshot.reading?.probe !== undefined);
  assert.deepEqual([fits, asked.length, asked.map((one) => one.probe)], [2, 2, ['if-there', 'if-there']]);
  assert.deepEqual([settings.measure, settings.language], ['probe', 'python']);
  const { scores: _, ...said } = probe;
  assert.deepEqual(reading?.probe, { ...said, languages: ['python', 'cpp'] });
  const grid = await client.grid({ id: reading?.id ?? '', ...picture });
  assert.deepEqual(grid.values, probe.scores[0]?.values);
  assert.equal(grid.caption, 'probe score of Python');
  const cell = await client.cell({ id: reading?.id ?? '', row: 1, layer: 3 });
  const at = 14 + 3;
  const values = probe.scores.map((one) => one.values[at]);
  assert.deepEqual(cell.languages, [
    ['Python', values[0]],
    ['C++', values[1]],
  ]);
  const blank = await client.cell({ id: reading?.id ?? '', row: 0, layer: 3 });
  assert.deepEqual(blank.languages, []);
});
