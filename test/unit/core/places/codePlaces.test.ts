/** The places of source files: what asks for code, where the answer goes, and what is left alone. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findPlaces } from '../../../../src/core/places/findPlaces.ts';

/** [kind, line of the lens, "line:character" of the answer, instruction, surface], without the file's own place. */
type Row = readonly [kind: string, lens: number, answer: string, instruction: string, surface: string];

function places(languageId: string, text: string): Row[] {
  const [file, ...others] = findPlaces(text, languageId);
  assert.deepEqual([file.kind, file.lensLine, file.answerAt, file.id], ['file', 0, undefined, 'file']);
  return others.map(({ kind, lensLine, answerAt, instruction, surface }) => [
    kind,
    lensLine,
    answerAt ? `${answerAt.line}:${answerAt.character}` : 'cursor',
    instruction,
    surface,
  ]);
}

type Case = readonly [name: string, languageId: string, text: string, expected: Row];

const ANSWERED: readonly Case[] = [
  ['the end of the text', 'cpp', '// Sort a list', ['comment', 0, '0:14', 'Sort a list', 'answer']],
  ['a blank last line', 'cpp', '// Sort the list\n', ['comment', 0, '1:0', 'Sort the list', 'answer']],
  ['two lines', 'rust', '// Sort the list\n// of words.\n', ['comment', 0, '2:0', 'Sort the list of words.', 'answer']],
  ['a doc comment', 'rust', 'use a;\n/// Largest of three\n\n', ['docComment', 1, '2:0', 'Largest of three', 'answer']],
  [
    'stars and tags',
    'java',
    'class A {\n    /**\n     * Counts the words.\n     * @param text what to read\n     */\n}\n',
    ['docComment', 1, '4:7', 'Counts the words.', 'answer'],
  ],
  ['a block of one line', 'c', '/* Print a table */\n\n', ['comment', 0, '1:0', 'Print a table', 'answer']],
  ['a TODO in code', 'go', 'a := 1\n// TODO(me): print it\n\nb := 2\n', ['comment', 1, '2:0', 'print it', 'answer']],
  ['a TODO on top', 'go', '// TODO: print a line\n\npackage main\n', ['comment', 0, '1:0', 'print a line', 'answer']],
  [
    'a request in code',
    'python',
    'a = 1\n# Print all of it\n\nb = 2',
    ['comment', 1, '2:0', 'Print all of it', 'answer'],
  ],
  ['a shebang', 'python', '#!/usr/bin/python\n# Print all of it\n', ['comment', 1, '2:0', 'Print all of it', 'answer']],
  ['the last in a body', 'go', 'func f() {\n\ta()\n\t// Call b too\n}', ['comment', 2, '2:14', 'Call b too', 'answer']],
  ['all of a body', 'cpp', 'int f() {\n  // the larger one\n\n}\n', ['comment', 1, '2:0', 'the larger one', 'answer']],
  [
    'all of a def',
    'python',
    'def f(a):\n    # the larger one\n    \n',
    ['comment', 1, '2:4', 'the larger one', 'answer'],
  ],
  ['a dedent', 'python', 'def f():\n    a()\n    # call b too\nf()\n', ['comment', 2, '2:16', 'call b too', 'answer']],
  ['a question', 'python', 'a = 1\n# is a a prime?\n\nb = 2\n', ['comment', 1, '2:0', 'is a a prime?', 'answer']],
  [
    'a hole',
    'cpp',
    '#include "a"\n// A stack of numbers\n\n\nint b;\n',
    ['comment', 1, '2:0', 'A stack of numbers', 'answer'],
  ],
  ['a script without spaces', 'python', '# 打印所有数字\n', ['comment', 0, '1:0', '打印所有数字', 'answer']],
  ['a language outside the registry', 'ruby', '# Print a line\n', ['comment', 0, '1:0', 'Print a line', 'answer']],
  ['React', 'typescriptreact', '// Draw a button\n', ['comment', 0, '1:0', 'Draw a button', 'answer']],
  ['carriage returns', 'cpp', '// Sort it now\r\n  \r\n', ['comment', 0, '1:2', 'Sort it now', 'answer']],
];

