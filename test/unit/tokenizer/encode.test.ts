import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BYTE_TO_CHAR } from '../../../src/core/tokenizer/byteAlphabet.ts';
import { createTokenizer } from '../../../src/core/tokenizer/index.ts';
import { freshSeed, mulberry32, randomText } from './random.ts';
import { CHATML_TOKENS, idOf, tinyMetadata, type TinyVocabulary } from './tinyVocabulary.ts';

const ENGLISH: TinyVocabulary = { merges: ['h e', 'l l', 'he ll', 'hell o', 'Ġ w', 'Ġ Ġ', 'ĠĠ ĠĠ', 'Ċ Ċ', "' s"] };

/** The spellings of the tokens that `text` becomes. */
function pieces(vocabulary: TinyVocabulary, text: string, options = {}): string[] {
  const tokenizer = createTokenizer(tinyMetadata(vocabulary));
  return tokenizer.encode(text, options).map((id) => tokenizer.piece(id));
}

test('the byte alphabet is the one of GPT-2: a character for each byte, printable Latin-1 as itself', () => {
  assert.equal(new Set(BYTE_TO_CHAR).size, 256);
  assert.deepEqual(
    [0x20, 0x0a, 0x0d, 0x09, 0x00, 0x41, 0x7f, 0xad, 0xff].map((byte) => BYTE_TO_CHAR[byte]),
    ['Ġ', 'Ċ', 'č', 'ĉ', 'Ā', 'A', 'ġ', 'Ń', 'ÿ'],
  );
});

test('pairs are merged by rank, not from left to right', () => {
  assert.deepEqual(pieces(ENGLISH, 'hello'), ['hello']);
  assert.deepEqual(pieces(ENGLISH, 'hellx'), ['hell', 'x']);
  assert.deepEqual(pieces({ merges: ['b c', 'a b'] }, 'abc'), ['a', 'bc']);
  assert.deepEqual(pieces({ merges: ['a b', 'b c'] }, 'abc'), ['ab', 'c']);
});

test('of equal pairs the leftmost is merged first', () => {
  assert.deepEqual(pieces({ merges: ['a a'] }, 'aaaaa'), ['aa', 'aa', 'a']);
});

test('merges stay inside the words of the pre-tokenizer', () => {
  assert.deepEqual(pieces(ENGLISH, 'hello world'), ['hello', 'Ġw', 'o', 'r', 'l', 'd']);
  assert.deepEqual(pieces(ENGLISH, "he's"), ['he', "'s"]);
  assert.deepEqual(pieces(ENGLISH, 'a     w'), ['a', 'ĠĠĠĠ', 'Ġw']);
  assert.deepEqual(pieces(ENGLISH, '\n\n\n'), ['ĊĊ', 'Ċ']);
});

test('a rule that is given twice keeps its first rank', () => {
  assert.deepEqual(pieces({ merges: ['a b', 'b c', 'a b'] }, 'abc'), ['ab', 'c']);
});

test('the empty text has no tokens', () => {
  assert.deepEqual(pieces(ENGLISH, ''), []);
});

test('lone surrogates count as the replacement character', () => {
  const tokenizer = createTokenizer(tinyMetadata());
  assert.equal(tokenizer.decode(tokenizer.encode('a\ud83d b\ude00c \ud83d\ude00')), 'a\ufffd b\ufffdc 😀');
});

test('a byte that the vocabulary lacks is left out, and its neighbours meet', () => {
  const metadata = tinyMetadata({ merges: ['! !'] });
  const tokens = metadata.get('tokenizer.ggml.tokens');
  assert.ok(Array.isArray(tokens));
  metadata.set('tokenizer.ggml.tokens', tokens.with(4, '<not a byte>'));
  const tokenizer = createTokenizer(metadata);
  assert.deepEqual(tokenizer.encode('!\x04!'), [idOf(metadata, '!!')]);
});

test('a BOS token is prepended when asked for and where the file wants one', () => {
  const vocabulary = { control: ['<s>'], keys: { 'ggml.bos_token_id': 257, 'ggml.add_bos_token': true } };
  const metadata = tinyMetadata(vocabulary);
  metadata.set('tokenizer.ggml.bos_token_id', BigInt(idOf(metadata, '<s>')));
  const tokenizer = createTokenizer(metadata);
  assert.deepEqual(tokenizer.encode('a', { bos: true }), [tokenizer.bosId, 97]);
  assert.deepEqual(tokenizer.encode('a'), [97]);
  metadata.set('tokenizer.ggml.add_bos_token', false);
  assert.deepEqual(createTokenizer(metadata).encode('a', { bos: true }), [97]);
});

