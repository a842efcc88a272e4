/** Studies by kind of task and style: what is planned, what old files give, and that studies and panels group alike. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countByKind } from '../../../../src/core/bias/byKind.ts';
import { TASKS_IN } from '../../../../src/core/bias/parts.ts';
import { planStudy } from '../../../../src/core/bias/plan.ts';
import { figuresOf, readStudy } from '../../../../src/core/bias/study.ts';
import { heldOutPrompts } from '../../../../src/core/language/prompts/heldOutPrompts.ts';
import { CORE_HELD_OUT_TASKS } from '../../../../src/core/language/prompts/heldOutTasks.ts';
import { studyPrompts } from '../../../../src/core/language/prompts/studyPrompts.ts';
import { PROMPT_STYLES } from '../../../../src/core/language/prompts/styles.ts';
import { studyTasks } from '../../../../src/core/language/prompts/studyTasks.ts';
import { biasRows } from '../../../../src/core/study/biasRows.ts';
import type { CellResult } from '../../../../src/core/study/cell.ts';

test('the sets have as many tasks as they say', () => {
  assert.deepEqual(TASKS_IN, { core: CORE_HELD_OUT_TASKS.length, study: studyTasks('held-out').length });
});

test('every style is asked the same tasks under each condition, and the sweep is in the first', () => {
  const request = { prompts: 4, tasks: 'study', styles: PROMPT_STYLES, sweep: true } as const;
  const parts = planStudy({ ...request, direction: { target: 'cpp' } });
  assert.deepEqual(
    parts.slice(0, 9).map(({ condition, style }) => `${condition} ${style}`),
    PROMPT_STYLES.flatMap((style) => ['plain', 'steered', 'asked'].map((condition) => `${condition} ${style}`)),
  );
  assert.ok(parts.slice(9).every(({ condition, style }) => condition === 'steered' && style === 'instruction'));
  assert.equal(parts.length, 15);
  for (const { style, condition, prompts } of parts) {
    const asked = studyPrompts(style, 4);
    assert.deepEqual(
      prompts.map(({ id }) => id),
      asked.map(({ id }) => id),
    );
    prompts.forEach(({ prompt }, i) => assert.equal(/C\+\+/.test(prompt), condition === 'asked', asked[i]?.id));
  }
  const all = planStudy({ ...request, prompts: 84, tasks: 'core' });
  assert.deepEqual(
    all.map(({ prompts }) => prompts),
    PROMPT_STYLES.map((style) => heldOutPrompts(40, style)),
  );
});

const answer = (id: string, language: string) => ({
  ...{ id, text: '```\nx\n```', tokens: 3, stop: 'end', language, confidence: 1 },
});
const OLD = {
  version: 1,
  startedAt: '2026-11-24T17:05:00.000Z',
  elapsedMs: 5,
  end: 'complete',
  model: { name: 'm', precision: 'fast', fingerprint: 'f' },
  prompts: 2,
  expected: 2,
  maxTokens: 96,
  repeatPenalty: 1.1,
  seed: 0,
  opening: '```',
  software: '0.1.0',
  parts: [{ condition: 'plain', strength: 0, answers: [answer('running-mean', 'python'), answer('of-nobody', 'cpp')] }],
};

test('a study of before there was a choice is read: core tasks as instructions, and kinds by the ids of its tasks', () => {
  const study = readStudy(OLD);
  assert.ok(study);
  const { tasks, styles, parts } = figuresOf(study);
  assert.deepEqual([tasks, styles, parts[0]?.style], ['core', ['instruction'], 'instruction']);
  assert.deepEqual(parts[0]?.judged, [
    { id: 'running-mean', language: 'python', kind: 'high-level' },
    { id: 'of-nobody', language: 'cpp' },
  ]);
  assert.equal(readStudy({ ...OLD, styles: [] }), undefined);
  assert.equal(readStudy({ ...OLD, tasks: 'all' }), undefined);
  assert.ok(readStudy({ ...OLD, tasks: 'study', styles: ['question', 'comment'] }));
});

test('the rows of a study in the terminal and the figures of a panel count kinds alike', () => {
  const tasks = studyTasks('held-out').slice(0, 7);
  const languages = ['python', 'cpp', 'python', 'none', 'python', 'python', 'cpp'];
  const study = readStudy({
    ...OLD,
    parts: [{ condition: 'plain', strength: 0, answers: tasks.map(({ id }, i) => answer(id, languages[i] ?? '')) }],
  });
  assert.ok(study);
  const judged = figuresOf(study).parts[0]?.judged ?? [];
  const panel = countByKind(judged, ({ kind }) => kind);
  const cell = {
    cell: { method: 'none', target: null, style: 'instruction', opening: 'neutral', strength: 0, seed: 0, prompts: 7 },
    answers: tasks.map(({ id, kind }, i) => ({ id, kind, language: languages[i], hasCode: languages[i] !== 'none' })),
  } as unknown as CellResult;
  assert.deepEqual(
    biasRows([cell]).map(({ kind, n, counts }) => ({ kind, n, counts })),
    panel.map(({ kind, n, counts }) => ({
      kind,
      n,
      counts: Object.fromEntries(Object.entries(counts).sort((a, b) => b[1] - a[1])),
    })),
  );
  assert.deepEqual(
    panel.map(({ kind, n }) => [kind, n]),
    [
      ['all', 7],
      ['high-level', 4],
      ['performance', 3],
    ],
  );
});
