/**
 * Tiny random models of the llama family as GGUF files, for tests of whatever runs a model: every tensor type, tied and
 * separate heads, with a byte-level BPE vocabulary that reads any text. Their answers mean nothing and never change.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  GGML_TYPES,
  quantizeQ4_0,
  quantizeQ4_1,
  quantizeQ8_0,
  writeGguf,
  type GgmlType,
  type GgufField,
  type GgufTensorData,
} from '../src/core/format/gguf/index.ts';
import { createRandom, type Random } from '../src/core/stats/random.ts';
import { floatToBf16, floatToHalf } from '../src/core/tensor/half.ts';
import { BYTE_TO_CHAR } from '../src/core/tokenizer/byteAlphabet.ts';

export interface TinyOptions {
  /** The type of the matrices; those of `types` differ, by the last part of their name (`attn_v`, `token_embd`). */
  readonly type?: GgmlType;
  readonly types?: Readonly<Record<string, GgmlType>>;
  readonly layers?: number;
  /** K-quants need widths that are multiples of 256. */
  readonly dModel?: number;
  readonly dMlp?: number;
  readonly heads?: number;
  readonly kvHeads?: number;
  readonly context?: number;
  /** False gives the head a matrix of its own. */
  readonly tied?: boolean;
  /** The chat template; absent for a model that only completes. */
  readonly chatTemplate?: string;
  /** Control tokens beside the usual ones. */
  readonly control?: readonly string[];
  /** Tokens in all, at least; those that are missing are filled in, and no text has them. */
  readonly vocab?: number;
  readonly seed?: number;
  /** What makes a matrix's data; `randomWeights` where it is absent. */
  readonly weights?: typeof randomWeights;
}

/** ChatML, as small chat models have it. */
export const CHATML =
  "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

const SPECIAL = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];
const END_OF_TURN = 2;

/** Words that the vocabulary has as wholes; each prefix of one is a token too, so that the merges can build it. */
const WORDS = [' the', ' of', ' int', ' for', ' return', ' def', ' class', 'ing', ' print', ' import', ' function'];

/** The bytes of a model's GGUF. */
export function tinyGguf(options: TinyOptions = {}): Uint8Array {
  const { metadata, tensors } = tinyParts(options);
  return writeGguf(metadata, tensors);
}

/** What a model's GGUF is made of. */
export function tinyParts(options: TinyOptions): { metadata: [string, GgufField][]; tensors: GgufTensorData[] } {
  const { layers = 2, dModel = 64, dMlp = 96, heads = 4, kvHeads = 2, context = 512, tied = true, seed = 1 } = options;
  const random = createRandom(seed);
  const special = [...SPECIAL, ...(options.control ?? [])];
  const { tokens, merges } = vocabulary(special);
  for (let id = tokens.length; id < (options.vocab ?? 0); id++) tokens.push(`filler${id}`);
  const tensors: GgufTensorData[] = [];
  const matrix = (name: string, rows: number, columns: number) => {
    const type = options.types?.[name.split('.').at(-1) ?? ''] ?? options.type ?? 'F32';
    const data = (options.weights ?? randomWeights)(type, rows * columns, 1 / Math.sqrt(columns), random);
    tensors.push({ name: `${name}.weight`, type, shape: [rows, columns], data });
  };
  const gain = (name: string) => {
    const data = bytesOf(Float32Array.from({ length: dModel }, () => 1 + 0.2 * random.normal()));
    tensors.push({ name: `${name}.weight`, type: 'F32', shape: [dModel], data });
  };
  const kvWidth = (dModel / heads) * kvHeads;
  matrix('token_embd', tokens.length, dModel);
  for (let layer = 0; layer < layers; layer++) {
    const at = (name: string) => `blk.${layer}.${name}`;
    gain(at('attn_norm'));
    matrix(at('attn_q'), dModel, dModel);
    matrix(at('attn_k'), kvWidth, dModel);
    matrix(at('attn_v'), kvWidth, dModel);
    matrix(at('attn_output'), dModel, dModel);
    gain(at('ffn_norm'));
    matrix(at('ffn_gate'), dMlp, dModel);
    matrix(at('ffn_up'), dMlp, dModel);
    matrix(at('ffn_down'), dModel, dMlp);
  }
  gain('output_norm');
  if (!tied) matrix('output', tokens.length, dModel);
  const numbers = { block_count: layers, embedding_length: dModel, feed_forward_length: dMlp, context_length: context };
  const counts = { ...numbers, 'attention.head_count': heads, 'attention.head_count_kv': kvHeads };
  return {
    metadata: [...modelFields(counts), ...tokenizerFields(special, tokens, merges, options.chatTemplate)],
    tensors,
  };
}

/** Writes a model's GGUF into a folder and returns its path. */
export function writeTinyModel(folder: string, options: TinyOptions = {}, name = 'tiny'): string {
  const path = join(folder, `${name}.gguf`);
  writeFileSync(path, tinyGguf(options));
  return path;
}

