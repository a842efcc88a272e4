/** What is asked of the engine for a cursor: which surface, which prompt, which ending; and that a prompt keeps its beginning. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isComplete, planCompletion, steeredPlace } from '../../../../src/core/completion/plan.ts';
import { NEUTRAL_OPENING } from '../../../../src/core/language/openings.ts';
import { cellPlace } from '../../../../src/core/places/findPlaces.ts';
import { below, freshSeed, mulberry32 } from '../../tokenizer/random.ts';
import { AUTO, MODEL, cursorIn, planFor, planIn, planned } from './cursors.ts';

const INFILL = { ...MODEL, infill: true };
const CPP = { languageId: 'cpp' };
/** Half of a character that takes two UTF-16 units. */
const HALVED = /\p{Surrogate}/u;

test('a comment that asks is asked as a chat that is opened neutrally, in its own words', () => {
  const plan = planned('import os\n\n# TODO: Sort a list of numbers.\n‸\n');
  assert.equal(plan.surface, 'answer');
  assert.equal(plan.prompt, 'Sort a list of numbers.');
  assert.equal(plan.ends, 'fence');
  const { mode, prefill, repeatPenalty, temperature, stop } = plan.options;
  assert.deepEqual(
    { mode, prefill, repeatPenalty, temperature, stop },
    {
      mode: 'auto',
      prefill: NEUTRAL_OPENING,
      repeatPenalty: 1.1,
      temperature: 0,
      stop: ['\n```\n'],
    },
  );
});

test('an answer at the end of its comment begins on a line of its own, with the indentation of the comment', () => {
  assert.equal(planned('if x:\n    # TODO: sort the list xs‸\n').lead, '\n    ');
  assert.equal(planned('if x:\n    # TODO: sort the list xs\n‸').lead, '    ');
  assert.equal(planned('if x:\n    # TODO: sort the list xs\n  ‸').lead, '  ');
  assert.equal(planned('if x:\n    # TODO: sort the list xs\n    ‸').lead, '');
  assert.equal(planned('if x:\n    # TODO: sort the list xs\n\t‸').lead, '');
});

test('the middle of a file goes on as raw text, without a prefill and without a penalty', () => {
  const plan = planned('def add(a, b):\n    return a‸\n');
  assert.equal(plan.surface, 'raw');
  assert.equal(plan.prompt, 'def add(a, b):\n    return a');
  const { mode, prefill, suffix, repeatPenalty, stop } = plan.options;
  assert.deepEqual([mode, prefill, suffix, repeatPenalty, stop], ['raw', undefined, undefined, 1, ['\n```']]);
  assert.deepEqual([plan.isOwnLine, plan.lead, plan.held], [false, '', '']);
});

test('a docstring in an empty body goes on as raw text below it, and is asked as a chat where a language is chosen', () => {
  const marked = 'def area(r):\n    """Return the area of a circle."""\n    ‸\n';
  const raw = planned(marked);
  assert.deepEqual([raw.surface, raw.prompt], ['raw', 'def area(r):\n    """Return the area of a circle."""\n   ']);
  const atEnd = planned(marked.replace('\n    ‸', '‸'));
  assert.deepEqual([atEnd.prompt, atEnd.lead, atEnd.isOwnLine], [raw.prompt, '\n    ', true]);
  const answer = planned(marked, { choice: { kind: 'language', language: 'rust', strength: 2 } });
  assert.deepEqual([answer.surface, answer.prompt], ['answer', 'Return the area of a circle.']);
  assert.deepEqual(answer.options.steer, [{ name: 'rust', strength: 2 }]);
  const both = planned(marked, { choice: { kind: 'language', language: 'cpp', strength: 1 } });
  assert.deepEqual([both.surface, both.options.steer], ['answer', [{ name: 'cpp', strength: 1 }]]);
  const ownRaw = planned(marked, { choice: { kind: 'direction', name: 'cpp-raw', strength: 1 } });
  assert.deepEqual([ownRaw.surface, ownRaw.options.steer], ['raw', [{ name: 'cpp-raw', strength: 1 }]]);
});

test('automatic steering is by the direction of the surface', () => {
  assert.deepEqual(planned('int x = ‸', { ...CPP, choice: AUTO }).options.steer, [{ name: 'cpp-raw', strength: 1 }]);
  assert.deepEqual(planned('let x = ‸', { languageId: 'rust', choice: AUTO }).options.steer, []);
  const asked = planned('// TODO: sort a list of numbers\n‸', { languageId: 'rust', choice: AUTO });
  assert.deepEqual([asked.options.steer, asked.prompt], [[{ name: 'rust', strength: 1 }], 'sort a list of numbers']);
  assert.equal(asked.named, undefined);
});

