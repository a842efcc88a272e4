/**
 * A conversation as one text, and which parts of that text may hold control tokens. The template's own text may:
 * that is how it marks turns. What the user typed may not, or a prompt with `<|im_end|>` in it could end its turn and
 * speak for the system. So each part carries its own trust, and the tokenizer encodes all of them as one text.
 *
 * Which part is which is found by rendering more than once, until one way is certain:
 *
 * 1. With a stand-in for each message, private characters that occur nowhere else. Where that text, stand-ins replaced
 *    by the messages (as they are, or trimmed, as many templates do), is the text with the messages, nearly always,
 *    every part is known.
 * 2. Otherwise the template looks into what was said: it cuts out thoughts, or asks how a message begins. Where its
 *    text nonetheless has the same control tokens in the same order as the one with stand-ins, all of them are its own.
 * 3. Otherwise something that was typed has become a control token, or has changed which ones the template writes. The
 *    messages go in with a private mark after each character, which tells in the result what was typed; the marks are
 *    taken out again. To the template such a message is opaque: it is written whole, and nothing is cut out of it.
 */
import { ModelError } from '../../errors.ts';
import type { TextSegment, Tokenizer } from '../tokenizer.ts';
import type { ChatMessage, ChatTemplate } from './chatTemplate.ts';

export interface ChatRequest {
  /** Instead of the system message that the template may write by itself. */
  readonly system?: string;
  /** What was said before the prompt, the oldest first. */
  readonly turns?: readonly ChatMessage[];
  readonly prompt: string;
  /** How the answer is to begin, right after the template's opening of it. Plain text, like the messages. */
  readonly prefill?: string;
}

export interface RenderedChat {
  /** All segments joined. */
  readonly text: string;
  /** For `encodeSegments`. */
  readonly segments: readonly TextSegment[];
}

/**
 * The text to give a model that is to answer `request`.
 *
 * @throws ModelError as {@link ChatTemplate.render} does
 */
export function renderChat(tokenizer: Tokenizer, template: ChatTemplate, request: ChatRequest): RenderedChat {
  const messages: ChatMessage[] = [...(request.turns ?? []), { role: 'user', content: request.prompt }];
  if (request.system !== undefined) messages.unshift({ role: 'system', content: request.system });
  const render = (contents: readonly string[]): string =>
    template.render({
      messages: messages.map(({ role }, i) => ({ role, content: contents[i] })),
      addGenerationPrompt: true,
      bosToken: spellingOf(tokenizer, tokenizer.bosId),
      eosToken: spellingOf(tokenizer, tokenizer.eosId),
    });
  const contents = messages.map((message) => message.content);
  const segments = segmentsOf(tokenizer, render, contents, unusedCharacter(template.source + contents.join('')));
  if (request.prefill) segments.push({ text: request.prefill, special: false });
  return { text: joined(segments), segments };
}

/**
 * The token ids of {@link renderChat}: template, messages and prefill as one text, with the BOS token in front where
 * the file wants one and the template has not written it.
 */
export function encodeChat(tokenizer: Tokenizer, template: ChatTemplate, request: ChatRequest): number[] {
  const ids = tokenizer.encodeSegments(renderChat(tokenizer, template, request).segments);
  if (tokenizer.addBos && tokenizer.bosId !== undefined && ids[0] !== tokenizer.bosId) ids.unshift(tokenizer.bosId);
  return ids;
}

type Render = (contents: readonly string[]) => string;

function segmentsOf(tokenizer: Tokenizer, render: Render, contents: readonly string[], mark: string): TextSegment[] {
  const text = render(contents);
  const withStandIns = render(contents.map((_, i) => `${mark}${i}${mark}`));
  const trimmed = contents.map((content) => content.trim());
  for (const said of [contents, trimmed]) {
    const segments = fillIn(withStandIns, said, mark);
    if (joined(segments) === text) return segments;
  }
  if (controlTokens(tokenizer, text) === controlTokens(tokenizer, withStandIns)) return [{ text, special: true }];
  return withoutMarks(render(contents.map((content) => marked(content, mark))), mark);
}

/** The text with the messages in place of their stand-ins. */
function fillIn(withStandIns: string, said: readonly string[], mark: string): TextSegment[] {
  // Odd parts are the numbers of the messages that stood there.
  const parts = withStandIns.split(new RegExp(`${mark}(\\d+)${mark}`, 'u'));
  return parts.map((part, i) =>
    i % 2 === 0 ? { text: part, special: true } : { text: said[Number(part)] ?? '', special: false },
  );
}

/** The control tokens written in a text, in order. */
function controlTokens(tokenizer: Tokenizer, text: string): string {
  return JSON.stringify(tokenizer.controlSpans(text).map(({ start, end }) => text.slice(start, end)));
}

/** The message with a mark after each character, but for the white space around it, so that it can still be trimmed. */
function marked(content: string, mark: string): string {
  return content.replace(/\S(?:.*\S)?/su, (core) => Array.from(core, (char) => char + mark).join(''));
}

/** Runs of characters with a mark after each were typed; all else is the template's. */
function withoutMarks(text: string, mark: string): TextSegment[] {
  const typed = new RegExp(`((?:[^${mark}]${mark})+)`, 'u');
  return text.split(typed).map((part, i) => ({ text: part.replaceAll(mark, ''), special: i % 2 === 0 }));
}

function joined(segments: readonly TextSegment[]): string {
  return segments.map((segment) => segment.text).join('');
}

/** A character for private use that does not occur in `text`. */
function unusedCharacter(text: string): string {
  for (let code = 0xe000; code <= 0xf8ff; code++) {
    const char = String.fromCharCode(code);
    if (!text.includes(char)) return char;
  }
  throw new ModelError(
    'chat-private-use',
    'the prompt uses up all characters for private use',
    'Leave some of them out.',
  );
}

function spellingOf(tokenizer: Tokenizer, id: number | undefined): string {
  return id === undefined ? '' : tokenizer.piece(id);
}
