import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeHtml, html, join } from '../../../src/cli/report/html.ts';

test('markup in a value is text, in an element and in an attribute', () => {
  const hostile = `<script>alert('x')</script>"&\``;
  assert.equal(
    html`<p title="${hostile}">${hostile}</p>`.text,
    '<p title="&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;&#96;">&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;&#96;</p>',
  );
});

test('markup made by the tag is kept, lists are joined, and nothing is nothing', () => {
  const item = html`<b>${'<'}</b>`;
  assert.equal(html`<i>${[item, [item]]}${null}${undefined}${false}${0}</i>`.text, '<i><b>&lt;</b><b>&lt;</b>0</i>');
  assert.equal(join(['a', item], ' · ').text, 'a · <b>&lt;</b>');
});

test('a value that only looks like markup of ours is escaped', () => {
  const forged = { text: '<b>' } as unknown as string;
  assert.equal(html`${forged}`.text.includes('<b>'), false);
  assert.equal(html`${{ toString: () => '<b>' } as unknown as string}`.text.includes('<b>'), false);
});

const INVISIBLE: readonly (readonly [string, string, string])[] = [
  ['a NUL', 'a\0b', 'a␀b'],
  ['an escape', '\u001b[31m', '␛[31m'],
  ['delete', '\u007f', '⟨U+007F⟩'],
  ['a C1 control', '\u009b1m', '⟨U+009B⟩1m'],
  ['a mark that turns the line', 'a\u202eb', 'a⟨U+202E⟩b'],
  ['an isolate', '\u2066', '⟨U+2066⟩'],
  ['an invisible space', 'pass\u200bword', 'pass⟨U+200B⟩word'],
  ['a line separator', '\u2028', '⟨U+2028⟩'],
  ['half of a pair', '\ud83d', '⟨U+D83D⟩'],
  ['a tag character', '\u{e0041}', '⟨U+E0041⟩'],
];
for (const [name, text, shown] of INVISIBLE) {
  test(`${name} is spelled out`, () => assert.equal(escapeHtml(text), shown));
}

test('what people write stays as it is', () => {
  for (const text of ['naïve façade', '日本語', 'مرحبا', '👩‍👩‍👧 🎉', 'a\tb\nc']) assert.equal(escapeHtml(text), text);
  assert.equal(escapeHtml('a\r\nb'), 'a\nb');
});
