/**
 * What was offered last, and what is left of it when the user goes on typing it: typing a suggestion must not make it go.
 * Pure.
 */
import { bracketsOf } from './brackets.ts';

export interface Shown {
  /** The document, as the caller names it. */
  readonly document: string;
  /** All of its text before and after the place where the suggestion begins. */
  readonly before: string;
  readonly after: string;
  /** To be inserted between the two. */
  readonly text: string;
  /** What it was steered by; another choice makes another suggestion. */
  readonly steering: string;
}

export type TypedOn = Omit<Shown, 'text'>;

export interface Rest {
  readonly text: string;
  /** So many characters behind the cursor, which the editor has closed by itself, are in the text too: it takes their place. */
  readonly replaced: number;
}

/** What editors put behind the cursor by themselves: the other half of a pair, on a line of its own after Enter. */
const CLOSED = /^\s*[)\]}"'`>]{1,4}$/;

/**
 * The rest of what was shown, where the user has typed the first part of it and nothing else. Undefined where anything else
 * has changed, or where all of it has been typed.
 */
export function restOfShown({ document, before, after, text, steering }: Shown, now: TypedOn): Rest | undefined {
  if (now.document !== document || now.steering !== steering || !now.before.startsWith(before)) return undefined;
  const typed = now.before.slice(before.length);
  if (typed.length >= text.length || !text.startsWith(typed) || !now.after.endsWith(after)) return undefined;
  const rest = text.slice(typed.length);
  const closed = now.after.slice(0, now.after.length - after.length);
  if (closed === '') return { text: rest, replaced: 0 };
  return CLOSED.test(closed) ? besideClosed(rest, closed) : undefined;
}

/** The rest next to what the editor has closed, so that nothing of it is there twice. */
function besideClosed(rest: string, closed: string): Rest | undefined {
  const halves = [...closed.trim()];
  const first = indexOfHalf(rest, halves[0]);
  if (first < 0 || !brings(rest, halves)) return { text: rest, replaced: 0 };
  if (halves.length === closed.length) return { text: rest, replaced: closed.length };
  // It is on a line further down, which a suggestion cannot take the place of.
  const own = rest.slice(0, first).trimEnd();
  return own === '' ? undefined : { text: own, replaced: 0 };
}

function brings(rest: string, halves: readonly string[]): boolean {
  let from = 0;
  return halves.every((half) => {
    const at = indexOfHalf(rest.slice(from), half);
    from += at + 1;
    return at >= 0;
  });
}

/** Where the other half of a pair that was opened before stands; -1 where it does not. */
function indexOfHalf(text: string, half: string): number {
  if (!')]}'.includes(half)) return text.indexOf(half);
  const { unopened } = bracketsOf(text);
  return unopened !== undefined && text[unopened] === half ? unopened : -1;
}
