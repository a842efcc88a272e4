/** Progress: in lines every few seconds, or as a bar; by a clock of the test. */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import test from 'node:test';
import { ProgressReporter } from '../../../src/cli/progress.ts';

/** Where the reporter writes, and what has been written. */
function stream(isTTY: boolean): PassThrough & { isTTY: boolean; written: () => string } {
  const through = new PassThrough();
  let all = '';
  through.setEncoding('utf8').on('data', (text: string) => (all += text));
  return Object.assign(through, { isTTY, columns: 80, written: () => (through.read(), all) });
}

const step = (done: number, total?: number): Parameters<ProgressReporter['update']>[0] => ({
  kind: 'progress',
  phase: 'reading\u001b[2J',
  done,
  ...(total === undefined ? {} : { total }),
  unit: 'layers',
});

test('lines: none at first, then one every three seconds', () => {
  let nowMs = 0;
  const out = stream(false);
  const reporter = new ProgressReporter(out, () => nowMs);
  for (; nowMs <= 8000; nowMs += 100) reporter.update(step(nowMs / 100, 80));
  reporter.clear();
  assert.equal(out.written(), [20, 50, 80].map((done) => `reading\\u{1b}[2J: ${done} of 80 layers\n`).join(''));
});

test('without a total, and in bytes', () => {
  const out = stream(false);
  let nowMs = 0;
  const reporter = new ProgressReporter(out, () => nowMs);
  nowMs = 2000;
  reporter.update(step(3));
  nowMs = 5000;
  reporter.update({ kind: 'progress', phase: 'getting', done: 2_500_000, total: 98_362_432, unit: 'bytes' });
  assert.equal(out.written(), 'reading\\u{1b}[2J: 3 layers\ngetting: 2.5 of 98 MB\n');
});

test('a bar on a terminal, which goes away', () => {
  const out = stream(true);
  let nowMs = 0;
  const reporter = new ProgressReporter(out, () => nowMs);
  reporter.update(step(0, 4));
  assert.equal(out.written(), '');
  nowMs = 1000;
  reporter.update(step(2, 4));
  reporter.clear();
  const drawn = out.written();
  assert.ok(drawn.includes(`${'█'.repeat(12)}${'░'.repeat(12)}  2 of 4 layers`), drawn);
  // Back to the line's start, the line erased, the cursor shown again.
  assert.match(drawn, /\u001b\[0?K|\u001b\[2K/);
  assert.ok(drawn.includes('\u001b[?25h'));
});
