/** The page of a panel: its policy word by word, and nothing in it that somebody else could have written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelHtml, policyOf, type PageParts } from '../../../../src/host/panels/panelHtml.ts';

const PARTS: PageParts = {
  id: 'bias',
  cspSource: 'https://files.test',
  scriptUri: 'https://files.test/panels.js',
  styleUri: 'https://files.test/panels.css',
  nonce: 'AAAAAAAAAAAAAAAAAAAAAA==',
  language: 'en',
};

const POLICY = [
  "default-src 'none'",
  "script-src 'nonce-AAAAAAAAAAAAAAAAAAAAAA=='",
  "style-src https://files.test 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  'font-src https://files.test',
  'img-src https://files.test data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

test('the policy, word by word', () => {
  assert.equal(policyOf(PARTS), POLICY);
  assert.doesNotMatch(POLICY, /unsafe|\*|https?:(?!\/\/files\.test)/);
});

test('the page carries the policy before anything that it governs, one script with its nonce, and no word of data', () => {
  const html = panelHtml(PARTS);
  assert.equal(html.match(/<meta http-equiv="Content-Security-Policy" content="([^"]*)"/)?.[1], POLICY);
  assert.ok(html.indexOf('Content-Security-Policy') < html.search(/<(?:link|script|title)/));
  assert.deepEqual(html.match(/<script\b[^>]*>[^]*?<\/script>/g), [
    '<script nonce="AAAAAAAAAAAAAAAAAAAAAA==" src="https://files.test/panels.js"></script>',
  ]);
  assert.doesNotMatch(html, /<style|\son\w+=|style=|javascript:/i);
});

const HOSTILE = [
  '"><script>alert(1)</script>',
  "en' onload='x",
  '<img src=x>',
  'en"/><base href="//evil">',
  'x'.repeat(100),
];

test('what the editor says cannot end an attribute or begin an element', () => {
  for (const text of HOSTILE) {
    const html = panelHtml({ ...PARTS, scriptUri: text, styleUri: text, language: text, cspSource: text });
    assert.equal(html.match(/<(?:script|img|base|iframe)/g)?.length, 1, html);
    assert.match(html, /<html lang="en">/);
  }
  assert.match(panelHtml({ ...PARTS, language: 'pt-BR' }), /<html lang="pt-BR">/);
});