function modelFields(counts: Readonly<Record<string, number>>): [string, GgufField][] {
  return [
    ['general.architecture', { type: 'string', value: 'llama' }],
    ['general.name', { type: 'string', value: 'tiny' }],
    ...Object.entries(counts).map(([key, value]): [string, GgufField] => [`llama.${key}`, { type: 'u32', value }]),
    ['llama.attention.layer_norm_rms_epsilon', { type: 'f32', value: 1e-5 }],
    ['llama.rope.freq_base', { type: 'f32', value: 10_000 }],
  ];
}

function tokenizerFields(
  special: readonly string[],
  tokens: readonly string[],
  merges: readonly string[],
  chatTemplate: string | undefined,
): [string, GgufField][] {
  const types = Int32Array.from(tokens, (token) => (special.includes(token) ? 3 : 1)); // control, normal
  const template: [string, GgufField][] =
    chatTemplate === undefined ? [] : [['tokenizer.chat_template', { type: 'string', value: chatTemplate }]];
  return [
    ['tokenizer.ggml.model', { type: 'string', value: 'gpt2' }],
    ['tokenizer.ggml.pre', { type: 'string', value: 'smollm' }],
    ['tokenizer.ggml.tokens', { type: 'array', value: tokens }],
    ['tokenizer.ggml.token_type', { type: 'array', value: types }],
    ['tokenizer.ggml.merges', { type: 'array', value: merges }],
    ['tokenizer.ggml.bos_token_id', { type: 'u32', value: 0 }],
    ['tokenizer.ggml.eos_token_id', { type: 'u32', value: END_OF_TURN }],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: false }],
    ...template,
  ];
}

/** Special tokens, every byte, and the prefixes of {@link WORDS} with the merges that lead to them. */
function vocabulary(special: readonly string[]): { tokens: string[]; merges: string[] } {
  const tokens = new Set([...special, ...BYTE_TO_CHAR]);
  const merges: string[] = [];
  for (const word of WORDS) {
    const spelling = word.replace(' ', BYTE_TO_CHAR[0x20]);
    for (let end = 2; end <= spelling.length; end++) {
      const prefix = spelling.slice(0, end);
      if (tokens.has(prefix)) continue;
      tokens.add(prefix);
      merges.push(`${spelling.slice(0, end - 1)} ${prefix.at(-1) ?? ''}`);
    }
  }
  return { tokens: [...tokens], merges };
}

/** `count` random weights of about this standard deviation, as a file stores them. */
export function randomWeights(type: GgmlType, count: number, deviation: number, random: Random): Uint8Array {
  const normal = () => Float32Array.from({ length: count }, () => deviation * random.normal());
  switch (type) {
    case 'F32':
      return bytesOf(normal());
    case 'F16':
      return bytesOf(Uint16Array.from(normal(), floatToHalf));
    case 'BF16':
      return bytesOf(Uint16Array.from(normal(), floatToBf16));
    case 'Q8_0':
      return quantizeQ8_0(normal());
    case 'Q4_0':
      return quantizeQ4_0(normal());
    case 'Q4_1':
      return quantizeQ4_1(normal());
    default:
      return randomBlocks(type, count, deviation, random);
  }
}

/**
 * Where the halves of a block are, and the number that each is of the weights' deviation, so that random bytes around
 * them become weights of about that deviation with a mean near zero.
 */
const BLOCK_SCALES: Partial<Record<GgmlType, readonly (readonly [offset: number, scale: number])[]>> = {
  Q5_0: [[0, 1 / 9]], // d (q - 16), q to 31
  Q5_1: [
    [0, 1 / 9], // d q + m
    [2, -16 / 9],
  ],
  Q4_K: [
    [0, 1 / 170], // d scale q - dmin min, scale and min to 63, q to 15
    [2, 7.5 / 170],
  ],
  Q5_K: [
    [0, 1 / 340], // the same, q to 31
    [2, 15.5 / 340],
  ],
  Q6_K: [[208, 1 / 1350]], // d scale (q - 32), scale to 127 either way
};

/** Blocks of random bytes, for the types that nothing here quantises to. */
function randomBlocks(type: GgmlType, count: number, deviation: number, random: Random): Uint8Array {
  const { blockSize, blockBytes } = GGML_TYPES[type];
  const bytes = Uint8Array.from({ length: (count / blockSize) * blockBytes }, () => Math.floor(random.next() * 256));
  const view = new DataView(bytes.buffer);
  for (let block = 0; block < bytes.length; block += blockBytes)
    for (const [offset, scale] of BLOCK_SCALES[type] ?? []) {
      const half = floatToHalf(scale * deviation * (0.8 + 0.4 * random.next()));
      view.setUint16(block + offset, half, true);
    }
  return bytes;
}

function bytesOf(array: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