test('where no direction leads to the language a place is asked for it in words, and says so; raw text goes on by itself', () => {
  const go = { languageId: 'go', choice: AUTO };
  const comment = planned('// TODO: sort a list of numbers\n‸', go);
  assert.deepEqual([comment.surface, comment.named, comment.options.steer], ['answer', 'go', []]);
  assert.equal(comment.prompt, 'sort a list of numbers Use Go.');
  const documented = planned('def area(r):\n    """Return the area of a circle."""\n    ‸\n', { choice: AUTO });
  assert.deepEqual([documented.surface, documented.prompt], ['answer', 'Return the area of a circle. Use Python.']);
  const chosen = planned('// TODO: sort a list\n‸', {
    ...CPP,
    choice: { kind: 'language', language: 'go', strength: 1 },
  });
  assert.deepEqual([chosen.named, chosen.prompt], ['go', 'sort a list Use Go.']);
  const raw = planned('x := ‸', go);
  assert.deepEqual([raw.surface, raw.named, raw.prompt, raw.options.steer], ['raw', undefined, 'x :=', []]);
});

test('with steering off no language is named, nor where the language is not known', () => {
  const off = planned('// TODO: sort a list of numbers\n‸', { languageId: 'go' });
  assert.deepEqual([off.surface, off.named, off.prompt], ['answer', undefined, 'sort a list of numbers']);
  const unknown = planned('-- TODO: sort a list of numbers\n‸', { languageId: 'lua', choice: AUTO });
  assert.deepEqual([unknown.named, unknown.prompt], [undefined, 'sort a list of numbers']);
});

test('a fence in Markdown asks in the language of its tag, a heading brings its fence along', () => {
  const fence = cursorIn('Sort a list of numbers:\n\n```cpp\n‸\n```\n', 'markdown');
  assert.equal(fence.language, 'cpp');
  const inFence = planFor(fence, { choice: AUTO });
  assert.deepEqual([inFence?.surface, inFence?.options.steer], ['answer', [{ name: 'cpp', strength: 1 }]]);
  const heading = planned('# Sort a list of numbers\n\n‸\n', { languageId: 'markdown' });
  assert.deepEqual([heading.surface, heading.prompt, heading.lead], ['answer', 'Sort a list of numbers', '']);
  assert.equal(planned('# Sort a list of numbers‸', { languageId: 'markdown' }).lead, '\n\n');
  assert.equal(planned('Some words of pro‸\n', { languageId: 'markdown' }).surface, 'raw');
});

test('an empty code cell below a markdown cell asks what that says', () => {
  const place = cellPlace('## Plot a sine wave', 'python');
  const cursor = { before: '', after: '', place, language: 'python' } as const;
  const plan = planFor(cursor);
  assert.deepEqual([plan?.surface, plan?.prompt, plan?.lead], ['answer', 'Plot a sine wave', '']);
  assert.equal(planFor({ before: '', after: '', language: 'python' }), undefined);
});

test('there is nothing to ask in an empty file, nor where only white space is before the cursor', () => {
  for (const marked of ['‸', '\n\n   ‸', '‸def f():\n    pass\n']) assert.equal(planIn(marked), undefined);
});

test('the space before the cursor is left to the model, and so is that of the indentation; a tab is not', () => {
  const held = (marked: string) => {
    const { prompt, held: space, indent } = planned(marked);
    return [prompt, space, indent];
  };
  assert.deepEqual(held('x = ‸'), ['x =', ' ', '']);
  assert.deepEqual(held('x =  ‸'), ['x = ', ' ', '']);
  assert.deepEqual(held('if x:\n    ‸'), ['if x:\n   ', ' ', '    ']);
  assert.deepEqual(held('if x:\n\t‸'), ['if x:\n\t', '', '\t']);
  assert.deepEqual(held('x =‸'), ['x =', '', '']);
});

test('a key that only adds a space asks what was asked before it', () => {
  assert.deepEqual(planned('x =‸').options, planned('x = ‸').options);
  assert.equal(planned('x =‸').prompt, planned('x = ‸').prompt);
});

test('with the line going on behind the cursor one line is wanted, else a block', () => {
  assert.deepEqual([planned('foo(‸)').ends, planned('foo(‸)').options.stop], ['line', ['\n']]);
  assert.equal(planned('foo(‸  \nbar()').ends, 'block');
  const block = planned('def f():\n    return‸');
  assert.equal(isComplete(block, ' 1\n\ndef g'), true);
  assert.equal(isComplete(block, ' 1\n    x'), false);
  assert.equal(isComplete(planned('foo(‸)'), 'a\n\n}\n'), false);
  assert.equal(isComplete(planned('# TODO: sort a list\n‸'), 'a\n\nb\n'), false);
});

