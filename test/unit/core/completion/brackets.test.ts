/** Brackets told without a parser: strings and characters do not count, apostrophes are no strings. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bracketsOf } from '../../../../src/core/completion/brackets.ts';

const UNOPENED: readonly (readonly [text: string, rest: string | undefined])[] = [
  ['', undefined],
  ['a, b', undefined],
  ['a, g(b)', undefined],
  ['a, g(b)) {', ') {'],
  ['x > 0) return;', ') return;'],
  ['"a)" + b)', ')'],
  ['"\\")")]', ')]'],
  ["')' + c)", ')'],
  ["'it (is)', x)", ')'],
  ['`${a})`, b}', '}'],
  ["x: &'a str, y: &'a [u8])", ')'],
  ["<'a>(x: &'a str)", undefined],
  ["# it isn't (so)", undefined],
  ['"never closed ) ', ') '],
];

for (const [text, rest] of UNOPENED)
  test(`the first bracket of ${JSON.stringify(text)} that nothing opened: ${rest ?? 'none'}`, () => {
    const { unopened } = bracketsOf(text);
    assert.equal(unopened === undefined ? undefined : text.slice(unopened), rest);
  });

test('what is opened and not closed is left open, whatever was closed before', () => {
  assert.equal(bracketsOf('f(a) {').isLeftOpen, true);
  assert.equal(bracketsOf('} else {').isLeftOpen, true);
  assert.equal(bracketsOf('f(a) { }').isLeftOpen, false);
  assert.equal(bracketsOf('print("(")').isLeftOpen, false);
});
