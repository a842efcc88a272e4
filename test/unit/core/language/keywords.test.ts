/** The keyword classifier on snippets of every language, and on what it must not be led astray by. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classifyByKeywords, maskText } from '../../../../src/core/language/keywords.ts';
import { LANGUAGE_IDS } from '../../../../src/core/language/languages.ts';
import { readSnippets } from '../../../snippets.ts';

const snippets = readSnippets();

function accuracy(of: typeof snippets): number {
  return of.filter(({ language, code }) => classifyByKeywords(code).language === language).length / of.length;
}

describe('classifyByKeywords', () => {
  test('has at least 12 snippets of every language, half of them never looked at while the weights were set', () => {
    for (const language of [...LANGUAGE_IDS, 'other']) {
      const mine = snippets.filter((snippet) => snippet.language === language);
      assert.ok(mine.length >= 12, `${language}: ${mine.length}`);
      assert.ok(mine.filter(({ split }) => split === 'test').length >= 6);
    }
  });

  // Measured: 59 of 60 in each half (98%).
  for (const split of ['dev', 'test']) {
    test(`tells at least 95% of the ${split} snippets`, () => {
      const share = accuracy(snippets.filter((snippet) => snippet.split === split));
      assert.ok(share >= 0.95, `${share}`);
    });
  }

  test('tells at least 85% by the first half of the code, as answers are cut', () => {
    const halves = snippets.map((snippet) => ({
      ...snippet,
      code: snippet.code.slice(0, Math.ceil(snippet.code.length / 2)),
    }));
    const share = accuracy(halves);
    assert.ok(share >= 0.85, `${share}`);
  });

  test('C is not C++, and JavaScript is not TypeScript', () => {
    for (const [mine, rival] of [
      ['c', 'cpp'],
      ['cpp', 'c'],
      ['javascript', 'typescript'],
      ['typescript', 'javascript'],
    ]) {
      const confused = snippets.filter(
        ({ language, code }) => language === mine && classifyByKeywords(code).language === rival,
      );
      assert.ok(confused.length <= 1, `${confused.map(({ id }) => id).join()} taken for ${rival}`);
    }
  });

  test('says nothing where there is nothing to say', () => {
    for (const code of ['', '\n\n', '}', 'x', '42', 'The quick brown fox jumps over the lazy dog.']) {
      assert.equal(classifyByKeywords(code).language, 'undecided', code);
    }
  });

  test('is not led by what comments and strings talk about', () => {
    const code = [
      '# std::vector<int> v; console.log("x"); fn main() {}',
      'def f(items):',
      '    s = "public static void main(String[] args)"',
      '    return [s for item in items]',
    ].join('\n');
    assert.equal(classifyByKeywords(code).language, 'python');
  });
});

describe('maskText', () => {
  test('takes out contents and leaves code alone', () => {
    assert.equal(maskText('f(\'a\', "b\\"c") // d'), 'f("", "") //');
    assert.equal(maskText('#include <a>\n#[derive(B)]\n# c'), '#include <a>\n#[derive(B)]\n#');
    assert.equal(maskText("fn f<'a>(x: &'a str)"), "fn f<'a>(x: &'a str)");
    assert.equal(maskText("A' * B'"), "A' * B'");
    assert.equal(maskText('/* int x; \n y */ z `a${b}`'), '/* */ z ``');
    assert.equal(maskText('x = """unfinished'), 'x = """');
  });
});