test('what follows is asked along with a model that can fill in, and with no other', () => {
  const marked = 'def f():\n    x = ‸\n    return x\n';
  assert.equal(planned(marked).options.suffix, undefined);
  assert.equal(planned(marked, { model: INFILL }).options.suffix, '\n    return x\n');
  assert.equal(planned('x = ‸\n \n', { model: INFILL }).options.suffix, undefined);
  assert.equal(planned(`x = ‸${'y'.repeat(999)}`, { model: INFILL }).options.suffix?.length, 240);
  assert.equal(planned('# TODO: sort a list\n‸\n\nx = 1\n', { model: INFILL }).options.suffix, undefined);
});

test('prompt, suffix and answer fit a small context, and where they cannot nothing is asked', () => {
  const marked = `${'value = compute(1)\n'.repeat(200)}‸\n${'value = compute(2)\n'.repeat(200)}`;
  for (let context = 0; context <= 1024; context += 16) {
    const plan = planIn(marked, { model: { context, infill: true }, maxTokens: 64 });
    const room = 1.5 * (context - 64 - 96);
    if (plan === undefined) assert.ok(room < 64, `nothing is asked of a context of ${context}`);
    else assert.ok(plan.prompt.length + (plan.options.suffix?.length ?? 0) <= room, `context ${context}`);
  }
  const asked = planned(`# TODO: ${'sort a list and '.repeat(60)}\n‸`, { model: { context: 300, infill: false } });
  assert.ok(asked.prompt.length <= 1.5 * (300 - 32 - 96));
});

test('in a small context the instruction is cut and the request for the language is kept; no request stands alone', () => {
  const marked = `// TODO: ${'sort a list and '.repeat(60)}\n‸`;
  for (let context = 96; context <= 512; context++) {
    const plan = planIn(marked, { languageId: 'go', choice: AUTO, model: { context, infill: false } });
    const room = Math.floor(1.5 * (context - 32 - 96));
    if (plan === undefined) assert.ok(room <= 8, `nothing is asked of a context of ${context}`);
    else
      assert.ok(/^s.* Use Go\.$/.test(plan.prompt) && plan.prompt.length <= room, `context ${context}: ${plan.prompt}`);
  }
});

test('a prompt that is cut begins with a whole line, and is long enough to go by', () => {
  const marked = `${Array.from({ length: 100 }, (_, i) => `value${i} = compute(${i})`).join('\n')}‸`;
  const { prompt } = planned(marked);
  assert.match(prompt, /^value\d+ = /);
  assert.ok(prompt.length > 300 && prompt.length <= 640);
});

test('a line too long for a prompt is cut where it must be, never inside of a character', () => {
  for (let extra = 0; extra < 8; extra++) {
    const { prompt } = planned(`x = "${'😀'.repeat(2000)}${'a'.repeat(extra)}‸`);
    assert.ok(!HALVED.test(prompt) && prompt.length > 300);
    const { options } = planned(`x = ‸${'a'.repeat(extra)}${'😀'.repeat(400)}`, { model: INFILL });
    assert.ok(options.suffix !== undefined && !HALVED.test(options.suffix));
  }
  const short = planned(`${'a'.repeat(700)}\nab‸`);
  assert.ok(short.prompt.length > 300, 'the last line alone is no prompt');
});

test('successive keys ask with the same beginning, but for one cut in so many', () => {
  const seed = freshSeed();
  console.log(`seed ${seed}`);
  const random = mulberry32(seed);
  let before = 'start of the file\n'.repeat(10);
  let [asked, cuts] = [planned(`${before}‸`).prompt, 0];
  const keys = 4000;
  for (let key = 0; key < keys; key++) {
    before += below(random, 12) === 0 ? '\n' : below(random, 5) === 0 ? ' ' : 'x';
    const { prompt } = planned(`${before}‸`);
    if (!prompt.startsWith(asked)) cuts++;
    asked = prompt;
  }
  assert.ok(cuts <= Math.ceil(keys / 160), `${cuts} cuts in ${keys} keys, seed ${seed}`);
});

test('choosing sees whether a place can be asked as a chat', () => {
  assert.deepEqual(steeredPlace(cursorIn('x = ‸')), { language: 'python', surface: 'raw', canAnswer: false });
  assert.deepEqual(steeredPlace(cursorIn('-- TODO: sort a list\n‸', 'lua')), { surface: 'answer', canAnswer: true });
});

test('steering for another surface than the one that is asked is not sent along', () => {
  const cursor = cursorIn('x = ‸');
  const plan = planCompletion(cursor, { surface: 'answer', steer: [{ name: 'cpp', strength: 1 }] }, MODEL, 32);
  assert.deepEqual([plan?.surface, plan?.options.steer], ['raw', []]);
});

test('inside of a word there is nothing to ask, and at its ends there is', () => {
  for (const marked of ['do‸uble x;', 'é‸é', 'x_‸1']) assert.equal(planIn(marked), undefined, marked);
  for (const marked of ['double‸ x;', 'x = ‸double', 'f(‸x)']) assert.ok(planIn(marked), marked);
});
