/**
 * The tables of a byte-level BPE vocabulary, read out of a GGUF's metadata and checked against each other: whoever
 * holds a {@link Vocabulary} may index it with any id that it gave out. Encoding and decoding are not done here.
 */
import { ModelError } from '../errors.ts';
import { quoted } from '../format/quoted.ts';
import { BYTE_TO_CHAR } from './byteAlphabet.ts';
import { readInfillTokens, type InfillTokens } from './infillTokens.ts';
import { MergeTable } from './mergeTable.ts';
import {
  type Metadata,
  optionalFlag,
  optionalIntegers,
  optionalString,
  optionalTokenId,
  strings,
  tableError,
} from './metadata.ts';
import { type PreTokenizer, preTokenizerFor } from './preTokenizers.ts';

/** More than any vocabulary in use: the largest have about 260,000 tokens and 500,000 merges. */
export const MAX_TOKENS = 1 << 21;
export const MAX_MERGES = 1 << 22;

/** The numbers of `tokenizer.ggml.token_type` that matter here. */
export const TOKEN_TYPE = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/**
 * Tokens that end an answer in the families we know, for files that name only one of theirs. As in llama.cpp, a token
 * spelled like this is a control token whatever its type says.
 */
const END_OF_ANSWER: readonly string[] = [
  '<|endoftext|>', // GPT-2, StarCoder, SmolLM, Qwen
  '<|im_end|>', // ChatML
  '<|eot_id|>', // Llama 3
  '<|eom_id|>',
  '<|end_of_text|>', // Llama 3, Granite
  '<|end|>', // Phi 3
  '<end_of_turn>', // Gemma
  '<|EOT|>', // DeepSeek Coder
  '<EOT>',
  '<｜end▁of▁sentence｜>', // DeepSeek
];

const KEY = {
  model: 'tokenizer.ggml.model',
  pre: 'tokenizer.ggml.pre',
  tokens: 'tokenizer.ggml.tokens',
  types: 'tokenizer.ggml.token_type',
  merges: 'tokenizer.ggml.merges',
  bos: 'tokenizer.ggml.bos_token_id',
  eos: 'tokenizer.ggml.eos_token_id',
  eot: 'tokenizer.ggml.eot_token_id',
  eom: 'tokenizer.ggml.eom_token_id',
  unknown: 'tokenizer.ggml.unknown_token_id',
  padding: 'tokenizer.ggml.padding_token_id',
  addBos: 'tokenizer.ggml.add_bos_token',
  addEos: 'tokenizer.ggml.add_eos_token',
  chatTemplate: 'tokenizer.chat_template',
} as const;

export interface Vocabulary {
  readonly preTokenizer: PreTokenizer;
  /** Spellings in the byte alphabet. [vocabSize] */
  readonly tokens: readonly string[];
  /** The id of each spelling; empty spellings, which nothing can match, are not in it. */
  readonly idOf: ReadonlyMap<string, number>;
  /** Numbers of {@link TOKEN_TYPE}. [vocabSize] */
  readonly types: Uint8Array;
  /** The token of each single byte, -1 where the vocabulary has none. [256] */
  readonly idOfByte: Int32Array;
  readonly merges: MergeTable;
  readonly bosId: number | undefined;
  readonly eosId: number | undefined;
  readonly padId: number | undefined;
  /** Every token that ends an answer. */
  readonly endIds: ReadonlySet<number>;
  /** The tokens for filling in between two texts, where the model has them. */
  readonly infill: InfillTokens | undefined;
  readonly addBos: boolean;
  readonly addEos: boolean;
  readonly chatTemplate: string | undefined;
}

/**
 * The vocabulary that a file describes.
 *
 * @throws ModelError `tokenizer-model` or `pre-tokenizer` for kinds of tokenizer that are not supported
 * @throws FormatError `tokenizer-tables` where tables are missing, contradict each other or point outside themselves
 */
