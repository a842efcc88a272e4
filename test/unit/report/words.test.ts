import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstDifference } from '../../../src/cli/report/difference.ts';
import * as format from '../../../src/core/charts/format.ts';
import {
  askedVerdict,
  headline,
  probeVerdict,
  shiftVerdict,
  speedVerdict,
  validVerdict,
} from '../../../src/cli/report/verdict.ts';
import type { ReportData } from '../../../src/cli/report/data.ts';
import { bestLayer } from '../../../src/cli/report/charts/probeLines.ts';
import { condition, dated, sampleData } from './sample.ts';

const data = sampleData();

/** `cpp` of 12 answers in C++, the others in Python. */
function some(cpp: number, n = 12): ReportData['plain'] {
  return dated(condition(Array.from({ length: n }, (_, i) => (i < cpp ? 'cpp' : 'python'))));
}

test('a clear shift is called one, with its test', () => {
  const found = { ...data, plain: some(0), steered: some(11) };
  assert.equal(headline(found), 'C++ in 11 of 12 answers; without the vector in none.');
  assert.match(
    shiftVerdict(found),
    /^From 0% \[0, 24\] to 92% \[65, 99\]\. That is more than chance \(p.<.0\.001\)\.$/,
  );
});

test('a result that falls short is said to fall short', () => {
  assert.match(
    shiftVerdict({ ...data, plain: some(0), steered: some(4) }),
    /may be chance \(p.=.0\.125\)\. It falls short: most answers are still not in C\+\+/,
  );
  assert.match(
    shiftVerdict({ ...data, plain: some(0), steered: some(7) }),
    /falls short of a reliable switch: 5 answers did not follow/,
  );
  assert.match(shiftVerdict({ ...data, plain: some(3), steered: some(3) }), /may be chance \(p.=.1\.000\)/);
  assert.match(shiftVerdict({ ...data, plain: some(10), steered: some(1) }), /wrong direction/);
  assert.equal(
    headline({ ...data, plain: some(3), steered: some(3) }),
    'C++ in 3 of 12 answers; without the vector in as many.',
  );
});

test('asking is said beside steering, whichever wins', () => {
  assert.match(
    askedVerdict({ ...data, steered: some(2), asked: some(12) }),
    /“Use C\+\+\.”\) gives 12 of 12: more\. The difference is more than chance/,
  );
  assert.match(
    askedVerdict({ ...data, steered: some(10), asked: some(9) }),
    /9 of 12: fewer\. The difference may be chance/,
  );
  assert.match(askedVerdict({ ...data, steered: some(9), asked: some(9) }), /9 of 12: as many\.$/);
  assert.equal(
    validVerdict({ ...data, steered: some(5), asked: some(0) }),
    'In C++, without a syntax error and not in a loop: steered 4 of 12, asked 0 of 12.',
  );
});

test('code that is in the language by its looks only is called that', () => {
  const poor = some(10);
  const spoiled = { ...poor, value: { ...poor.value, valid: [0.25, 0.1, 0.5] as const } };
  assert.match(validVerdict({ ...data, steered: spoiled }), /steered 3 of 12.* by its looks only\.$/);
  assert.doesNotMatch(validVerdict({ ...data, steered: poor }), /looks/);
});

test('a probe that does not beat the embedding is not praised', () => {
  const { value } = data.probe;
  assert.match(probeVerdict(value, bestLayer(value)), /a gain \(51 points; the intervals do not overlap\)/);
  const flat = { ...value, layers: value.layers.map((layer) => ({ ...layer, accuracy: value.embedding.accuracy })) };
  assert.match(
    probeVerdict(flat, bestLayer(flat)),
    /no gain \(0 points; the intervals overlap, so the gain is not established\)/,
  );
  const leaky = { ...bestLayer(value), shuffled: 0.7 };
  assert.match(probeVerdict(value, leaky), /read this with doubt/);
});

test('an overhead within the noise is called that', () => {
  assert.match(speedVerdict(data.speed.value), /Overhead \+1\.7% \(median of 5 pairs, from −0\.8% to \+2\.3%; .*noise/);
  assert.doesNotMatch(speedVerdict({ ...data.speed.value, overheadRange: [0.01, 0.03] }), /noise/);
});

test('an overhead measured on a busy machine says little, and says so', () => {
  assert.match(speedVerdict({ ...data.speed.value, overheadRange: [-0.3, 0.5] }), /machine was busy/);
});

test('texts part at a whole word', () => {
  assert.deepEqual(firstDifference('```python\ndef', '```cpp\nint'), [
    ['```', 'python', '\ndef'],
    ['```', 'cpp', '\nint'],
  ]);
  assert.deepEqual(firstDifference('int value', 'int vector'), [
    ['int ', 'value', ''],
    ['int ', 'vector', ''],
  ]);
  assert.deepEqual(firstDifference('same', 'same'), [
    ['same', '', ''],
    ['same', '', ''],
  ]);
  assert.deepEqual(firstDifference('', 'x'), [
    ['', '', ''],
    ['', 'x', ''],
  ]);
});

test('the parts of a parted text make the text again, and no character is cut in two', () => {
  const texts = ['', 'a', 'a b', '👍🏽 ok', '👎 ok', 'é', '```c', '```cpp', '  x', '\tx'];
  for (const a of texts) {
    for (const b of texts) {
      const [left, right] = firstDifference(a, b);
      assert.equal(left.join(''), a);
      assert.equal(right.join(''), b);
      for (const part of [...left, ...right]) assert.doesNotMatch(part, /\p{Cs}/u);
    }
  }
});

test('numbers as people read them', () => {
  assert.equal(format.percent(0.9166), '92%');
  assert.equal(format.percent(0.999), '>99%');
  assert.equal(format.percent(0.001), '<1%');
  assert.equal(format.shareWithInterval([0.5, 0.254, 0.746]), '50% [25, 75]');
  assert.equal(format.whole(49152), '49,152');
  assert.equal(format.fixed(-0.001, 1), '0.0');
  assert.equal(format.signedPercent(0.0214), '+2.1%');
  assert.equal(format.signedPercent(-0.0214), '−2.1%');
  assert.equal(format.megabytes(98_362_432), '98 MB');
  assert.deepEqual([3200, 41_200, 83_000, 59_700].map(format.duration), ['3.2 s', '41 s', '1 min 23 s', '1 min 0 s']);
  assert.equal(format.moment('2026-11-23T08:04:05.123Z'), '2026-11-23 08:04 UTC');
  assert.equal(format.moment('<b>'), '<b>');
  assert.equal(format.plural(1, 'prompt'), '1 prompt');
  assert.equal(format.languageLabel('cpp'), 'C++');
  assert.equal(format.languageLabel('none'), 'no code');
  assert.equal(format.layerRanges([1, 2, 3, 7, 9, 10]), '1–3, 7, 9–10');
  assert.equal(format.scopeInWords('first:3'), 'the prompt and the first 3 generated tokens');
});
