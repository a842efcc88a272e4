/** A table as it is read one figure at a time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { movedPlace, readCell, type ReadingKey, type Table } from '../../../../src/core/charts/table.ts';

const TABLE: Table = {
  caption: 'Shares',
  columns: [{ label: 'Language' }, { label: '0.5' }, { label: '1' }, { label: '2' }],
  columnTitle: 'strength',
  rows: [
    ['C++', '33%', '', '92%'],
    ['Rust', 0, 1, 2],
  ],
};

test('a figure is read with its row and its column, an empty one as a dash', () => {
  assert.equal(readCell(TABLE, { row: 0, column: 3 }), 'Language C++, strength 2: 92%');
  assert.equal(readCell(TABLE, { row: 0, column: 2 }), 'Language C++, strength 1: –');
  assert.equal(readCell(TABLE, { row: 1, column: 1 }), 'Language Rust, strength 0.5: 0');
  const { columnTitle: _, ...plain } = TABLE;
  assert.equal(readCell(plain, { row: 0, column: 1 }), 'Language C++, 0.5: 33%');
});

test('keys go from figure to figure, begin at the first, and stop at the edges', () => {
  const path: readonly (readonly [ReadingKey, number, number])[] = [
    ['ArrowDown', 0, 1],
    ['ArrowLeft', 0, 1],
    ['ArrowUp', 0, 1],
    ['ArrowRight', 0, 2],
    ['End', 0, 3],
    ['ArrowRight', 0, 3],
    ['ArrowDown', 1, 3],
    ['ArrowDown', 1, 3],
    ['Home', 1, 1],
  ];
  let place: ReturnType<typeof movedPlace>;
  for (const [key, row, column] of path) {
    place = movedPlace(TABLE, place, key);
    assert.deepEqual(place, { row, column }, key);
  }
});

test('a table without figures has no place', () => {
  assert.equal(movedPlace({ ...TABLE, rows: [] }, undefined, 'ArrowDown'), undefined);
  assert.equal(movedPlace({ ...TABLE, columns: [{ label: 'Language' }] }, undefined, 'End'), undefined);
});
