/** A short fuzz of the file readers; `npm run fuzz -- readers --n 1000000` is the long one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run as runDocuments } from '../../fuzz/documents.ts';
import { run, runPrefixes } from '../../fuzz/readers.ts';

const CASES = 20_000;
const SEED = 20250101;

test(`${CASES} damaged files are read or refused, and nothing else`, (context) => {
  const report = run(CASES, SEED);
  context.diagnostic(JSON.stringify({ ...report, crashes: report.crashes.length }));
  assert.deepEqual(report.crashes, []);
  // The mutations must reach into the readers: some files survive, and refusals are of many kinds.
  assert.ok(report.accepted > CASES / 100, `${report.accepted} accepted`);
  assert.ok(Object.keys(report.refused).length >= 25, Object.keys(report.refused).join(', '));
});

test('a run depends on its seed alone', () => {
  const { accepted, refused } = run(300, 7);
  const again = run(300, 7);
  assert.deepEqual([again.accepted, again.refused], [accepted, refused]);
  assert.notDeepEqual(run(300, 8).refused, refused);
});

test('every prefix of a file is refused', () => {
  const { n, crashes } = runPrefixes();
  assert.deepEqual(crashes, []);
  assert.ok(n > 1000);
});

test('damaged documents are read or refused, and nothing else', () => {
  const { accepted, refused, crashes } = runDocuments(4000, SEED);
  assert.deepEqual(crashes, []);
  assert.ok(accepted > 40 && Object.keys(refused).length >= 5, JSON.stringify({ accepted, refused }));
});