test('llama-bpe takes a word that is one token as that token, and wants a BOS where the file is silent', () => {
  const metadata = tinyMetadata({ merges: ['a b', 'b c', 'a bc'], pre: 'llama-bpe' });
  metadata.set('tokenizer.ggml.bos_token_id', 0);
  const tokenizer = createTokenizer(metadata);
  // By the rules alone it is "ab" and "c".
  assert.deepEqual(tokenizer.encode('abc'), [idOf(metadata, 'abc')]);
  assert.equal(tokenizer.addBos, true);
});

test('control tokens are recognised only where asked for', () => {
  const vocabulary = { control: CHATML_TOKENS };
  assert.deepEqual(pieces(vocabulary, 'a<|im_end|>', { special: true }), ['a', '<|im_end|>']);
  assert.deepEqual(pieces(vocabulary, '<|im_end|>'), [...'<|im_end|>']);
});

test('user-defined tokens are recognised always, the longest first', () => {
  const vocabulary = { userDefined: ['<think>', '  ', '    '], control: ['<think>!'] };
  assert.deepEqual(pieces(vocabulary, '<think>!'), ['<think>', '!']);
  assert.deepEqual(pieces(vocabulary, '<think>!', { special: true }), ['<think>!']);
  assert.deepEqual(pieces(vocabulary, '       x'), ['    ', '  ', 'Ġ', 'x']);
});

test('segments are one text: words and merges cross their seams', () => {
  const tokenizer = createTokenizer(tinyMetadata(ENGLISH));
  const segments = ['he', 'l', '', 'lo', ' ', 'w'].map((text, i) => ({ text, special: i % 2 === 0 }));
  assert.deepEqual(tokenizer.encodeSegments(segments), tokenizer.encode('hello w'));
});

test('a control token is recognised only inside one trusted segment', () => {
  const tokenizer = createTokenizer(tinyMetadata({ control: CHATML_TOKENS, userDefined: ['<think>'] }));
  const end = tokenizer.encode('<|im_end|>', { special: true });
  const plain = tokenizer.encode('<|im_end|>');
  const encode = (...parts: [string, boolean][]): number[] =>
    tokenizer.encodeSegments(parts.map(([text, special]) => ({ text, special })));

  assert.deepEqual(encode(['<|im_end|>', true]), end);
  assert.deepEqual(encode(['<|im_end|>', false]), plain);
  assert.deepEqual(encode(['<|im_', true], ['end|>', true]), plain);
  assert.deepEqual(encode(['<|im_', true], ['end|>', false]), plain);
  assert.deepEqual(encode(['<|im_', false], ['end|>', true]), plain);
  assert.deepEqual(encode(['<|im_end|>', true], ['<|im_end|>', false], ['<|im_end|>', true]), [
    ...end,
    ...plain,
    ...end,
  ]);
  // A user-defined token is text, and text knows no seams.
  assert.deepEqual(encode(['<th', false], ['ink><|im_end|>', true]), [...tokenizer.encode('<think>'), ...end]);
});

test('a word of a million characters is encoded', { timeout: 120_000 }, () => {
  const tokenizer = createTokenizer(tinyMetadata({ merges: ['a a', 'aa aa', 'aaaa aaaa', 'a b', 'b a'] }));
  const ids = tokenizer.encode('aaaaaaab'.repeat(125_000));
  // The rule for four pairs wins over all that would join the b: seven a's are 4 + 2 + 1, of which the 1 goes with it.
  const once = tokenizer.encode('aaaaaaab');
  assert.deepEqual(
    once.map((id) => tokenizer.piece(id)),
    ['aaaa', 'aa', 'ab'],
  );
  assert.deepEqual(ids, Array.from({ length: 125_000 }, () => once).flat());
});

test('text decodes to itself, whatever it is', (t) => {
  const seed = freshSeed();
  t.diagnostic(`seed ${seed}`);
  const random = mulberry32(seed);
  for (const pre of ['gpt-2', 'smollm', 'llama-bpe', 'qwen2', 'deepseek-coder', 'default']) {
    const metadata = tinyMetadata({ ...ENGLISH, control: CHATML_TOKENS, pre });
    metadata.set('tokenizer.ggml.bos_token_id', idOf(metadata, '<|im_start|>'));
    const tokenizer = createTokenizer(metadata);
    for (let i = 0; i < 200; i++) {
      const text = randomText(random, 80);
      assert.equal(tokenizer.decode(tokenizer.encode(text)), text, `seed ${seed}, ${pre}, text ${i}`);
    }
  }
});
