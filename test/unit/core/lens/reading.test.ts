/** What is measured of streams by hand, and which data from outside is a reading. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layersGrid } from '../../../../src/core/charts/layersGrid.ts';
import { visiblePiece } from '../../../../src/core/charts/pieces.ts';
import { readLayersReading } from '../../../../src/core/lens/readingSchema.ts';
import {
  massiveActivations,
  streamChanges,
  streamCosines,
  streamNorms,
} from '../../../../src/core/lens/streamMeasures.ts';
import { sampleReading } from '../../../webview/harness/layersPages.ts';

test('norm, change and cosine of two positions', () => {
  const stream = Float32Array.of(3, 4, 0, 2);
  assert.deepEqual(streamNorms(stream, 2), [5, 2]);
  assert.deepEqual(streamChanges(stream, Float32Array.of(3, 0, 0, 1), 2), [4 / 3, 1]);
  const [one = NaN, other = NaN] = streamCosines(stream, Float32Array.of(0, 10));
  assert.ok(Math.abs(one - 0.8) < 1e-6 && Math.abs(other - 1) < 1e-6);
});

test('a massive activation is large, and large beside the others', () => {
  const stream = new Float32Array(3 * 8).fill(1);
  stream[3] = -24_837; // the first position
  stream[8 + 2] = 99; // large beside the others, not large
  stream.fill(500, 16); // large, not beside the others
  const [found, ...others] = massiveActivations(stream, 8);
  assert.deepEqual(found, { position: 0, dimension: 3, value: -24_837, ratio: 24_837 });
  assert.deepEqual(others, []);
});

test('a reading comes back from its file whole, and nothing else is taken for one', () => {
  const reading = sampleReading(5, 4);
  const copy = (): Record<string, unknown> => JSON.parse(JSON.stringify(reading)) as Record<string, unknown>;
  assert.deepEqual(readLayersReading(copy()), reading);
  const wrong: readonly unknown[] = [
    null,
    [],
    'reading',
    { ...copy(), layers: 5 },
    { ...copy(), first: 1 },
    { ...copy(), ids: [] },
    { ...copy(), top: [] },
    { ...copy(), measures: { ...reading.measures, norm: ['1'] } },
    { ...copy(), measures: { ...reading.measures, entropy: reading.measures.entropy.slice(1) } },
    { ...copy(), massive: [{ layer: 9, position: 0, dimension: 0, value: 1, ratio: 1 }] },
    { ...copy(), pieces: { 0: 7 } },
    { ...copy(), probe: { ...reading.probe, layer: -1 } },
    { ...copy(), probe: { ...reading.probe, scores: [] } },
    { ...copy(), probe: { ...reading.probe, scores: [{ language: 'klingon', values: reading.measures.norm }] } },
    { ...copy(), probe: { ...reading.probe, scores: [{ language: 'cpp', values: reading.measures.norm.slice(1) }] } },
  ];
  for (const [i, data] of wrong.entries()) assert.equal(readLayersReading(data), undefined, `case ${i}`);
});

test('the grid has every token and layer, and says where an activation is massive', () => {
  const grid = layersGrid(sampleReading(5, 14), { measure: 'norm', language: 'cpp' });
  assert.deepEqual([grid.rows.length, grid.columns.length, grid.values.length], [5, 14, 70]);
  assert.equal(grid.rows[1], '1 ␣numpy');
  assert.match(grid.marks?.[0]?.text ?? '', /dimension 507 is 24837, 504 times the median/);
  assert.throws(() =>
    layersGrid(
      { ...sampleReading(2, 2), measures: { ...sampleReading(2, 2).measures, cosine: undefined as never } },
      { measure: 'cosine', language: 'cpp' },
    ),
  );
});

test('the score of a language is shown from nothing to one, whatever is in it, and of no language that has none', () => {
  const reading = sampleReading(5, 14);
  const grid = layersGrid(reading, { measure: 'probe', language: 'python' });
  assert.deepEqual(grid.values, reading.probe?.scores[0]?.values);
  assert.deepEqual(grid.scale, { kind: 'sequential', low: 0, high: 1 });
  assert.match(grid.summary, /^probe score of Python: a grid of 5 tokens by 14 layers/);
  assert.ok(grid.values.slice(0, 14).every((value) => value === null));
  assert.throws(() => layersGrid(reading, { measure: 'probe', language: 'rust' }), /no probe/);
});

test('blanks of a piece are seen, and what turns or hides text is not obeyed', () => {
  assert.equal(visiblePiece('Ġreturn'), '␣return');
  assert.equal(visiblePiece('Ċĉ'), '⏎⇥');
  assert.equal(visiblePiece('a\u202Eb'), 'a�b');
  // The first byte of a longer character alone.
  assert.equal(visiblePiece('Ã'), 'Ã');
});
