/** What is left of a suggestion while it is typed: by hand, with the brackets that the editor closes, and back again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restOfShown, type Shown } from '../../../../src/core/completion/shown.ts';
import { CURSOR } from './cursors.ts';

const SHOWN: Shown = { document: 'a.py', before: 'x = ', after: '\ny = 2\n', text: 'foo(bar, "baz")', steering: 'off' };

/** What is left of `text`, offered at the cursor of `marked`, once `typed` is before the cursor and `closed` behind it. */
function rest(marked: string, text: string, typed: string, closed = '') {
  const [before, after] = marked.split(CURSOR);
  const shown = { ...SHOWN, before, after, text };
  return restOfShown(shown, { ...SHOWN, before: before + typed, after: closed + after });
}

test('typing what is offered leaves the rest of it, key by key, and nothing after the last one', () => {
  const { text } = SHOWN;
  for (let typed = 0; typed < text.length; typed++)
    assert.deepEqual(rest('x = ‸\ny = 2\n', text, text.slice(0, typed)), { text: text.slice(typed), replaced: 0 });
  assert.equal(rest('x = ‸\ny = 2\n', text, text), undefined);
  assert.equal(rest('x = ‸\ny = 2\n', text, `${text} `), undefined);
});

test('typing something else leaves nothing, and going back to it brings it back', () => {
  assert.equal(rest('x = ‸\n', 'foo(1)', 'fa'), undefined);
  assert.equal(rest('x = ‸\n', 'foo(1)', 'f')?.text, 'oo(1)');
  assert.equal(rest('x = ‸\n', 'foo(1)', '')?.text, 'foo(1)');
  assert.equal(restOfShown(SHOWN, { ...SHOWN, before: 'x =' }), undefined);
  assert.equal(restOfShown(SHOWN, { ...SHOWN, before: 'y = f' }), undefined);
});

test('lines are typed on too, with the indentation that the editor adds', () => {
  assert.equal(rest('def f():‸\n', '\n    return 1', '\n    ')?.text, 'return 1');
  assert.equal(rest('def f():‸\n', '\n    return 1', '\n  ')?.text, '  return 1');
  assert.equal(rest('def f():‸\n', '\n    return 1', '\n\t'), undefined);
});

test('another document, another steering and another text that follows are something else', () => {
  assert.equal(restOfShown(SHOWN, { ...SHOWN, document: 'b.py' }), undefined);
  assert.equal(restOfShown(SHOWN, { ...SHOWN, steering: 'cpp' }), undefined);
  assert.equal(restOfShown(SHOWN, { ...SHOWN, after: '\ny = 3\n' }), undefined);
  assert.equal(restOfShown(SHOWN, { ...SHOWN, after: 'z\ny = 2\n' }), undefined);
  assert.equal(restOfShown(SHOWN, { ...SHOWN, after: 'y = 2\n' }), undefined);
});

test('a bracket that the editor closes is not there twice', () => {
  const at = 'x = ‸\n';
  const cases: readonly (readonly [text: string, typed: string, closed: string, left: string, replaced: number])[] = [
    ['foo(bar)', 'foo(', ')', 'bar)', 1],
    ['foo(g(bar))', 'foo(', ')', 'g(bar))', 1],
    ['foo(g(bar))', 'foo(g(', '))', 'bar))', 2],
    ['foo("bar")', 'foo("', '")', 'bar")', 2],
    ['foo("bar")', 'foo(', ')', '"bar")', 1],
    ["['a', 'b']", "['", "']", "a', 'b']", 2],
    ['foo(bar) {\n  baz\n}', 'foo(', ')', 'bar) {\n  baz\n}', 1],
    // The suggestion was cut short: what the editor has closed stays.
    ['foo(g(bar), ', 'foo(', ')', 'g(bar), ', 0],
    ['foo("bar', 'foo("', '")', 'bar', 0],
  ];
  for (const [text, typed, closed, left, replaced] of cases)
    assert.deepEqual(rest(at, text, typed, closed), { text: left, replaced }, `${typed}‸${closed}`);
});

test('typing over what the editor closed goes on', () => {
  assert.deepEqual(rest('x = ‸\n', 'foo(bar).baz()', 'foo(bar)'), { text: '.baz()', replaced: 0 });
});

test('a brace that the editor puts on a line of its own ends what is left', () => {
  const block = ' {\n    return x;\n}';
  assert.deepEqual(rest('int f()‸\n', block, ' {\n    ', '\n}'), { text: 'return x;', replaced: 0 });
  assert.deepEqual(rest('int f()‸\n', ' {\n    return x;', ' {\n    ', '\n}'), { text: 'return x;', replaced: 0 });
  assert.equal(rest('int f()‸\n', ' {\n    \n}', ' {\n    ', '\n}'), undefined);
});
