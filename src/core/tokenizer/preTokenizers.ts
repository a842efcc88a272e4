/**
 * Pre-tokenizers: how text is cut into the words inside which byte pairs are merged, by the name that a GGUF gives in
 * `tokenizer.ggml.pre`. Adding one is one entry here. Nothing is normalised: decoding gives back the text as it was.
 * (Qwen's own configuration applies Unicode NFC first; llama.cpp does not, and neither do we.)
 *
 * A pre-tokenizer is a list of steps. Each step cuts every piece of the one before into the matches of its expression
 * and what lies between them, so an expression never sees across a cut: `\s+(?!\S)` takes a cut for the end of text.
 *
 * Sources: the `pre_tokenizer` of each family's published tokenizer.json, read beside llama.cpp's table of the same
 * names (src/llama-vocab.cpp). In those expressions \s means the Unicode property White_Space, in JavaScript it does
 * not quite (U+0085, U+FEFF), so it is spelled out here; `(?i:'s)` is spelled with both cases.
 */
import { ModelError } from '../errors.ts';
import { quoted } from '../format/quoted.ts';
import { nearestNames } from '../nearest.ts';

export interface PreTokenizer {
  readonly name: string;
  /** Global and Unicode-aware; none matches the empty string. */
  readonly steps: readonly RegExp[];
  /** A word that is in the vocabulary as a whole is that token, whatever the merge rules would make of it. */
  readonly ignoreMerges: boolean;
  /** Whether a BOS token is prepended where the file does not say. */
  readonly addBos: boolean;
}

// GPT-2's expression, published with its encoder.
const GPT2 =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

// Llama 3's: contractions in any case, a word with one leading character that is no letter, line ends kept together.
const LLAMA3 =
  /'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\p{White_Space}\p{L}\p{N}]+[\r\n]*|\p{White_Space}*[\r\n]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

// Qwen 2's: Llama 3's with every digit by itself.
const QWEN2 =
  /'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\p{White_Space}\p{L}\p{N}]+[\r\n]*|\p{White_Space}*[\r\n]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

const DIGIT = /\p{N}/gu;

// Digits one by one, then GPT-2: StarCoder, SmolLM and their relatives (`Digits(individual_digits)` and `ByteLevel`).
const DIGITS_GPT2 = [DIGIT, GPT2];

const DEEPSEEK_CODER = [
  /[\r\n]/gu,
  /\p{White_Space}?\p{L}+/gu,
  /\p{White_Space}?\p{P}+/gu,
  /[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+/gu,
  DIGIT,
];

// For files from before the key existed: punctuation apart, numbers in threes (llama.cpp's `default`).
const DEFAULT = [/[\p{P}$+<=>^~|]+/gu, GPT2, /\p{N}+/gu, /[0-9][0-9][0-9]/gu];

const PRE_TOKENIZERS: ReadonlyMap<string, PreTokenizer> = new Map(
  [
    entry('default', DEFAULT),
    entry('gpt-2', [GPT2]),
    entry('mpt', [GPT2]),
    entry('olmo', [GPT2]),
    entry('phi-2', [GPT2]),
    entry('smollm', DIGITS_GPT2),
    entry('starcoder', DIGITS_GPT2),
    entry('refact', DIGITS_GPT2),
    entry('command-r', DIGITS_GPT2),
    entry('codeshell', DIGITS_GPT2),
    entry('llama-bpe', [LLAMA3], { ignoreMerges: true, addBos: true }),
    entry('llama3', [LLAMA3], { ignoreMerges: true, addBos: true }),
    entry('llama-v3', [LLAMA3], { ignoreMerges: true, addBos: true }),
    entry('dbrx', [LLAMA3]),
    entry('smaug-bpe', [LLAMA3]),
    entry('qwen2', [QWEN2]),
    entry('deepseek-r1-qwen', [QWEN2]),
    entry('stablelm2', [QWEN2]),
    entry('deepseek-coder', DEEPSEEK_CODER),
  ].map((preTokenizer) => [preTokenizer.name, preTokenizer]),
);

/** The names that {@link preTokenizerFor} knows. */
export const PRE_TOKENIZER_NAMES: readonly string[] = [...PRE_TOKENIZERS.keys()];

/**
 * The pre-tokenizer of this name.
 *
 * @throws ModelError `pre-tokenizer` where it is not known: guessing one would give other ids than the model learnt
 */
export function preTokenizerFor(name: string): PreTokenizer {
  const found = PRE_TOKENIZERS.get(name);
  if (found) return found;
  throw new ModelError(
    'pre-tokenizer',
    `the pre-tokenizer ${quoted(name)} is not supported (nearest: ${nearestNames(name, PRE_TOKENIZER_NAMES).join(', ')})`,
    `Supported: ${PRE_TOKENIZER_NAMES.join(', ')}.`,
  );
}

/** The words of `text`, in order; joined, they are the text again. */
export function splitWords(text: string, steps: readonly RegExp[]): string[] {
  let pieces = [text];
  for (const step of steps) {
    const cut: string[] = [];
    for (const piece of pieces) cutInto(cut, piece, step);
    pieces = cut;
  }
  return pieces;
}

/** Appends to `out` the matches of `expression` in `piece` and what lies between them. */
function cutInto(out: string[], piece: string, expression: RegExp): void {
  let end = 0;
  expression.lastIndex = 0;
  for (let match = expression.exec(piece); match; match = expression.exec(piece)) {
    if (match.index > end) out.push(piece.slice(end, match.index));
    out.push(match[0]);
    end = expression.lastIndex;
  }
  if (end < piece.length) out.push(piece.slice(end));
}

function entry(name: string, steps: readonly RegExp[], flags: Partial<PreTokenizer> = {}): PreTokenizer {
  return { name, steps, ignoreMerges: false, addBos: false, ...flags };
}
