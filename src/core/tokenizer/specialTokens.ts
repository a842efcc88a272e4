/**
 * Finds the tokens that are matched in the text as they are written, before any splitting into words. Two sorts:
 *
 * - *user-defined* tokens (type 4: `<think>`, runs of spaces) are ordinary text that the vocabulary spells with one
 *   token. They are matched always; that is what llama.cpp and Hugging Face's tokenizers do, and the model has
 *   never seen their text spelled in any other way.
 * - *control* tokens (type 3: `<|im_end|>`) carry the structure of a conversation. They are matched only where the
 *   caller vouches for the text, so that a prompt that contains `<|im_end|>` cannot end its own turn.
 *
 * At each position the longest match wins, from left to right.
 */
import { FormatError } from '../errors.ts';
import { quoted } from '../format/quoted.ts';

/** The longest text of a special token; the longest in use are about 40. */
export const MAX_SPECIAL_CHARS = 256;
/** The text of all special tokens together; Gemma 3, which has 6,414 of them, comes to about 80,000. */
export const MAX_SPECIAL_CHARS_IN_ALL = 1 << 19;

export interface SpecialToken {
  readonly id: number;
  readonly text: string;
  /** True for a control token. */
  readonly control: boolean;
}

export interface SpecialMatch {
  readonly id: number;
  /** UTF-16 units. */
  readonly length: number;
}

interface Node {
  token?: SpecialToken;
  children?: Map<number, Node>;
}

export class SpecialTokens {
  readonly #root: Node = {};

  /** @throws FormatError `special-tokens` where a file's special tokens are longer, or more, than any real one's */
  constructor(tokens: Iterable<SpecialToken>) {
    let total = 0;
    for (const token of tokens) {
      total += token.text.length;
      if (token.text.length > MAX_SPECIAL_CHARS || total > MAX_SPECIAL_CHARS_IN_ALL) throw tooLong(token);
      if (token.text !== '') this.#insert(token);
    }
  }

  /**
   * The longest special token that begins at `at`.
   *
   * @param controlEnd where the trusted text that holds `at` ends: a control token that goes beyond is not matched
   */
  matchAt(text: string, at: number, controlEnd: number): SpecialMatch | undefined {
    let found: SpecialMatch | undefined;
    let node: Node | undefined = this.#root;
    for (let end = at; end < text.length;) {
      node = node.children?.get(text.charCodeAt(end++));
      if (!node) break;
      if (node.token && (!node.token.control || end <= controlEnd)) found = { id: node.token.id, length: end - at };
    }
    return found;
  }

  #insert(token: SpecialToken): void {
    let node = this.#root;
    for (let i = 0; i < token.text.length; i++) {
      node.children ??= new Map();
      const unit = token.text.charCodeAt(i);
      let child = node.children.get(unit);
      if (!child) node.children.set(unit, (child = {}));
      node = child;
    }
    node.token = token;
  }
}

function tooLong(token: SpecialToken): FormatError {
  return new FormatError(
    'special-tokens',
    `special token ${token.id} (${quoted(token.text)}) takes the special tokens past ${MAX_SPECIAL_CHARS} characters each ` +
      `or ${MAX_SPECIAL_CHARS_IN_ALL} in all`,
    'The tokenizer tables look corrupt: get the model file again, from its publisher.',
  );
}
