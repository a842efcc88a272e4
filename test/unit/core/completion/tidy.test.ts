/** What is offered of what the model wrote: nothing that is there already, nothing twice, nothing that it did not write. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tidySuggestion } from '../../../../src/core/completion/tidy.ts';
import { cellPlace } from '../../../../src/core/places/findPlaces.ts';
import { CURSOR, accepted, cursorIn, offered, planFor, planned } from './cursors.ts';

const CPP = { languageId: 'cpp' };
const MD = { languageId: 'markdown' };

const ASKS = '# TODO: sort a list\n‸\n';

test('of an answer the code is offered, without its fence, its prose and the tag, which is told', () => {
  const written = 'cpp\nint main() {\n    return 0;\n}\n```\nThis program returns 0.';
  assert.equal(offered('// TODO: write a program\n‸\n', written, CPP), 'int main() {\n    return 0;\n}');
  const cursor = cursorIn(ASKS);
  const plan = planned(ASKS);
  assert.deepEqual(tidySuggestion('Here it is:\n\n```rust\nfn a() {}\n```', plan, cursor), {
    text: 'fn a() {}',
    fenceTag: 'rust',
  });
  assert.equal(tidySuggestion('I cannot write code.', plan, cursor), undefined);
  assert.equal(offered(ASKS, 'python\n```\n'), undefined);
});

test('an answer takes the indentation of its place, and none of its own', () => {
  const asks = 'class A:\n    # TODO: sort the list xs‸\n';
  const written = 'python\n    xs = list(xs)\n\n    for x in xs:\n        print(x)\n```';
  const body = '    xs = list(xs)\n\n    for x in xs:\n        print(x)';
  assert.equal(accepted(asks, written), `class A:\n    # TODO: sort the list xs\n${body}\n`);
  assert.equal(
    accepted(asks.replace(CURSOR, `\n${CURSOR}`), written),
    `class A:\n    # TODO: sort the list xs\n${body}\n`,
  );
  const tabs = 'class A:\n\t# TODO: sort the list xs\n\t‸\n';
  assert.equal(
    accepted(tabs, 'python\nfor x in xs:\n\tprint(x)'),
    'class A:\n\t# TODO: sort the list xs\n\tfor x in xs:\n\t\tprint(x)\n',
  );
});

test('an answer does not say again what was asked', () => {
  assert.equal(offered(ASKS, 'python\n# Sort a list.\n\nxs.sort()\n```'), 'xs.sort()');
  assert.equal(offered(ASKS, 'python\n# Sort a list'), undefined);
  assert.equal(offered(ASKS, 'python\n# Sort it in place\nxs.sort()\n```'), '# Sort it in place\nxs.sort()');
});

test('below a heading the answer comes in a fence that is closed, also where it was cut short or went in circles', () => {
  const heading = '# Sort a list of numbers‸\n';
  assert.equal(offered(heading, 'python\nxs.sort()\n```\nDone.', MD), '\n\n```python\nxs.sort()\n```');
  assert.equal(offered('# Sort a list of numbers\n\n‸\n', 'python\nxs.so', MD), '```python\nxs.so\n```');
  assert.equal(offered(heading, `python\n${'xs.sort()\n'.repeat(9)}`, MD), '\n\n```python\nxs.sort()\n```');
  assert.equal(offered(heading, '\nxs.sort()\n```', MD), '\n\n```\nxs.sort()\n```');
  assert.equal(offered(heading, 'python\n```', MD), undefined);
});

test('inside of a fence the answer comes without one', () => {
  const fence = 'Sort a list:\n\n```python\n‸\n```\n';
  assert.equal(accepted(fence, 'python\nxs.sort()\n```', MD), 'Sort a list:\n\n```python\nxs.sort()\n```\n');
});

test('a notebook cell gets the code alone', () => {
  const cursor = { before: '', after: '', place: cellPlace('Sort a list', 'python'), language: 'python' } as const;
  const plan = planFor(cursor);
  assert.ok(plan);
  assert.equal(tidySuggestion('```python\nxs.sort()\n```', plan, cursor)?.text, 'xs.sort()');
});

test('raw text goes on where the cursor is, with one space where one stands already', () => {
  assert.equal(offered('x =‸', ' 5'), ' 5');
  assert.equal(offered('x = ‸', ' 5'), '5');
  assert.equal(offered('x = ‸', '5'), '5');
  assert.equal(offered('x = ‸', '\n    5'), '\n    5');
  assert.equal(offered('def f():‸', '\n    return 1\n\ndef g():'), '\n    return 1');
});

test('a body begins at the indentation that stands there, wherever the model put its first line', () => {
  const body = 'def f(x):\n    ‸\n';
  for (const written of [' return x', 'return x', '\n    return x', '\n\n    return x'])
    assert.equal(accepted(body, written), 'def f(x):\n    return x\n', JSON.stringify(written));
  assert.equal(
    accepted(body, '\n    if x:\n        return 1\n    return 2'),
    'def f(x):\n    if x:\n        return 1\n    return 2\n',
  );
  assert.equal(accepted('def f(x):\n\t‸\n', '\n\treturn x'), 'def f(x):\n\treturn x\n');
  assert.equal(accepted('def f(x):\n\t‸\n', '\n    return x'), 'def f(x):\n\treturn x\n');
});

test('a model that leaves the block at once offers nothing in it', () => {
  assert.equal(offered('def f(x):\n    return x\n    ‸\n', '\n\ndef g(x):\n    return x'), undefined);
  assert.equal(offered('int f() {\n    return 1;\n    ‸\n}\n', '}\n', CPP), undefined);
  assert.equal(offered('int f() {\n    return 1;\n    ‸\n}\n', '\n}\n', CPP), undefined);
});

test('a bracket that is missing is closed, one that is there is not', () => {
  assert.equal(offered('int f() {\n    return 1;‸\n', '\n}\n\nint g() {', CPP), '\n}');
  assert.equal(offered('int f() {\n    return 1;‸\n}\n', '\n}\n\nint g() {', CPP), undefined);
  assert.equal(offered('int f() {\n    int a = 1;‸\n}\n', '\n    return a;\n}\n', CPP), '\n    return a;');
  // The one below closes another one, which this text cannot see.
  assert.equal(offered('class A {\n‸\n}\n', 'void f() {\n}', CPP), 'void f() {\n}');
});

test('of a line that goes on behind the cursor nothing is said again', () => {
  const cases: readonly (readonly [marked: string, written: string, offered: string | undefined])[] = [
    ['print(‸)', '"a")', '"a"'],
    ['print(‸)', '"a"', '"a"'],
    ['print(‸)', 'f(a)', 'f(a)'],
    ['print(‸)', 'f(a))', 'f(a)'],
    ['print(‸)', 'f(a), ")"', 'f(a), ")"'],
    ['print(‸)', ')', undefined],
    ['print("‸")', 'hello")', 'hello'],
    ['print("‸")', 'hello"', 'hello'],
    ['if (‸) {', 'x > 0) {', 'x > 0'],
    ['if (‸) {', 'x > 0) return;', 'x > 0'],
    ['x = [‸];', '1, 2]', '1, 2'],
    ['total = ‸ + tax_rate', 'price + tax_rate', 'price'],
    ['total = ‸ + tax_rate', 'price + tax_rate + shipping', 'price'],
    ['f(a, ‸, c)', 'b, c)', 'b'],
    ['int x = ‸;', '5;\nint y = 6;', '5'],
  ];
  for (const [marked, written, expected] of cases)
    assert.equal(offered(marked, written), expected, `${marked}: ${written}`);
});

test('of the lines below nothing is said again: not whole, not partly, not cut short', () => {
  const marked = 'def f(xs):\n    total = 0\n    ‸\n    return total\n\nprint(f([1, 2]))\n';
  const loop = 'for x in xs:\n        total += x';
  for (const end of [
    '\n    return total',
    '\n    return total\n',
    '\n    return tot',
    '\n\n    return total',
    '\n    return total\n\nprint(f([1, 2]))\n\nprint("more")',
  ])
    assert.equal(offered(marked, ` ${loop}${end}`), loop, JSON.stringify(end));
  assert.equal(offered(marked, ' return total'), undefined);
  assert.equal(offered(marked, ' return total * 2'), 'return total * 2');
});

test('a line that only begins as the one below is another one', () => {
  const marked = '‸\n\nint main() {\n    return 0;\n}\n'.replace(CURSOR, `int a;\n${CURSOR}`);
  assert.equal(
    offered(marked, 'int main() {\n    foo();\n    bar();\n}', CPP),
    'int main() {\n    foo();\n    bar();\n}',
  );
});

test('the line that is being typed does not become the one below it', () => {
  assert.equal(offered('import os\nimport num‸\nimport numpy as np\n', 'py as np'), undefined);
  assert.equal(offered('import num‸\nimport numpy as np\n', 'py'), undefined);
  assert.equal(offered('import num‸\nimport numpy as np\n', 'py as numpy'), 'py as numpy');
  assert.equal(offered('print(‸)\nprint(value)\n', 'value)'), undefined);
  // So little may well stand twice.
  assert.equal(offered('x‸\nx++\n', '++'), '++');
});

test('what stands below twice is not offered twice over', () => {
  assert.equal(offered('start()\n‸\nfinish_it()\n', 'finish_it()\nfinish_it()'), undefined);
});

test('the line under way is not begun again', () => {
  assert.equal(offered('    return sum(xs‸', '    return sum(xs) / len(xs)'), ') / len(xs)');
  assert.equal(offered('result = compute(‸', 'result = compute(1)'), '1)');
  assert.equal(offered('a = ‸', 'a = 1'), 'a = 1');
});

test('what goes in circles ends after its first round, of one line or of several', () => {
  assert.equal(offered('f()\n‸', 'g()\n'.repeat(8)), 'g()');
  assert.equal(offered('f()\n‸', 'a()\nb()\n'.repeat(5)), 'a()\nb()');
  assert.equal(
    offered('f()\n‸', `start()\n${'for a in b:\n    c(a)\n    d(a)\n'.repeat(4)}`),
    'start()\nfor a in b:\n    c(a)\n    d(a)',
  );
  assert.equal(offered('f()\n‸', 'a()\na()\nb()\nb()'), 'a()\na()\nb()\nb()');
  assert.equal(offered('x = {‸', '\n  {\n  }\n  }\n  }\n', CPP), '\n  {\n  }\n  }\n  }');
});

test('a model that writes other line breaks changes nothing of it', () => {
  const marked = 'def f(x):\n    ‸\n    return y\n';
  assert.equal(offered(marked, ' y = x\r\n    return y\r\n'), 'y = x');
  assert.equal(offered(ASKS, 'python\r\nxs.sort()\r\nprint(xs)\r\n```\r\n'), 'xs.sort()\nprint(xs)');
});

test('a fence ends raw text', () => {
  assert.equal(offered('x = ‸', ' 1\ny = 2\n```\nThis sets x.'), '1\ny = 2');
  assert.equal(offered('x = 1\n‸', '```python\ny = 2'), undefined);
});

test('white space alone is nothing to offer', () => {
  for (const written of ['', ' ', '\n', '\n\n    \n', '\t']) assert.equal(offered('x = ‸', written), undefined);
});
