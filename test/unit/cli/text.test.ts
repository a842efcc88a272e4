/** Text for a terminal: what must not reach it, tables, names of artefacts. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { defaultName } from '../../../src/cli/contrast.ts';
import { oneLine, plain, quotedPiece, shortened } from '../../../src/cli/plainText.ts';
import { bar, interval, ranges, table } from '../../../src/cli/table.ts';

test('a terminal is never told what to do by text', () => {
  assert.equal(plain('a\tb\nc\r\nd'), 'a\tb\nc\nd');
  assert.equal(plain('\u001b[31m\r\u0007\u009b\u202e\u2066'), '\\u{1b}[31m\\u{d}\\u{7}\\u{9b}\\u{202e}\\u{2066}');
  assert.equal(plain('👩‍💻 é Ġ'), '👩‍💻 é Ġ');
  assert.equal(oneLine(' a \n\n  b\n'), 'a b');
  assert.equal(quotedPiece(' "\n\u009b'), '" \\"\\n\\u{9b}"');
  assert.equal(shortened('ab👩d', 4), 'ab👩d');
  assert.equal(shortened('ab👩de', 4), 'ab👩…');
});

test('tables align by characters, without the codes of colours', () => {
  assert.deepEqual(table([['1', 'ä', 'x'], ['22', '\u001b[1mbc\u001b[22m', 'y']], ['right']), [' 1  ä   x', '22  \u001b[1mbc\u001b[22m  y']); // prettier-ignore
  assert.deepEqual(table([]), []);
});

test('bars, intervals, ranges', () => {
  assert.equal(bar(0.5, 4), '██░░');
  assert.equal(bar(-1, 2) + bar(7, 2), '░░██');
  assert.equal(interval([0.975, 0.8712, 1]), '0.97 [0.87, 1.00]');
  assert.equal(ranges([0, 1, 2, 5, 7, 8]), '0-2, 5, 7-8');
  assert.equal(ranges([]), '');
});

test('the name of an artefact that nobody named', () => {
  const prompts = { kind: 'prompts', positive: ['a'], negative: ['b'] } as const;
  const cpp = { kind: 'language', target: 'cpp' } as const;
  assert.equal(defaultName('dim', cpp, {}), 'dim-cpp');
  assert.equal(defaultName('dim', cpp, { surface: 'answer' }), 'dim-cpp');
  assert.equal(defaultName('dim', cpp, { surface: 'raw' }), 'dim-cpp-raw');
  assert.equal(defaultName('dim', prompts, { positive: 'x/Very Polite!.txt' }), 'dim-very-polite');
  assert.equal(
    defaultName('dim', prompts, { positive: `${'a-'.repeat(60)}.txt` }),
    `dim-${'a-'.repeat(30)}`.slice(0, 63),
  );
});
