/**
 * What was offered last, and what is left of it when the user goes on typing it: typing a suggestion must not make it go.
 * Pure.
 */

export interface Shown<T> {
  /** The document, as the caller names it. */
  readonly document: string;
  /** All of its text before and after the place where the suggestion begins. */
  readonly before: string;
  readonly after: string;
  /** To be inserted between the two. */
  readonly text: string;
  /** What it was steered by; another choice makes another suggestion. */
  readonly steering: string;
  /** What the caller wants to have back. */
  readonly origin: T;
}

export interface TypedOn {
  readonly document: string;
  readonly before: string;
  readonly after: string;
  readonly steering: string;
}

/**
 * The rest of what was shown, where the user has typed the first part of it and nothing else. Undefined where anything else
 * has changed, or where all of it has been typed.
 */
export function restOfShown<T>(shown: Shown<T>, now: TypedOn): string | undefined {
  const { document, before, after, text, steering } = shown;
  if (now.document !== document || now.steering !== steering || now.before.length < before.length) return undefined;
  const typed = now.before.slice(before.length);
  if (typed.length >= text.length || !text.startsWith(typed) || !now.before.startsWith(before)) return undefined;
  // Editors close a bracket by themselves: what they put behind the cursor is not a change of the text that follows.
  const isSame =
    now.after === after || (now.after.endsWith(after) && /^[)\]}"'`>]{1,2}$/.test(closedBy(now.after, after)));
  return isSame ? text.slice(typed.length) : undefined;
}

function closedBy(now: string, before: string): string {
  return now.slice(0, now.length - before.length);
}
