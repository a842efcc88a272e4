/** Small vocabularies for tests, as the metadata of a GGUF would hold them: all 256 bytes, some merges, some special tokens. */
import type { GgufValue } from '../../../src/core/format/gguf/index.ts';
import { BYTE_TO_CHAR } from '../../../src/core/tokenizer/byteAlphabet.ts';

export interface TinyVocabulary {
  /** Pairs in the byte alphabet, a space between, in order of rank: `Ġ t`. The merged tokens follow from them. */
  readonly merges?: readonly string[];
  readonly control?: readonly string[];
  readonly userDefined?: readonly string[];
  readonly pre?: string;
  /** Further keys without `tokenizer.`, or other values for those above. undefined takes a key away. */
  readonly keys?: Readonly<Record<string, GgufValue | undefined>>;
}

/** Ids: bytes 0 to 255, then merged tokens in order, then control, then user-defined tokens. */
export function tinyMetadata(vocabulary: TinyVocabulary = {}): Map<string, GgufValue> {
  const { merges = [], control = [], userDefined = [], pre = 'gpt-2', keys = {} } = vocabulary;
  const merged = merges.map((merge) => merge.replace(' ', ''));
  const tokens = [...BYTE_TO_CHAR, ...new Set(merged), ...control, ...userDefined];
  const typeOf = (token: string): number => (control.includes(token) ? 3 : userDefined.includes(token) ? 4 : 1);
  const metadata = new Map<string, GgufValue>([
    ['tokenizer.ggml.model', 'gpt2'],
    ['tokenizer.ggml.pre', pre],
    ['tokenizer.ggml.tokens', tokens],
    ['tokenizer.ggml.token_type', Int32Array.from(tokens, typeOf)],
    // A vocabulary without merges is none: this rule joins two bytes that never meet in UTF-8.
    ...(merges.length > 0 ? ([['tokenizer.ggml.merges', merges]] as const) : []),
  ]);
  if (merges.length === 0) {
    const never = [BYTE_TO_CHAR[0xfe], BYTE_TO_CHAR[0xff]];
    metadata.set('tokenizer.ggml.tokens', [...tokens, never.join('')]);
    metadata.set('tokenizer.ggml.token_type', Int32Array.from([...tokens, ''], typeOf));
    metadata.set('tokenizer.ggml.merges', [never.join(' ')]);
  }
  for (const [key, value] of Object.entries(keys)) {
    if (value === undefined) metadata.delete(`tokenizer.${key}`);
    else metadata.set(`tokenizer.${key}`, value);
  }
  return metadata;
}

/** The id of a token by its spelling. */
export function idOf(metadata: ReadonlyMap<string, GgufValue>, spelling: string): number {
  const tokens = metadata.get('tokenizer.ggml.tokens');
  if (!Array.isArray(tokens)) throw new TypeError('no tokens');
  return tokens.indexOf(spelling);
}

/** ChatML, as SmolLM2 has it: a default system message, turns between `<|im_start|>` and `<|im_end|>`. */
export const CHATML = `{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\\nBe kind.<|im_end|>\\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}`;

export const CHATML_TOKENS = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];
