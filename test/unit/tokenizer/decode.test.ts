import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../../src/core/errors.ts';
import { createTokenizer } from '../../../src/core/tokenizer/index.ts';
import { freshSeed, mulberry32, randomText } from './random.ts';
import { CHATML_TOKENS, idOf, tinyMetadata } from './tinyVocabulary.ts';

const metadata = tinyMetadata({ control: CHATML_TOKENS, userDefined: ['<think>é'], merges: ['Ġ t', 'h e', 'Ġt he'] });
const tokenizer = createTokenizer(metadata);
const im_end = idOf(metadata, '<|im_end|>');

test('pieces are in the spelling of the vocabulary, bytes are what they stand for', () => {
  const the = idOf(metadata, 'Ġthe');
  assert.equal(tokenizer.piece(the), 'Ġthe');
  assert.equal(Buffer.from(tokenizer.tokenBytes(the)).toString(), ' the');
  assert.deepEqual([...tokenizer.tokenBytes(0xe9)], [0xe9]);
  assert.equal(Buffer.from(tokenizer.tokenBytes(idOf(metadata, '<think>é'))).toString(), '<think>é');
});

test('a spelling outside the byte alphabet stands for its own UTF-8', () => {
  const tokenizer = createTokenizer(
    tinyMetadata({ merges: ['a 漢'], keys: { 'ggml.tokens': ['a', '漢', 'a漢'], 'ggml.token_type': undefined } }),
  );
  assert.equal(tokenizer.decode([2, 0]), 'a漢a');
});

test('control tokens are left out of the text unless they are asked for', () => {
  const ids = [...tokenizer.encode('a'), im_end, ...tokenizer.encode('b')];
  assert.equal(tokenizer.decode(ids), 'ab');
  assert.equal(tokenizer.decode(ids, { special: true }), 'a<|im_end|>b');
  assert.equal(tokenizer.decode([idOf(metadata, '<think>é')]), '<think>é');
  assert.equal(tokenizer.isSpecial(im_end), true);
  assert.equal(tokenizer.isSpecial(idOf(metadata, '<think>é')), false);
});

test('a byte order mark is text, at the beginning too', () => {
  assert.equal(tokenizer.decode(tokenizer.encode('\ufeffa\ufeff')), '\ufeffa\ufeff');
});

test('bytes that are not UTF-8 become replacement characters', () => {
  assert.equal(tokenizer.decode([0x61, 0xff, 0x62, 0xe2, 0x82]), 'a\ufffdb\ufffd');
});

test('an id outside the vocabulary is refused', () => {
  for (const id of [-1, tokenizer.vocabSize, 1.5, NaN, 2 ** 40]) {
    for (const call of ['piece', 'tokenBytes', 'isSpecial'] as const)
      assert.throws(() => tokenizer[call](id), UsageError);
    assert.throws(() => tokenizer.decode([id]), { reason: 'token-id' });
  }
});

test('a stream never gives half a character', () => {
  const stream = tokenizer.createStreamDecoder();
  const family = '👨‍👩‍👧';
  const given = tokenizer.encode(`x${family}é`).map((id) => stream.push(id));
  for (const text of given) assert.equal(text.includes('\ufffd'), false);
  assert.deepEqual(
    given.filter((text) => text !== ''),
    ['x', ...family, 'é'],
  );
  assert.equal(stream.end(), '');
});

test('a stream that ends in the middle of a character says so, and begins anew', () => {
  const stream = tokenizer.createStreamDecoder();
  assert.equal(stream.push(0xf0) + stream.push(0x9f), '');
  assert.equal(stream.end(), '\ufffd');
  assert.equal(stream.push(0x61), 'a');
});

test('a stream gives what decoding at once gives', (t) => {
  const seed = freshSeed();
  t.diagnostic(`seed ${seed}`);
  const random = mulberry32(seed);
  for (let i = 0; i < 200; i++) {
    const ids = tokenizer.encode(randomText(random, 40)).filter(() => random() < 0.95);
    const stream = tokenizer.createStreamDecoder();
    assert.equal(
      ids.map((id) => stream.push(id)).join('') + stream.end(),
      tokenizer.decode(ids),
      `seed ${seed}, text ${i}`,
    );
  }
});
