/** What holds for whatever the model writes and wherever the cursor is: random documents and answers, from a printed seed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { currentLine, restOfLine, type CompletionPlan, type CursorText } from '../../../../src/core/completion/plan.ts';
import { tidySuggestion } from '../../../../src/core/completion/tidy.ts';
import { NEUTRAL_OPENING } from '../../../../src/core/language/openings.ts';
import { below, freshSeed, mulberry32, pick, randomText, type Random } from '../../tokenizer/random.ts';
import { CURSOR, cursorIn, planFor } from './cursors.ts';

const LANGUAGES = ['python', 'cpp', 'rust', 'julia', 'markdown', 'plaintext'] as const;

const PIECES = [
  'def f(xs):',
  'for x in xs:',
  'return total',
  'return total_of(xs)',
  'int main() {',
  '}',
  '});',
  'if (x > 0) {',
  'print("a (b")',
  "let c = '(';",
  '# TODO: sort a list of numbers',
  '// TODO: sort a list of numbers',
  '"""Return the sum."""',
  '```python',
  '```',
  '~~~',
  '# Sort a list of numbers',
  '',
  '',
] as const;

const INDENTS = ['', '', '    ', '        ', '\t', '  '] as const;

function lineOf(random: Random): string {
  return pick(random, INDENTS) + (below(random, 12) === 0 ? randomText(random, 20) : pick(random, PIECES));
}

function linesOf(random: Random, most: number): string {
  return Array.from({ length: below(random, most + 1) }, () => lineOf(random)).join('\n');
}

interface Sample {
  readonly marked: string;
  readonly cursor: CursorText;
  readonly plan: CompletionPlan;
  /** As the model wrote it, with line breaks of its own. */
  readonly written: string;
}

/** A document with a cursor anywhere, and an answer that is hostile or that runs into what follows the cursor. */
function sample(random: Random): Sample | undefined {
  const text = linesOf(random, 10).replaceAll(/[\r‸]/g, '');
  const at = below(random, text.length + 1);
  const marked = `${text.slice(0, at)}${CURSOR}${text.slice(at)}`;
  const cursor = cursorIn(marked, pick(random, LANGUAGES));
  const plan = planFor(cursor);
  if (plan === undefined) return undefined;
  const own = below(random, 6) === 0 ? randomText(random, 200) : linesOf(random, 6);
  const runsOn = below(random, 2) === 0 ? cursor.after.slice(0, below(random, cursor.after.length + 1)) : '';
  const separator = pick(random, ['\n', '\r\n', '']);
  const answer = `${own}${separator}${runsOn}`;
  return { marked, cursor, plan, written: plan.surface === 'answer' ? `${NEUTRAL_OPENING}${answer}` : answer };
}

/** Calls `check` with so many samples, and says the seed where one fails. */
function forSamples(n: number, check: (sample: Sample, text: string | undefined) => void): void {
  const seed = freshSeed();
  console.log(`seed ${seed}`);
  const random = mulberry32(seed);
  for (let i = 0; i < n; i++) {
    const one = sample(random);
    if (one === undefined) continue;
    const { plan, cursor, written } = one;
    const about = `seed ${seed}, sample ${i}: ${JSON.stringify([one.marked, written])}`;
    try {
      check(one, tidySuggestion(written, plan, cursor)?.text);
    } catch (error) {
      throw new Error(about, { cause: error });
    }
  }
}

const isBlank = (text: string): boolean => text.trim() === '';
const packed = (text: string): string => text.replace(/\s+/g, '');

test('nothing throws, and what is offered is never blank, never ends in white space, has one kind of line break', () => {
  forSamples(5000, (_, text) => {
    if (text === undefined) return;
    assert.ok(!isBlank(text) && text === text.trimEnd() && !text.includes('\r'), text);
  });
});

test('nothing is invented but the fence of a heading: all of it stands in the answer, in its order', () => {
  forSamples(5000, ({ written, cursor, plan }, text) => {
    if (text === undefined) return;
    if (plan.surface === 'raw') return assert.ok(packed(written).includes(packed(text)), text);
    const code = cursor.place?.form === 'fenced' ? text.replace(/^\n*```.*\n/, '').replace(/\n```$/, '') : text;
    assert.ok(packed(written).includes(packed(code)), text);
  });
});

test('the last line that is inserted is never the line below it', () => {
  forSamples(10_000, ({ cursor, plan }, text) => {
    if (text === undefined || (plan.surface === 'answer' && cursor.place?.form === 'fenced')) return;
    const next = cursor.after
      .split('\n')
      .slice(1)
      .find((line) => !isBlank(line));
    const inserted = `${currentLine(cursor.before)}${text}`.split('\n');
    const last = `${inserted.at(-1)}${restOfLine(cursor.after).trim()}`.trimEnd();
    const isShort = (last.match(/[\p{L}\p{N}]/gu)?.length ?? 0) < 6;
    if (next === undefined || isShort) return;
    assert.notEqual(last, next.trimEnd());
  });
});

test('where one line is wanted one line is offered, and it does not hold the rest of the cursor’s line', () => {
  forSamples(5000, ({ cursor, plan }, text) => {
    const rest = restOfLine(cursor.after).trim();
    if (text === undefined || plan.ends !== 'line') return;
    assert.ok(!text.includes('\n'), text);
    if (rest.length >= 6 && !/^[)\]}]/.test(rest)) assert.ok(!text.includes(rest), text);
  });
});

test('a longer answer only adds to what was offered of a shorter one, where nothing of either was cut', () => {
  const seed = freshSeed();
  console.log(`seed ${seed}`);
  const random = mulberry32(seed);
  for (let i = 0; i < 300; i++) {
    // Lines that are all different, and nothing below the cursor: nothing loops, nothing repeats.
    const lines = Array.from({ length: 6 }, (_, n) => `${pick(random, INDENTS)}value${n} = f${below(random, 9)}(a, b)`);
    const whole = `${pick(random, ['', ' ', '\n', '\n\n'])}${lines.join(pick(random, ['\n', '\n\n']))}`;
    const cursor = cursorIn(pick(random, ['def f():‸', 'def f():\n    ‸', 'x = ‸', 'x = 1\n‸', 'if x:\n\t‸\n']));
    const plan = planFor(cursor);
    assert.ok(plan);
    let shorter = '';
    for (let length = 0; length <= whole.length; length++) {
      const longer = tidySuggestion(whole.slice(0, length), plan, cursor)?.text ?? '';
      assert.ok(longer.startsWith(shorter), `seed ${seed}: ${JSON.stringify([cursor.before, shorter, longer])}`);
      shorter = longer;
    }
  }
});

test('an answer of very many lines is tidied as one of a few is', () => {
  const cursor = cursorIn('# TODO: sort a list\n‸\n');
  const plan = planFor(cursor);
  assert.ok(plan);
  const lines = Array.from({ length: 200_000 }, (_, n) => `  f${n}()`);
  const text = tidySuggestion(`${NEUTRAL_OPENING}\n${lines.join('\n')}`, plan, cursor)?.text ?? '';
  assert.equal(text.split('\n').length, 200_000);
  assert.ok(text.startsWith('f0()\nf1()\n'));
});
