/** Cutting and completing code, without any parser. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  closersFor,
  countRealLines,
  cutAtLastCompleteNode,
  dropLastLines,
} from '../../../../src/core/language/truncate.ts';

describe('cutAtLastCompleteNode', () => {
  const code = 'aa\nbb\ncc';
  const node = (start: number, end: number, isBroken = false) => ({ start, end, isBroken });

  test('keeps what stands before the first broken node', () => {
    assert.equal(cutAtLastCompleteNode(code, [node(0, 2), node(3, 5), node(6, 8)]), code);
    assert.equal(cutAtLastCompleteNode(code, [node(0, 2), node(3, 5), node(6, 8, true)]), 'aa\nbb');
    assert.equal(cutAtLastCompleteNode(code, [node(0, 2), node(3, 5, true), node(6, 8)]), 'aa');
    assert.equal(cutAtLastCompleteNode(code, [node(0, 2, true), node(3, 5)]), '');
    assert.equal(cutAtLastCompleteNode('', []), '');
  });
});

describe('closersFor', () => {
  const closers = (tokens: string, language: Parameters<typeof closersFor>[1]): string =>
    closersFor(tokens.split(' '), language).trim().replaceAll('\n', ' ');

  test('closes brackets from the inside out', () => {
    assert.equal(closers('( [ { ( )', 'python'), '} ] )');
    assert.equal(closers('f ( ) { if ( ) { }', 'go'), '}');
    assert.equal(closers('( { )', 'javascript'), '');
    assert.equal(closers(') ] }', 'rust'), '');
    assert.equal(closers('${ (', 'typescript'), ') }');
  });

  test('a type or a value in C and C++ ends with a semicolon, a function does not', () => {
    assert.equal(closers('class A { f ( ) {', 'cpp'), '} };');
    assert.equal(closers('template < class T > f ( T x ) {', 'cpp'), '}');
    assert.equal(closers('struct A { int x ; } ; struct A * f ( ) {', 'c'), '}');
    assert.equal(closers('int a [ ] = { { 1 } , { 2', 'c'), '} };');
    assert.equal(closers('class A { f ( ) {', 'java'), '} }');
  });

  test("Julia's blocks end with a word, but not in brackets", () => {
    assert.equal(closers('function ( ) if while end', 'julia'), 'end end');
    assert.equal(closers('function ( ) [ for in ]', 'julia'), 'end');
    assert.equal(closers('for x [ end ]', 'julia'), 'end');
    assert.equal(closers('if else elseif end', 'julia'), '');
  });
});

test('dropLastLines', () => {
  assert.equal(dropLastLines('a\nb\nc', 0), 'a\nb\nc');
  assert.equal(dropLastLines('a\nb\nc', 2), 'a');
  assert.equal(dropLastLines('a', 3), '');
});

test('real lines are code: no blanks, brackets, block ends or comments', () => {
  assert.equal(countRealLines('# c\n\ndef f(x):\n    return x\n)\n', 'python'), 2);
  assert.equal(countRealLines('/* a\n * b\n */\nint f() {\n  *p = 1; // c\n}\n// d\n};', 'c'), 2);
  assert.equal(countRealLines('function f()\n  1\nend', 'julia'), 2);
  assert.equal(countRealLines('#include <a>', 'cpp'), 1);
  assert.equal(countRealLines('', 'go'), 0);
});
