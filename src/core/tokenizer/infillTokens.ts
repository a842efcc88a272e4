/**
 * The tokens by which a model is asked for what belongs between two texts. Models that were trained for it have three,
 * one before each part, and a few that end the part in the middle. Finds them; what is done with them is the caller's.
 */
import { optionalTokenId, tableError, type Metadata } from './metadata.ts';

/** Asked for as: `prefix` text before, `suffix` text after, `middle`; the model goes on with what is between. */
export interface InfillTokens {
  readonly prefix: number;
  readonly suffix: number;
  readonly middle: number;
  /** Tokens that end what is between, beside those that end any answer. */
  readonly ends: ReadonlySet<number>;
}

interface Role {
  /** Keys of the metadata without `tokenizer.ggml.`; the later ones are out of use. */
  readonly keys: readonly string[];
  /** Spellings in the families that we know, for files that have no key: as llama.cpp has them. */
  readonly spellings: readonly string[];
}

const PREFIX: Role = {
  keys: ['fim_pre_token_id', 'prefix_token_id'],
  spellings: [
    '<|fim_prefix|>', // Qwen
    '<fim_prefix>', // StarCoder, Granite
    '<fim-prefix>', // SantaCoder
    '<｜fim▁begin｜>', // DeepSeek
    '<|code_prefix|>', // GLM 4.5
    '<PRE>',
    '▁<PRE>', // CodeLlama
  ],
};
const SUFFIX: Role = {
  keys: ['fim_suf_token_id', 'suffix_token_id'],
  spellings: ['<|fim_suffix|>', '<fim_suffix>', '<fim-suffix>', '<｜fim▁hole｜>', '<|code_suffix|>', '<SUF>', '▁<SUF>'],
};
const MIDDLE: Role = {
  keys: ['fim_mid_token_id', 'middle_token_id'],
  spellings: ['<|fim_middle|>', '<fim_middle>', '<fim-middle>', '<｜fim▁end｜>', '<|code_middle|>', '<MID>', '▁<MID>'],
};
/** Padding, the next repository, the next file: after any of them comes what belongs to another text. */
const ENDS: readonly Role[] = [
  { keys: ['fim_pad_token_id'], spellings: ['<|fim_pad|>', '<fim_pad>', '<fim-pad>'] },
  { keys: ['fim_rep_token_id'], spellings: ['<|repo_name|>', '<reponame>', '<repo_name>'] },
  { keys: ['fim_sep_token_id'], spellings: ['<|file_sep|>', '<file_sep>'] },
];

/**
 * The tokens for filling in, or undefined where the vocabulary lacks one of the three.
 *
 * @throws FormatError `tokenizer-tables` for a key that points outside the vocabulary, and for one token in two roles
 */
export function readInfillTokens(
  metadata: Metadata,
  idOf: ReadonlyMap<string, number>,
  vocabSize: number,
): InfillTokens | undefined {
  const find = ({ keys, spellings }: Role): number | undefined => {
    const named = keys.map((key) => optionalTokenId(metadata, `tokenizer.ggml.${key}`, vocabSize));
    return [...named, ...spellings.map((spelling) => idOf.get(spelling))].find((id) => id !== undefined);
  };
  const [prefix, suffix, middle] = [PREFIX, SUFFIX, MIDDLE].map(find);
  if (prefix === undefined || suffix === undefined || middle === undefined) return undefined;
  const parts = [prefix, suffix, middle];
  if (new Set(parts).size < parts.length)
    throw tableError(`the tokens for filling in are ${parts.join(', ')}: one of them has two roles`);
  const ends = ENDS.map(find).filter((id) => id !== undefined);
  return { prefix, suffix, middle, ends: new Set([...parts, ...ends]) };
}
