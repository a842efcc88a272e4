import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FormatError, ModelError } from '../../../src/core/errors.ts';
import type { GgufValue } from '../../../src/core/format/gguf/index.ts';
import { createTokenizer } from '../../../src/core/tokenizer/index.ts';
import { PRE_TOKENIZER_NAMES } from '../../../src/core/tokenizer/preTokenizers.ts';
import { CHATML_TOKENS, idOf, tinyMetadata } from './tinyVocabulary.ts';

const TOKENS = ['a', 'b', 'ab', 'c'];

/** Metadata with four tokens and one merge, some keys changed. */
function small(keys: Readonly<Record<string, GgufValue | undefined>>): Map<string, GgufValue> {
  return tinyMetadata({
    keys: { 'ggml.tokens': TOKENS, 'ggml.token_type': new Int32Array(4).fill(1), 'ggml.merges': ['a b'], ...keys },
  });
}

const REFUSED: Readonly<Record<string, [keys: Record<string, GgufValue | undefined>, reason: string, says: RegExp]>> = {
  'no model': [{ 'ggml.model': undefined }, 'tokenizer-tables', /no tokenizer\.ggml\.model/],
  'another model': [{ 'ggml.model': 'llama' }, 'tokenizer-model', /"llama" is not supported/],
  'a model that is no string': [{ 'ggml.model': 7 }, 'tokenizer-tables', /must be a string/],
  'an unknown pre-tokenizer': [{ 'ggml.pre': 'smolm' }, 'pre-tokenizer', /"smolm".*nearest: smollm/],
  'no tokens': [{ 'ggml.tokens': undefined }, 'tokenizer-tables', /no tokenizer\.ggml\.tokens/],
  'an empty list of tokens': [{ 'ggml.tokens': [] }, 'tokenizer-tables', /0 entries/],
  'tokens that are numbers': [{ 'ggml.tokens': new Int32Array(4) }, 'tokenizer-tables', /array of strings/],
  'a token twice': [{ 'ggml.tokens': ['a', 'b', 'ab', 'a'] }, 'tokenizer-tables', /"a" has two ids, 0 and 3/],
  'fewer types than tokens': [{ 'ggml.token_type': new Int32Array(3) }, 'tokenizer-tables', /3 entries for 4 tokens/],
  'more types than tokens': [{ 'ggml.token_type': new Int32Array(5) }, 'tokenizer-tables', /5 entries for 4 tokens/],
  'a type that there is not': [
    { 'ggml.token_type': Int32Array.of(1, 1, 1, 9) },
    'tokenizer-tables',
    /token 3 has the type 9/,
  ],
  'a negative type': [{ 'ggml.token_type': Int32Array.of(1, -1, 1, 1) }, 'tokenizer-tables', /token 1 has the type -1/],
  'types that are no integers': [{ 'ggml.token_type': new Float32Array(4) }, 'tokenizer-tables', /array of integers/],
  'no merges': [{ 'ggml.merges': undefined }, 'tokenizer-tables', /no tokenizer\.ggml\.merges/],
  'a merge of an unknown token': [{ 'ggml.merges': ['a x'] }, 'tokenizer-tables', /merge 0, "a x"/],
  'a merge into an unknown token': [{ 'ggml.merges': ['a b', 'b a'] }, 'tokenizer-tables', /merge 1, "b a"/],
  'a merge of one': [{ 'ggml.merges': ['ab'] }, 'tokenizer-tables', /merge 0, "ab"/],
  'a merge of nothing': [{ 'ggml.merges': [''] }, 'tokenizer-tables', /merge 0, ""/],
  'a merge of three': [{ 'ggml.merges': ['a b c'] }, 'tokenizer-tables', /merge 0/],
  'a BOS outside the table': [{ 'ggml.bos_token_id': 4 }, 'tokenizer-tables', /bos_token_id is 4, .* ids 0 to 3/],
  'an EOS outside the table': [{ 'ggml.eos_token_id': -1 }, 'tokenizer-tables', /eos_token_id is -1/],
  'an unknown token outside the table': [
    { 'ggml.unknown_token_id': 2n ** 40n },
    'tokenizer-tables',
    /unknown_token_id/,
  ],
  'a padding that is no id': [{ 'ggml.padding_token_id': 1.5 }, 'tokenizer-tables', /padding_token_id is 1.5/],
  'an EOS that is a string': [{ 'ggml.eos_token_id': 'a' }, 'tokenizer-tables', /must be a number/],
  'a flag that is a number': [{ 'ggml.add_bos_token': 1 }, 'tokenizer-tables', /must be true or false/],
  'a BOS wanted and not named': [{ 'ggml.add_bos_token': true }, 'tokenizer-tables', /add_bos_token is true/],
  'an EOS wanted and not named': [{ 'ggml.add_eos_token': true }, 'tokenizer-tables', /add_eos_token is true/],
  'a template that is a list': [{ chat_template: ['a'] }, 'tokenizer-tables', /must be a string/],
  'a special token without end': [
    { 'ggml.tokens': ['a', 'b', 'ab', 'x'.repeat(300)], 'ggml.token_type': Int32Array.of(1, 1, 1, 3) },
    'special-tokens',
    /special token 3/,
  ],
};

