/** The places of Markdown, and of a notebook's markdown cell. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cellPlace, findPlaces, languageAt } from '../../../../src/core/places/findPlaces.ts';

type Row = readonly [kind: string, lens: number, answer: string, instruction: string, language: string, form: string];

const rows = (text: string): Row[] =>
  findPlaces(text, 'markdown').map(({ kind, lensLine, answerAt, instruction, language, form }) => [
    kind,
    lensLine,
    answerAt ? `${answerAt.line}:${answerAt.character}` : '',
    instruction,
    language ?? '',
    form,
  ]);

const CASES: readonly (readonly [name: string, text: string, ...rows: Row[]])[] = [
  ['an empty fence', 'Sort a list:\n\n```cpp\n\n```\n', ['fence', 2, '3:0', 'Sort a list:', 'cpp', 'code']],
  ['a fence with no line', 'Sort a list:\n```c++\n```\n', ['fence', 1, '1:6', 'Sort a list:', 'cpp', 'code']],
  ['a bare fence', 'Sort a list.\n```\n\n```\n', ['fence', 1, '2:0', 'Sort a list.', '', 'code']],
  ['a fence that is never closed', 'Sort a list.\n~~~rust\n', ['fence', 1, '2:0', 'Sort a list.', 'rust', 'code']],
  ['a comment in a fence', '```rust\n// Sort a list\n\n```\n', ['fence', 0, '2:0', 'Sort a list', 'rust', 'code']],
  ['a comment in a bare fence', '```\n# Sort a list\n```\n', ['fence', 0, '1:13', 'Sort a list', '', 'code']],
  ['a fence below a heading', '# Sort a list\n\n```go\n```\n', ['fence', 2, '2:5', 'Sort a list', 'go', 'code']],
  [
    'a short paragraph is read with its heading',
    '# Sort a list\n\nExample:\n```go\n```\n',
    ['fence', 3, '3:5', 'Sort a list', 'go', 'code'],
  ],
  [
    'a fence in a list',
    '- Sort a list:\n  ```js\n\n  ```\n',
    ['fence', 1, '2:0', 'Sort a list:', 'javascript', 'code'],
  ],
  ['a heading at the end', '# Notes\n## Sort a list ##\n', ['heading', 1, '2:0', 'Sort a list', '', 'fenced']],
  ['a heading and room', '## Sort a list\n\n\n## Next', ['heading', 0, '2:0', 'Sort a list', '', 'fenced']],
  ['a heading and the next', '## Sort a list\n# Next', ['heading', 0, '0:14', 'Sort a list', '', 'fenced']],
  ['front matter', '---\n# not a heading\n---\n# Sort a list', ['heading', 3, '3:13', 'Sort a list', '', 'fenced']],
  ['a heading above lower ones', '# Sort a list\n\n## By age\nSo.\n'],
  ['a heading with text', '# Sort a list\nText.\n'],
  ['a heading of one word', '# Licence\n'],
  ['a fence that is full', 'Sort a list:\n```cpp\nsort();\n```\n'],
  ['a fence of no language', 'Run this now:\n```sh\n```\n'],
  ['an empty fence that nothing introduces', '```cpp\n\n```\n'],
  ['a heading in a fence', '```\n# Sort a list\nx\n```\n'],
];

describe('Markdown', () => {
  for (const [name, text, ...expected] of CASES) test(name, () => assert.deepEqual(rows(text), expected));

  test('several places, from the top', () => {
    const text = '# Add two numbers\n\n```rust\n```\n\n# Sort a list\n\n# Print a table\n\n```\n\n```\n';
    assert.deepEqual(
      rows(text).map(([kind, lens]) => [kind, lens]),
      [
        ['fence', 2],
        ['heading', 5],
        ['fence', 9],
      ],
    );
  });
});

test('the language at a line of Markdown is that of the fence around it', () => {
  const text = 'Text\n```rust\nfn f() {}\n```\nText\n```\nx\n```\n';
  const at = (part: string): string | undefined => languageAt(text, text.indexOf(part), 'markdown');
  assert.deepEqual([at('fn'), at('x'), at('Text'), at('```rust')], ['rust', undefined, undefined, undefined]);
  assert.equal(languageAt('x', 0, 'cpp'), 'cpp');
  assert.equal(languageAt('x', 0, 'typescriptreact'), 'typescript');
  assert.equal(languageAt('x', 0, 'plaintext'), undefined);
});

test('a markdown cell asks as a whole', () => {
  const place = cellPlace('## Sort a list\nof words, the longest first.', 'python');
  assert.equal(place?.instruction, 'Sort a list of words, the longest first.');
  assert.deepEqual([place?.kind, place?.language, place?.surface], ['cell', 'python', 'answer']);
  assert.equal(cellPlace('# Introduction', 'python'), undefined);
  assert.equal(cellPlace('', 'python'), undefined);
  assert.equal(cellPlace('Draw a circle', 'plaintext')?.language, undefined);
});
