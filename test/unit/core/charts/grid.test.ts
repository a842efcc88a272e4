/** Large heat maps as data: shades, scales, words of a cell, and the table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cellText,
  divergingScale,
  sequentialScale,
  shadeOf,
  tableOfGrid,
  type Grid,
} from '../../../../src/core/charts/grid.ts';

const GRID: Grid = {
  rowTitle: 'token',
  columnTitle: 'layer',
  rows: ['0 a', '1 b'],
  columns: ['0', '1', '2'],
  values: [0, 1.25, null, -2.5, 3, Number.NaN],
  texts: ['x', 'y', '', 'z', '', ''],
  scale: { kind: 'diverging', low: -4, high: 4 },
  unit: 'nats',
  digits: 1,
  marks: [{ row: 1, column: 0, text: 'odd' }],
  summary: 'a grid',
  caption: 'numbers',
};

test('shades keep to their scale, and what was not measured has none', () => {
  const sequential = { kind: 'sequential', low: 1, high: 3 } as const;
  assert.deepEqual(
    [0, 1, 2, 3, 9].map((value) => shadeOf(sequential, value)),
    [0, 0, 0.5, 1, 1],
  );
  assert.deepEqual(
    [-9, -2, 0, 4].map((value) => shadeOf(GRID.scale, value)),
    [-1, -0.5, 0, 1],
  );
  for (const none of [null, undefined, Number.NaN, Infinity]) assert.equal(shadeOf(sequential, none), undefined);
});

test('one value that outweighs all others leaves the rest their shades', () => {
  const values = [...Array.from({ length: 200 }, (_, i) => i), 1e6];
  const { high } = sequentialScale(values);
  assert.ok(high < 200, `${high}`);
  assert.deepEqual(sequentialScale([null]), { kind: 'sequential', low: 0, high: 1 });
  assert.deepEqual(divergingScale([-3, null, 2]), { kind: 'diverging', low: -3, high: 3 });
  assert.deepEqual(divergingScale([0]), { kind: 'diverging', low: -1, high: 1 });
});

test('a cell says its text, its value with the unit, and why it is pointed out', () => {
  assert.equal(cellText(GRID, 0, 0), 'x · 0.0 nats');
  assert.equal(cellText(GRID, 1, 0), 'z · -2.5 nats · odd');
  assert.equal(cellText(GRID, 0, 2), '');
});

test('the table has a row for each row, its name first', () => {
  const { columns, rows, columnTitle } = tableOfGrid(GRID);
  assert.deepEqual(
    columns.map(({ label }) => label),
    ['token', '0', '1', '2'],
  );
  assert.equal(columnTitle, 'layer');
  assert.deepEqual(rows[1], ['1 b', 'z · -2.5 nats · odd', '3.0 nats', '']);
});
