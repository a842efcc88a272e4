/** The tokenizer's front door: what other folders import. */
export { createTokenizer } from './tokenizer.ts';
export type { DecodeOptions, EncodeOptions, StreamDecoder, TextSegment, TextSpan, Tokenizer } from './tokenizer.ts';
export type { InfillTokens } from './infillTokens.ts';
export { compileChatTemplate } from './chat/chatTemplate.ts';
export type { ChatMessage, ChatTemplate, ChatVariables } from './chat/chatTemplate.ts';
export { encodeChat, renderChat } from './chat/renderChat.ts';
export type { ChatRequest, RenderedChat } from './chat/renderChat.ts';
