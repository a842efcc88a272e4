/** The task sets: neutral, disjoint, large enough. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LANGUAGE_IDS, LANGUAGES } from '../../../../src/core/language/languages.ts';
import { FIT_TASKS } from '../../../../src/core/language/prompts/fitTasks.ts';
import { HELD_OUT_TASKS } from '../../../../src/core/language/prompts/heldOutTasks.ts';
import { RAW_PREFIXES } from '../../../../src/core/language/prompts/rawPrefixes.ts';
import { taskComment } from '../../../../src/core/language/prompts/taskComment.ts';

const TASKS = [...FIT_TASKS, ...HELD_OUT_TASKS];
const TEXTS = [...TASKS.map(({ instruction }) => instruction), ...RAW_PREFIXES.map(({ text }) => text)];

/** Words that belong to a language or a library though they do not name it. */
const GIVEAWAYS =
  /\b(?:numpy|pandas|scipy|matplotlib|std|stl|iostream|boost|eigen|jvm|cargo|crate|npm|node|browser|dom|html|goroutine|channel|pointer|struct|template|tuple|dictionary|dict|lambda|decorator|vector|hash ?map|slice|trait|interface|promise|callback|notebook|script|snake|pip|module|package|header|main|void|println|printf)\b/i;

describe('task sets', () => {
  test('are large enough, and half scientific', () => {
    assert.ok(FIT_TASKS.length >= 60);
    assert.ok(HELD_OUT_TASKS.length >= 40);
    assert.ok(RAW_PREFIXES.length >= 8);
    for (const tasks of [FIT_TASKS, HELD_OUT_TASKS]) {
      assert.equal(2 * tasks.filter(({ kind }) => kind === 'scientific').length, tasks.length);
    }
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

  test('have no near twin across the split', () => {
    const contentWords = (text: string): Set<string> =>
      new Set(
        text
          .toLowerCase()
          .match(/[a-z]{4,}/g)
          ?.filter(
            (word) => !/^(?:write|function|program|that|with|from|computes|list|number|numbers|given)$/.test(word),
          ),
      );
    for (const held of HELD_OUT_TASKS) {
      for (const fit of FIT_TASKS) {
        const [a, b] = [contentWords(held.instruction), contentWords(fit.instruction)];
        const shared = [...a].filter((word) => b.has(word)).length;
        const overlap = shared / (a.size + b.size - shared);
        assert.ok(overlap < 0.5, `${held.id} and ${fit.id} share ${shared} words`);
      }
    }
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
    for (const text of TEXTS) {
      for (const word of text.toLowerCase().match(/[a-z][a-z0-9+#.]*/g) ?? []) {
        assert.ok(!names.has(word.replace(/\.+$/, '')), `'${word}' in: ${text}`);
      }
      assert.doesNotMatch(text, GIVEAWAYS);
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
