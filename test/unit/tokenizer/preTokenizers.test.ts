import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PRE_TOKENIZER_NAMES, preTokenizerFor, splitWords } from '../../../src/core/tokenizer/preTokenizers.ts';
import { freshSeed, mulberry32, randomText } from './random.ts';

/** Words of a text by each pre-tokenizer, `|` between them. Checked against Hugging Face's `tokenizers` 0.23. */
const SPLITS: readonly (readonly [text: string, words: Readonly<Record<string, string>>])[] = [
  [
    "it's 2024, I'LL  go\n\n  now",
    {
      'gpt-2': "it|'s| 2024|,| I|'|LL| | go|\n\n | now",
      smollm: "it|'s| |2|0|2|4|,| I|'|LL| | go|\n\n | now",
      'llama-bpe': "it|'s| |202|4|,| I|'LL| | go|\n\n| | now",
      qwen2: "it|'s| |2|0|2|4|,| I|'LL| | go|\n\n| | now",
      'deepseek-coder': "it|'|s| |2|0|2|4|,| I|'|LL| | go|\n|\n| | now",
    },
  ],
  [
    'a  5\t\t(x)=="é漢字"...\r\n',
    {
      'gpt-2': 'a| | 5|\t|\t|(|x|)=="|é漢字|"...|\r\n',
      smollm: 'a|  |5|\t|\t|(|x|)=="|é漢字|"...|\r\n',
      'llama-bpe': 'a| | |5|\t|\t|(x|)=="|é漢字|"...\r\n',
      qwen2: 'a| | |5|\t|\t|(x|)=="|é漢字|"...\r\n',
    },
  ],
];

for (const [text, words] of SPLITS) {
  for (const [name, expected] of Object.entries(words)) {
    test(`${name} splits ${JSON.stringify(text)}`, () => {
      assert.equal(splitWords(text, preTokenizerFor(name).steps).join('|'), expected);
    });
  }
}

test('white space is what Unicode says: U+0085 is, U+FEFF is not', () => {
  assert.deepEqual(splitWords('a\x85 b\ufeff c', preTokenizerFor('gpt-2').steps), ['a', '\x85', ' b', '\ufeff', ' c']);
});

test('words, joined, are the text again', (t) => {
  const seed = freshSeed();
  t.diagnostic(`seed ${seed}`);
  const random = mulberry32(seed);
  for (const name of PRE_TOKENIZER_NAMES) {
    const { steps } = preTokenizerFor(name);
    for (let i = 0; i < 50; i++) {
      const text = randomText(random, 60);
      const words = splitWords(text, steps);
      assert.equal(words.join(''), text, `seed ${seed}, ${name}, text ${i}`);
      assert.equal(words.includes('') && text !== '', false);
    }
  }
});
