/** Which brackets a piece of code leaves open, and which it closes, told without a parser: those in strings do not count. */

/**
 * A string on one line, or a bracket. Between single quotes a bracket may stand alone, as a character, but not among
 * others: an apostrophe is no quote in every language.
 */
const STRING_OR_BRACKET =
  /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'|'(?:\\.|[^'\\\n()[\]{}])*'|`(?:\\.|[^`\\\n])*`|[()[\]{}]/g;

export interface Brackets {
  /** The index of the first one that closes what was open before the text began; absent where there is none. */
  readonly unopened?: number;
  /** Whether the text opens one that it does not close. */
  readonly isLeftOpen: boolean;
}

export function bracketsOf(text: string): Brackets {
  let open = 0;
  let unopened: number | undefined;
  for (const { 0: found, index } of text.matchAll(STRING_OR_BRACKET)) {
    if (found.length > 1) continue;
    if ('([{'.includes(found)) open++;
    else if (open > 0) open--;
    else unopened ??= index;
  }
  return { ...(unopened === undefined ? {} : { unopened }), isLeftOpen: open > 0 };
}
