/** The registry of languages and the openings made from it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UsageError } from '../../../../src/core/errors.ts';
import {
  askFor,
  findLanguage,
  LANGUAGE_IDS,
  languageNamed,
  LANGUAGES,
} from '../../../../src/core/language/languages.ts';
import { askInPrompt, languageOpening, NEUTRAL_OPENING } from '../../../../src/core/language/openings.ts';

describe('names of languages', () => {
  test('every name leads back to its language, and no two languages share one', () => {
    for (const id of LANGUAGE_IDS) {
      const { displayName, fenceTag, aliases, editorId } = LANGUAGES[id];
      for (const name of [id, displayName, fenceTag, editorId, ...aliases]) {
        assert.equal(findLanguage(name).id, id, name);
        assert.equal(findLanguage(` ${name.toUpperCase()} `).id, id, name);
      }
    }
    const extensions = LANGUAGE_IDS.flatMap((id) => LANGUAGES[id].extensions);
    assert.deepEqual(extensions, [...new Set(extensions)]);
  });

  test('extensions are names too', () => {
    assert.equal(findLanguage('.hpp').id, 'cpp');
    assert.equal(findLanguage('.PY').id, 'python');
    assert.equal(languageNamed('.zip'), undefined);
  });

  test('an unknown name is refused with the nearest ones', () => {
    const advice = (name: string): string => {
      try {
        findLanguage(name);
      } catch (error) {
        assert.ok(UsageError.is(error, 'unknown-language'));
        return error.advice;
      }
      return assert.fail(`${name} was found`);
    };
    assert.match(advice('pyton'), /Did you mean python/);
    assert.match(advice('C+'), /Did you mean (cpp|c)\b/);
    assert.match(advice('fortran'), /python, cpp, c, java, julia, rust, javascript, typescript, go/);
    assert.ok(advice('x'.repeat(10_000)).length < 400);
  });
});

describe('openings', () => {
  test('the neutral one ends at a bare fence, so that the tag is the next token', () => {
    assert.ok(NEUTRAL_OPENING.endsWith('\n```'));
    for (const word of NEUTRAL_OPENING.match(/[\w+#]+/g) ?? []) assert.equal(languageNamed(word), undefined, word);
  });

  test('the one of a language ends where its first line of code begins', () => {
    assert.equal(languageOpening('cpp'), 'Here is the C++ code:\n\n```cpp\n');
    assert.equal(languageOpening('javascript'), 'Here is the JavaScript code:\n\n```javascript\n');
  });

  test('asking', () => {
    assert.equal(askInPrompt('Write a stack. ', askFor('cpp')), 'Write a stack. Use C++.');
  });
});
