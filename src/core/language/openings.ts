/**
 * How an answer is made to begin, so that a small model writes code at all. These strings are the one definition of
 * both openings: fitting, choosing, probing, measuring and steering import them and spell none of it themselves.
 */
import { LANGUAGES, type LanguageId } from './languages.ts';

const FENCE = '```';

/**
 * The opening that names no language. It ends right after the bare fence, so the next token is the model's own choice of
 * a fence tag, which is the decision that steering is to turn.
 */
export const NEUTRAL_OPENING = `Here is the code:\n\n${FENCE}`;

/** The opening that has already decided: the sentence names the language, the fence is tagged, a line of code is next. */
export function languageOpening(id: LanguageId): string {
  const { displayName, fenceTag } = LANGUAGES[id];
  return `Here is the ${displayName} code:\n\n${FENCE}${fenceTag}\n`;
}

/** A task with the request for a language after it, on the same line: the plain rival of steering. */
export function askInPrompt(instruction: string, request: string): string {
  return `${instruction.trimEnd()} ${request}`;
}