const CONTINUED: readonly Case[] = [
  ['braces', 'cpp', '// The mean of v\ndouble f(V v) {\n}\n', ['comment', 0, '1:15', 'The mean of v', 'raw']],
  [
    'a line between',
    'cpp',
    '/// The mean of v\ndouble f(V v) {\n  \n}\n',
    ['docComment', 0, '2:2', 'The mean of v', 'raw'],
  ],
  ['a brace of its own', 'c', '/* The mean */\ndouble f(V v)\n{\n\n}\n', ['comment', 0, '3:0', 'The mean', 'raw']],
  ['never closed', 'rust', '// Add two\nfn add(a: i32) {\n', ['comment', 0, '2:0', 'Add two', 'raw']],
  ['a def', 'python', '# Add two\ndef add(a):\n\nadd(1)\n', ['comment', 0, '2:0', 'Add two', 'raw']],
  ['pass', 'python', '# Add two\ndef add(a):\n    pass\nadd(1)\n', ['comment', 0, '1:11', 'Add two', 'raw']],
  ['a docstring', 'python', 'def add(a):\n    """Add two."""\n', ['docComment', 0, '2:0', 'Add two.', 'raw']],
  ['end', 'julia', '# Add two\nfunction add(a)\nend\n', ['comment', 0, '1:15', 'Add two', 'raw']],
  [
    'a docstring of several lines with sections',
    'python',
    'x = 1\ndef add(a):\n    """Add\n    two.\n\n    Args:\n        a: one\n    """\n\n\nadd(1)\n',
    ['docComment', 1, '8:0', 'Add two.', 'raw'],
  ],
  [
    'a signature of several lines',
    'python',
    '# Add two\ndef add(\n  a,\n):\n',
    ['comment', 0, '4:0', 'Add two', 'raw'],
  ],
];

const NONE: readonly (readonly [name: string, languageId: string, text: string])[] = [
  ['a comment that explains', 'cpp', '// sort the list\nsort(a);\n'],
  ['a heading comment in code', 'cpp', 'f();\n// the second half\n\ng();\n'],
  ['what heads a file', 'python', '# Parse the configuration\n\nimport os\n'],
  ['a licence', 'cpp', '// Copyright 2026 by somebody\n'],
  ['a linter', 'javascript', '/* eslint-disable no-console */\n'],
  ['code', 'cpp', '// int x = f(a);\n'],
  ['a call', 'javascript', '// doThings(a, b)\n'],
  ['a rule', 'python', '# -------- \n'],
  ['one word', 'python', '# Helpers\n'],
  ['a body that is there', 'python', 'def add(a):\n    """Add two."""\n    return a + 2\n'],
  ['a function that is there', 'cpp', '// Add two\nint add(int a) {\n  return a + 2;\n}\n'],
  ['a prototype', 'cpp', '// Add two\nint add(int a);\n'],
  ['a string', 'python', 'a = """\n# Print a line\n\n"""\n'],
  ['a string that is never closed', 'python', 'a = """\n# Print a line\n'],
  ['inside of a comment', 'cpp', 'a(); /* so\n// Print a line\n\n*/ b();\n'],
  ['a note at the end of a body', 'cpp', 'int f() {\n  return 1;\n  // not reached by now\n}\n'],
  ['after code', 'cpp', 'a(); // TODO: print a line\n'],
];

for (const [what, cases] of [
  ['asked as an answer', ANSWERED],
  ['continued inside a body', CONTINUED],
] as const)
  describe(what, () => {
    for (const [name, languageId, text, expected] of cases)
      test(name, () => assert.deepEqual(places(languageId, text), [expected]));
  });

describe('no place', () => {
  for (const [name, languageId, text] of NONE) test(name, () => assert.deepEqual(places(languageId, text), []));

  test('a comment mark in a string of one line opens no comment', () => {
    assert.equal(places('javascript', "glob('src/**/*.ts');\n// Print a line\n").length, 1);
    assert.equal(places('cpp', 'a = "/*";\n// Print a line\n').length, 1);
  });

  test('texts in which nothing is known', () => {
    for (const languageId of ['plaintext', 'json', 'constructor', ''])
      assert.deepEqual(findPlaces('# Print a line\n', languageId), []);
  });
});

test('an answer is indented as the body that it goes into', () => {
  const indent = (languageId: string, text: string): string => findPlaces(text, languageId)[1].indent;
  assert.equal(indent('python', '# Add two\ndef add(a):\n'), '    ');
  assert.equal(indent('javascript', 'if (a) {\n  b();\n}\n// Add two\nfunction add(a) {\n}\n'), '  ');
  assert.equal(indent('go', 'func f() {\n\ta()\n}\n// Add two\nfunc add(a) {\n}\n'), '\t');
  assert.equal(indent('cpp', 'struct A {\n  // Add two numbers\n  int add() {\n  }\n};\n'), '    ');
  assert.equal(indent('cpp', '// Add two\nint add() {\n   \n}\n'), '   ');
  assert.equal(indent('java', 'class A {\n    // Add two numbers\n\n}\n'), '    ');
});
