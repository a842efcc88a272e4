/**
 * From what the engine wrote to what is offered at the cursor: the fence off, indentation on, and nothing that is there
 * already. It closes and invents nothing. A language other than the file's is not hidden: the tag says which it is.
 */
import { extractCode } from '../language/codeBody.ts';
import type { Place } from '../places/place.ts';
import { endOfBlock } from './blockEnd.ts';
import { currentLine, restOfLine, type CompletionPlan, type CursorText } from './plan.ts';

export interface Suggestion {
  /** To be inserted at the cursor. */
  readonly text: string;
  /** The tag that the model put on its fence; absent where it wrote none. */
  readonly fenceTag?: string;
}

/** A line that occurs this often in a row is a model that has lost its thread. */
const MOST_REPEATS = 3;
/** A line of fewer letters and digits may well stand twice. */
const TELLING_CHARACTERS = 6;
/** So many lines that are alike are a repetition, whatever comes after them. */
const LEAST_REPEATED_LINES = 2;
/** So much of what follows is compared. */
const MOST_COMPARED_CHARACTERS = 4000;

/**
 * @param text as the engine wrote it; of an answer with its prefill
 * @returns undefined where nothing is left to offer
 */
export function tidySuggestion(text: string, plan: CompletionPlan, cursor: CursorText): Suggestion | undefined {
  const isAnswer = plan.surface === 'answer';
  const made = isAnswer ? fromAnswer(text, plan, cursor) : { text: fromRaw(text, plan, cursor) };
  const fresh = withoutFollowing(withoutLoops(made.text), cursor);
  const trimmed = fresh.trimEnd();
  return trimmed.trim() === '' ? undefined : { ...made, text: trimmed };
}

function fromAnswer(text: string, { lead }: CompletionPlan, { place, before }: CursorText): Suggestion {
  const { code, fenceTag } = extractCode(text);
  const tagged = fenceTag === null ? {} : { fenceTag };
  if (code === null) return { text: '', ...tagged };
  const indent = place?.indent ?? '';
  const lines = withoutInstruction(dedented(code), place);
  const body = lines.map((line, i) => (i === 0 || line === '' ? line : indent + line)).join('\n');
  if (body.trim() === '') return { text: '', ...tagged };
  if (place?.form !== 'fenced') return { text: lead + body, ...tagged };
  // The opening fence is ours, so the closing one is too.
  const gap = currentLine(before).trim() === '' ? '' : lead;
  return { text: `${gap}\`\`\`${fenceTag ?? ''}\n${body}\n\`\`\``, ...tagged };
}

function fromRaw(text: string, plan: CompletionPlan, cursor: CursorText): string {
  const fence = text.search(/^[ \t]*(?:```|~~~)/m);
  const open = fence < 0 ? text : text.slice(0, fence);
  const end = plan.ends === 'block' ? endOfBlock(open, plan.indent) : undefined;
  const block = end === undefined ? open : open.slice(0, end);
  if (!plan.isOwnLine) return dropHeld(withoutTyped(block, cursor), plan.held);
  // A bracket that closes what the line is inside of belongs below it, if it is missing at all.
  const isOutside = plan.indent !== '' && /^\s*[}\])]/.test(block);
  return isOutside ? '' : plan.lead + dropHeld(block.replace(/^(?:[ \t]*\r?\n)+/, ''), plan.held);
}

/** The space that was held back is on the line already, or comes with the lead. */
function dropHeld(text: string, held: string): string {
  return text.startsWith(held) ? text.slice(held.length) : text.replace(/^[ \t]+/, '');
}

/** Some models begin with the line under way. */
function withoutTyped(text: string, { before }: CursorText): string {
  const typed = currentLine(before).trim();
  const start = text.trimStart();
  return typed.length >= TELLING_CHARACTERS && start.startsWith(typed) ? start.slice(typed.length) : text;
}

function dedented(code: string): string[] {
  const lines = code.split('\n').map((line) => line.trimEnd());
  const widths = lines.filter((line) => line !== '').map((line) => line.length - line.trimStart().length);
  const least = Math.min(...widths);
  return lines.map((line) => line.slice(Number.isFinite(least) ? least : 0));
}

/** The comment that asks stands above the answer already. */
function withoutInstruction(lines: readonly string[], place: Place | undefined): readonly string[] {
  const words = wordsOf(place?.instruction ?? '');
  const isSaid = words !== '' && /^\s*(?:\/\/|#|\/\*|--|""")/.test(lines[0]) && wordsOf(lines[0]) === words;
  return isSaid ? lines.slice(1) : lines;
}

function wordsOf(text: string): string {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).join(' ').toLowerCase();
}

/** What goes round in circles ends after its first round. */
function withoutLoops(text: string): string {
  const lines = text.split('\n');
  let same = 1;
  for (let i = 1; i < lines.length; i++) {
    same = lines[i] === lines[i - 1] && wordsOf(lines[i]) !== '' ? same + 1 : 1;
    if (same >= MOST_REPEATS) return lines.slice(0, i - MOST_REPEATS + 2).join('\n');
  }
  return text;
}

/** Without the end that repeats what follows the cursor: the rest of its line, or the lines below. */
function withoutFollowing(text: string, cursor: CursorText): string {
  const rest = restOfLine(cursor.after).trim();
  return rest === '' ? withoutLinesBelow(text, cursor) : withoutRest(text.split('\n', 1)[0].trimEnd(), rest);
}

/** One line without the rest of the cursor's line, wherever it has it, and without the brackets that the rest begins with. */
function withoutRest(line: string, rest: string): string {
  const at = rest.length >= TELLING_CHARACTERS ? line.indexOf(rest) : -1;
  if (at >= 0) return line.slice(0, at);
  const closing = /^[^\p{L}\p{N}\s]+/u.exec(rest)?.[0] ?? '';
  const overlaps = [rest, ...Array.from(closing, (_, i) => closing.slice(0, closing.length - i))];
  const overlap = overlaps.find((end) => line.endsWith(end)) ?? '';
  return line.slice(0, line.length - overlap.length);
}

function withoutLinesBelow(text: string, { before, after }: CursorText): string {
  const below = after.slice(0, MOST_COMPARED_CHARACTERS).split('\n').slice(1);
  const following = below.map((line) => line.trimEnd()).filter((line) => line !== '');
  const typed = currentLine(before);
  const lines = text.split('\n');
  const full = lines.map((line, i) => (i === 0 ? typed + line : line).trimEnd());
  const cut = full.findIndex((_, i) => (i > 0 || typed.trim() === '') && repeats(full.slice(i), following));
  return cut < 0 ? text : lines.slice(0, cut).join('\n');
}

/**
 * Whether `lines` goes over into what follows: to its end (the last line may be cut short), or for long enough to be no
 * coincidence. A `main` that begins as the one below does is another one.
 */
function repeats(lines: readonly string[], following: readonly string[]): boolean {
  const written = lines.filter((line) => line !== '');
  if (lines[0] === '' || written.length === 0) return false;
  const other = written.findIndex((line, i) => line !== following[i]);
  const isCutShort = other === written.length - 1 && other > 0 && following[other]?.startsWith(written[other]);
  return other < 0 || isCutShort === true || other >= LEAST_REPEATED_LINES;
}
