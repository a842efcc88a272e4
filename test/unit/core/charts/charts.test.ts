import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conditionNames } from '../../../../src/core/charts/conditions.ts';
import { NOT_LANGUAGES } from '../../../../src/core/charts/format.ts';
import { heatStep } from '../../../../src/core/charts/heat.ts';
import { languagesByStrength } from '../../../../src/core/charts/heatMap.ts';
import { SHARES_WORDS, languageShares } from '../../../../src/core/charts/languageShares.ts';
import { linear, ticks } from '../../../../src/core/charts/scale.ts';
import { strengthSweep } from '../../../../src/core/charts/strengthSweep.ts';
import { fill } from '../../../../src/core/charts/words.ts';

test('ticks are round numbers inside the domain', () => {
  assert.deepEqual(ticks([63.2, 67.1], 4), [64, 65, 66, 67]);
  assert.deepEqual(ticks([0, 1], 4), [0, 0.5, 1]);
  assert.deepEqual(ticks([5, 5], 4), [5]);
});

test('a domain without width maps to one place', () => {
  assert.equal(linear([0, 2], [10, 20])(1), 15);
  assert.equal(linear([3, 3], [10, 20])(3), 10);
});

test('gaps are filled in any order, and an empty one is seen', () => {
  assert.equal(fill('{1} of {0}', 12, 3), '3 of 12');
  assert.equal(fill('{0} {2}', 'a'), 'a {2}');
  assert.equal(fill('{0}', '{1}'), '{1}');
});

test('shades: nine, and what is no number is the palest', () => {
  assert.deepEqual([0, 0.5, 1, -3, 7, NaN].map(heatStep), [0, 4, 8, 0, 8, 0]);
});

const NAMES = conditionNames('C++');
const CONDITIONS = [
  { id: 'plain', name: NAMES.plain, n: 12, counts: { python: 11, none: 1 } },
  { id: 'steered', name: NAMES.steered, n: 12, counts: { cpp: 12 } },
  { id: 'asked', name: NAMES.asked, n: 0, counts: {} },
] as const;

test('shares: bars, words and table say the same, and a condition without answers says nothing', () => {
  const { groups, summary, table } = languageShares(CONDITIONS, ['python', 'cpp']);
  assert.deepEqual(
    groups.map(({ label }) => label),
    ['Python', 'C++', 'no code'],
  );
  const [python] = groups;
  assert.deepEqual(
    python?.bars.map(({ count, n }) => [count, n]),
    [
      [11, 12],
      [0, 12],
      [0, 0],
    ],
  );
  assert.equal(table.rows[0]?.[1], '11 of 12: 92% [65, 99]');
  assert.equal(table.rows[0]?.[3], '–');
  assert.match(summary, /unsteered, steered to C\+\+, asked in the prompt\. Python: 92%, 0%, –; C\+\+: 0%, 100%, –/);
});

test('shares: in other words, nothing English is left', () => {
  const words = {
    shares: { summary: 'Balken: {0}.', caption: 'Anteile', language: 'Sprache', countOf: '{0} von {1}' },
    languages: { none: 'kein Code', other: 'andere', undecided: 'unklar' },
  };
  assert.deepEqual(Object.keys(words.shares), Object.keys(SHARES_WORDS));
  assert.deepEqual(Object.keys(words.languages), Object.keys(NOT_LANGUAGES));
  const { summary, table } = languageShares(CONDITIONS, [], words);
  const all = JSON.stringify([summary, table]);
  assert.doesNotMatch(all, / of |no code|Share/);
  assert.match(all, /kein Code.*1 von 12/);
});

/** Twelve answers at each strength, of which so many are valid. */
function measured(...valid: readonly (readonly [strength: number, valid: number])[]) {
  return valid.map(([strength, count]) => ({ strength, n: 12, onTarget: 12, valid: count, dose: strength / 5 }));
}

test('the zones begin where the line falls for good below three quarters and half of the best', () => {
  const { zones, best, points, table } = strengthSweep(measured([0, 0], [0.5, 6], [1, 12], [2, 8], [4, 0]), 'C++');
  assert.equal(best?.strength, 1);
  assert.deepEqual(zones, [
    { kind: 'warning', from: 1.75, to: 2.5 },
    { kind: 'danger', from: 2.5, to: 4 },
  ]);
  assert.deepEqual(
    points.map(({ zone }) => zone),
    [undefined, undefined, undefined, 'warning', 'danger'],
  );
  assert.deepEqual(table.rows.at(-1), ['4', '0.80', 12, '100% [76, 100]', '0% [0, 24]', 'danger']);
});

test('a dip that is made good again is no zone', () => {
  assert.deepEqual(strengthSweep(measured([0.5, 12], [1, 4], [2, 11]), 'C++').zones, []);
});

test('a fall at the last strength alone is a zone up to it', () => {
  const { zones, points } = strengthSweep(measured([1, 12], [2, 2]), 'C++');
  assert.equal(zones.at(-1)?.to, 2);
  assert.equal(points.at(-1)?.zone, 'danger');
});

test('where nothing is valid there is no best and no zone, and the words say so', () => {
  const { zones, best, summary } = strengthSweep(measured([1, 0], [2, 0]), 'Rust');
  assert.deepEqual([zones, best], [[], undefined]);
  assert.match(summary, /No strength gave a valid answer/);
});

test('strengths come in any order, and those without answers are left out', () => {
  const { points } = strengthSweep([...measured([2, 1], [0, 3]), { strength: 1, n: 0, onTarget: 0, valid: 0 }], 'C++');
  assert.deepEqual(
    points.map(({ strength }) => strength),
    [0, 2],
  );
});

test('a heat map: its table has the share of every cell', () => {
  const map = languagesByStrength(
    [
      { strength: 1, n: 4, counts: { cpp: 3, c: 1 } },
      { strength: 0, n: 4, counts: { python: 4 } },
    ],
    ['python', 'cpp'],
  );
  assert.deepEqual(map.columns, ['0', '1']);
  assert.deepEqual(map.table.rows, [
    ['Python', '100%', '0%'],
    ['C++', '0%', '75%'],
    ['C', '0%', '25%'],
  ]);
  assert.deepEqual(
    map.cells[0]?.map(({ value }) => value),
    [1, 0],
  );
  assert.match(map.summary, /Python at 0, C\+\+ at 1/);
});
