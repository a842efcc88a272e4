import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, type Baseline, type BaselineCell } from '../../quality/baseline.ts';

function cell(valid: readonly boolean[], facts: Partial<BaselineCell> = {}): BaselineCell {
  const answers = valid.map((isValid, i) => ({ id: `t${i}`, language: 'cpp', valid: isValid }));
  return { name: 'gact-cpp', distinct3: 1, perplexity: 2, answers, ...facts };
}

const baseline = (...cells: BaselineCell[]): Baseline => ({ date: '2026-01-02', machine: 'a machine', cells });
const all = Array<boolean>(12).fill(true);
const without = (count: number): boolean[] => all.map((_, i) => i >= count);

test('a study that repeats itself is not worse, and neither is one that is better', () => {
  assert.deepEqual(compare(baseline(cell(all)), [cell(all)]), [
    { name: 'gact-cpp', before: 12, now: 12, n: 12, worse: [] },
  ]);
  assert.deepEqual(compare(baseline(cell(without(9))), [cell(all)])[0].worse, []);
});

test('a few answers lost may be chance, many are not', () => {
  assert.deepEqual(compare(baseline(cell(all)), [cell(without(4))])[0].worse, []);
  assert.match(compare(baseline(cell(all)), [cell(without(6))])[0].worse.join(), /6 valid answers are lost and 0 won/);
});

test('perplexity, repetition, and what was not measured count too', () => {
  const [verdict] = compare(baseline(cell(all)), [cell(all, { perplexity: 2.2, distinct3: 0.9 })]);
  assert.deepEqual(verdict.worse, ['perplexity 2.20, was 2.00', 'distinct-3 0.90, was 1.00']);
  assert.deepEqual(compare(baseline(cell(all)), [])[0].worse, ['it was not measured']);
  assert.match(compare(baseline(cell(all)), [cell(all.slice(2))])[0].worse.join(), /2 prompts were not answered/);
});
