/** Where a block ends: by indentation, in tabs or spaces, whatever the language. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endOfBlock, indentWidth } from '../../../../src/core/completion/blockEnd.ts';

const OWN = { indent: '    ', isOwnLine: true };
const TOP = { indent: '', isOwnLine: true };

/** The part of the text that is in the block; undefined while the block goes on. */
function block(text: string, start: Parameters<typeof endOfBlock>[1]): string | undefined {
  const end = endOfBlock(text, start);
  return end === undefined ? undefined : text.slice(0, end);
}

test('a line that is indented less ends the block, and the line break before it is outside', () => {
  assert.equal(block('return 1\n\ndef g():', OWN), 'return 1');
  assert.equal(block('foo();\n    bar();\n}\n', OWN), 'foo();\n    bar();');
});

test('a blank line ends it only where the block does not go deeper after it', () => {
  assert.equal(block('x = 1\n\n    y = 2', OWN), 'x = 1');
  assert.equal(block('for x in y:\n\n        print(x)', OWN), undefined);
  assert.equal(block('int f() {\n    return 1;\n}\n\nint g() {', TOP), 'int f() {\n    return 1;\n}');
});

test('blank lines alone say nothing yet, nor does the indentation of a line that is under way', () => {
  for (const text of ['', '\n', '\n\n', 'x = 1', 'x = 1\n', 'x = 1\n\n', 'x = 1\n\n  ', 'x = 1\n  '])
    assert.equal(block(text, OWN), undefined, JSON.stringify(text));
});

test('a text that begins outside of the block holds nothing of it', () => {
  assert.equal(block('\n\ndef g():\n    return 2', OWN), '');
  assert.equal(block('\n}', OWN), '');
});

test('below a line that is not the own one, the first lines may close what that line is in', () => {
  const start = { indent: '    ', isOwnLine: false };
  assert.equal(block('\n}\n\nint g() {', start), '\n}');
  assert.equal(block(' + 1;\n}\n', start), ' + 1;');
});

test('tabs and spaces are compared by their width', () => {
  assert.equal(block('a();\n    b();\n}', { indent: '\t', isOwnLine: true }), 'a();\n    b();');
  assert.equal(block('a();\n\tb();\nc();', OWN), 'a();\n\tb();');
  assert.deepEqual(['', '  x', '\tx', ' \t x', '    '].map(indentWidth), [0, 2, 4, 6, 4]);
});