for (const [what, [keys, reason, says]] of Object.entries(REFUSED)) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => createTokenizer(small(keys)),
      (error) => {
        assert.ok(error instanceof FormatError || error instanceof ModelError, String(error));
        assert.equal(error.reason, reason);
        assert.match(error.message, says);
        assert.notEqual(error.advice, '');
        return true;
      },
    );
  });
}

test('what is not supported is answered with what is', () => {
  assert.throws(
    () => createTokenizer(small({ 'ggml.pre': 'nobody' })),
    (error) => {
      assert.ok(error instanceof ModelError);
      for (const name of PRE_TOKENIZER_NAMES) assert.ok(error.advice.includes(name), name);
      return true;
    },
  );
  assert.throws(
    () => createTokenizer(small({ 'ggml.model': 't5' })),
    (error) => error instanceof ModelError && /gpt2/.test(error.advice),
  );
});

test('text out of a file reaches a message only in quotes', () => {
  assert.throws(
    () => createTokenizer(small({ 'ggml.pre': '\x1b[31m\n' })),
    (error) => error instanceof ModelError && !/[\x1b\n]/.test(error.message),
  );
});

test('a file without types, flags and special ids is taken as it is', () => {
  const tokenizer = createTokenizer(small({ 'ggml.token_type': undefined, 'ggml.pre': undefined }));
  assert.equal(tokenizer.preTokenizer, 'default');
  assert.equal(tokenizer.vocabSize, 4);
  assert.deepEqual(tokenizer.encode('abc'), [2, 3]);
  assert.equal(tokenizer.bosId, undefined);
  assert.equal(tokenizer.addBos, false);
  assert.equal(tokenizer.eosIds.size, 0);
});

test('every known end of an answer ends one, whichever the file names', () => {
  const metadata = tinyMetadata({ control: [...CHATML_TOKENS, '<|eot_id|>', '<other>'] });
  const end = idOf(metadata, '<other>');
  metadata.set('tokenizer.ggml.eos_token_id', end);
  const tokenizer = createTokenizer(metadata);
  const ends = ['<|endoftext|>', '<|im_end|>', '<|eot_id|>', '<other>'].map((token) => idOf(metadata, token));
  assert.deepEqual([...tokenizer.eosIds].sort(), ends.sort());
  assert.equal(tokenizer.eosId, end);
});

test('an end of an answer is a control token, whatever its type says', () => {
  const metadata = tinyMetadata({ userDefined: ['<|im_end|>'] });
  const tokenizer = createTokenizer(metadata);
  assert.equal(tokenizer.isSpecial(idOf(metadata, '<|im_end|>')), true);
  assert.equal(tokenizer.encode('<|im_end|>').length, 10);
});

test('empty tokens, of which a file may have several, match nothing', () => {
  const tokenizer = createTokenizer(
    small({ 'ggml.tokens': ['a', 'b', 'ab', '', ''], 'ggml.token_type': Int32Array.of(1, 1, 1, 3, 4) }),
  );
  assert.deepEqual(tokenizer.encode('ab', { special: true }), [2]);
  assert.equal(tokenizer.decode([3, 4]), '');
});

test('the fingerprint tells apart whatever decides the ids, and nothing else', () => {
  const fingerprint = (keys: Readonly<Record<string, GgufValue | undefined>>): string =>
    createTokenizer(small(keys)).fingerprintInput();
  const base = fingerprint({});
  assert.equal(fingerprint({ chat_template: 'x', 'ggml.bos_token_id': undefined, 'general.name': 'y' }), base);
  for (const keys of [
    { 'ggml.tokens': ['a', 'b', 'ab', 'd'] },
    { 'ggml.token_type': Int32Array.of(1, 1, 1, 4) },
    { 'ggml.tokens': ['a', 'b', 'ab', 'ba'], 'ggml.merges': ['b a'] },
    { 'ggml.pre': 'qwen2' },
  ]) {
    assert.notEqual(fingerprint(keys), base, JSON.stringify(keys));
  }
});
