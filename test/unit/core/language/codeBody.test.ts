/** Taking the code out of answers as models write them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { extractCode } from '../../../../src/core/language/codeBody.ts';
import { NEUTRAL_OPENING } from '../../../../src/core/language/openings.ts';

type Expected = [code: string | null, fenceTag: string | null, closed: boolean];

const CASES: readonly [name: string, answer: string, expected: Expected][] = [
  ['a tagged block', 'Sure:\n\n```python\nx = 1\ny = 2\n```\nDone.', ['x = 1\ny = 2', 'python', true]],
  ['a bare block', '```\nint x;\n```', ['int x;', null, true]],
  ['an unclosed block', '```cpp\nint main() {\n  ret', ['int main() {\n  ret', 'cpp', false]],
  ['the neutral opening, tag written by the model', `${NEUTRAL_OPENING}c++\nint x;\n`, ['int x;', 'c++', false]],
  ['the neutral opening, tag on a line of its own', `${NEUTRAL_OPENING}\npython\nx = 1`, ['x = 1', 'python', false]],
  [
    'the neutral opening, fence opened once more',
    `${NEUTRAL_OPENING}\n\`\`\`rust\nfn f() {}\n\`\`\``,
    ['fn f() {}', 'rust', true],
  ],
  ['the neutral opening, no tag', `${NEUTRAL_OPENING}\nx = 1`, ['x = 1', null, false]],
  [
    'the neutral opening, code at once',
    `${NEUTRAL_OPENING}#include <stdio.h>\nint x;`,
    ['#include <stdio.h>\nint x;', null, false],
  ],
  ['the neutral opening, an import at once', `${NEUTRAL_OPENING}import os\nx = 1`, ['import os\nx = 1', null, false]],
  ['nothing after the opening', NEUTRAL_OPENING, [null, null, false]],
  ['only a tag after the opening', `${NEUTRAL_OPENING}python`, [null, null, false]],
  ['prose', 'First, think about the `list` and then sort it.', [null, null, false]],
  ['an empty answer', '', [null, null, false]],
  [
    'code without any fence',
    '#include <iostream>\nusing namespace std;\n\nint main() {\n    cout << 1;\n}\n\nThis program prints a number.',
    ['#include <iostream>\nusing namespace std;\n\nint main() {\n    cout << 1;\n}', null, false],
  ],
  [
    'a function without any fence',
    'def f(x):\n    return x + 1\n\nprint(f(2))',
    ['def f(x):\n    return x + 1\n\nprint(f(2))', null, false],
  ],
  [
    'prose that begins like code and has a list',
    'If the list is empty, return nothing.\nFor each number, do this:\n1. Add it to the sum.\n2. Count it.\nThen divide.',
    [null, null, false],
  ],
  [
    'prose with a line of code in it',
    'Use a loop.\nThe sum is then\nsum += x;\nand so on until the end.',
    [null, null, false],
  ],
  ['an empty block and then a full one', '```\n\n```\ntext\n```js\nlet a;\n```', ['let a;', 'js', true]],
  ['the first of two blocks', '```js\na();\n```\n```python\nb()\n```', ['a();', 'js', true]],
  ['attributes after the tag', '```python title="x"\nx = 1\n```', ['x = 1', 'python', true]],
  ['a tag in braces', '```{.rust}\nfn f() {}\n```', ['fn f() {}', 'rust', true]],
  ['a space before the tag', '``` java\nint x;\n```', ['int x;', 'java', true]],
  ['a tag of no language', '```plaintext\nhello\n```', ['hello', 'plaintext', true]],
  ['tildes, with backquotes inside', '~~~js\nlet a = ```x```;\n```\n~~~', ['let a = ```x```;\n```', 'js', true]],
  ['a longer fence holds a shorter one', '````md\n```\nx\n```\n````', ['```\nx\n```', 'md', true]],
  ['carriage returns', '```python\r\nx = 1\r\ny = 2\r\n```\r\n', ['x = 1\ny = 2', 'python', true]],
  ['an indented block', '1. Like so:\n   ```python\n   if x:\n       y()\n   ```', ['if x:\n    y()', 'python', true]],
  ['a first line that is a word, not a language', '```\ntotal\n= 1\n```', ['total\n= 1', null, true]],
];

describe('extractCode', () => {
  for (const [name, answer, [code, fenceTag, closed]] of CASES) {
    test(name, () => {
      const body = extractCode(answer);
      assert.deepEqual([body.code, body.fenceTag, body.closed], [code, fenceTag, closed]);
    });
  }

  test('says where the body begins', () => {
    for (const [, answer] of CASES) {
      const { code, start } = extractCode(answer);
      if (code === null) assert.equal(start, -1);
      else
        assert.ok(
          answer
            .slice(start)
            .trimStart()
            .startsWith(code.split('\n')[0]?.trimStart() ?? ''),
          answer,
        );
    }
    assert.equal(extractCode('Hi\n```c\nint x;').start, 8);
  });
});
