/** The task sets: neutral, disjoint, large enough. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { LANGUAGE_IDS, LANGUAGES } from '../../../../src/core/language/languages.ts';
import { CORE_FIT_TASKS, FIT_TASKS } from '../../../../src/core/language/prompts/fitTasks.ts';
import { CORE_HELD_OUT_TASKS, HELD_OUT_TASKS } from '../../../../src/core/language/prompts/heldOutTasks.ts';
import { RAW_PREFIXES } from '../../../../src/core/language/prompts/rawPrefixes.ts';
import { PROMPT_STYLES, styledPrompt } from '../../../../src/core/language/prompts/styles.ts';
import { STUDY_SPLITS, studyTasks } from '../../../../src/core/language/prompts/studyTasks.ts';
import type { CodingTask, TaskKind } from '../../../../src/core/language/prompts/task.ts';
import { taskComment } from '../../../../src/core/language/prompts/taskComment.ts';
import { taskPrompt } from '../../../../src/core/language/prompts/taskPrompt.ts';

const TASKS = [...FIT_TASKS, ...HELD_OUT_TASKS];
const TEXTS = [...TASKS.map(({ instruction }) => instruction), ...RAW_PREFIXES.map(({ text }) => text)];

/** Words that belong to a language or a library though they do not name it. */
const GIVEAWAYS =
  /\b(?:numpy|pandas|scipy|matplotlib|std|stl|iostream|boost|eigen|jvm|cargo|crate|npm|node|browser|dom|html|goroutine|channel|pointer|struct|template|tuple|dictionary|dict|lambda|decorator|vector|hash ?map|slice|trait|interface|promise|callback|notebook|script|snake|pip|module|package|header|main|void|println|printf)\b/i;

/**
 * Share of common content words from which two instructions count as the same task. The most alike of different tasks,
 * short ones that are built alike ("checks whether a word reads the same in both directions", "checks whether a chemical
 * equation has the same atoms on both sides"), reach 0.36; a task put a little differently stays above 0.4. Synonyms are
 * beyond a count of words: whoever adds a task reads the others for these.
 */
const NEAR_TWIN = 0.4;

/** Tasks in other words, to see that the measure above tells. */
const REWORDED: readonly (readonly [id: string, instruction: string])[] = [
  ['gravity-bodies', 'Write a program that simulates how thousands of bodies attract each other through gravity.'],
  ['limiting-reactant', 'Write a function that finds the yield and the limiting reactant from amounts of a reaction.'],
  ['population-growth', 'Write a program that simulates the logistic growth of a population year after year.'],
];

const countOf = (tasks: readonly CodingTask[], kind: TaskKind): number =>
  tasks.filter((task) => task.kind === kind).length;

function contentWords(text: string): Set<string> {
  const words = text.toLowerCase().match(/[a-z]{4,}/g) ?? [];
  return new Set(
    words.filter(
      (word) => !/^(?:write|function|program|that|with|from|computes|list|number|numbers|given)$/.test(word),
    ),
  );
}

/** Jaccard index of the content words. */
function overlapOf(one: string, other: string): number {
  const [a, b] = [contentWords(one), contentWords(other)];
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared / (a.size + b.size - shared);
}

