import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { reportPage } from '../../../src/cli/report/page.ts';
import type { ReportData } from '../../../src/cli/report/data.ts';
import { elements, rowsOf, tagsOf, textOf } from './markup.ts';
import { condition, sampleData } from './sample.ts';

const page = reportPage(sampleData());

test('the policy forbids everything but the one style sheet, which it names by its hash', () => {
  const meta = tagsOf(page).find(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy');
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? assert.fail('no style sheet');
  const hash = createHash('sha256').update(style).digest('base64');
  assert.equal(
    textOf(meta?.attributes.content ?? ''),
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
  );
  assert.ok(page.indexOf('Content-Security-Policy') < page.indexOf('<style>'), 'the policy comes before what it rules');
});

test('the page needs nothing but itself', () => {
  for (const { name, attributes } of tagsOf(page)) {
    assert.ok(
      !['script', 'link', 'img', 'iframe', 'object', 'embed', 'base', 'form', 'image', 'use'].includes(name),
      name,
    );
    for (const [key, value] of Object.entries(attributes)) {
      assert.ok(!key.startsWith('on') && key !== 'style' && key !== 'src', `${name} has ${key}`);
      if (key === 'href') assert.match(value, /^#[a-z-]+$/);
    }
  }
  assert.doesNotMatch(page, /https?:|url\(|@import|javascript:/);
});

test('ids are unique, and whatever refers to one finds it', () => {
  const tags = tagsOf(page);
  const ids = tags.flatMap(({ attributes: { id } }) => (id === undefined ? [] : [id]));
  assert.equal(new Set(ids).size, ids.length);
  for (const { attributes } of tags) {
    for (const id of attributes['aria-labelledby']?.split(' ') ?? []) assert.ok(ids.includes(id), id);
    if (attributes.href !== undefined) assert.ok(ids.includes(attributes.href.slice(1)), attributes.href);
  }
});

test('every tag is closed in its order', () => {
  const isVoid = new Set(['!doctype', 'meta', 'br']);
  const open: string[] = [];
  for (const [, slash, name = '', rest = ''] of page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .matchAll(/<(\/?)([a-zA-Z!][^\s>/]*)((?:[^>"]|"[^"]*")*)>/g)) {
    if (slash === '/') assert.equal(open.pop(), name);
    else if (!isVoid.has(name) && !rest.endsWith('/')) open.push(name);
  }
  assert.deepEqual(open, []);
});

test('every picture has a name, a description and a table with heads and a caption', () => {
  const figures = elements(page, 'figure');
  assert.deepEqual(
    figures.map((figure) => /id="([^"]*)"/.exec(figure)?.[1]),
    ['shift', 'languages', 'fit-grid', 'probe-layers', 'speed-pairs'],
  );
  for (const figure of figures) {
    assert.match(figure, /<svg[^>]*role="img"[^>]*aria-labelledby/);
    assert.ok(textOf(elements(figure, 'desc')[0] ?? '').length > 20);
    assert.ok(textOf(elements(figure, 'caption')[0] ?? '').length > 5);
    const [heads = [], ...rows] = rowsOf(figure);
    assert.ok(rows.length > 0);
    for (const row of rows) assert.equal(row.length, heads.length);
    assert.match(figure, /<th\s+scope="row"/);
    assert.match(figure, /<th\s+scope="col"/);
  }
});

/** A payload for each way out of text: elements, attributes, entities, comments, the style sheet, other alphabets. */
const PAYLOADS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</code></pre><svg/onload=alert(1)>',
  '</style><script>alert(1)</script>',
  '<!-- --><b>',
  ']]><b>',
  '&lt;b&gt; &#x3c;b&#x3e;',
  'javascript:alert(1)',
  '\u202e<b>\u0000\u001b[2J\u2028\ud800',
  '${alert(1)}`',
];

/** Every string of the data that comes from a model, a prompt, a file or a store, replaced. */
function poisoned(text: string): ReportData {
  const data = sampleData();
  const spoil = <T>(value: T): T => {
    if (typeof value === 'string') return text as T;
    if (Array.isArray(value)) return value.map(spoil) as T;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, spoil(part)])) as T;
  };
  const spoilAnswers = (dated: ReportData['plain']): ReportData['plain'] => ({
    ...dated,
    value: { ...dated.value, answers: dated.value.answers.map((answer) => ({ ...answer, text, stop: text })) },
  });
  const { lens, fit } = data;
  return {
    ...data,
    software: text,
    madeAt: text,
    model: { ...spoil(data.model), weightTypes: { [text]: 3 } },
    source: { ...data.source, name: text },
    target: { ...data.target, name: text },
    settings: { ...data.settings, opening: text, request: text, command: text },
    prompts: data.prompts.map(({ id }) => ({ id, prompt: text })),
    plain: spoilAnswers(data.plain),
    steered: spoilAnswers(data.steered),
    asked: spoilAnswers(data.asked),
    fit: {
      ...fit,
      value: { ...spoil({ ...fit.value, figures: {} }), scope: fit.value.scope, figures: fit.value.figures },
    },
    probe: { ...data.probe, value: spoil(data.probe.value) },
    ...(lens === undefined
      ? {}
      : {
          lens: {
            ...lens,
            value: {
              prompt: { id: '', prompt: text },
              plain: {
                ...lens.value.plain,
                pieces: Object.fromEntries([...Array(10).keys()].map((id) => [String(id), text])),
              },
              ...(lens.value.steered === undefined ? {} : { steered: lens.value.steered }),
            },
          },
        }),
  };
}

test('no text of a model, a prompt, a store or a file becomes markup', () => {
  // The same places filled with a harmless word: the tags and their attributes must be the very same.
  const shape = (text: string): string[] =>
    tagsOf(reportPage(poisoned(text))).map(
      ({ name, isEnd, attributes }) => `${isEnd ? '/' : ''}${name} ${Object.keys(attributes).join(' ')}`,
    );
  const harmless = shape('word');
  assert.ok(harmless.length > 1000);
  for (const payload of PAYLOADS) {
    assert.deepEqual(shape(payload), harmless, payload);
    const styles = /<style>([\s\S]*?)<\/style>/g;
    assert.equal([...reportPage(poisoned(payload)).matchAll(styles)].length, 1);
  }
});

test('a report of odd results is still a whole page', () => {
  const data = sampleData();
  const odd: ReportData = {
    ...data,
    prompts: data.prompts.slice(0, 1),
    plain: { ...data.plain, value: condition(['none']) },
    steered: { ...data.steered, value: condition(['none']) },
    asked: { ...data.asked, value: condition(['klingon']) },
    fit: { ...data.fit, value: { ...data.fit.value, figures: {}, layers: [3, 4, 5, 9] } },
    speed: {
      ...data.speed,
      value: {
        ...data.speed.value,
        pairs: [{ plain: 50, steered: 50, first: 'plain' }],
        medianPlain: 50,
        medianSteered: 50,
      },
    },
  };
  const { lens, ...withoutLens } = odd;
  assert.ok(lens);
  for (const text of [reportPage(odd), reportPage(withoutLens)]) {
    assert.doesNotMatch(text, /NaN|Infinity|undefined|\[object/);
    assert.match(text, /holds no record of the settings/);
  }
  assert.match(reportPage(odd), /3–5, 9 of 30/);
  assert.doesNotMatch(reportPage(withoutLens), /id="lens"/);
});

test('the same data gives the same page', () => assert.equal(reportPage(sampleData()), page));
