/**
 * A conversation as one text, and which parts of that text may hold control tokens. The template's own text may:
 * that is how it marks turns. What the user typed may not, or a prompt with `<|im_end|>` in it could end its turn and
 * speak for the system. So each part carries its own trust, and the tokenizer encodes all of them as one text.
 *
 * Which part is which is found by rendering twice. First with a stand-in for each message, private characters that
 * occur nowhere else; then with the messages. Where the first text, stand-ins replaced by the messages (as they are,
 * or trimmed, which many templates do), is the second text, the parts are known for certain. Where it is not, the
 * template looks into what was said, and the messages go in with private marks round every control token that they
 * spell and at both of their ends; the marks are taken out again, and no control token is recognised inside a pair
 * of them or across one. That is as safe; a template that asks how a message begins or ends then sees a mark there.
 */
import { ModelError } from '../../errors.ts';
import type { TextSegment, Tokenizer } from '../tokenizer.ts';
import type { ChatMessage, ChatTemplate } from './chatTemplate.ts';

export interface ChatRequest {
  /** Instead of the system message that the template may write by itself. */
  readonly system?: string;
  readonly prompt: string;
  /** How the answer is to begin. Follows the template's opening of the answer with nothing in between. */
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
  const messages: ChatMessage[] = [{ role: 'user', content: request.prompt }];
  if (request.system !== undefined) messages.unshift({ role: 'system', content: request.system });
  const render = (contents: readonly string[]): string =>
    template.render({
      messages: messages.map(({ role }, i) => ({ role, content: contents[i] })),
      addGenerationPrompt: true,
      bosToken: spellingOf(tokenizer, tokenizer.bosId),
      eosToken: spellingOf(tokenizer, tokenizer.eosId),
    });
  const contents = messages.map((message) => message.content);
  const marks = unusedCharacters(template.source + contents.join(''), 3);
  const segments = renderWithStandIns(render, contents, marks[0]) ?? renderMarked(tokenizer, render, contents, marks);
  if (request.prefill) segments.push({ text: request.prefill, special: false });
  return { text: segments.map((segment) => segment.text).join(''), segments };
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

/** The parts of the text, where the template puts the messages into it without looking; otherwise undefined. */
function renderWithStandIns(render: Render, contents: readonly string[], mark: string): TextSegment[] | undefined {
  const standIns = contents.map((_, i) => `${mark}${i}${mark}`);
  // Odd entries are the numbers of the messages that stood there.
  const parts = render(standIns).split(new RegExp(`${mark}(\\d+)${mark}`, 'u'));
  const text = render(contents);
  const trimmed = contents.map((content) => content.trim());
  for (const said of [contents, trimmed]) {
    const segments = parts.map((part, i) =>
      i % 2 === 0 ? { text: part, special: true } : { text: said[Number(part)], special: false },
    );
    if (segments.map((segment) => segment.text).join('') === text) return segments;
  }
  return undefined;
}

/** The parts of the text, where the template looks into the messages: told by marks inside them. */
function renderMarked(
  tokenizer: Tokenizer,
  render: Render,
  contents: readonly string[],
  [open, close, seam]: readonly string[],
): TextSegment[] {
  const marked = contents.map((content) => {
    const core = content.trim();
    if (core === '') return content;
    const start = content.indexOf(core);
    let inside = '';
    let end = 0;
    for (const span of tokenizer.controlSpans(core)) {
      inside += core.slice(end, span.start) + open + core.slice(span.start, span.end) + close;
      end = span.end;
    }
    return content.slice(0, start) + seam + inside + core.slice(end) + seam + content.slice(start + core.length);
  });
  const segments: TextSegment[] = [];
  let special = true;
  for (const part of render(marked).split(new RegExp(`([${open}${close}${seam}])`, 'u'))) {
    if (part === open || part === close) special = part === close;
    else if (part !== seam) segments.push({ text: part, special });
  }
  return segments;
}

/** Characters for private use that do not occur in `text`. */
function unusedCharacters(text: string, n: number): string[] {
  const unused: string[] = [];
  for (let code = 0xe000; code <= 0xf8ff && unused.length < n; code++) {
    const char = String.fromCharCode(code);
    if (!text.includes(char)) unused.push(char);
  }
  if (unused.length === n) return unused;
  throw new ModelError(
    'chat-private-use',
    'the prompt uses up all characters for private use',
    'Leave some of them out.',
  );
}

function spellingOf(tokenizer: Tokenizer, id: number | undefined): string {
  return id === undefined ? '' : tokenizer.piece(id);
}
