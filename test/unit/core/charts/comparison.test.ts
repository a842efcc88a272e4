/** What a comparison shows, as data: labels, figures, marks, words and tables. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  COMPARISON_WORDS as WORDS,
  differenceGrid,
  steeringInWords,
  tokenShift,
  traceGrid,
} from '../../../../src/core/charts/comparison.ts';
import { cellText, tableOfGrid } from '../../../../src/core/charts/grid.ts';
import { visibleText } from '../../../../src/core/charts/pieces.ts';
import { tokenTexts } from '../../../../src/core/compare/tokenTexts.ts';
import { sampleComparison } from '../../../sampleComparison.ts';

const steer = [{ name: 'cpp', strength: 1 }];
const { texts, pieces, b, threshold } = sampleComparison({
  prompt: 'p',
  a: { steer: [] },
  b: { steer },
  threshold: 0.05,
});

test('tokens together are the text, also where a character takes several of them', () => {
  // The bytes of an emoji, F0 9F 98 80, in two tokens.
  const spelling = { 1: 'Ġa', 2: 'ðŁ', 3: 'ĺĢ', 4: 'Ċ' };
  assert.deepEqual(tokenTexts([1, 2, 3, 4], spelling), [' a', '', '😀', '\n']);
  assert.deepEqual(tokenTexts([1, 2], spelling), [' a', '\ufffd']);
  assert.deepEqual(tokenTexts([1, 9], spelling), [' a', '#9']);
  assert.deepEqual(tokenTexts([], {}), []);
  assert.equal(visibleText(' a\n\t\u202e'), '␣a⏎⇥�');
});

test('KL and shift by token, the most of them in words, and nothing where there is no number', () => {
  const shift = tokenShift(texts[1], pieces, WORDS);
  assert.deepEqual(shift.labels, ['0 def', '1 ␣f', '2 (int', '3 ␣x', '4 )']);
  assert.deepEqual(shift.shift, [0, -1, -1, -1, -1]);
  assert.match(shift.summary, /of 5 tokens\. The most is 0\.500 nats, at token 1 ␣f\./);
  assert.deepEqual(shift.table.rows[1], ['1 ␣f', '0.500', '-1.000', '-0.250', '-1.250']);
  const overflown = { ...texts[1], kl: [null, null, null, null, null], logB: [null, null, null, null, null] };
  assert.deepEqual(tokenShift(overflown, pieces, WORDS).table.rows[0], ['0 def', '', '', '-0.250', '']);
  const nothing = { ids: [], kl: [], logA: [], logB: [], difference: [[]], parts: null };
  assert.equal(tokenShift(nothing, pieces, WORDS).summary, WORDS.klEmpty);
});

test('the last layer is at the top, and where the runs part is marked and said', () => {
  const grid = differenceGrid(texts[0], pieces, threshold, WORDS);
  assert.deepEqual(grid.rows, ['3', '2', '1', '0']);
  assert.match(cellText(grid, 1, 1), /^0\.250 · the runs part here$/);
  assert.match(grid.summary, /The runs part in layer 2, at token 1 ␣f: more than 0\.05\.$/);
  assert.equal(tableOfGrid(grid).rows[0]?.[2], '0.250');
  const same = differenceGrid({ ...texts[0], parts: null }, pieces, threshold, WORDS);
  assert.deepEqual(same.marks, []);
  assert.match(same.summary, /In no layer is it more than 0\.05\.$/);
});

test('the trace has a row for each artefact and each of its gates', () => {
  const grid = traceGrid(b, 'B', pieces, WORDS);
  assert.deepEqual(grid.rows, ['B: cpp ×1, layers 2–3, dose 0.25, scope decide:3', 'B: cpp, gate in layer 2 (z)']);
  assert.deepEqual(grid.values, [1, 1, 1, 0, 0, 0.875, 0.875, 0.875, null, null]);
  assert.equal(steeringInWords(b.steer[0] ?? assert.fail(), WORDS), 'cpp ×1, layers 2–3, dose 0.25, scope decide:3');
});
