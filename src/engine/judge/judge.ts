/**
 * What an answer is: in which language its code is written, and whether it is any good. guesslang says the language,
 * from the body of the code alone; the grammar of that language says whether the code stands. The judge is the last
 * word on every figure that is published and has no part in fitting or choosing.
 */
import { extractCode } from '../../core/language/codeBody.ts';
import type { AnswerLanguage, LanguageId } from '../../core/language/languages.ts';
import { MIN_DISTINCT_3, distinctN, words } from '../../core/stats/distinct.ts';
import { detectLanguage } from './guesslang.ts';
import { parseCheck, type ParseCheck } from './parser.ts';
import { syntaxCheck, type SyntaxCheck } from './toolchain.ts';

export interface Verdict {
  /** `none`: no code in the answer; `undecided`: the detector cannot tell; `other`: outside the registry. */
  readonly language: AnswerLanguage;
  /** The detector's probability, 0..1; 0 where there is no code. */
  readonly confidence: number;
  /** The tag on the fence, which the language is *not* taken from; null where the fence is bare. */
  readonly fenceTag: string | null;
  readonly hasCode: boolean;
  /** The parse check in the language of the verdict; null where that is none of the registry's. */
  readonly parse: ParseCheck | null;
  /** The toolchain's word; null unless asked for. */
  readonly syntax: SyntaxCheck | null;
  /** Distinct triples of words over all triples; 1 for code of fewer than three words. */
  readonly distinct3: number;
  /** Valid as an answer in `language`: no parse error after cutting, two real lines, little repetition. */
  readonly valid: boolean;
}

export interface JudgeOptions {
  /** Also show the code to the compiler, where there is one. Default false. */
  readonly toolchain?: boolean;
}

/** Judges a chat answer: the first code block in it, its fence and tag removed. */
export async function judgeAnswer(answer: string, options: JudgeOptions = {}): Promise<Verdict> {
  const { code, fenceTag, closed } = extractCode(answer);
  if (code === null) {
    const nothing = { parse: null, syntax: null, distinct3: 1, valid: false };
    return { language: 'none', confidence: 0, fenceTag, hasCode: false, ...nothing };
  }
  return { ...(await judgeCode(code, { ...options, complete: closed })), fenceTag };
}

/**
 * Judges code without a fence, such as a raw continuation.
 * @param options.complete the code is known not to be cut at a token limit
 */
export async function judgeCode(code: string, options: JudgeOptions & { complete?: boolean } = {}): Promise<Verdict> {
  const { language, confidence } = await detectLanguage(code);
  const distinct3 = distinctN(words(code), 3);
  const verdict = { language, confidence, fenceTag: null, hasCode: true, distinct3 };
  if (language === 'other' || language === 'undecided') return { ...verdict, parse: null, syntax: null, valid: false };

  const parse = await parseCheck(code, language, { complete: options.complete ?? false });
  const syntax = options.toolchain === true ? await syntaxCheck(parse.completed, language) : null;
  return { ...verdict, parse, syntax, valid: parse.ok && distinct3 >= MIN_DISTINCT_3 };
}

/** Whether the answer is a valid one in the target language (the *valid* count of the tables). */
export function isValid(verdict: Verdict, target: LanguageId): boolean {
  return verdict.valid && verdict.language === target;
}
