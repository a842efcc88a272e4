/** The tokenizer's front door: what other folders import. */
export { createTokenizer } from './tokenizer.ts';
export type { DecodeOptions, EncodeOptions, StreamDecoder, TextSegment, Tokenizer } from './tokenizer.ts';