export function readVocabulary(metadata: Metadata): Vocabulary {
  refuseOtherModels(metadata);
  const preTokenizer = preTokenizerFor(optionalString(metadata, KEY.pre) ?? 'default');
  const tokens = strings(metadata, KEY.tokens, MAX_TOKENS);
  const idOf = indexOf(tokens);
  const types = readTypes(metadata, tokens.length);
  const id = (key: string): number | undefined => optionalTokenId(metadata, key, tokens.length);
  const [bosId, eosId] = [id(KEY.bos), id(KEY.eos)];
  id(KEY.unknown); // not used, but a file that points outside its own table is not to be trusted with the rest

  const endIds = new Set([eosId, id(KEY.eot), id(KEY.eom)].filter((end) => end !== undefined));
  for (const spelling of END_OF_ANSWER) {
    const end = idOf.get(spelling);
    if (end !== undefined) endIds.add(end);
  }
  const infill = readInfillTokens(metadata, idOf, tokens.length);
  for (const structural of [...endIds, bosId, ...(infill?.ends ?? [])]) {
    if (structural !== undefined) types[structural] = TOKEN_TYPE.control;
  }

  return {
    preTokenizer,
    tokens,
    idOf,
    types,
    idOfByte: Int32Array.from(BYTE_TO_CHAR, (char) => idOf.get(char) ?? -1),
    merges: readMerges(strings(metadata, KEY.merges, MAX_MERGES), idOf),
    bosId,
    eosId,
    padId: id(KEY.padding),
    endIds,
    infill,
    addBos: prepends(KEY.addBos, optionalFlag(metadata, KEY.addBos) ?? preTokenizer.addBos, bosId),
    addEos: prepends(KEY.addEos, optionalFlag(metadata, KEY.addEos) ?? false, eosId),
    chatTemplate: optionalString(metadata, KEY.chatTemplate) || undefined,
  };
}

function refuseOtherModels(metadata: Metadata): void {
  const model = optionalString(metadata, KEY.model);
  if (model === undefined) throw tableError(`the file has no ${KEY.model}: it holds no tokenizer`);
  if (model === 'gpt2') return;
  throw new ModelError(
    'tokenizer-model',
    `the tokenizer model ${quoted(model)} is not supported`,
    'Supported: gpt2 (byte-level BPE), which SmolLM, Llama 3, Qwen 2, StarCoder and DeepSeek Coder use.',
  );
}

function indexOf(tokens: readonly string[]): Map<string, number> {
  const idOf = new Map<string, number>();
  tokens.forEach((token, id) => {
    if (token === '') return;
    const first = idOf.get(token);
    if (first !== undefined) throw tableError(`the token ${quoted(token)} has two ids, ${first} and ${id}`);
    idOf.set(token, id);
  });
  return idOf;
}

/** A copy of the types, for the caller to correct; all normal where the file has none. */
function readTypes(metadata: Metadata, vocabSize: number): Uint8Array {
  const stored = optionalIntegers(metadata, KEY.types, vocabSize);
  const types = new Uint8Array(vocabSize).fill(TOKEN_TYPE.normal);
  for (let id = 0; stored && id < vocabSize; id++) {
    const type = stored[id];
    if (type < 0 || type > TOKEN_TYPE.byte) throw tableError(`token ${id} has the type ${type}; 0 to 6 are possible`);
    types[id] = type;
  }
  return types;
}

function readMerges(lines: readonly string[], idOf: ReadonlyMap<string, number>): MergeTable {
  const merges = new MergeTable(lines.length);
  lines.forEach((line, rank) => {
    // From 1: were a token ever to begin with a space, the space that separates would be a later one.
    const space = line.indexOf(' ', 1);
    const left = idOf.get(line.slice(0, space));
    const right = idOf.get(line.slice(space + 1));
    const merged = space < 0 ? undefined : idOf.get(line.slice(0, space) + line.slice(space + 1));
    if (left === undefined || right === undefined || merged === undefined) {
      throw tableError(`merge ${rank}, ${quoted(line)}, does not join two tokens of the vocabulary into a third`);
    }
    merges.add(left, right, merged);
  });
  return merges;
}

function prepends(key: string, flag: boolean, id: number | undefined): boolean {
  if (flag && id === undefined) throw tableError(`${key} is true, but the file does not say which token that is`);
  return flag;
}
