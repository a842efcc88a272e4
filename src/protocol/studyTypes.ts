/** What a study asks of the engine beside answers: all of the judge's verdict, and likelihoods. Types only. */
import type { AnswerLanguage } from '../core/language/languages.ts';

/** All that the judge says of an answer, the compiler of its language included. */
export interface Examined {
  readonly id: string;
  readonly language: AnswerLanguage;
  readonly confidence: number;
  readonly hasCode: boolean;
  /** null without code, or without a parser for its language. */
  readonly parses: boolean | null;
  /** The compiler's word on the syntax; null where this machine has none for the language, or it took too long. */
  readonly syntax: boolean | null;
  readonly distinct3: number;
  /** Valid code in its own language: parses, has two real lines, repeats little. */
  readonly valid: boolean;
}

/** Answers to be scored under the unsteered model: each the tokens that follow a prompt. */
export interface LikelihoodParams {
  readonly texts: readonly { readonly id: string; readonly prompt: string; readonly ids: readonly number[] }[];
  readonly options: {
    readonly mode: 'chat' | 'raw' | 'auto';
    /** The answer was made to begin with it; it is not scored. */
    readonly prefill?: string;
  };
}

export interface Likelihood {
  readonly id: string;
  /** -log p of all tokens together, in nats. */
  readonly sum: number;
  readonly tokens: number;
}
