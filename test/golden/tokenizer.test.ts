/** The default model's tokenizer against Hugging Face's `tokenizers`: see make_tokenizer.py for how the ids were made. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import * as v from 'valibot';
import { readGguf } from '../../src/core/format/gguf/index.ts';
import {
  compileChatTemplate,
  createTokenizer,
  encodeChat,
  renderChat,
  type Tokenizer,
} from '../../src/core/tokenizer/index.ts';
import { openFileSource } from '../../src/engine/fileSource.ts';
import { realModelPath } from '../realModel.ts';
import { freshSeed, mulberry32, randomText } from '../unit/tokenizer/random.ts';

const Ids = v.array(v.pipe(v.number(), v.integer()));
const Golden = v.object({
  reference: v.string(),
  cases: v.array(v.object({ group: v.string(), text: v.string(), special: v.boolean(), ids: Ids })),
  chats: v.array(
    v.object({
      system: v.nullable(v.string()),
      prompt: v.string(),
      prefill: v.optional(v.string()),
      text: v.string(),
      ids: Ids,
    }),
  ),
});
const golden = v.parse(
  Golden,
  JSON.parse(readFileSync(new URL('data/tokenizer-smollm2.json', import.meta.url), 'utf8')),
);

/** Bytes that this vocabulary has no token for; text that needs one of them cannot come back as it was. */
const MISSING_BYTES = [0x04, 0x06, 0x13, 0x14, 0x16, 0x1d, 0xc0, 0xc1, 0xf1, 0xf2, 0xf5];

function hasMissingByte(text: string): boolean {
  const bytes = Buffer.from(text);
  return MISSING_BYTES.some((byte) => bytes.includes(byte));
}

describe('the tokenizer of SmolLM2', () => {
  let tokenizer: Tokenizer;
  before(async () => {
    const source = openFileSource(await realModelPath());
    tokenizer = createTokenizer(readGguf(source).metadata);
    source.close();
  });

  test('is described by its file', () => {
    assert.equal(tokenizer.vocabSize, 49152);
    assert.equal(tokenizer.preTokenizer, 'smollm');
    assert.equal(tokenizer.bosId, 1);
    assert.equal(tokenizer.eosId, 2);
    assert.equal(tokenizer.addBos, false);
    assert.deepEqual([...tokenizer.eosIds].sort(), [0, 2]);
    assert.deepEqual(
      Array.from({ length: 18 }, (_, id) => tokenizer.isSpecial(id)),
      Array.from({ length: 18 }, (_, id) => id < 17),
    );
  });

  for (const group of new Set(golden.cases.map((entry) => entry.group))) {
    test(`gives the reference's ids: ${group}`, () => {
      for (const { text, special, ids } of golden.cases.filter((entry) => entry.group === group)) {
        assert.deepEqual(tokenizer.encode(text, { special }), ids, JSON.stringify(text));
        if (!hasMissingByte(text)) assert.equal(tokenizer.decode(ids, { special: true }), text);
      }
    });
  }

  test('there are goldens enough', () => {
    assert.ok(golden.cases.length >= 300);
  });

  test("writes and encodes chats as the reference does, the template's own text included", () => {
    assert.ok(tokenizer.chatTemplate);
    const template = compileChatTemplate(tokenizer.chatTemplate);
    for (const { system, prompt, prefill, text, ids } of golden.chats) {
      const request = { prompt, ...(system !== null && { system }), ...(prefill !== undefined && { prefill }) };
      assert.equal(renderChat(tokenizer, template, request).text, text);
      assert.deepEqual(encodeChat(tokenizer, template, request), ids, JSON.stringify(request));
    }
  });

  test('all of its tokens stand for the bytes that they decode to', () => {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    for (let id = 0; id < tokenizer.vocabSize; id++) {
      assert.equal(tokenizer.decode([id], { special: true }), decoder.decode(tokenizer.tokenBytes(id)));
    }
  });

  test('gives text back as it was', (t) => {
    const seed = freshSeed();
    t.diagnostic(`seed ${seed}`);
    const random = mulberry32(seed);
    for (let i = 0; i < 2000; i++) {
      const text = randomText(random, 60);
      if (hasMissingByte(text)) continue;
      assert.equal(tokenizer.decode(tokenizer.encode(text)), text, `seed ${seed}, text ${i}`);
    }
  });
});