describe('task sets', () => {
  test('are large enough, and evenly of both scientific kinds', () => {
    assert.ok(RAW_PREFIXES.length >= 8);
    for (const tasks of [FIT_TASKS, HELD_OUT_TASKS]) {
      assert.ok(countOf(tasks, 'high-level') >= 42);
      assert.ok(countOf(tasks, 'performance') >= 42);
    }
    for (const tasks of [CORE_FIT_TASKS, CORE_HELD_OUT_TASKS])
      assert.equal(2 * countOf(tasks, 'general'), tasks.length);
  });

  test('begin with the core tasks, whose prompts are those that the published figures are of', () => {
    const digest = (tasks: readonly CodingTask[]): string =>
      createHash('sha256')
        .update(tasks.map((task) => `${task.id}: ${taskPrompt(task)}\n`).join(''))
        .digest('hex')
        .slice(0, 16);
    assert.deepEqual([CORE_FIT_TASKS.length, digest(CORE_FIT_TASKS)], [64, '1e130926164606da']);
    assert.deepEqual([CORE_HELD_OUT_TASKS.length, digest(CORE_HELD_OUT_TASKS)], [40, '3b0a50361b9cac60']);
    assert.deepEqual(FIT_TASKS.slice(0, 64), CORE_FIT_TASKS);
    assert.deepEqual(HELD_OUT_TASKS.slice(0, 40), CORE_HELD_OUT_TASKS);
  });

  test('share no task and no id', () => {
    assert.equal(new Set(TASKS.map(({ id }) => id)).size, TASKS.length);
    const normal = TEXTS.map((text) =>
      text
        .toLowerCase()
        .replace(/[^a-z ]/g, '')
        .trim(),
    );
    assert.equal(new Set(normal).size, normal.length);
  });

  test('have no near twin, within a split or across', () => {
    for (const [i, task] of TASKS.entries())
      for (const other of TASKS.slice(i + 1)) {
        const overlap = overlapOf(task.instruction, other.instruction);
        assert.ok(overlap < NEAR_TWIN, `${task.id} and ${other.id}: ${overlap.toFixed(2)}`);
      }
  });

  for (const [task, reworded] of REWORDED)
    test(`would not pass with a rewording of ${task}`, () => {
      const { instruction } = TASKS.find(({ id }) => id === task) ?? assert.fail(`no task ${task}`);
      assert.ok(overlapOf(instruction, reworded) >= NEAR_TWIN);
    });

  test('name no language', () => {
    const names = new Set(
      LANGUAGE_IDS.flatMap((id) => [
        id,
        LANGUAGES[id].displayName,
        LANGUAGES[id].fenceTag,
        ...LANGUAGES[id].aliases,
      ]).map((name) => name.toLowerCase()),
    );
    const prompts = TASKS.flatMap((task) => PROMPT_STYLES.map((style) => styledPrompt(task, style)));
    for (const text of [...TEXTS, ...prompts]) {
      for (const word of text.toLowerCase().match(/[a-z][a-z0-9+#.]*/g) ?? []) {
        assert.ok(!names.has(word.replace(/\.+$/, '')), `'${word}' in: ${text}`);
      }
      assert.doesNotMatch(text.replace('a main part', ''), GIVEAWAYS);
    }
  });

  test('are one line of comment in raw text, in the mark of the language', () => {
    for (const task of TASKS) {
      assert.match(taskComment(task, 'cpp'), /^\/\/ [A-Z][^\n]+\.\n$/);
      assert.equal(taskComment(task, 'python').replace('#', '//'), taskComment(task, 'rust'));
    }
  });

  test('are one sentence each; a raw prefix is one line of comment', () => {
    for (const { instruction } of TASKS) assert.match(instruction, /^Write [^.\n]+\.$/);
    for (const { text } of RAW_PREFIXES) assert.match(text, /^\/\/ [^\n]+\.\n$/);
  });
});

describe('the tasks of the study', () => {
  for (const split of STUDY_SPLITS)
    test(`are 84 of the ${split} split, of either kind by turns`, () => {
      const tasks = studyTasks(split);
      const members = new Set(split === 'fit' ? FIT_TASKS : HELD_OUT_TASKS);
      assert.equal(new Set(tasks).size, 84);
      assert.ok(tasks.every((task) => members.has(task)));
      for (let length = 1; length <= tasks.length; length++) {
        const prefix = tasks.slice(0, length);
        assert.equal(countOf(prefix, 'general'), 0);
        assert.ok(Math.abs(countOf(prefix, 'high-level') - countOf(prefix, 'performance')) <= 1);
      }
      assert.deepEqual(studyTasks(split), tasks);
    });
});

describe('styles of prompts', () => {
  const task: CodingTask = {
    id: 'tidal-range',
    kind: 'high-level',
    instruction: 'Write a function that tabulates the tides of a harbour.',
  };

  test('put one task in their own way each', () => {
    assert.equal(styledPrompt(task, 'instruction'), taskPrompt(task));
    assert.equal(
      styledPrompt(task, 'question'),
      'How do I write a complete program that tabulates the tides of a harbour? And how do I make it check the input, keep ' +
        'each step in a function of its own, and print the results of three examples?',
    );
    assert.equal(
      styledPrompt(task, 'comment'),
      '// A complete program that tabulates the tides of a harbour.\n' +
        '// Check the input, keep each step in a function of its own, and print the\n' +
        '// results of three examples.',
    );
  });

  test('ask for the same thing in the same words', () => {
    const words = (text: string): string[] =>
      text
        .toLowerCase()
        .replace(/how do i write|and how do i make it|\bwrite\b/g, '')
        .match(/[a-z-]+/g) ?? [];
    for (const each of TASKS)
      for (const style of PROMPT_STYLES)
        assert.deepEqual(words(styledPrompt(each, style)), words(styledPrompt(each, 'instruction')), each.id);
  });

  test('keep to their form for every task', () => {
    for (const each of TASKS) {
      assert.match(styledPrompt(each, 'question'), /^How do I write [^.?\n]+\? And how do I make it [^.?\n]+\?$/);
      const lines = styledPrompt(each, 'comment').split('\n');
      assert.ok(lines.length >= 2 && lines.length <= 6, each.id);
      assert.ok(lines.every((line) => /^\/\/ \S/.test(line) && line.length <= 80));
    }
  });
});
