import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { studyMarkdown } from '../../../src/cli/study/markdown.ts';
import { studyPage } from '../../../src/cli/study/page.ts';
import { studyResults } from '../../../src/core/study/results.ts';
import { elements, rowsOf, tagsOf, textOf } from '../report/markup.ts';
import { answerOf, cellOf, facts, resultOf } from './sample.ts';

const ids = ['p0', 'p1', 'p2', 'p3'];
const cells = (['instruction', 'comment'] as const).flatMap((style) => [
  resultOf(
    cellOf('none', null, { style }),
    ids.map((id) => answerOf(id, 'python')),
  ),
  resultOf(
    cellOf('prompt', 'cpp', { style }),
    ids.map((id) => answerOf(id, 'cpp', { nll: { sum: 9, tokens: 10 } })),
  ),
  ...[1, 2].map((strength) =>
    resultOf(
      cellOf('dim', 'cpp', { style, strength }),
      ids.map((id, i) => answerOf(id, i < 2 ? 'cpp' : 'python', { nll: { sum: 12, tokens: 10 } })),
    ),
  ),
]);
const page = studyPage(studyResults(cells, facts));

test('the page has every picture, each with a description and a table of full rows', () => {
  const figures = elements(page, 'figure');
  assert.deepEqual(
    figures.map((figure) => /id="([^"]*)"/.exec(figure)?.[1]),
    ['by-language-a', 'by-language-b', 'frontier-a', 'frontier-b', 'by-style', 'bias-grid'],
  );
  for (const figure of figures) {
    assert.ok(textOf(elements(figure, 'desc')[0] ?? '').length > 20);
    const [heads = [], ...rows] = rowsOf(figure);
    assert.ok(rows.length > 0);
    for (const row of rows) assert.equal(row.length, heads.length);
  }
});

test('ids are unique, links find them, and the policy names the one style sheet', () => {
  const tags = tagsOf(page);
  const known = tags.flatMap(({ attributes: { id } }) => (id === undefined ? [] : [id]));
  assert.equal(new Set(known).size, known.length);
  for (const { attributes } of tags) {
    for (const id of attributes['aria-labelledby']?.split(' ') ?? []) assert.ok(known.includes(id), id);
    if (attributes.href !== undefined) assert.ok(known.includes(attributes.href.slice(1)), attributes.href);
  }
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? assert.fail('no style sheet');
  const hash = createHash('sha256').update(style).digest('base64');
  assert.ok(page.includes(`style-src &#39;sha256-${hash}&#39;`) || page.includes(`style-src 'sha256-${hash}'`));
});

/** Whatever is not the program's own comes from a file: the study, a cell of another machine, an artefact. */
const HOSTILE = '"><script>alert(1)</script> | <img src=x onerror=alert(1)> [a](javascript:alert(1)) `b` \u202e';

function hostile() {
  const study = { ...facts.study, title: HOSTILE };
  const artefact = {
    ...{
      name: HOSTILE,
      id: HOSTILE,
      method: HOSTILE,
      target: HOSTILE,
      scope: 'all' as const,
      seed: 0,
      positions: HOSTILE,
    },
    ...{ layers: [1], strength: 1, dataHash: '', createdAt: HOSTILE, params: {}, figures: {}, fitSeconds: 1 },
  } as const;
  const model = { name: HOSTILE, fingerprint: HOSTILE, precision: HOSTILE };
  const some = cells.map((cell) => ({
    ...cell,
    machine: HOSTILE,
    cell: cell.cell.method === 'dim' ? { ...cell.cell, method: HOSTILE } : cell.cell,
  }));
  return studyResults(some, {
    ...facts,
    study,
    model,
    command: HOSTILE,
    software: HOSTILE,
    artefacts: [artefact],
    missing: [HOSTILE],
  });
}

test('hostile strings stay text in the page', () => {
  const hostilePage = studyPage(hostile());
  const names = (text: string) => tagsOf(text).map(({ name }) => name);
  assert.ok(!names(hostilePage).some((name) => ['script', 'img', 'svg/onload', 'a/'].includes(name)));
  for (const { attributes } of tagsOf(hostilePage))
    for (const key of Object.keys(attributes)) assert.ok(!key.startsWith('on'), key);
  assert.doesNotMatch(hostilePage, /\u202e/);
  assert.match(textOf(hostilePage), /<script>alert\(1\)<\/script>/);
});

test('hostile strings stay text in Markdown, and end no row', () => {
  const markdown = studyMarkdown(hostile());
  assert.doesNotMatch(markdown, /\u202e/);
  assert.doesNotMatch(markdown, /(?<!\\)<|(?<!\\)`|(?<!\\)\[a/);
  const blocks = markdown.split('\n\n').filter((block) => block.startsWith('|'));
  assert.ok(blocks.length >= 5);
  for (const block of blocks) {
    const widths = block.split('\n').map((line) => line.split(/(?<!\\)\|/).length);
    assert.equal(new Set(widths).size, 1, block);
  }
});

test('a study of which nothing is measured yet is a page all the same', () => {
  const empty = studyResults([], { ...facts, missing: ['none-instruction-neutral'] });
  assert.match(studyPage(empty), /0 of 1 cells are measured/);
  assert.equal(elements(studyPage(empty), 'figure').length, 0);
  assert.match(studyMarkdown(empty), /nothing yet/);
});
