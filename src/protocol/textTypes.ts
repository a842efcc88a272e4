/** A text as it is read, and its tokens. Types only. */

export interface TextParams {
  readonly text: string;
  /** True recognises special tokens that are written in the text. */
  readonly special: boolean;
}

/** How a prompt is asked: see `GenerateOptions`, whose fields these are. */
export interface AskedAs {
  readonly mode: 'chat' | 'raw' | 'auto';
  readonly system?: string;
  readonly prefill?: string;
  readonly suffix?: string;
}

/** A text to be read, or a prompt. */
export interface ReadParams extends TextParams {
  /** The text is a prompt, and is read as it would be asked. */
  readonly asked?: AskedAs;
  /** What the model wrote after it, taken as the tokenizer takes it. */
  readonly written?: string;
}

export interface TokenizeParams extends ReadParams {
  /** True gives the tokens as they run, with a BOS where the file says so; a chat always does. */
  readonly asRun?: boolean;
}

export interface Tokens {
  readonly ids: readonly number[];
  readonly pieces: readonly string[];
}
