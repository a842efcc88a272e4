/** A text as it is read, and its tokens. Types only. */

export interface TextParams {
  readonly text: string;
  /** True recognises special tokens that are written in the text. */
  readonly special: boolean;
}

/** A text to be read, or the prompt of a chat: the template is put round it, and the answer is made to begin with `prefill`. */
export interface ReadParams extends TextParams {
  readonly chat?: { readonly prefill: string };
}

export interface TokenizeParams extends ReadParams {
  /** True gives the tokens as they run, with a BOS where the file says so; a chat always does. */
  readonly asRun?: boolean;
}

export interface Tokens {
  readonly ids: readonly number[];
  readonly pieces: readonly string[];
}
