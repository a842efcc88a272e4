/** A table as text for other programs: every cell whole, and none that a spreadsheet would run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvOf, jsonOf, type Table } from '../../../../src/core/charts/table.ts';

const TABLE: Table = {
  caption: 'Shares',
  columns: [{ label: 'Language, by "judge"' }, { label: '1', isNumber: true }, { label: '0.5', isNumber: true }],
  rows: [
    ['C++', 12, -0.5],
    ['=HYPERLINK("http://x")', '-3%', '-x'],
    ['two\nlines', '+1', '@a'],
    ["-2+3+cmd|' /C calc'!A0", '-0.53 nats', '-1e-7'],
  ],
};

test('comma-separated values are quoted where they must be, and formulas stay text', () => {
  assert.equal(
    csvOf(TABLE),
    [
      '"Language, by ""judge""",1,0.5',
      'C++,12,-0.5',
      `"'=HYPERLINK(""http://x"")",-3%,'-x`,
      `"two\nlines",'+1,'@a`,
      `'-2+3+cmd|' /C calc'!A0,-0.53 nats,-1e-7`,
      '',
    ].join('\r\n'),
  );
});

test('as JSON the columns keep their order, though some are numbers', () => {
  assert.deepEqual(JSON.parse(jsonOf(TABLE)), {
    caption: 'Shares',
    columns: ['Language, by "judge"', '1', '0.5'],
    rows: TABLE.rows,
  });
});
