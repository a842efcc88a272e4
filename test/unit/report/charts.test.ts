import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitGrid } from '../../../src/cli/report/charts/fitGrid.ts';
import { languageBars } from '../../../src/cli/report/charts/languageBars.ts';
import { lensTable } from '../../../src/cli/report/charts/lensTable.ts';
import { bestLayer, points, probeLines } from '../../../src/cli/report/charts/probeLines.ts';
import { shiftChart } from '../../../src/cli/report/charts/shift.ts';
import { speedPairs } from '../../../src/cli/report/charts/speedPairs.ts';
import { readCandidates } from '../../../src/cli/report/fitFigures.ts';
import { linear } from '../../../src/core/charts/scale.ts';
import { elements, rowsOf, tagsOf, textOf } from './markup.ts';
import { sampleData } from './sample.ts';

const data = sampleData();

/** The drawn texts of a chart. */
function drawn(chart: string): string[] {
  return elements(chart, 'text').map(textOf);
}

test('the shift: marks, bands and table say the same shares', () => {
  const chart = shiftChart(data).text;
  const rows = rowsOf(chart).slice(1);
  assert.deepEqual(rows, [
    ['unsteered', '12', '0', '0%', '[0, 24]'],
    ['steered to C++', '12', '10', '83%', '[55, 95]'],
    ['asked in the prompt', '12', '9', '75%', '[47, 91]'],
  ]);
  for (const [, n, hits] of rows) assert.ok(drawn(chart).includes(`${hits} of ${n}`));
  const bands = tagsOf(chart).filter(({ attributes }) => attributes.class?.startsWith('band'));
  const axis = 720 - 168 - 96;
  for (const [i, { attributes }] of bands.entries()) {
    const low = (Number(attributes.x) - 168) / axis;
    const high = low + Number(attributes.width) / axis;
    assert.equal(`[${Math.round(low * 100)}, ${Math.round(high * 100)}]`, rows[i]?.[4]);
  }
  assert.equal(bands.length, 3);
});

test('the bars: as long as the table says, for every language and condition', () => {
  const chart = languageBars(data).text;
  const bars = tagsOf(chart).filter(({ attributes }) => attributes.class?.startsWith('bar '));
  const rows = rowsOf(chart).slice(1);
  assert.deepEqual(
    rows.map(([language]) => language),
    ['Python', 'C++', 'C', 'no code', 'undecided'],
  );
  const full = bars.find(({ attributes }) => attributes.class === 'bar plain')?.attributes.width;
  const unit = Number(full) / (11 / 12);
  const lengths = bars.map(({ attributes }) => Math.round((Number(attributes.width) / unit) * 12));
  const counts = rows.flatMap(([, ...cells]) => cells.map((cell) => Number(/^(\d+) of 12: /.exec(cell)?.[1])));
  assert.deepEqual(lengths, counts);
});

test('the probe: each point of the line is the accuracy in the table', () => {
  const chart = probeLines(data.probe.value).text;
  const rows = rowsOf(chart).slice(1);
  assert.deepEqual(rows[0]?.slice(0, 2), ['embedding', '34% [27, 41]']);
  const line = tagsOf(chart).find(({ attributes }) => attributes.class === 'series probe' && attributes.points);
  const y = linear([260, 10], [0, 1]);
  const accuracies = (line?.attributes.points ?? '')
    .split(' ')
    .map((point) => Math.round(y(Number(point.split(',')[1])) * 100));
  assert.equal(accuracies.length, 30);
  assert.deepEqual(
    accuracies.map((accuracy) => `${accuracy}%`),
    rows.slice(1).map(([, accuracy]) => accuracy?.split(' ')[0]),
  );
});

test('the probe: four lines that differ in their dashes, not only in colour', () => {
  const chart = probeLines(data.probe.value).text;
  for (const name of ['probe', 'embedding', 'shuffled', 'majority'])
    assert.match(chart, new RegExp(`class="series ${name}"`));
});

test('the best layer is the lowest of equals', () => {
  const { value } = data.probe;
  const [first] = value.layers;
  assert.ok(first);
  assert.equal(bestLayer({ ...value, layers: [first, { ...first, layer: 1 }] }).layer, 0);
  assert.equal(points(0.123), '+12');
  assert.equal(points(-0.04), '−4');
});

test('the settings tried: a cell each, the chosen one outlined and in the table', () => {
  const candidates = readCandidates(data.fit.value);
  const chart = fitGrid(candidates).text;
  const cells = tagsOf(chart).filter(({ attributes }) => attributes.class?.startsWith('cell heat'));
  const rows = rowsOf(chart).slice(1);
  assert.equal(cells.length, 30);
  assert.equal(rows.length, 30);
  assert.equal(tagsOf(chart).filter(({ attributes }) => attributes.class === 'ring').length, 1);
  assert.deepEqual(
    rows.filter((row) => row.at(-1) === 'yes'),
    [['16', '1.00', 'the prompt and the first 3 generated tokens', '7', '7', '7', 'yes']],
  );
  const texts = drawn(chart);
  for (const [, strength, , n, , valid] of rows) {
    assert.ok(texts.includes(`${valid} of ${n}`));
    assert.ok(texts.includes(`× ${strength}`));
  }
});

test('figures of another shape are left out, not guessed at', () => {
  const odd = [
    {},
    { candidates: 3 },
    { candidates: [{ layers: [1] }, {}] },
    { candidates: [{ layers: [], strength: 1, scope: 'all', n: 0, onTarget: 0, valid: 0 }] },
  ];
  for (const figures of odd) assert.deepEqual(readCandidates({ ...data.fit.value, figures }), []);
});

test('the speeds: the overhead of each pair and their median', () => {
  const chart = speedPairs(data.speed.value).text;
  const rows = rowsOf(chart).slice(1);
  assert.deepEqual(rows[1], ['2', 'steered', '65.4', '65.9', '−0.8%']);
  assert.deepEqual(rows.at(-1), ['median', '', '65.8', '65.1', '+1.7%']);
  for (const row of rows.slice(0, -1)) assert.ok(drawn(chart).includes(row[4] ?? ''));
});

test('the lens: both sides, the layers, and the marks of the tags', () => {
  const { value } = data.lens ?? assert.fail('the sample has a lens');
  const markup = lensTable({ reading: value, source: data.source, target: data.target, steeredLayers: [16] }).text;
  const rows = rowsOf(markup);
  assert.equal(rows.length, 32);
  assert.equal(rows.at(-1)?.length, 7);
  assert.deepEqual(rows.at(-1)?.slice(0, 2), ['29', '● python 18.8']);
  assert.equal(rows.at(-1)?.[4], '◆ cpp 18.8');
  assert.match(rows[18]?.[0] ?? '', /^16.*vector/);
  assert.match(textOf(markup), /␣the/);
});

test('a token is shown as text, and part of a character in the vocabulary\u2019s spelling', () => {
  const { value } = data.lens ?? assert.fail('the sample has a lens');
  const pieces = { ...value.plain.pieces, 0: 'Ã©', 1: 'Ã', 2: 'Ċĉ' };
  const markup = lensTable({
    reading: { ...value, plain: { ...value.plain, pieces } },
    source: data.source,
    target: data.target,
    steeredLayers: [],
  }).text;
  for (const text of ['<code>é</code>', '<code>Ã</code>', '<code>⏎⇥</code>']) assert.ok(markup.includes(text), text);
});
