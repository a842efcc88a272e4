/** Which tokens a vocabulary has for filling in, by its keys and by its spellings. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FormatError } from '../../../src/core/errors.ts';
import { createTokenizer } from '../../../src/core/tokenizer/index.ts';
import { idOf, tinyMetadata } from './tinyVocabulary.ts';

const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  Qwen: ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>', '<|fim_pad|>', '<|repo_name|>', '<|file_sep|>'],
  StarCoder: ['<fim_prefix>', '<fim_suffix>', '<fim_middle>', '<fim_pad>', '<reponame>', '<file_sep>'],
  DeepSeek: ['<｜fim▁begin｜>', '<｜fim▁hole｜>', '<｜fim▁end｜>'],
  'PRE, SUF, MID': ['<PRE>', '<SUF>', '<MID>'],
};

for (const [family, control] of Object.entries(FAMILIES)) {
  test(`${family}: found by their spelling, and each of them ends what is between`, () => {
    const metadata = tinyMetadata({ control });
    const { infill } = createTokenizer(metadata);
    const ids = control.map((spelling) => idOf(metadata, spelling));
    assert.deepEqual([infill?.prefix, infill?.suffix, infill?.middle], ids.slice(0, 3));
    assert.deepEqual([...(infill?.ends ?? [])], ids);
  });
}

const PARTS = ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>'];

test('a key goes before a spelling, and one out of use is still read', () => {
  const others = ['[before]', '[after]', '[between]'];
  const control = [...PARTS, ...others];
  const metadata = tinyMetadata({ control });
  const [before, after, between] = others.map((spelling) => idOf(metadata, spelling));
  const keys = {
    'ggml.fim_pre_token_id': before,
    'ggml.suffix_token_id': after,
    'ggml.fim_mid_token_id': between,
  };
  const { infill } = createTokenizer(tinyMetadata({ control, keys }));
  assert.deepEqual([infill?.prefix, infill?.suffix, infill?.middle], [before, after, between]);
});

test('two of three are none, and so are the names of files and repositories', () => {
  for (const control of [PARTS.slice(0, 2), PARTS.slice(1), ['<repo_name>', '<file_sep>'], []])
    assert.equal(createTokenizer(tinyMetadata({ control })).infill, undefined);
});

test('a text that spells them does not have them', () => {
  // As user-defined tokens they would be recognised in any text.
  const metadata = tinyMetadata({ userDefined: PARTS });
  const tokenizer = createTokenizer(metadata);
  const text = `a${PARTS.join('b')}`;
  const ids = tokenizer.encode(text);
  for (const part of PARTS) {
    assert.ok(tokenizer.isSpecial(idOf(metadata, part)));
    assert.ok(!ids.includes(idOf(metadata, part)));
  }
  assert.equal(tokenizer.decode(ids), text);
});

test('a key that points outside the vocabulary, and one token in two roles, are refused', () => {
  const control = PARTS;
  for (const id of [-1, 1e6]) {
    const metadata = tinyMetadata({ control, keys: { 'ggml.fim_mid_token_id': id } });
    assert.throws(() => createTokenizer(metadata), FormatError);
  }
  const prefix = idOf(tinyMetadata({ control }), PARTS[0]);
  const twice = tinyMetadata({ control, keys: { 'ggml.fim_mid_token_id': prefix } });
  assert.throws(() => createTokenizer(twice), /one of them has two roles/);
});
