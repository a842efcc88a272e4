/** What holds for places of every kind: ids, the place of a cursor, any text at all, and time that grows with the text. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findPlaces, placeAt } from '../../../../src/core/places/findPlaces.ts';
import { createRandom } from '../../../../src/core/stats/random.ts';

describe('ids', () => {
  const ids = (text: string, languageId = 'cpp'): string[] => findPlaces(text, languageId).map(({ id }) => id);

  test('stay while lines move and marks, case and spaces change', () => {
    const [, id] = ids('// TODO: Sort the  list\n');
    assert.equal(id, 'comment:sort the list');
    assert.equal(ids('int a;\n\n  // TODO(x) sort the\n  // list\n\n')[1], id);
  });

  test('differ for what differs, places that ask the same among them', () => {
    const text = '// Sort it now\n\n// Print it now\n\n// Sort it now\n\n';
    assert.deepEqual(ids(text), ['file', 'comment:sort it now', 'comment:print it now', 'comment:sort it now#2']);
    const long = 'write '.repeat(40);
    const [a, b] = ids(`// ${long}one\n\n// ${long}two\n\n`).slice(1);
    assert.notEqual(a, b);
    assert.ok(a.length < 120, a);
  });
});

describe('the place of a cursor', () => {
  /** The instruction of the place at the `|` of a text. */
  const at = (text: string, languageId = 'cpp'): string | undefined =>
    placeAt(text.replace('|', ''), text.indexOf('|'), languageId)?.instruction;

  test('is the one whose room it is in', () => {
    assert.equal(at('// Sort the list\n|'), 'Sort the list');
    assert.equal(at('// Sort the list|'), 'Sort the list');
    assert.equal(at('// Sort the list\n\n  |\n'), 'Sort the list');
    assert.equal(at('int f() {\n  // Sort it now\n  |\n}\n'), 'Sort it now');
    assert.equal(at('def f():\n    """Sort it now."""\n    |\n', 'python'), 'Sort it now.');
    assert.equal(at('Sort a list:\n```cpp\n|\n```\n', 'markdown'), 'Sort a list:');
    assert.equal(at('// Sort it\r\n|\r\n// Print it\r\n'), 'Sort it');
  });

  test('is none where there is code, or a comment under way', () => {
    assert.equal(at('// Sort the| list\n'), undefined);
    assert.equal(at('// Sort the list\nint a|\n'), undefined);
    assert.equal(at('|// Sort the list\n'), undefined);
    assert.equal(at('int a;|\n// Sort the list\n'), undefined);
    assert.equal(at('|'), undefined);
  });

  test('is there wherever a place says that its answer goes', () => {
    const text = 'int a;\n// Sort it now\n\n/// Print it now\nint f() {\n\n}\nint b;\n// TODO: add them\n\nint c;\n';
    const lines = text.split('\n');
    for (const place of findPlaces(text, 'cpp').slice(1)) {
      const { line, character } = place.answerAt ?? assert.fail(place.id);
      const offset = lines.slice(0, line).join('\n').length + (line > 0 ? 1 : 0) + character;
      assert.equal(placeAt(text, offset, 'cpp')?.id, place.id);
    }
  });
});

const PIECES = [
  '//',
  '#',
  '"""',
  '/*',
  '*/',
  '```',
  '~~~cpp',
  '\n',
  '\n',
  '\r\n',
  '    ',
  '\t',
  '{',
  '}',
  ':',
  'def f',
];
const WORDS = [
  'TODO',
  'Sort the list',
  'print',
  '@param',
  '---',
  '\u{1f600}',
  '\ud800',
  '\0',
  '""',
  "'",
  'end',
  'pass',
];

test('any text has places that are inside of it, and none throws', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = createRandom(seed).next;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  for (let round = 0; round < 3000; round++) {
    const text = Array.from({ length: Math.floor(random() * 40) }, () => pick(random() < 0.6 ? PIECES : WORDS)).join(
      ' ',
    );
    const languageId = pick(['cpp', 'python', 'julia', 'markdown', 'lua', 'go']);
    const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
    const found = findPlaces(text, languageId);
    assert.equal(new Set(found.map(({ id }) => id)).size, found.length, `seed ${seed}: ids of ${JSON.stringify(text)}`);
    for (const { lensLine, answerAt, empty } of found) {
      assert.ok(lensLine >= 0 && lensLine < lines.length, `seed ${seed}: ${JSON.stringify(text)}`);
      if (!answerAt || !empty) continue;
      assert.ok(answerAt.character <= lines[answerAt.line].length, `seed ${seed}: ${JSON.stringify(text)}`);
      assert.ok(empty.from.line <= answerAt.line && answerAt.line <= empty.lastLine && empty.lastLine < lines.length);
    }
    placeAt(text, Math.floor(random() * (text.length + 1)), languageId);
  }
});

/** Texts that make a careless reader start again at every line. */
const HARD: Readonly<Record<string, readonly [languageId: string, line: string]>> = {
  comments: ['cpp', '// Sort the list of numbers\n'],
  'comments and gaps': ['cpp', '// Sort the list of numbers\n\n\n'],
  'blank lines': ['python', '\n'],
  'empty bodies': ['python', '# Sort the list\ndef f():\n'],
  strings: ['python', 'a = """\n'],
  'open comments': ['cpp', 'a(); /* "\n'],
  fences: ['markdown', '```\n'],
  'headings and spaces': ['markdown', `# a${' '.repeat(200)}b${' '.repeat(200)}#\n`],
  docstrings: ['python', '"""Sort it.\n'],
};

/** Counting characters read instead of seconds is not possible here: the margin is wide, a square would be 100 times. */
for (const [name, [languageId, line]] of Object.entries(HARD)) {
  test(`ten times the text takes no hundred times the time: ${name}`, () => {
    const timeOf = (lines: number): number => {
      const text = line.repeat(lines);
      const times = [1, 2, 3].map(() => {
        const start = performance.now();
        findPlaces(text, languageId);
        return performance.now() - start;
      });
      return Math.min(...times);
    };
    timeOf(500);
    const [small, large] = [timeOf(1000), timeOf(10_000)];
    assert.ok(large < 40 * small + 20, `${small.toFixed(2)} ms for 1,000 lines, ${large.toFixed(2)} ms for 10,000`);
  });
}
